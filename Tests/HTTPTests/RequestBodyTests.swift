import Storage
import TestSupport
import Testing

@testable import HTTP

/// What a connection's bytes come to: requests with their bodies put together, and how it ended.
struct Reading: Equatable {
    struct Whole: Equatable {
        var head: RequestHead
        var body: [UInt8] = []
    }

    var whole: [Whole] = []
    var isWithin = false
    var refusal: Status?

    /// Reads bytes in pieces that end at the places given.
    init(_ bytes: [UInt8], cuts: [Int] = [], rules: RequestParser.Rules = .events) {
        var parser = RequestParser(rules)
        var begun: Whole?
        var start = 0
        for end in cuts + [bytes.count] where refusal == nil {
            let piece = Array(bytes[start..<end])
            start = end
            var position = 0
            reading: while true {
                switch View.of(piece, { parser.next($0, &position) }) {
                case .needsMore: break reading
                case .head(let head): begun = Whole(head: head)
                case .body(let range): begun?.body += piece[range]
                case .end:
                    if let done = begun { whole.append(done) }
                    begun = nil
                case .refused(let status):
                    refusal = status
                    break reading
                }
            }
        }
        isWithin = refusal == nil && parser.isWithinRequest
    }
}

/// Bodies and what frames them, and several requests on one connection.
@Suite struct RequestBodyTests {
    private static func read(_ text: String) -> Reading { Reading(Array(text.utf8)) }

    @Test func requestsFollowEachOther() throws {
        let reading = Self.read(
            "POST /events?a=b HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\n{}\n{}"
                + "GET / HTTP/1.1\r\nHost: h\r\n\r\n"
                + "\r\nPOST /decide HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: Chunked\r\n\r\n"
                + "3;name=\"v\"\r\nabc\r\n00A \r\n0123456789\r\n0\r\nX-Trailer: y\r\n\r\n"
                + "OPTIONS * HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\nPO")
        #expect(reading.whole.map(\.head.path) == ["/events", "/", "/decide", "*"])
        #expect(reading.whole.map { String(decoding: $0.body, as: UTF8.self) } == ["{}\n{}", "", "abc0123456789", ""])
        #expect(reading.whole.map(\.head.body) == [.length(5), .none, .chunked, .length(0)])
        #expect(reading.whole[0].head.query == "a=b" && reading.whole[1].head.query == nil)
        #expect(reading.isWithin && reading.refusal == nil)
    }

    @Test(
        arguments: [
            ("Content-Length: 1\r\nContent-Length: 2\r\n\r\n", .badRequest),
            ("Content-Length: 1, 1\r\n\r\n", .badRequest), ("Content-Length: +1\r\n\r\n", .badRequest),
            ("Content-Length: 0x1\r\n\r\n", .badRequest), ("Content-Length:\r\n\r\n", .badRequest),
            ("Content-Length: 1234567890123456\r\n\r\n", .contentTooLarge),
            ("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n", .badRequest),
            ("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", .badRequest),
            ("Transfer-Encoding: gzip, chunked\r\n\r\n", .notImplemented),
            ("Transfer-Encoding: identity\r\n\r\n", .notImplemented), ("Transfer-Encoding:\r\n\r\n", .notImplemented),
            ("X: a\rb\r\n\r\n", .badRequest), ("X: a\r\n b\r\n\r\n", .badRequest), ("X: a\nY: b\r\n\r\n", .badRequest),
            ("X : a\r\n\r\n", .badRequest), ("X: a\u{0}\r\n\r\n", .badRequest),
            ("Transfer-Encoding: chunked\r\n\r\n\r\n", .badRequest),
            ("Transfer-Encoding: chunked\r\n\r\nx\r\n", .badRequest),
            ("Transfer-Encoding: chunked\r\n\r\n-1\r\n", .badRequest),
            ("Transfer-Encoding: chunked\r\n\r\n1\nx\r\n", .badRequest),
            ("Transfer-Encoding: chunked\r\n\r\n1\r\nxy\r\n", .badRequest),
            ("Transfer-Encoding: chunked\r\n\r\n1\r\nx\ny", .badRequest),
            ("Transfer-Encoding: chunked\r\n\r\n1;\u{1}\r\n", .badRequest),
            ("Transfer-Encoding: chunked\r\n\r\n1234567890123\r\n", .badRequest),
            ("Transfer-Encoding: chunked\r\n\r\n0\r\n folded\r\n", .badRequest),
        ] as [(String, Status)]) func whatCouldBeReadInTwoWaysIsRefused(_ fields: String, _ status: Status)
    {
        #expect(Self.read("POST / HTTP/1.1\r\nHost: h\r\n" + fields).refusal == status)
    }

    @Test func aCodingBeforeItsTimeIsRefused() {
        #expect(Self.read("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n").refusal == .badRequest)
    }

