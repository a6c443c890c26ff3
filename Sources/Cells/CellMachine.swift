package import Events
package import Storage

/// Lines that stand one after the other in a partition and arrived at one instant.
package struct CellPiece: Sendable {
    /// The lines, each with its line end.
    package let block: ByteBlock
    /// The offset of the first; those of the others follow.
    package let first: Int64
    package let lineCount: Int
    /// The records' timestamp.
    package let arrival: Instant

    package init(block: ByteBlock, first: Int64, lineCount: Int, arrival: Instant) {
        self.block = block
        self.first = first
        self.lineCount = lineCount
        self.arrival = arrival
    }
}

/// What followed from what a cell took.
package struct CellOutput: Sendable {
    package var lines: [OutputLines] = []
    /// The lines for what was rejected, each with its line end.
    package var rejected: [ByteBlock] = []

    package init() {}

    package var isEmpty: Bool { lines.isEmpty && rejected.isEmpty }
}

/// What makes a cell's output of its input: the engine, or a model of it.
///
/// A pure state machine: the same calls make the same output, and how lines are cut into pieces of
/// one arrival changes nothing but when it is told that one was rejected.
package protocol CellMachine: AnyObject {
    /// The configuration that it follows, as control records have it.
    var configuration: [UInt8] { get }

    /// Takes the next lines.
    func take(_ piece: CellPiece)

    /// Rejects the next record, whose key belongs to another partition.
    func rejectMisplaced(_ record: CellPiece, _ detail: String)

    /// Whether anything would happen at a step to this time. One at which nothing would is not made, nor recorded.
    func moves(at now: Instant) -> Bool

    /// Lets time go on without an event.
    func step(to now: Instant)

    /// Follows another configuration from here on; throws where that is none for it.
    func follow(_ configuration: [UInt8]) throws(CellFault)

    /// What it would like to be granted, since this was asked last. Whether it is asked changes nothing that follows.
    func takeWishes() -> [LeaseWish]

    /// Has been granted so much in all for an account, from here on.
    func grant(_ total: Int, for account: LeaseAccount)

    /// What has followed since this was asked last.
    func takeOutput() -> CellOutput
}

/// Why a cell cannot go on; the others do.
package struct CellFault: Error, Equatable, CustomStringConvertible {
    /// What is wrong, and what would help.
    package let description: String

    package init(_ description: String) { self.description = description }
}
