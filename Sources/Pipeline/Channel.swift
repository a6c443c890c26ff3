import Synchronization

/// A bounded queue between stages: who sends to a full one is suspended, which is the backpressure; who receives from an
/// empty one is suspended too.
///
/// Senders close it when they are done: what is in it is still received. It is abandoned when a task that waits at it is
/// cancelled, or its receiver gives up: then nothing is sent or received any more, and everybody who waits goes on. So
/// one failed stage ends all others without any of them knowing of it.
final class Channel<Element: Sendable>: Sendable {
    private struct State: Sendable {
        var elements: [Element] = []
        var senders: [(element: Element, continuation: CheckedContinuation<Bool, Never>)] = []
        var receivers: [CheckedContinuation<Element?, Never>] = []
        var openSenders: Int
        var isAbandoned = false
    }

    /// How many elements may wait.
    let capacity: Int
    private let state: Mutex<State>

    /// A channel for `capacity` elements that `senders` parties will close.
    init(capacity: Int, senders: Int = 1) {
        self.capacity = max(1, capacity)
        state = Mutex(State(openSenders: senders))
    }

    /// How many elements wait to be received, those whose senders are suspended included.
    var depth: Int { state.withLock { $0.elements.count + $0.senders.count } }

    /// Waits for room and adds an element; false where nobody will receive it.
    func send(_ element: Element) async -> Bool {
        if let done = state.change({ offer(element, to: &$0, waking: &$1) }) { return done }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                state.change { state, waking in
                    if let done = offer(element, to: &state, waking: &waking) {
                        waking.add(continuation, returning: done)
                    } else {
                        state.senders.append((element, continuation))
                    }
                }
            }
        } onCancel: {
            abandon()
        }
    }

    /// Adds an element without waiting, whether there is room or not: for the rare word that must not be held up.
    func post(_ element: Element) {
        state.change { state, waking in
            if state.isAbandoned || state.openSenders <= 0 { return }
            if offer(element, to: &state, waking: &waking) == nil { state.elements.append(element) }
        }
    }

    /// Waits for an element; nil when there will be none any more.
    func receive() async -> Element? {
        if let taken = state.change({ take(from: &$0, waking: &$1) }) { return taken }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                state.change { state, waking in
                    if let taken = take(from: &state, waking: &waking) {
                        waking.add(continuation, returning: taken)
                    } else {
                        state.receivers.append(continuation)
                    }
                }
            }
        } onCancel: {
            abandon()
        }
    }

    /// Says that one of the senders is done.
    func close() {
        state.change { state, waking in
            state.openSenders -= 1
            if state.openSenders == 0 { dismissReceivers(of: &state, waking: &waking) }
        }
    }

    /// Ends the channel at once; what is in it is lost.
    func abandon() {
        state.change { state, waking in
            state.isAbandoned = true
            state.elements = []
            for sender in state.senders { waking.add(sender.continuation, returning: false) }
            state.senders = []
            dismissReceivers(of: &state, waking: &waking)
        }
    }

    private func dismissReceivers(of state: inout State, waking: inout Waking) {
        for receiver in state.receivers { waking.add(receiver, returning: nil) }
        state.receivers = []
    }

    /// Adds an element if that is possible at once; nil where the sender must wait.
    private func offer(_ element: Element, to state: inout State, waking: inout Waking) -> Bool? {
        if state.isAbandoned { return false }
        if !state.receivers.isEmpty {
            waking.add(state.receivers.removeFirst(), returning: element)
            return true
        }
        guard state.elements.count < capacity else { return nil }
        state.elements.append(element)
        return true
    }

    /// Takes an element if there is one; the inner nil says that there will be none, the outer one to wait.
    private func take(from state: inout State, waking: inout Waking) -> Element?? {
        if state.isAbandoned { return .some(nil) }
        guard !state.elements.isEmpty else { return state.openSenders <= 0 ? .some(nil) : nil }
        let element = state.elements.removeFirst()
        if !state.senders.isEmpty {
            let sender = state.senders.removeFirst()
            state.elements.append(sender.element)
            waking.add(sender.continuation, returning: true)
        }
        return element
    }
}
