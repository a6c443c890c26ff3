import Synchronization

/// Puts elements that are made side by side back into order.
///
/// Who has the next piece of work reserves a ticket, which waits until few enough are under way; whoever finishes it
/// delivers under that ticket, which never waits; the one receiver gets the elements in order of their tickets. So the
/// work in between may be shared among any number of workers, and its memory is bounded.
///
/// It ends like a `Channel`: closed by all its producers, or abandoned.
final class ReorderBuffer<Element: Sendable>: Sendable {
    private struct State: Sendable {
        /// The elements from the next one to be received on; nil where one is still under way.
        var slots: [Element?] = []
        var nextTicket = 0
        var nextReceived = 0
        var producers: Int
        var isCut = false
        var isAbandoned = false
        var reservers: [CheckedContinuation<Int?, Never>] = []
        var receiver: CheckedContinuation<Element?, Never>?
    }

    /// How many elements may be under way.
    let capacity: Int
    private let state: Mutex<State>

    /// A buffer for `capacity` elements under way, that `producers` parties will close.
    init(capacity: Int, producers: Int) {
        self.capacity = capacity
        state = Mutex(State(producers: producers))
    }

    /// Whether there is more of what its producers had to give.
    var isCut: Bool { state.withLock { $0.isCut } }

    /// How many elements are under way or wait to be received.
    var depth: Int { state.withLock { $0.slots.count } }

    /// Whether a ticket is to be had at once.
    var hasRoom: Bool { state.withLock { $0.isAbandoned || $0.slots.count < capacity && $0.reservers.isEmpty } }

    /// Waits for the next ticket; nil where nobody will receive.
    func reserve() async -> Int? {
        if let ticket = state.withLock({ issue(from: &$0) }) { return ticket }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                state.change { state, waking in
                    if let ticket = issue(from: &state) {
                        waking.add(continuation, returning: ticket)
                    } else {
                        state.reservers.append(continuation)
                    }
                }
            }
        } onCancel: {
            abandon()
        }
    }

    /// Delivers what a ticket was reserved for.
    func deliver(_ element: Element, ticket: Int) {
        state.change { state, waking in
            if state.isAbandoned { return }
            let slot = ticket - state.nextReceived
            state.slots[slot] = element
            if slot == 0 { serveReceiver(of: &state, waking: &waking) }
        }
    }

    /// Waits for the next element in order; nil when there will be none any more.
    func receive() async -> Element? {
        if let taken = state.change({ take(from: &$0, waking: &$1) }) { return taken }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                state.change { state, waking in
                    if let taken = take(from: &state, waking: &waking) {
                        waking.add(continuation, returning: taken)
                    } else {
                        precondition(state.receiver == nil, "a buffer has one receiver")
                        state.receiver = continuation
                    }
                }
            }
        } onCancel: {
            abandon()
        }
    }

    /// The next element in order, if it is there already.
    func receiveNow() -> Element? {
        state.change { state, waking in
            if case .some(.some(let element)) = take(from: &state, waking: &waking) { return element }
            return nil
        }
    }

    /// Says that one of the producers will reserve no more tickets: because there is nothing more, or because it is cut.
    func close(isCut: Bool = false) {
        state.change { state, waking in
            state.producers -= 1
            state.isCut = state.isCut || isCut
            serveReceiver(of: &state, waking: &waking)
        }
    }

    /// Ends the buffer at once; what is under way is lost.
    func abandon() {
        state.change { state, waking in
            state.isAbandoned = true
            state.slots = []
            for reserver in state.reservers { waking.add(reserver, returning: nil) }
            state.reservers = []
            serveReceiver(of: &state, waking: &waking)
        }
    }

    /// Lets the receiver go on, if one waits and there is something to be told.
    private func serveReceiver(of state: inout State, waking: inout Waking) {
        guard let receiver = state.receiver, let taken = take(from: &state, waking: &waking) else { return }
        state.receiver = nil
        waking.add(receiver, returning: taken)
    }

    private func issue(from state: inout State) -> Int?? {
        if state.isAbandoned { return .some(nil) }
        guard state.slots.count < capacity else { return nil }
        state.slots.append(nil)
        state.nextTicket += 1
        return state.nextTicket - 1
    }

    private func take(from state: inout State, waking: inout Waking) -> Element?? {
        if state.isAbandoned { return .some(nil) }
        guard let first = state.slots.first else { return state.producers <= 0 ? .some(nil) : nil }
        guard let element = first else { return nil }
        state.slots.removeFirst()
        state.nextReceived += 1
        if !state.reservers.isEmpty {
            let reserver = state.reservers.removeFirst()
            if case .some(.some(let ticket)) = issue(from: &state) { waking.add(reserver, returning: ticket) }
        }
        return element
    }
}
