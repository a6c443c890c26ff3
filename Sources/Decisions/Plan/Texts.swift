import Events
import Storage

/// Texts that lines are put together of, looked at in place: one behind the other in one block.
struct Texts: ~Copyable, Sendable {
    private let bytes = ByteBlock(capacity: 256)
    private let ends: Column<Int>

    init(_ texts: [[UInt8]]) {
        var ends = [0]
        for text in texts {
            bytes.append(text)
            ends.append(bytes.count)
        }
        self.ends = Column(ends)
    }

    subscript(index: Int) -> View<UInt8> { bytes.bytes[ends[index]..<ends[index + 1]] }

    /// A name as a JSON string.
    static func json(_ name: String) -> [UInt8] {
        var text: [UInt8] = []
        text.append(jsonString: name)
        return text
    }
}
