import Storage
import Testing

@testable import Load

/// Answers as a load reads them.
@Suite struct AnswerReaderTests {
    private static let said =
        "HTTP/1.1 202 Accepted\r\nContent-Type: a\r\nContent-Length: 4\r\n\r\nbodyHTTP/1.1 204 No Content\r\n\r\n"
        + "HTTP/1.1 503 Service Unavailable\r\ncontent-length:0\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab"

    private static func statuses(_ bytes: [UInt8], cuts: [Int]) -> [Int]? {
        var reader = AnswerReader()
        var statuses: [Int] = []
        var start = 0
        for end in cuts + [bytes.count] {
            let isRight = View.of(Array(bytes[start..<end])) { reader.take($0) { statuses.append($0) } }
            if !isRight { return nil }
            start = end
        }
        return statuses
    }

    @Test func answersAreFoundHoweverTheyAreCut() {
        let bytes = Array(Self.said.utf8)
        #expect(Self.statuses(bytes, cuts: []) == [202, 204, 503])
        #expect(Self.statuses(bytes, cuts: Array(bytes.indices)) == [202, 204, 503])
        for cut in bytes.indices { #expect(Self.statuses(bytes, cuts: [cut]) == [202, 204, 503]) }
        #expect(Self.statuses(bytes + [0x63], cuts: []) == [202, 204, 503, 200])
    }

    @Test func whatIsNoAnswerIsSaid() {
        #expect(Self.statuses(Array("nonsense\r\n\r\n".utf8), cuts: []) == nil)
        #expect(Self.statuses(Array("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n".utf8), cuts: []) == nil)
        #expect(Self.statuses(Array(repeating: 0x61, count: 70_000), cuts: []) == nil)
    }

    @Test func targetsAreReadAsTheyAreWritten() {
        #expect(WebTarget("http://127.0.0.1:80")?.request == .events)
        #expect(WebTarget("http://[::1]:80/")?.request == .events)
        #expect(WebTarget("http://host:80/decide")?.request == .decide)
        for wrong in ["http://host", "http://host:80/other", "tcp://host:80", "http://:1"] {
            #expect(WebTarget(wrong) == nil)
        }
        var target = WebTarget("http://host:80")
        target?.token = Array("word".utf8)
        let head = String(decoding: target?.head(bodyCount: 7) ?? [], as: UTF8.self)
        #expect(
            head.hasPrefix("POST /events HTTP/1.1\r\n") && head.contains("Bearer word\r\n")
                && head.hasSuffix(": 7\r\n\r\n"))
    }
}
