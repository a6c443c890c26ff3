package import Storage

/// The state of a subject on its way from its shard to that of the subject that it turned out to be.
///
/// The two meet at the event that says so: the giving shard takes the state out of its own as soon as it has done all that
/// comes before the event, and the taking one does not begin with the event before it has it. So waits lead to earlier places
/// only, and never round in a circle; all other shards go on. What is handed over are the words of a row; the blocks that
/// they name stay where they are, in the memory that the shards share.
package final class StateTransfer: Sendable {
    /// The words of a customer's row.
    package struct Words: Sendable {
        package var kinds: [Int]
        package var words: [UInt64]
        /// How many partial matches they hold.
        package var partialMatches: Int

        package init(kinds: [Int] = [], words: [UInt64] = [], partialMatches: Int = 0) {
            (self.kinds, self.words, self.partialMatches) = (kinds, words, partialMatches)
        }
    }

    /// The number of the event in its batch.
    package let row: Int
    /// The number of the change that brings it about, among the batch's.
    package let change: Int
    package let giver: Int
    package let taker: Int
    /// What is handed over; nil where nothing is kept of the subject.
    package let state = Handover<Words>()

    init(row: Int, change: Int, giver: Int, taker: Int) {
        (self.row, self.change, self.giver, self.taker) = (row, change, giver, taker)
    }
}
