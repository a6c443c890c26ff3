package import Storage

/// What a line of the output reports, under the word that its `type` has.
package enum LineType: String, BitwiseCopyable, CaseIterable, Sendable {
    case decision
    case moment
    case segment
    case score
    case dropOff = "drop_off"
    case response
    case identity
}

/// One line of the output: what a consumer may choose by without reading the line itself.
package struct OutputLine: BitwiseCopyable, Sendable {
    package var type: LineType
    /// Whether it is a decision for a customer of the control group, on which nobody is to act.
    package var isControl: Bool
    /// The number behind the dash of the line's id.
    package var id: UInt64
    /// The line's place in its block: from `start` up to `end`, where its line end stands.
    package var start: Int
    package var end: Int

    package init(type: LineType, isControl: Bool = false, id: UInt64, start: Int, end: Int) {
        self.type = type
        self.isControl = isControl
        self.id = id
        self.start = start
        self.end = end
    }
}

/// Lines on their way out: their bytes, one behind the other, and what each of them is.
///
/// Invariant: `lines` are in the order of the bytes and cover them, but for one line end behind each.
package struct OutputLines: Sendable {
    /// All lines, each with its line end.
    package let block: ByteBlock
    package private(set) var lines: [OutputLine] = []

    /// No lines, with room for so many bytes.
    package init(capacity: Int) {
        block = ByteBlock(capacity: capacity)
    }

    package var isEmpty: Bool { lines.isEmpty }

    /// The bytes of a line, without its line end. Valid until the next line is added.
    package func text(of line: OutputLine) -> View<UInt8> { block.bytes[line.start..<line.end] }

    /// Adds a line, which has no line end yet.
    package mutating func append(_ text: View<UInt8>, type: LineType, id: UInt64, isControl: Bool = false) {
        let start = block.count
        block.append(text)
        lines.append(OutputLine(type: type, isControl: isControl, id: id, start: start, end: block.count))
        block.append(UInt8(ascii: "\n"))
    }
}
