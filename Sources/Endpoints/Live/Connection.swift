import Events
import Storage
import Synchronization

/// One sender at a listener. Owned by the listener's reader.
final class Connection {
    /// Where it stands.
    enum State: Equatable {
        /// Its first lines may be words.
        case greeting
        case sending
        /// It was told to go. What it still sends is thrown away, so that it can read why; at that time it is closed.
        case leaving(until: Int64)
    }

    let descriptor: Descriptor
    let source: LineSource
    /// What can be said to the sender.
    let answers: Answers
    var state = State.greeting
    var greeting: Greeting
    var tail: LineTail
    /// When it was accepted and when something last came, in microseconds of a clock that is never set.
    let begin: Int64
    var lastHeard: Int64

    init(_ descriptor: Descriptor, name: String, format: InputFormat, token: AccessToken?, lineLimit: Int, now: Int64) {
        self.descriptor = descriptor
        answers = Answers(descriptor)
        source = LineSource(name, format: format, answers: answers)
        greeting = Greeting(token: token)
        tail = LineTail(lineLimit: lineLimit)
        begin = now
        lastHeard = now
    }

    var isLeaving: Bool {
        if case .leaving = state { return true }
        return false
    }
}

/// The way back to one sender: short lines, for whoever has something to tell it, from any thread. It never waits: what
/// the sender does not take stays here up to a limit, and what is beyond that is refused.
package final class Answers: LineAnswers {
    /// The most bytes that wait for a slow sender.
    package static let waitingMost = 4096

    private struct State {
        var waiting: [UInt8] = []
        var isOpen = true
    }

    private let descriptor: Descriptor
    private let state = Mutex(State())

    init(_ descriptor: Descriptor) { self.descriptor = descriptor }

    /// Sends a line, which needs no line's end; false where the connection has ended or too much waits already.
    @discardableResult
    package func send(_ line: String) -> Bool {
        let bytes = Array(line.utf8) + [0x0A]
        return state.withLock { state in
            guard state.isOpen, state.waiting.count + bytes.count <= Answers.waitingMost else { return false }
            state.waiting += bytes
            flush(&state)
            return true
        }
    }

    /// Sends what waits, as far as the sender takes it.
    func flush() { state.withLock { flush(&$0) } }

    /// Says nothing more from now on. Whoever closes the connection calls this first.
    func close() { state.withLock { $0.isOpen = false } }

    private func flush(_ state: inout State) {
        guard state.isOpen, !state.waiting.isEmpty else { return }
        let put = descriptor.send(state.waiting)
        if put > 0 { state.waiting.removeFirst(put) }
    }
}
