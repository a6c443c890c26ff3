import Events
import HTTP
import Languages

/// What is said to those who send requests. Every body is JSON, and has an `error` where something is wrong. Keys and the
/// names of reasons are the same in all languages; `error` and `detail` are for people.
struct WebReply: Sendable {
    /// The most rejected events that an answer lists; it says how many more there were.
    static let listedMost = 1000

    private let speech: Speech
    /// Come back later, as it is said all the time where more comes than the engine takes.
    let behind: Response
    let tooMuch: Response

    init(_ speech: Speech) {
        self.speech = speech
        behind = Self.later(.unavailable, speech("the engine is behind; nothing was taken, so send it again"))
        tooMuch = Self.later(
            .tooManyRequests, speech("more is sent than the engine takes; nothing was taken, so send it again"))
    }

    /// What is wrong, and what would be right.
    func refusal(_ status: Status, _ error: String) -> Response { Self.refusal(status, speech(error)) }

    private static func refusal(_ status: Status, _ error: String) -> Response {
        Response(
            status, type: Response.json, text { $0 += Array("{\"error\":".utf8) + quoted(error) + Array("}".utf8) })
    }

    /// Come back later.
    func later(_ error: String) -> Response { Self.later(.unavailable, speech(error)) }

    private static func later(_ status: Status, _ error: String) -> Response {
        refusal(status, error).with("Retry-After", "1")
    }

    /// What became of the events of a body, of which there were `count`.
    func taken(_ count: Int, rejected: [(index: Int, reject: Reject)]) -> Response {
        let accepted = count - rejected.count
        let isRefused = accepted == 0 && count > 0
        return Response(
            isRefused ? .badRequest : .accepted, type: Response.json,
            Self.text { body in
                body.append(UInt8(ascii: "{"))
                if isRefused, let first = rejected.first {
                    body += Array("\"error\":".utf8)
                    body += Self.quoted(
                        speech("nothing was taken; \(first.reject.reason.rawValue): \(first.reject.detail)"))
                    body.append(UInt8(ascii: ","))
                }
                body += Array("\"accepted\":\(accepted),\"rejected\":[".utf8)
                for (number, entry) in rejected.prefix(Self.listedMost).enumerated() {
                    if number > 0 { body.append(UInt8(ascii: ",")) }
                    body += Array("{\"index\":\(entry.index),\"reason\":\"\(entry.reject.reason.rawValue)\"".utf8)
                    if !entry.reject.detail.isEmpty {
                        body += Array(",\"detail\":".utf8) + Self.quoted(speech(entry.reject.detail))
                    }
                    body.append(UInt8(ascii: "}"))
                }
                body.append(UInt8(ascii: "]"))
                if rejected.count > Self.listedMost {
                    body += Array(",\"unlisted\":\(rejected.count - Self.listedMost)".utf8)
                }
                body.append(UInt8(ascii: "}"))
            })
    }

    /// What follows from the event of a request that asked.
    func decided(_ event: AskedEvent, _ lines: [AskedLine]) -> Response {
        Response(
            .ok, type: Response.json,
            Self.text { body in
                body += Array("{\"event_id\":".utf8) + Self.quoted(event.id)
                body += Array(",\"customer_id\":".utf8) + Self.quoted(event.customerID) + Array(",\"lines\":[".utf8)
                for (number, line) in lines.enumerated() {
                    if number > 0 { body.append(UInt8(ascii: ",")) }
                    body += line.text
                }
                body += Array("]}".utf8)
            })
    }

    private static func quoted(_ text: String) -> [UInt8] {
        var quoted: [UInt8] = []
        quoted.append(jsonString: text)
        return quoted
    }

    private static func text(_ write: (inout [UInt8]) -> Void) -> String {
        var body: [UInt8] = []
        write(&body)
        body.append(Ascii.lineFeed)
        return String(decoding: body, as: UTF8.self)
    }
}
