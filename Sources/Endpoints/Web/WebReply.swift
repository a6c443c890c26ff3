import Events
import HTTP

/// What is said to those who send requests. Every body is JSON, and has an `error` where something is wrong.
enum WebReply {
    /// The most rejected events that an answer lists; it says how many more there were.
    static let listedMost = 1000

    /// What is wrong, and what would be right.
    static func refusal(_ status: Status, _ error: String) -> Response {
        Response(
            status, type: Response.json, text { $0 += Array("{\"error\":".utf8) + quoted(error) + Array("}".utf8) })
    }

    /// Come back later: nothing was taken.
    static func later(_ error: String) -> Response { refusal(.unavailable, error).with("Retry-After", "1") }

    /// Come back later: others sent too much, and nothing was taken.
    static func tooMuch(_ error: String) -> Response { refusal(.tooManyRequests, error).with("Retry-After", "1") }

    /// What became of the events of a body, of which there were `count`.
    static func taken(_ count: Int, rejected: [(index: Int, reject: Reject)]) -> Response {
        let accepted = count - rejected.count
        let isRefused = accepted == 0 && count > 0
        return Response(
            isRefused ? .badRequest : .accepted, type: Response.json,
            text { body in
                body.append(UInt8(ascii: "{"))
                if isRefused, let first = rejected.first {
                    body += Array("\"error\":".utf8)
                    body += quoted("nothing was taken; \(first.reject.reason.rawValue): \(first.reject.detail)")
                    body.append(UInt8(ascii: ","))
                }
                body += Array("\"accepted\":\(accepted),\"rejected\":[".utf8)
                for (number, entry) in rejected.prefix(listedMost).enumerated() {
                    if number > 0 { body.append(UInt8(ascii: ",")) }
                    body += Array("{\"index\":\(entry.index),\"reason\":\"\(entry.reject.reason.rawValue)\"".utf8)
                    if !entry.reject.detail.isEmpty { body += Array(",\"detail\":".utf8) + quoted(entry.reject.detail) }
                    body.append(UInt8(ascii: "}"))
                }
                body.append(UInt8(ascii: "]"))
                if rejected.count > listedMost { body += Array(",\"unlisted\":\(rejected.count - listedMost)".utf8) }
                body.append(UInt8(ascii: "}"))
            })
    }

    /// What follows from the event of a request that asked.
    static func decided(_ event: AskedEvent, _ lines: [AskedLine]) -> Response {
        Response(
            .ok, type: Response.json,
            text { body in
                body += Array("{\"event_id\":".utf8) + quoted(event.id)
                body += Array(",\"customer_id\":".utf8) + quoted(event.customerID) + Array(",\"lines\":[".utf8)
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
