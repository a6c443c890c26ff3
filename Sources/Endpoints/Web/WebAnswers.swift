import HTTP
import Storage
import Synchronization
import Telemetry

/// One connection's answers, which leave in the order of their requests, whoever has them first. Any thread may answer;
/// none ever waits: what the client does not take at once stays here until the reader's thread sends it on.
final class WebAnswers: Sendable {
    /// One request's answer, once it is there.
    private struct Slot {
        let head: Head
        var bytes: [UInt8]?
    }

    /// What of a request its answer depends on.
    struct Head {
        var isHead = false
        var minorVersion = 1
        /// Whether nothing more is answered behind it.
        var isLast = false
        /// Fields that every answer to it has, as CORS asks for.
        var fields: [RequestHead.Field] = []
    }

    private struct State {
        /// From the first on that has not left.
        var slots: [Slot] = []
        var firstNumber = 0
        var unsent: [UInt8] = []
        var sent = 0
        var isOpen = true
        var isLeaving = false
        var hasFinished = false
        var wantsBell = false
    }

    let descriptor: Descriptor
    private let key: UInt64
    private let bell: WebBell
    private let answered: Counter
    private let state = Mutex(State())

    init(_ descriptor: Descriptor, key: UInt64, bell: WebBell, answered: Counter) {
        self.descriptor = descriptor
        self.key = key
        self.bell = bell
        self.answered = answered
    }

    /// How many requests wait for their answers.
    var waitingCount: Int { state.withLock { $0.slots.count } }

    /// Whether there is something that the client has not taken yet.
    var hasUnsent: Bool { state.withLock { $0.isOpen && !$0.unsent.isEmpty } }

    /// Whether no more requests are taken.
    var isEnding: Bool { state.withLock { $0.isLeaving } }

    /// Whether the last answer has left.
    var hasFinished: Bool { state.withLock { $0.hasFinished } }

    /// Makes a place for the answer to the next request.
    func expect(_ head: Head) -> Int {
        state.withLock { state in
            state.slots.append(Slot(head: head))
            return state.firstNumber + state.slots.count - 1
        }
    }

    /// Answers a request. Only the first answer counts.
    /// - Parameter isLast: whether nothing more is answered behind it, whatever its head says.
    /// - Returns: whether it was the first.
    @discardableResult
    func answer(_ number: Int, _ response: Response, isLast: Bool = false) -> Bool {
        let rings = state.withLock { state -> Bool? in
            let index = number - state.firstNumber
            guard state.isOpen, index >= 0, state.slots[index].bytes == nil else { return nil }
            let head = state.slots[index].head
            let ends = isLast || head.isLast || state.isLeaving && index == state.slots.count - 1
            var response = response
            response.fields += head.fields
            state.slots[index].bytes = response.bytes(
                isHead: head.isHead, time: System.wallClock,
                connection: ends ? "close" : head.minorVersion == 0 ? "keep-alive" : nil)
            if ends { state.isLeaving = true }
            return send(&state)
        }
        guard let rings else { return false }
        answered.add()
        if rings { bell.ring(for: key) }
        return true
    }

    /// Whether a request was answered.
    func isAnswered(_ number: Int) -> Bool {
        state.withLock { state in
            let index = number - state.firstNumber
            return index < 0 || !state.isOpen || state.slots[index].bytes != nil
        }
    }

    /// Has the client send the body that it holds back, unless something else is to be said first.
    func proceed() {
        state.withLock { state in
            guard state.isOpen, state.slots.count == 1, state.unsent.isEmpty else { return }
            state.unsent = Response.proceed
            _ = send(&state)
        }
    }

    /// No more requests are taken; what was taken is still answered.
    func leave() {
        let rings = state.withLock { state in
            state.isLeaving = true
            return send(&state)
        }
        if rings { bell.ring(for: key) }
    }

    /// Sends what waits, as far as the client takes it.
    func flush() {
        let rings = state.withLock { send(&$0) }
        if rings { bell.ring(for: key) }
    }

    /// Has the reader told when one more answer has left.
    func callWhenAnswered() { state.withLock { $0.wantsBell = true } }

    /// Says nothing more from now on. Whoever closes the connection calls this first.
    func close() {
        state.withLock { state in
            state.isOpen = false
            (state.slots, state.unsent, state.sent) = ([], [], 0)
        }
    }

    /// Answers all that nobody else will, and closes the connection.
    func conclude(with response: Response) {
        let numbers = state.withLock { state in
            state.isLeaving = true
            return state.firstNumber..<state.firstNumber + state.slots.count
        }
        for number in numbers { answer(number, response) }
        flush()
        close()
        // What is unread would take the answers away with it.
        descriptor.finishSending()
        let rest = ByteBlock(capacity: 4096)
        while rest.read(from: descriptor.number) > 0, rest.count < 64 << 10 { rest.reserve(4096) }
        try? descriptor.close()
    }

    /// Sends the answers that have their turn.
    /// - Returns: whether the reader should look.
    private func send(_ state: inout State) -> Bool {
        guard state.isOpen else { return false }
        var hasLeft = false
        while let bytes = state.slots.first?.bytes {
            state.unsent += bytes
            state.slots.removeFirst()
            state.firstNumber += 1
            hasLeft = true
        }
        while state.sent < state.unsent.count {
            let put = descriptor.send(state.unsent, from: state.sent)
            if put < 0, !SystemError(code: Int32(-put)).isPassing {
                // Nobody is there any more.
                (state.isOpen, state.hasFinished) = (false, true)
                return true
            }
            if put <= 0 { break }
            state.sent += put
        }
        let isBlocked = state.sent < state.unsent.count
        if !isBlocked { (state.unsent, state.sent) = ([], 0) }
        if !isBlocked, state.isLeaving, state.slots.isEmpty, !state.hasFinished {
            descriptor.finishSending()
            state.hasFinished = true
            return true
        }
        if hasLeft, state.wantsBell {
            state.wantsBell = false
            return true
        }
        return isBlocked && hasLeft
    }
}

/// Tells the reader which of its connections to look at.
final class WebBell: Sendable {
    private let doorbell: Doorbell
    private let keys = Mutex<[UInt64]>([])

    init() throws(SystemError) { doorbell = try Doorbell() }

    /// Can be read from while it rings.
    var descriptor: Descriptor { doorbell.descriptor }

    func ring(for key: UInt64) {
        keys.withLock { $0.append(key) }
        doorbell.ring()
    }

    /// Takes the connections that it rang for.
    func take() -> [UInt64] {
        doorbell.silence()
        return keys.withLock { keys in
            defer { keys = [] }
            return keys
        }
    }
}
