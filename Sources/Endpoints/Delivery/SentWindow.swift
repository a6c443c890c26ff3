/// What has been written to a connection and may not have been taken yet. Pure.
///
/// The system tells how many of the bytes written still wait on their way; from that follows which lines have been taken.
/// Lines are forgotten here as soon as they have.
struct SentWindow {
    private struct Line {
        /// How many bytes had been written up to its end.
        let end: Int
        /// The place in the backlog behind it.
        let next: UInt64
    }

    private var lines: [Line] = []
    private var sent = 0

    var isEmpty: Bool { lines.isEmpty }

    /// Notes that the last bytes written, `count` of them, end a line.
    mutating func note(_ count: Int, next: UInt64) {
        sent += count
        lines.append(Line(end: sent, next: next))
    }

    /// Takes note that so many of the bytes written, those of unfinished lines included, have not been taken yet.
    /// - Parameter partial: how many bytes of a line that is not noted yet have been written.
    /// - Returns: the place behind the last line that has been taken since the last time, and how many there were.
    mutating func confirm(untaken: Int, partial: Int) -> (next: UInt64, count: Int)? {
        let taken = sent + partial - untaken
        let count = lines.firstIndex { $0.end > taken } ?? lines.count
        guard count > 0 else { return nil }
        defer { lines.removeFirst(count) }
        return (lines[count - 1].next, count)
    }
}
