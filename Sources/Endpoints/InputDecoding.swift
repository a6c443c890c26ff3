package import Events
import Storage

/// What stands between the bytes of a stream and its lines, where these are not the same: gzip, and tables.
///
/// Memory: a piece of the packed bytes, a piece of what is in them, and a row.
struct InputDecoding: ~Copyable {
    private static let pieceSize = 64 << 10

    private let inflation: Inflation?
    private var table: TableReader?
    /// Bytes that were read, and how many of them are used.
    private let piece = ByteBlock(capacity: pieceSize)
    private var used = 0
    private let plain = ByteBlock(capacity: pieceSize)
    private var isBetweenMembers = true
    /// How many bytes of the stream were read before the piece.
    private var readCount: UInt64 = 0
    /// How many bytes of lines are still to be passed over.
    private var passing: UInt64
    private var hasEnded = false

    /// - Parameters:
    ///   - isPacked: whether the bytes are gzip.
    ///   - passing: how many bytes of lines an earlier run has taken.
    init(isPacked: Bool, table: TableSettings?, lineLimit: Int, passing: UInt64) {
        inflation = isPacked ? Inflation() : nil
        self.table = table.map { TableReader(delimiter: $0.delimiter, rowLimit: lineLimit, keepsRows: true) }
        self.passing = passing
    }

    /// The header by which lines have to be read that are rows; nil before it has come.
    mutating func header() -> TableHeader? { table?.header() ?? nil }

    /// Whether there is something to go on with before more is read.
    var isPending: Bool { used < piece.count }

    /// Whether what was read first is packed.
    var beginsPacked: Bool { piece.bytes.beginsPacked }

    /// Hands out what was read.
    func withPiece(_ body: (View<UInt8>) -> Void) { body(piece.bytes) }

    /// Takes bytes that were read elsewhere.
    mutating func begin(with bytes: View<UInt8>) { piece.append(bytes) }

    /// Reads the next bytes; as `read` does.
    mutating func read(from descriptor: Descriptor, most: Int) -> Int {
        readCount += UInt64(piece.count)
        piece.truncate(to: 0)
        used = 0
        piece.reserve(InputDecoding.pieceSize)
        return piece.read(from: descriptor.number, most: min(most, InputDecoding.pieceSize))
    }

    /// Appends lines of what was read to a block; what is wrong, if anything is.
    mutating func decode(into output: ByteBlock) -> String? {
        let before = output.count
        defer { pass(output, from: before) }
        guard let inflation else {
            table?.take(piece.bytes, from: used, into: output)
            used = piece.count
            return nil
        }
        plain.truncate(to: 0)
        while isPending, plain.count < InputDecoding.pieceSize {
            if isBetweenMembers {
                // What is behind the last member may be filled up with zeros.
                if piece.bytes[used] == 0 {
                    used += 1
                    continue
                }
                guard piece.bytes[used] == 0x1F else { return fault("something else than gzip follows") }
                isBetweenMembers = false
            }
            let room = InputDecoding.pieceSize - plain.count
            let (taken, outcome) = inflation.step(piece.bytes, from: used, into: plain, most: room)
            used += taken
            switch outcome {
            case .goesOn: if taken == 0, plain.count == 0 { return fault("the gzip data make no sense") }
            case .memberEnded: isBetweenMembers = true
            case .damaged:
                hand(on: output)
                return fault("the gzip data are damaged")
            case .noMemory: return "there is no memory to unpack it"
            }
        }
        hand(on: output)
        return nil
    }

    /// Appends what is left at the end of the stream; what is wrong, if anything is.
    mutating func end(into output: ByteBlock) -> String? {
        if hasEnded { return nil }
        hasEnded = true
        if inflation != nil, !isBetweenMembers { return fault("the gzip data end too early") }
        let before = output.count
        table?.end(into: output)
        pass(output, from: before)
        return nil
    }

    private mutating func hand(on output: ByteBlock) {
        if table == nil { output.append(plain.bytes) } else { table?.take(plain.bytes, into: output) }
    }

    private func fault(_ what: String) -> String {
        "\(what) at byte \(readCount + UInt64(used)); what stands before that was read"
    }

    private mutating func pass(_ output: ByteBlock, from start: Int) {
        guard passing > 0 else { return }
        let count = min(passing, UInt64(output.count - start))
        output.remove(start..<start + Int(count))
        passing -= count
    }
}

/// How a table of comma-separated values is read.
package struct TableSettings: Sendable {
    /// What parts its cells; nil where the header says it.
    package var delimiter: UInt8?

    package init(delimiter: UInt8?) { self.delimiter = delimiter }

    /// How an input is to be read; nil where it is no table.
    package init?(_ format: InputFormat, _ plan: FormatPlan) {
        guard plan.preset(of: format) == .csv else { return nil }
        delimiter = plan.delimiter
    }
}

extension Descriptor {
    /// Whether a file begins as what gzip packs does.
    var beginsPacked: Bool {
        let block = ByteBlock(capacity: 64)
        return block.read(from: number, at: 0, most: 2) == 2 && block.bytes.beginsPacked
    }
}

extension View<UInt8> {
    /// Whether these are the first bytes of what gzip packs.
    var beginsPacked: Bool { count >= 2 && self[0] == 0x1F && self[1] == 0x8B }

    /// Whether these are the first bytes of a text in UTF-16 that says so.
    var beginsAsUTF16: Bool {
        count >= 2 && (self[0] == 0xFF && self[1] == 0xFE || self[0] == 0xFE && self[1] == 0xFF)
    }
}
