import Storage
import TestSupport
import Testing

@testable import HTTP

/// What comes of the head of one request.
enum Outcome: Equatable {
    case needsMore
    case request(Request)
    case refused(Status)
}

struct Request: Equatable {
    let isHead: Bool
    let path: String
}

/// Reads one request's head, and passes over what stands behind it.
struct HeadReader {
    private var parser: RequestParser
    private var outcome = Outcome.needsMore

    init(_ rules: RequestParser.Rules = .pages) { parser = RequestParser(rules) }

    mutating func take(_ bytes: some Sequence<UInt8>) -> Outcome {
        if outcome != .needsMore { return outcome }
        var position = 0
        let step = View.of(Array(bytes)) { parser.next($0, &position) }
        switch step {
        case .head(let head): outcome = .request(Request(isHead: head.isHead, path: head.path))
        case .refused(let status): outcome = .refused(status)
        default: break
        }
        return outcome
    }
}

/// Heads of requests for pages as they come, whole and in pieces.
@Suite struct RequestParserTests {
    private static let pages = RequestParser.Rules.pages

    private static func parsed(_ text: String) -> Outcome {
        var parser = HeadReader()
        return parser.take(text.utf8)
    }

    @Test(arguments: [
        ("GET / HTTP/1.0\r\n\r\n", "/"),
        ("\r\nGET /metrics?x=1&y HTTP/1.1\r\nHost: a\r\n\r\n", "/metrics"),
        ("GET http://a:9000/healthz HTTP/1.1\r\nhOsT:a:9000\r\nX:\t y \r\n\r\nrest", "/healthz"),
        ("GET HTTP://a HTTP/1.1\r\nHost:\r\nContent-Length: 00\r\n\r\n", "/"),
        ("GET http://a?q HTTP/1.0\r\n\r\n", "/"),
        ("GET /%2e%2e/a//b HTTP/1.0\r\nX: \u{e9}\r\n\r\n", "/%2e%2e/a//b"),
    ]) func goodRequestsComeThrough(_ text: String, _ path: String) {
        #expect(Self.parsed(text) == .request(Request(isHead: false, path: path)))
        #expect(
            Self.parsed(text.replacing("GET", with: "HEAD", maxReplacements: 1))
                == .request(Request(isHead: true, path: path)))
    }

    @Test(arguments: [
        ("POST / HTTP/1.1\r\n", Status.methodNotAllowed), ("get / HTTP/1.1\r\n", .methodNotAllowed),
        ("OPTIONS * HTTP/1.1\r\n", .methodNotAllowed), ("CONNECT a:1 HTTP/1.1\r\n", .methodNotAllowed),
        ("GET / HTTP/2.0\r\n", .versionNotSupported), ("GET / HTTP/1.2\r\n", .versionNotSupported),
        ("GET / http/1.1\r\n", .badRequest), ("GET /\r\n", .badRequest), ("GET  / HTTP/1.1\r\n", .badRequest),
        ("GET * HTTP/1.1\r\n", .badRequest), ("GET metrics HTTP/1.1\r\n", .badRequest),
        ("GET /#a HTTP/1.1\r\n", .badRequest), ("GET http:///x HTTP/1.1\r\n", .badRequest),
        ("GET / HTTP/1.1\n", .badRequest), ("GET /\u{0} HTTP/1.1\r\n", .badRequest),
        ("G\u{e9}T / HTTP/1.1\r\n", .badRequest), ("\r\n\r\n\r\n", .badRequest), ("\u{16}\u{3}\u{1}", .badRequest),
        ("GET / HTTP/1.1\r\n\r\n", .badRequest), ("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", .badRequest),
        ("GET / HTTP/1.1\r\nHost : a\r\n\r\n", .badRequest), ("GET / HTTP/1.1\r\n Host: a\r\n\r\n", .badRequest),
        ("GET / HTTP/1.1\r\nHost: a\n\r\n", .badRequest), ("GET / HTTP/1.1\r\nHost: a\u{b}\r\n\r\n", .badRequest),
        ("GET / HTTP/1.0\r\nContent-Length: 1\r\n\r\n", .contentTooLarge),
        ("GET / HTTP/1.0\r\nContent-Length: 99999999999999999999\r\n\r\n", .contentTooLarge),
        ("GET / HTTP/1.0\r\nContent-Length: -1\r\n", .badRequest),
        ("GET / HTTP/1.0\r\nContent-Length: 0\r\nContent-Length: 1\r\n", .badRequest),
        ("GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", .contentTooLarge),
    ]) func othersAreRefusedAsSoonAsTheyAreWrong(_ text: String, _ status: Status) {
        #expect(Self.parsed(text) == .refused(status))
    }

    @Test func everythingHasALimit() {
        let line = String(repeating: "a", count: Self.pages.lineMost)
        #expect(Self.parsed("GET /" + line) == .refused(.targetTooLong))
        #expect(Self.parsed(line + "a") == .refused(.badRequest))
        let field = "X: y\r\n"
        let most = String(repeating: field, count: Self.pages.headersMost)
        #expect(Self.parsed("GET / HTTP/1.0\r\n" + most + "\r\n") == .request(Request(isHead: false, path: "/")))
        #expect(Self.parsed("GET / HTTP/1.0\r\n" + most + field) == .refused(.headersTooLarge))
        let wide = "X: " + String(repeating: "y", count: Self.pages.headerBytesMost)
        #expect(Self.parsed("GET / HTTP/1.0\r\n" + wide) == .refused(.headersTooLarge))
        let name = String(repeating: "N", count: Self.pages.headerBytesMost + 1)
        #expect(Self.parsed("GET / HTTP/1.0\r\n" + name) == .refused(.headersTooLarge))
    }

    /// Requests put together at random: judged as a naive reader judges them, and alike however they are cut.
    @Test(arguments: 1...40) func howARequestIsCutChangesNothing(_ seed: UInt64) {
        var maker = RequestMaker(seed)
        for _ in 0..<50 {
            var bytes = maker.request()
            var whole = HeadReader()
            let outcome = whole.take(bytes)
            #expect(outcome == NaiveRequest.judged(bytes), "\(String(decoding: bytes, as: UTF8.self))")
            expectAlikeInPieces(bytes, outcome)
            // One wrong byte may make anything of it, but the same in pieces, and nothing that ends the program.
            bytes[maker.number(bytes.count)] = UInt8(maker.number(256))
            var other = HeadReader()
            expectAlikeInPieces(bytes, other.take(bytes))
        }
    }

    private func expectAlikeInPieces(_ bytes: [UInt8], _ outcome: Outcome) {
        var single = HeadReader()
        var last = Outcome.needsMore
        for byte in bytes {
            let now = single.take(CollectionOfOne(byte))
            // Once it is decided it stays so.
            if last != .needsMore, now != last { Issue.record("changed its mind") }
            last = now
        }
        #expect(last == outcome)
        for cut in bytes.indices {
            var parser = HeadReader()
            _ = parser.take(bytes[..<cut])
            if parser.take(bytes[cut...]) != outcome { Issue.record("cut at \(cut): \(bytes)") }
        }
    }
}

