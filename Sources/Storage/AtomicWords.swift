import Synchronization

/// A fixed number of words that any thread may add to and read, without locks: the counts of a histogram.
///
/// A reader that looks at several of them may see one addition and not yet another.
@safe
public final class AtomicWords: @unchecked Sendable {
    // The pointer never changes, and what it points to is only touched atomically: that is why it may cross threads.
    private let base: UnsafeMutablePointer<Atomic<UInt64>>
    /// How many words there are.
    public let count: Int

    /// So many words, all zero.
    public init(count: Int) {
        precondition(count > 0)
        self.count = count
        unsafe base = .allocate(capacity: count)
        for index in 0..<count { unsafe (base + index).initialize(to: Atomic(0)) }
    }

    deinit {
        unsafe base.deinitialize(count: count)
        unsafe base.deallocate()
    }

    /// The word at `index`.
    public subscript(index: Int) -> UInt64 {
        precondition(index >= 0 && index < count, "outside the words")
        return unsafe base[index].load(ordering: .relaxed)
    }

    /// Adds to the word at `index`, wrapping round.
    public func add(_ amount: UInt64, at index: Int) {
        precondition(index >= 0 && index < count, "outside the words")
        _ = unsafe base[index].wrappingAdd(amount, ordering: .relaxed)
    }

    /// Raises the word at `index` to `value` where it is less.
    public func raise(to value: UInt64, at index: Int) {
        precondition(index >= 0 && index < count, "outside the words")
        _ = unsafe base[index].max(value, ordering: .relaxed)
    }
}
