import Synchronization

/// A bounded queue between stages: who sends to a full one is suspended, which is the backpressure; who receives from an
/// empty one is suspended too.
///
/// Senders close it when they are done: what is in it is still received. It is abandoned when a task that waits at it is
/// cancelled, or its receiver gives up: then nothing is sent or received any more, and everybody who waits goes on. So
/// one failed stage ends all others without any of them knowing of it.
final class Channel<Element: Sendable>: Sendable {
    private struct State {
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
        if let done = state.withLock({ offer(element, to: &$0) }) { return done }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let done = state.withLock { state -> Bool? in
                    if let done = offer(element, to: &state) { return done }
                    state.senders.append((element, continuation))
                    return nil
                }
                if let done { continuation.resume(returning: done) }
            }
        } onCancel: {
            abandon()
        }
    }

    /// Adds an element without waiting, whether there is room or not: for the rare word that must not be held up.
    func post(_ element: Element) {
        state.withLock { state in
            if state.isAbandoned || state.openSenders <= 0 { return }
            if offer(element, to: &state) == nil { state.elements.append(element) }
        }
    }

    /// Waits for an element; nil when there will be none any more.
    func receive() async -> Element? {
        if let taken = state.withLock({ take(from: &$0) }) { return taken }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let taken = state.withLock { state -> Element?? in
                    if let taken = take(from: &state) { return taken }
                    state.receivers.append(continuation)
                    return nil
                }
                if let taken { continuation.resume(returning: taken) }
            }
        } onCancel: {
            abandon()
        }
    }

    /// Says that one of the senders is done.
    func close() {
        let waiting = state.withLock { state -> [CheckedContinuation<Element?, Never>] in
            state.openSenders -= 1
            guard state.openSenders == 0 else { return [] }
            defer { state.receivers = [] }
            return state.receivers
        }
        for receiver in waiting { receiver.resume(returning: nil) }
    }

    /// Ends the channel at once; what is in it is lost.
    func abandon() {
        let (senders, receivers) = state.withLock { state in
            defer {
                state.isAbandoned = true
                state.elements = []
                state.senders = []
                state.receivers = []
            }
            return (state.senders.map(\.continuation), state.receivers)
        }
        for sender in senders { sender.resume(returning: false) }
        for receiver in receivers { receiver.resume(returning: nil) }
    }

    /// Adds an element if that is possible at once; nil where the sender must wait.
    private func offer(_ element: Element, to state: inout State) -> Bool? {
        if state.isAbandoned { return false }
        if !state.receivers.isEmpty {
            state.receivers.removeFirst().resume(returning: element)
            return true
        }
        guard state.elements.count < capacity else { return nil }
        state.elements.append(element)
        return true
    }

    /// Takes an element if there is one; the inner nil says that there will be none, the outer one to wait.
    private func take(from state: inout State) -> Element?? {
        if state.isAbandoned { return .some(nil) }
        guard !state.elements.isEmpty else { return state.openSenders <= 0 ? .some(nil) : nil }
        let element = state.elements.removeFirst()
        if !state.senders.isEmpty {
            let sender = state.senders.removeFirst()
            state.elements.append(sender.element)
            sender.continuation.resume(returning: true)
        }
        return element
    }
}
