import Storage
import Testing

@testable import Endpoints

@Suite struct GreetingTests {
    private let token = AccessToken(Array("correct-horse-battery".utf8))

    private func steps(_ lines: [String], token: AccessToken?) -> [Greeting.Step] {
        var greeting = Greeting(token: token)
        return lines.map { line in View.of(Array(line.utf8)) { greeting.take($0) } }
    }

    @Test func theTokenOpensTheDoor() {
        #expect(steps(["AUTH correct-horse-battery", "{}"], token: token) == [.word, .events])
        #expect(Greeting(token: token).isWaitingForToken)
        #expect(!Greeting(token: nil).isWaitingForToken)
    }

    @Test(arguments: [
        "AUTH correct-horse-batterY", "AUTH correct-horse-batter", "AUTH correct-horse-batteryy", "AUTH ",
        "AUTH correct-horse-batterycorrect-horse-battery", "AUTH  correct-horse-battery",
    ])
    func anotherTokenDoesNot(_ line: String) {
        #expect(steps([line], token: token) == [.refused(Greeting.wrongToken)])
    }

    @Test(arguments: ["{}", "", "AUTH", "auth correct-horse-battery", " AUTH correct-horse-battery"])
    func withoutItNothingIsTaken(_ line: String) {
        #expect(steps([line], token: token) == [.refused(Greeting.noToken)])
    }

    @Test func whereNoneIsAskedForOneMayBeShown() {
        #expect(steps(["AUTH whatever", "AUTH again", "{}"], token: nil) == [.word, .word, .events])
        for line in ["{}", "", "AUTH", "AUTHOR x", "[1]", "Get "] { #expect(steps([line], token: nil) == [.events]) }
    }

    @Test func aWebPageCannotSendEvents() {
        for line in ["GET / HTTP/1.1", "POST / HTTP/1.1", "OPTIONS * HTTP/1.0"] {
            for token in [nil, token] { #expect(steps([line], token: token) == [.refused(Greeting.noWebServer)]) }
        }
        #expect(Greeting.noWebServer.hasPrefix("HTTP/1.1 400 Bad Request\r\n"))
    }

    @Test func tokensArePrintableAndLong() {
        #expect(AccessToken(Array("short".utf8)) == nil)
        #expect(AccessToken(Array("has a space in the middle".utf8)) == nil)
        #expect(AccessToken([UInt8](repeating: 0x61, count: 513)) == nil)
        #expect(AccessToken([UInt8](repeating: 0x61, count: 512)) != nil)
    }
}