    @Test func linesOfChunksAndTrailersHaveLimits() {
        let head = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
        #expect(Self.read(head + "1;" + String(repeating: "e", count: 300)).refusal == .badRequest)
        let trailers = String(repeating: "X: y\r\n", count: RequestParser.Rules.events.headersMost + 1)
        #expect(Self.read(head + "0\r\n" + trailers).refusal == .headersTooLarge)
    }

    @Test func aHeadSaysWhatItsFieldsMean() throws {
        func head(_ version: String, _ fields: String) throws -> RequestHead {
            let all = Self.read("POST /a?types=decision%2Cmoment&t=1+2 HTTP/\(version)\r\nHost: h\r\n\(fields)\r\n")
            return try #require(all.whole.first?.head)
        }
        #expect(try head("1.1", "").keepsAlive && !head("1.0", "").keepsAlive)
        #expect(try !head("1.1", "Connection: Upgrade,\tClose\r\n").keepsAlive)
        #expect(try head("1.0", "connection: Keep-Alive\r\n").keepsAlive)
        let typed = try head("1.1", "Content-Type: Application/JSON ; charset=utf-8\r\n")
        #expect(typed.mediaType == "application/json" && typed.value("content-type")?.hasSuffix("utf-8") == true)
        #expect(typed.parameter("types") == "decision,moment" && typed.parameter("t") == "1 2")
        #expect(typed.parameter("x") == nil)
        #expect(FormText.decoded(Array("%7B%zz%4".utf8)[...]) == Array("{%zz%4".utf8))
    }

    /// Streams of requests put together at random, right and wrong: cut anywhere, they are read as they are whole.
    @Test(arguments: 1...30) func howAStreamIsCutChangesNothing(_ seed: UInt64) {
        var maker = StreamMaker(seed)
        for _ in 0..<40 {
            let bytes = maker.stream()
            let whole = Reading(bytes)
            #expect(Reading(bytes, cuts: Array(bytes.indices)) == whole, "\(String(decoding: bytes, as: UTF8.self))")
            let cuts = (0..<maker.number(6)).map { _ in maker.number(bytes.count) }.sorted()
            #expect(Reading(bytes, cuts: cuts) == whole, "\(cuts): \(String(decoding: bytes, as: UTF8.self))")
        }
    }

    /// Requests in order are told apart by what they were made of, whatever their bodies look like.
    @Test(arguments: 1...20) func requestsInOrderAreReadAsTheyWereMade(_ seed: UInt64) {
        var maker = StreamMaker(seed)
        for _ in 0..<40 {
            let bodies = (0..<maker.number(5)).map { _ in maker.body() }
            let bytes = bodies.flatMap { maker.request(with: $0) }
            let reading = Reading(bytes)
            #expect(reading.refusal == nil && !reading.isWithin)
            #expect(reading.whole.map(\.body) == bodies)
        }
    }
}

/// Makes streams of requests.
struct StreamMaker {
    private var dice: RequestMaker

    init(_ seed: UInt64) { dice = RequestMaker(seed) }

    mutating func number(_ count: Int) -> Int { dice.number(count) }

    /// What looks like a request, a chunk or nothing.
    mutating func body() -> [UInt8] {
        let parts = ["{}", "\r\n", "0\r\n\r\n", "POST / HTTP/1.1\r\n", "5", "a", "\n", "\u{e9}"]
        return (0..<number(8)).flatMap { _ in Array(parts[number(parts.count)].utf8) }
    }

    /// A request in order with a body.
    mutating func request(with body: [UInt8]) -> [UInt8] {
        let line = "POST /events HTTP/1.1\r\nHost: h\r\n"
        if number(2) == 0 { return Array("\(line)Content-Length: \(body.count)\r\n\r\n".utf8) + body }
        var bytes = Array("\(line)transfer-encoding: chunked\r\n\r\n".utf8)
        var rest = body[...]
        while !rest.isEmpty {
            let count = 1 + number(rest.count)
            let length = number(2) == 0 ? String(count, radix: 16) : "0" + String(count, radix: 16, uppercase: true)
            bytes += Array("\(length)\(number(3) == 0 ? ";x=y" : "")\r\n".utf8) + rest.prefix(count) + [13, 10]
            rest = rest.dropFirst(count)
        }
        return bytes + Array((number(3) == 0 ? "0\r\nT: u\r\n\r\n" : "000\r\n\r\n").utf8)
    }

    /// Requests, most of them in order, the last one often not, with a wrong byte now and then.
    mutating func stream() -> [UInt8] {
        var bytes = (0..<number(4)).flatMap { _ in request(with: body()) } + dice.request() + body()
        if number(3) == 0 { bytes[number(bytes.count)] = UInt8(number(256)) }
        return bytes
    }
}
