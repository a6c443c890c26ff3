package import Endpoints
package import Storage
import Synchronization
import Telemetry

/// What a load asks of an `http://` input.
package struct WebTarget: Sendable {
    /// Which requests are sent; the words are their paths.
    package enum Request: String, Sendable {
        /// As many events in a body as are due, up to `WebTarget.eventsMost`.
        case events = "/events"
        /// One event in a body, and what follows from it in the answer.
        case decide = "/decide"
    }

    /// How many events a body has at most.
    static let eventsMost = 500

    package let address: SocketAddress
    package let request: Request
    /// The token that the engine asks for.
    package var token: [UInt8]?

    /// Reads `http://HOST:PORT`, with `/events` (the default) or `/decide` behind it; nil for what is none.
    package init?(_ text: String) {
        let scheme = "http://"
        guard text.hasPrefix(scheme) else { return nil }
        let parts = text.dropFirst(scheme.count).split(
            separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = try? SocketAddress(hostAndPort: String(parts[0])) else { return nil }
        let path = parts.count > 1 && !parts[1].isEmpty ? "/" + parts[1] : Request.events.rawValue
        guard let request = Request(rawValue: path) else { return nil }
        (self.address, self.request) = (address, request)
    }

    /// What stands before a body of so many bytes.
    func head(bodyCount: Int) -> [UInt8] {
        var head = Array("POST \(request.rawValue) HTTP/1.1\r\nHost: load\r\n".utf8)
        if let token { head += Array("Authorization: Bearer ".utf8) + token + Array("\r\n".utf8) }
        return head + Array("Content-Type: application/x-ndjson\r\nContent-Length: \(bodyCount)\r\n\r\n".utf8)
    }
}

/// The requests of which no answer has come, by connection, in their order: for each the number of its last event.
final class RequestBook: Sendable {
    private let open: Mutex<[ArraySlice<Int>]>

    init(connections: Int) { open = Mutex(Array(repeating: [], count: connections)) }

    func note(_ number: Int, on connection: Int) { open.withLock { $0[connection].append(number) } }

    /// Takes the first of a connection's; nil where nothing was asked.
    func take(of connection: Int) -> Int? { open.withLock { $0[connection].popFirst() } }

    var isEmpty: Bool { open.withLock { $0.allSatisfy(\.isEmpty) } }
}

/// Finds the answers in what one connection says, in any pieces, by their lengths.
package struct AnswerReader {
    private var head: [UInt8] = []
    private var bodyLeft = 0
    private var status = 0

    package init() {}

    /// Takes the next bytes, and hands out the status of each answer that they complete; false for what is no answer.
    package mutating func take(_ bytes: View<UInt8>, _ body: (Int) -> Void) -> Bool {
        var place = 0
        while place < bytes.count {
            if status > 0 {
                let count = min(bodyLeft, bytes.count - place)
                (bodyLeft, place) = (bodyLeft - count, place + count)
            } else {
                head.append(bytes[place])
                place += 1
                guard head.count < 64 << 10 else { return false }
                guard head.count >= 4, head.suffix(4).elementsEqual([13, 10, 13, 10]) else { continue }
                guard readHead() else { return false }
            }
            if status > 0, bodyLeft == 0 {
                body(status)
                status = 0
            }
        }
        return true
    }

    private mutating func readHead() -> Bool {
        let lines = String(decoding: head, as: UTF8.self).replacing("\r\n", with: "\n").split(separator: "\n")
        head.removeAll(keepingCapacity: true)
        let words = lines[0].split(separator: " ")
        guard words.count > 1, words[0].hasPrefix("HTTP/1."), let code = Int(words[1]) else { return false }
        bodyLeft = 0
        for line in lines.dropFirst() where line.lowercased().hasPrefix("content-length:") {
            guard let count = Int(line.dropFirst("content-length:".count).drop { $0 == " " }) else { return false }
            bodyLeft = count
        }
        status = code
        return true
    }
}

/// Reads the answers to a load's requests and notes how long each took. It blocks: it belongs on a thread of its own.
struct AnswerListener: ~Copyable {
    private let schedule: Schedule
    private let connections: [Descriptor]
    private let book: RequestBook
    private let isTimed: Bool
    private var readers: [AnswerReader]
    private var heard = LoadListener.Heard()
    private let block = ByteBlock(capacity: 256 << 10)

    /// - Parameter isTimed: whether an answer is what the load is about.
    init(_ schedule: Schedule, _ connections: [Descriptor], _ book: RequestBook, isTimed: Bool) {
        self.schedule = schedule
        self.connections = connections
        self.book = book
        self.isTimed = isTimed
        readers = connections.map { _ in AnswerReader() }
    }

    /// Listens until all is sent (`stop`) and answered, or nothing has come for a while then.
    consuming func listen(stop: StopSignal, patience: Int32) -> LoadListener.Heard {
        guard let readiness = try? Readiness(most: 256) else { return heard }
        for (index, connection) in connections.enumerated() {
            guard (try? readiness.add(connection, key: UInt64(index), for: .reading)) != nil else { return heard }
        }
        var silence: Int32 = 0
        while silence < patience {
            let isOver = stop.isRequested
            if isOver, book.isEmpty { break }
            let ready = readiness.wait(milliseconds: 50)
            silence = ready.isEmpty && isOver ? silence + 50 : 0
            for one in ready where !read(Int(one.key)) { readiness.remove(connections[Int(one.key)]) }
        }
        return heard
    }

    /// Reads once from a connection; false where nothing more comes of it.
    private mutating func read(_ index: Int) -> Bool {
        block.truncate(to: 0)
        let got = block.read(from: connections[index].number)
        if got == 0 { return false }
        if got < 0 { return SystemError(code: Int32(-got)).isPassing }
        var statuses: [Int] = []
        let isRight = readers[index].take(block.bytes) { statuses.append($0) }
        let now = System.wallClock
        for status in statuses {
            guard let number = book.take(of: index) else { return false }
            heard.answers += 1
            if status >= 300 {
                heard.refused += 1
            } else if isTimed {
                heard.latencies.record(UInt64(max(0, now - schedule.sending(of: number))))
            }
        }
        if !isRight { heard.faults += 1 }
        return isRight
    }
}
