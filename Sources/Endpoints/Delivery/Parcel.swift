package import Storage

/// Some lines of a backlog on their way out.
package struct Parcel: Sendable {
    /// One line: where its bytes stand, without a line end, and the place in the backlog behind it.
    package struct Line: BitwiseCopyable, Sendable {
        let start: Int
        let end: Int
        package let next: UInt64
    }

    /// The bytes of all lines.
    private let bytes: [UInt8]
    package let lines: [Line]

    init(bytes: [UInt8], lines: [Line]) {
        precondition(!lines.isEmpty, "a parcel has lines")
        self.bytes = bytes
        self.lines = lines
    }

    /// The place in the backlog behind the last line.
    package var next: UInt64 { lines[lines.count - 1].next }

    /// Lends the lines' bytes for the length of a call.
    package func withLines<Result>(_ body: ([View<UInt8>]) -> Result) -> Result {
        View.of(bytes) { view in body(lines.map { view[$0.start..<$0.end] }) }
    }

    /// The parcel of one of the lines alone.
    package func part(_ index: Int) -> Parcel { Parcel(bytes: bytes, lines: [lines[index]]) }
}

/// Where the lines of a backlog are kept. Places count up, from whatever number, and are never used twice.
protocol LineStore: AnyObject {
    /// How many lines wait, those handed out and not yet released among them.
    var lineCount: Int { get }
    /// How many bytes they take.
    var byteCount: Int { get }
    /// The place of the first line that is not released.
    var front: UInt64 { get }

    /// Adds lines from the one numbered `start` on, as far as there is room.
    /// - Returns: the number of the first line that was not added.
    func add(_ lines: [View<UInt8>], from start: Int) throws(SystemError) -> Int
    /// Lets go of what has waited longest, whatever becomes of it.
    /// - Returns: how many lines that were; nil where there is nothing to let go of.
    func dropOldest() -> Int?
    /// Lines from `place` on; nil where there are none. What is before the front counts as the front.
    func parcel(from place: UInt64, mostLines: Int, mostBytes: Int) throws(SystemError) -> Parcel?
    /// Lets go of the lines before `place`: they have been taken.
    func release(before place: UInt64)
    /// How many lines could no longer be read and were passed over since this was last asked.
    func takeDamage() -> Int
    /// Makes what it has to outlast this run, as far as it can.
    func settle()
}