/// A reader of whole requests, line by line.
enum NaiveRequest {
    static func judged(_ bytes: [UInt8]) -> Outcome {
        // Characters would join a carriage return and a line feed.
        var lines = String(decoding: bytes, as: UTF8.self).replacing("\r\n", with: "\n")
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.first?.isEmpty == true { lines.removeFirst() }
        let parts = lines.removeFirst().split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, isToken(parts[0]), let version = parts[2].wholeMatch(of: /HTTP\/([0-9])\.([0-9])/)
        else { return .refused(.badRequest) }
        if version.1 != "1" || version.2 > "1" { return .refused(.versionNotSupported) }
        if !["GET", "HEAD"].contains(parts[0]) { return .refused(.methodNotAllowed) }
        guard let target = parts[1].wholeMatch(of: /(?:http:\/\/[^\/?]+)?(\/[^?#]*)?(\?[^#]*)?/),
            !parts[1].isEmpty, parts[1].hasPrefix("/") || parts[1].hasPrefix("http://")
        else { return .refused(.badRequest) }
        var (hosts, lengths, codings) = (0, Set<String>(), 0)
        for line in lines.prefix(while: { !$0.isEmpty }) {
            guard let colon = line.firstIndex(of: ":"), isToken(String(line[..<colon])) else {
                return .refused(.badRequest)
            }
            let value = line[line.index(after: colon)...].trimmingPrefix { $0 == " " }
            switch line[..<colon].lowercased() {
            case "host": hosts += 1
            case "content-length": lengths.insert(String(value))
            case "transfer-encoding": codings += 1
            default: break
            }
            if hosts > 1 || codings > 1 || lengths.count > 1 || lengths.contains(where: { Int($0) == nil }) {
                return .refused(.badRequest)
            }
        }
        if version.2 == "1", hosts != 1 { return .refused(.badRequest) }
        if codings > 0 || lengths.contains(where: { $0 != "0" }) { return .refused(.contentTooLarge) }
        return .request(Request(isHead: parts[0] == "HEAD", path: String(target.1 ?? "/")))
    }

    private static func isToken(_ text: String) -> Bool { text.wholeMatch(of: /[A-Za-z0-9-]+/) != nil }
}
