/// A point in a configuration file, as an editor counts it.
package struct Place: Sendable, Hashable {
    /// The file as it was named on the command line or by the `include` that led to it.
    package let file: String
    /// From 1; 0 means the file as a whole.
    package let line: Int
    /// From 1, in Unicode scalars; 0 means the file as a whole.
    package let column: Int

    package init(file: String, line: Int, column: Int) {
        self.file = file
        self.line = line
        self.column = column
    }

    /// The file as a whole, for what concerns no line of it.
    package init(file: String) {
        self.init(file: file, line: 0, column: 0)
    }
}

extension Place: CustomStringConvertible {
    /// `file:line:column`, or only the file where the place is the file as a whole.
    package var description: String { line == 0 ? file : "\(file):\(line):\(column)" }
}

extension Place: Comparable {
    /// Whether a place comes before another: file by file, then by where it is in the file.
    package static func < (left: Place, right: Place) -> Bool {
        (left.file, left.line, left.column) < (right.file, right.line, right.column)
    }
}

/// The bytes of one configuration file, known to be valid UTF-8, and where its lines begin.
///
/// Nodes keep an offset into it instead of a place: lines and columns are worked out only for what is reported.
package final class SourceFile: Sendable {
    package let name: String
    package let bytes: [UInt8]
    /// The offsets of the lines' first bytes. A byte-order mark stands before the first line, not in it.
    private let lineStarts: [Int]

    /// `bytes` must be valid UTF-8.
    init(name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
        lineStarts = SourceFile.lineStarts(of: bytes)
    }

    /// Editors break lines at LF, CR and CRLF; the separators U+2028 and U+2029, which JSON5 also takes for line ends,
    /// are not counted, so that line numbers agree with what the user sees.
    private static func lineStarts(of bytes: [UInt8]) -> [Int] {
        var starts = [bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0]
        for (index, byte) in bytes.enumerated() {
            let isCarriageReturn = byte == 0x0D && !(index + 1 < bytes.count && bytes[index + 1] == 0x0A)
            if byte == 0x0A || isCarriageReturn { starts.append(index + 1) }
        }
        return starts
    }

    /// How many lines there are; the end of the last is no line of its own.
    var lineCount: Int { lineStarts.count - (lineStarts[lineStarts.count - 1] == bytes.count ? 1 : 0) }

    /// The place of the byte at `offset`; offsets beyond the end mean the end.
    package func place(at offset: Int) -> Place {
        let offset = min(max(offset, lineStarts[0]), bytes.count)
        let line = lineIndex(of: offset)
        let scalars = bytes[lineStarts[line]..<offset].count { $0 & 0xC0 != 0x80 }
        return Place(file: name, line: line + 1, column: scalars + 1)
    }

    private func lineIndex(of offset: Int) -> Int {
        var low = 0
        var high = lineStarts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if lineStarts[middle] <= offset { low = middle } else { high = middle }
        }
        return low
    }

    /// The scalars of a line (from 1) without its end, at most `limit` of them from the column `first` (from 1) on.
    func line(_ number: Int, from first: Int, limit: Int) -> String {
        guard number >= 1, number <= lineStarts.count else { return "" }
        let end = number < lineStarts.count ? lineStarts[number] : bytes.count
        var text = ""
        var column = 1
        var offset = lineStarts[number - 1]
        while offset < end, column < first + limit {
            let (scalar, length) = scalar(at: offset)
            if scalar == "\n" || scalar == "\r" { break }
            if column >= first { text.unicodeScalars.append(scalar) }
            column += 1
            offset += length
        }
        return text
    }

    /// The scalar that begins at `offset`, which must lie within the file, and how many bytes it takes.
    func scalar(at offset: Int) -> (scalar: Unicode.Scalar, length: Int) {
        let first = UInt32(bytes[offset])
        if first < 0x80 { return (Unicode.Scalar(UInt8(first)), 1) }
        let length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
        var value = first & (0x7F >> UInt32(length))
        for index in 1..<length where offset + index < bytes.count {
            value = value << 6 | UInt32(bytes[offset + index] & 0x3F)
        }
        return (Unicode.Scalar(value) ?? "\u{FFFD}", length)
    }

    /// The text of a range of bytes that begins and ends between scalars.
    func text(_ range: Range<Int>) -> String {
        String(decoding: bytes[range], as: UTF8.self)
    }
}
