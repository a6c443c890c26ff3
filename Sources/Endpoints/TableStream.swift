import Events
import Storage

/// The table that one sender sends, or that one file is as it grows: makes lines of its rows. Owned by who reads it.
///
/// Memory: an unfinished row, of at most the line limit, and the header.
final class TableStream {
    private static let pieceSize = 64 << 10

    private var reader: TableReader

    init(_ settings: TableSettings, lineLimit: Int) {
        reader = TableReader(delimiter: settings.delimiter, rowLimit: lineLimit, keepsRows: true)
    }

    /// The header by which lines have to be read that are rows; nil before it has come, and where none does.
    var header: TableHeader? { reader.table }

    /// Whether the header has come.
    var hasBegun: Bool { reader.hasBegun }

    /// How many bytes were taken of a row whose end has not come.
    var openCount: UInt64 { UInt64(reader.openCount) }

    /// How many bytes of memory such a row takes.
    var heldCount: Int { reader.heldCount }

    /// Takes the next bytes; appends the lines of the rows that they complete.
    func take(_ bytes: View<UInt8>, into output: ByteBlock) { reader.take(bytes, into: output) }

    /// Ends the table, whose last row may lack its end.
    func end(into output: ByteBlock) { reader.end(into: output) }

    /// Takes the header of a file that is read on at the place `end`, where a row begins.
    func begin(of file: Descriptor, upTo end: UInt64) {
        let (block, lines) = (ByteBlock(capacity: TableStream.pieceSize), ByteBlock(capacity: TableStream.pieceSize))
        var at: UInt64 = 0
        var isLeading = true
        while at < end, !reader.hasBegun {
            block.truncate(to: 0)
            lines.truncate(to: 0)
            let got = block.read(from: file.number, at: at, most: Int(min(end - at, UInt64(TableStream.pieceSize))))
            if got == -Int(SystemError.interrupted.code) { continue }
            if got <= 0 { break }
            at += UInt64(got)
            var start = 0
            if isLeading {
                // As whoever reads the file passes over NUL bytes at its beginning.
                while start < got, block.bytes[start] == 0 { start += 1 }
                isLeading = start == got
                if isLeading, let next = file.nextData(from: at), next > at { at = next }
            }
            reader.take(block.bytes, from: start, into: lines)
        }
        reader.forgetRow()
    }
}
