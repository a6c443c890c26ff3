import Events
import Storage

/// Whole lines that several connections had ready at once, on their way to become one block: many senders of a line each
/// then cost a fraction of a batch each.
struct Gathering {
    /// From here on a block is handed on, although more could be read.
    static let enough = 64 << 10

    private var block: ByteBlock?
    private var parts: [LinePart] = []

    var isEmpty: Bool { block == nil }
    var isEnough: Bool { (block?.count ?? 0) >= Gathering.enough }

    /// Adds whole lines of one source.
    mutating func add(_ lines: View<UInt8>, of source: LineSource) {
        guard lines.count > 0 else { return }
        let part = LinePart(source: source, lineCount: lines.count(of: 0x0A))
        let block = block ?? ByteBlock(capacity: lines.count)
        block.append(lines)
        self.block = block
        if let last = parts.last, last.source === source {
            parts[parts.count - 1] = LinePart(source: source, lineCount: last.lineCount + part.lineCount)
        } else {
            parts.append(part)
        }
    }

    /// What was gathered, as one piece; nil where that is nothing.
    mutating func take() -> InputReader.Piece? {
        guard let done = block else { return nil }
        defer {
            block = nil
            parts = []
        }
        return InputReader.Piece(block: done, arrival: .now, lines: .of(parts))
    }
}
