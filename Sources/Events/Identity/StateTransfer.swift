import Synchronization

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

    private struct State {
        var isGiven = false
        var words: Words?
        var waiter: (@Sendable () -> Void)?
    }

    /// The number of the event in its batch.
    package let row: Int
    /// The number of the change that brings it about, among the batch's.
    package let change: Int
    package let giver: Int
    package let taker: Int
    private let state = Mutex(State())

    init(row: Int, change: Int, giver: Int, taker: Int) {
        (self.row, self.change, self.giver, self.taker) = (row, change, giver, taker)
    }

    /// Whether the state is there to be taken.
    package var isGiven: Bool { state.withLock { $0.isGiven } }

    /// Hands the state over; nil where nothing is kept of the subject.
    package func give(_ words: Words?) {
        let waiter = state.withLock { state in
            (state.isGiven, state.words) = (true, words)
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?()
    }

    /// Takes the state, which is there.
    package func take() -> Words? {
        state.withLock { state in
            precondition(state.isGiven, "state is taken once it was given")
            defer { state.words = nil }
            return state.words
        }
    }

    /// Has something done as soon as the state is there: at once, or by whoever gives it. Only the taking shard asks.
    package func whenGiven(_ body: @escaping @Sendable () -> Void) {
        let isGiven = state.withLock { state in
            if !state.isGiven { state.waiter = body }
            return state.isGiven
        }
        if isGiven { body() }
    }
}
