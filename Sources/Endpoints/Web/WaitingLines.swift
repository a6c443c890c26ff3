import Events
import HTTP
import Storage

/// The lines of requests that wait until the engine has room for them. Nothing of them has been handed on.
struct WaitingLines {
    /// How long lines may wait, in microseconds, before their requests are told to come again.
    static let patience: Int64 = 5_000_000

    private(set) var block = ByteBlock(capacity: 4096)
    private var parts: [(part: LinePart, posting: Posting, size: Int)] = []
    /// Since when the first of them waits.
    private(set) var since: Int64 = 0

    /// How many bytes they have.
    var count: Int { block.count }

    /// Notes whose the lines are that were appended to the block behind its first `before` bytes.
    mutating func note(_ part: LinePart, of posting: Posting, from before: Int, _ now: Int64) {
        if parts.isEmpty { since = now }
        parts.append((part, posting, block.count - before))
    }

    /// Hands them on.
    mutating func take() -> InputReader.Piece {
        defer { (block, parts) = (ByteBlock(capacity: 4096), []) }
        return InputReader.Piece(block: block, arrival: .now, lines: .of(parts.map(\.part)))
    }

    /// Gives up those that nobody has been answered for, and says so; an event that stays taken stays.
    mutating func giveUp(_ now: Int64) {
        let given = (block, parts)
        (block, parts) = (ByteBlock(capacity: 4096), [])
        var start = 0
        for entry in given.1 {
            if entry.posting.isOver {
                block.append(given.0.bytes[start..<start + entry.size])
                parts.append(entry)
            } else {
                entry.posting.giveUp()
            }
            start += entry.size
        }
        since = now
    }
}
