package import Storage

/// The words that a connection may begin with, before its events: each a line of its own that begins with a capital
/// letter, which no event does.
///
///     AUTH TOKEN      shows the token, where one is asked for
///     ACK             asks to be told how many lines are durable
///
/// A pure state machine, that is given the connection's lines one by one until it says that the events begin.
package struct Greeting: Sendable {
    /// What a line means.
    package enum Step: Equatable, Sendable {
        /// It was a word: the next line may be another one.
        case word
        /// It is the first event, and so is all that follows.
        case events
        /// The connection is to be closed after this answer, which has no line's end.
        case refused(String)
    }

    /// The most bytes that a line of it has: more is not waited for where a token must come first.
    package static let lineLimit = 1024

    private let token: AccessToken?
    private var hasShownToken = false
    /// Whether the sender asks to be told how many of its lines are durable.
    package private(set) var asksForAcknowledgements = false
    /// Whether a line was taken.
    package private(set) var hasBegun = false

    /// What is expected of a connection that must show `token`, if there is one.
    package init(token: AccessToken?) { self.token = token }

    /// Whether nothing is taken before the token was shown.
    package var isWaitingForToken: Bool { token != nil && !hasShownToken }

    /// Takes the next line, without its line's end.
    package mutating func take(_ line: View<UInt8>) -> Step {
        defer { hasBegun = true }
        if let shown = Greeting.argument(of: "AUTH", in: line) {
            if let token, !token.matches(shown) { return .refused(Greeting.wrongToken) }
            hasShownToken = true
            return .word
        }
        // A page in a browser can have any text sent to a port of this machine, but only behind such a line.
        if !hasBegun, Greeting.isRequest(line) { return .refused(Greeting.noWebServer) }
        if isWaitingForToken { return .refused(Greeting.noToken) }
        if line.count == 3, line[0] == 0x41, line[1] == 0x43, line[2] == 0x4B {
            asksForAcknowledgements = true
            return .word
        }
        return .events
    }

    /// The answer to a request of HTTP, in HTTP, so that whoever sent it can show it.
    package static let noWebServer: String = {
        let text =
            "ERR this input takes lines, one JSON object each, not HTTP requests; those go to an http:// input. "
            + "Send lines, as nc HOST PORT < events.ndjson does"
        let head = [
            "HTTP/1.1 400 Bad Request", "Content-Type: text/plain; charset=utf-8",
            "Content-Length: \(text.utf8.count + 1)", "Connection: close",
        ]
        return head.joined(separator: "\r\n") + "\r\n\r\n" + text
    }()

    /// The answer to a wrong token, and to a first line that is no token.
    package static let wrongToken = "ERR wrong token"
    package static let noToken = "ERR a token is needed; send AUTH and the token as the first line"

    /// What stands behind a word and one space, where the line begins with both.
    static func argument(of word: StaticString, in line: View<UInt8>) -> View<UInt8>? {
        let length = word.utf8CodeUnitCount
        guard line.count > length, line[length] == 0x20 else { return nil }
        let isWord = View.of(Array("\(word)".utf8)) { $0.holdsSameBytes(as: line[0..<length]) }
        return isWord ? line[length + 1..<line.count] : nil
    }

    private static func isRequest(_ line: View<UInt8>) -> Bool {
        let text = line[0..<min(line.count, 8)].text
        return ["GET ", "POST ", "PUT ", "HEAD ", "DELETE ", "OPTIONS ", "PATCH ", "CONNECT "].contains {
            text.hasPrefix($0)
        }
    }
}

extension View<UInt8> {
    /// How many bytes of a byte order mark they begin with.
    var lengthOfByteOrderMark: Int { count >= 3 && self[0] == 0xEF && self[1] == 0xBB && self[2] == 0xBF ? 3 : 0 }
}
