import Synchronization

/// Something that one task gives to another, once: the other one asks whether it is there, or to be told.
public final class Handover<Value: Sendable>: Sendable {
    private struct State {
        var isGiven = false
        var value: Value?
        var waiter: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    /// One in which nothing is yet.
    public init() {}

    /// Whether the value is there to be taken.
    public var isGiven: Bool { state.withLock { $0.isGiven } }

    /// Hands the value over; nil says that there is none, and that none will come.
    public func give(_ value: Value?) {
        let waiter = state.withLock { state in
            (state.isGiven, state.value) = (true, value)
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?()
    }

    /// Takes the value, which has been given.
    public func take() -> Value? {
        state.withLock { state in
            precondition(state.isGiven, "what is taken has been given")
            defer { state.value = nil }
            return state.value
        }
    }

    /// Has something done as soon as the value is there: at once, or by whoever gives it. Only one may wait.
    public func whenGiven(_ body: @escaping @Sendable () -> Void) {
        let isGiven = state.withLock { state in
            if !state.isGiven { state.waiter = body }
            return state.isGiven
        }
        if isGiven { body() }
    }
}
