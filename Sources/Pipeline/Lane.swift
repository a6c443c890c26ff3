import Synchronization

/// Puts elements that are made side by side back into order.
///
/// Who has the next piece of work reserves a ticket, which waits until few enough are under way; whoever finishes it
/// delivers under that ticket, which never waits; the one receiver gets the elements in order of their tickets. So the
/// work in between may be shared among any number of workers, and its memory is bounded.
///
/// It ends like a `Channel`: closed by all its producers, or abandoned.
final class Lane<Element: Sendable>: Sendable {
    private struct State {
        /// The elements from the next one to be received on; nil where one is still under way.
        var slots: [Element?] = []
        var nextTicket = 0
        var nextReceived = 0
        var producers: Int
        var isAbandoned = false
        var reservers: [CheckedContinuation<Int?, Never>] = []
        var receiver: CheckedContinuation<Element?, Never>?
    }

    /// How many elements may be under way.
    let capacity: Int
    private let state: Mutex<State>

    /// A lane for `capacity` elements under way, that `producers` parties will close.
    init(capacity: Int, producers: Int) {
        self.capacity = capacity
        state = Mutex(State(producers: producers))
    }

    /// How many elements are under way or wait to be received.
    var depth: Int { state.withLock { $0.slots.count } }

    /// Waits for the next ticket; nil where nobody will receive.
    func reserve() async -> Int? {
        if let ticket = state.withLock({ issue(from: &$0) }) { return ticket }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let ticket = state.withLock { state -> Int?? in
                    if let ticket = issue(from: &state) { return ticket }
                    state.reservers.append(continuation)
                    return nil
                }
                if let ticket { continuation.resume(returning: ticket) }
            }
        } onCancel: {
            abandon()
        }
    }

    /// Delivers what a ticket was reserved for.
    func deliver(_ element: Element, ticket: Int) {
        state.withLock { state in
            if state.isAbandoned { return }
            let slot = ticket - state.nextReceived
            state.slots[slot] = element
            guard slot == 0, let receiver = state.receiver else { return }
            state.receiver = nil
            if let taken = take(from: &state) { receiver.resume(returning: taken) }
        }
    }

    /// Waits for the next element in order; nil when there will be none any more.
    func receive() async -> Element? {
        if let taken = state.withLock({ take(from: &$0) }) { return taken }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let taken = state.withLock { state -> Element?? in
                    if let taken = take(from: &state) { return taken }
                    precondition(state.receiver == nil, "a lane has one receiver")
                    state.receiver = continuation
                    return nil
                }
                if let taken { continuation.resume(returning: taken) }
            }
        } onCancel: {
            abandon()
        }
    }

    /// The next element in order, if it is there already.
    func receiveNow() -> Element? {
        state.withLock { state in
            if case .some(.some(let element)) = take(from: &state) { return element }
            return nil
        }
    }

    /// Says that one of the producers will reserve no more tickets.
    func close() {
        state.withLock { state in
            state.producers -= 1
            guard let receiver = state.receiver, let taken = take(from: &state) else { return }
            state.receiver = nil
            receiver.resume(returning: taken)
        }
    }

    /// Ends the lane at once; what is under way is lost.
    func abandon() {
        state.withLock { state in
            state.isAbandoned = true
            state.slots = []
            for reserver in state.reservers { reserver.resume(returning: nil) }
            state.reservers = []
            state.receiver?.resume(returning: nil)
            state.receiver = nil
        }
    }

    private func issue(from state: inout State) -> Int?? {
        if state.isAbandoned { return .some(nil) }
        guard state.slots.count < capacity else { return nil }
        state.slots.append(nil)
        state.nextTicket += 1
        return state.nextTicket - 1
    }

    private func take(from state: inout State) -> Element?? {
        if state.isAbandoned { return .some(nil) }
        guard let first = state.slots.first else { return state.producers <= 0 ? .some(nil) : nil }
        guard let element = first else { return nil }
        state.slots.removeFirst()
        state.nextReceived += 1
        if !state.reservers.isEmpty {
            let reserver = state.reservers.removeFirst()
            if case .some(.some(let ticket)) = issue(from: &state) { reserver.resume(returning: ticket) }
        }
        return element
    }
}
