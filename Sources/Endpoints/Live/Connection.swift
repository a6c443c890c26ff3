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
    private(set) var source: LineSource
    /// What can be said to the sender.
    let answers: Answers
    var state = State.greeting
    var greeting: Greeting
    var tail: LineTail
    /// What makes lines of what it sends, where that is a table.
    private var table: TableStream?
    /// When it was accepted and when something last came, in microseconds of a clock that is never set.
    let begin: Int64
    var lastHeard: Int64

    init(
        _ descriptor: Descriptor, name: String, format: InputFormat, table: TableSettings?, token: AccessToken?,
        lineLimit: Int, now: Int64
    ) {
        self.descriptor = descriptor
        self.table = table.map { TableStream($0, lineLimit: lineLimit) }
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

    /// Whether it sends a table.
    var sendsTable: Bool { table != nil }

    /// How many bytes of memory its unfinished line takes, or its unfinished row.
    var heldSize: Int { tail.size + (table?.heldCount ?? 0) }

    /// The lines that whole lines of a table come to; with `isLast` nothing comes behind them.
    func rows(of lines: View<UInt8>, isLast: Bool = false) -> ByteBlock {
        let rows = ByteBlock(capacity: lines.count)
        guard let table else { return rows }
        table.take(lines, into: rows)
        if isLast { table.end(into: rows) }
        // No line has come before the header.
        if source.format.table == nil, let header = table.header {
            let named = LineSource(
                source.name, linesBefore: source.lineCount, format: source.format.ofRows(of: header), answers: answers)
            if source.asksForAcknowledgements { named.askForAcknowledgements() }
            source = named
        }
        return rows
    }

    /// Drops what has no end; whether there was anything.
    func dropRest() -> Bool {
        let isWithinRow = table.map { $0.openCount > 0 } ?? false
        table = nil
        return tail.rest() != nil || isWithinRow
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
