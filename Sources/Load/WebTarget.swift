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
    /// How many bytes the head of an answer may have.
    private static let headMost = 64 << 10
    /// As much of a line of the head as is looked at.
    private static let lineMost = 64
    private static let lengthName = Array("content-length:".utf8)

    /// The line of the head that is being read, without its end; no more than is looked at.
    private var line: [UInt8] = []
    private var headCount = 0
    /// The status and the length of the body, as far as the head has told them.
    private var status = 0
    private var bodyLeft = 0
    private var isInBody = false

    package init() {}

    /// Takes the next bytes, and hands out the status of each answer that they complete; false for what is no answer.
    package mutating func take(_ bytes: View<UInt8>, _ body: (Int) -> Void) -> Bool {
        var place = 0
        while place < bytes.count {
            if isInBody {
                let count = min(bodyLeft, bytes.count - place)
                (bodyLeft, place) = (bodyLeft - count, place + count)
            } else {
                let byte = bytes[place]
                place += 1
                headCount += 1
                guard headCount < AnswerReader.headMost else { return false }
                if byte != UInt8(ascii: "\n") {
                    if line.count < AnswerReader.lineMost { line.append(byte) }
                    continue
                }
                if line.last == UInt8(ascii: "\r") { line.removeLast() }
                isInBody = line.isEmpty
                guard isInBody ? status > 0 : endLine() else { return false }
            }
            if isInBody, bodyLeft == 0 {
                body(status)
                (status, headCount, isInBody) = (0, 0, false)
            }
        }
        return true
    }

    /// Reads a line of the head; false where it makes no sense.
    private mutating func endLine() -> Bool {
        defer { line.removeAll(keepingCapacity: true) }
        if status == 0 {
            let words = line.split(separator: UInt8(ascii: " "), maxSplits: 2)
            guard words.count > 1, words[0].starts(with: "HTTP/1.".utf8), let code = number(words[1]), code > 0 else {
                return false
            }
            status = code
            return true
        }
        let name = AnswerReader.lengthName
        guard line.count > name.count, zip(line, name).allSatisfy({ $0 == $1 || $0 | 0x20 == $1 }) else { return true }
        guard let count = number(line.dropFirst(name.count).drop { $0 == UInt8(ascii: " ") }) else { return false }
        bodyLeft = count
        return true
    }

    private func number(_ digits: ArraySlice<UInt8>) -> Int? { Int(String(decoding: digits, as: UTF8.self)) }
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
