import Events
import HTTP
import Storage

/// What a request asks for.
enum WebRoute: Equatable {
    case events
    case decide(DecideQuery)
    case vendor(Vendor)
}

/// What is to be done with a request once its head is there.
enum WebVerdict {
    /// Its body is to be read.
    case take(WebRoute)
    /// It is answered already. What of a body follows is thrown away, or is not waited for.
    case answer(Response, closes: Bool)
}

/// Judges the heads of requests. Pure: whatever it answers follows from the head, the settings and the token.
struct WebRoutes {
    /// The longest that a request may wait for a decision, in microseconds.
    static let timeoutMost: Int64 = 60_000_000
    static let paths = ["/events", "/decide"]
    private static let methods = "POST, OPTIONS"
    private static let types = [
        "", "application/json", "application/x-ndjson", "application/ndjson", "application/jsonl",
        "application/x-jsonlines", "text/plain", "application/octet-stream", "application/x-www-form-urlencoded",
        "text/csv",
    ]

    let settings: WebSettings
    let token: AccessToken?
    let reply: WebReply

    func judge(_ head: RequestHead) -> WebVerdict {
        let origin = head.value("origin")
        if let origin, !settings.allows(origin: origin) {
            return refuse(
                head, .forbidden,
                "pages of \(shown(origin)) may not send here; add the origin to input.http.allow_origins")
        }
        if head.method == "OPTIONS" { return .answer(preflight(head), closes: false) }
        if let token, !isShown(token, by: head) {
            var response = reply.refusal(
                .unauthorized,
                "a token is needed; send Authorization: Bearer TOKEN, or Basic with the token as user name")
            response = response.with("WWW-Authenticate", "Bearer realm=\"journeyd\"")
            return .answer(response.with("WWW-Authenticate", "Basic realm=\"journeyd\""), closes: head.waitsToSend)
        }
        let vendor = Vendor(path: head.path)
        guard vendor != nil || WebRoutes.paths.contains(head.path) else {
            return refuse(
                head, .notFound,
                "there is nothing at \(shown(head.path)); there are POST /events, which takes events, POST /decide, which "
                    + "takes one and answers with what follows from it, and the paths of Segment, RudderStack, PostHog, "
                    + "Mixpanel, Amplitude and Google Analytics")
        }
        guard head.method == "POST" else {
            let response = reply.refusal(
                .methodNotAllowed, "\(shown(head.method)) is not for \(head.path); send POST")
            return .answer(response.with("Allow", WebRoutes.methods), closes: head.waitsToSend)
        }
        if let fault = faultOfBody(head, isVendor: vendor != nil) { return fault }
        if let vendor { return .take(.vendor(vendor)) }
        if head.path == "/events" { return .take(.events) }
        switch query(of: head) {
        case .success(let query): return .take(.decide(query))
        case .failure(let fault): return refuse(head, .badRequest, fault.text)
        }
    }

    /// What every answer to a request says to the browser that sent it.
    func corsFields(_ head: RequestHead) -> [RequestHead.Field] {
        guard let origin = head.value("origin"), settings.allows(origin: origin) else { return [] }
        if !settings.allowOrigins.contains(where: { $0.utf8.elementsEqual(origin.utf8) }) {
            return [RequestHead.Field(name: "Access-Control-Allow-Origin", value: "*")]
        }
        return [
            RequestHead.Field(name: "Access-Control-Allow-Origin", value: origin),
            // A beacon is sent with what the browser knows of the user, whether that is asked for or not.
            RequestHead.Field(name: "Access-Control-Allow-Credentials", value: "true"),
            RequestHead.Field(name: "Vary", value: "Origin"),
        ]
    }

    private func preflight(_ head: RequestHead) -> Response {
        var response = Response(.noContent, "").with("Allow", WebRoutes.methods)
        guard head.value("origin") != nil else { return response }
        response = response.with("Access-Control-Allow-Methods", WebRoutes.methods)
        let asked = head.value("access-control-request-headers") ?? ""
        let isPlain = asked.utf8.allSatisfy { Ascii.isToken($0) || $0 == UInt8(ascii: ",") || Ascii.isBlank($0) }
        if !asked.isEmpty, isPlain { response = response.with("Access-Control-Allow-Headers", asked) }
        return response.with("Access-Control-Max-Age", "600")
    }

    private func refuse(_ head: RequestHead, _ status: Status, _ error: String) -> WebVerdict {
        .answer(reply.refusal(status, error), closes: head.waitsToSend)
    }

    /// A text of a request for a message: bounded.
    private func shown(_ text: String) -> String {
        let piece = String(decoding: text.utf8.prefix(80), as: UTF8.self)
        return text.utf8.count > 80 ? piece + "…" : piece
    }

    // MARK: Who

    private func isShown(_ token: AccessToken, by head: RequestHead) -> Bool {
        guard let value = head.value("authorization") else { return false }
        let parts = value.utf8.split(separator: Ascii.space, maxSplits: 1)
        guard parts.count == 2 else { return false }
        let shown = Array(parts[1].drop(while: Ascii.isBlank))
        let scheme = parts[0].map(Ascii.lowered)
        if scheme.elementsEqual("bearer".utf8) { return View.of(shown) { token.matches($0) } }
        guard scheme.elementsEqual("basic".utf8), let pair = Base64.decoded(shown) else { return false }
        return View.of(Array(pair.prefix { $0 != UInt8(ascii: ":") })) { token.matches($0) }
    }

    // MARK: The body

    private func faultOfBody(_ head: RequestHead, isVendor: Bool) -> WebVerdict? {
        if let expected = head.value("expect"), !head.waitsToSend {
            return .answer(
                reply.refusal(.expectationFailed, "\(shown(expected)) cannot be met; only 100-continue can"),
                closes: true)
        }
        switch head.body {
        case .none:
            return .answer(
                reply.refusal(.lengthRequired, "a body is needed; send its Content-Length, or send it in chunks"),
                closes: false)
        case .length(let count) where count > settings.maxBody:
            return .answer(tooLarge, closes: true)
        case .length, .chunked: break
        }
        guard WebRoutes.types.contains(head.mediaType) || isVendor || CloudEventsMode(head) != nil else {
            return refuse(
                head, .unsupportedMediaType,
                "\(shown(head.mediaType)) is not read here; send application/json or application/x-ndjson")
        }
        let type = head.value("content-type") ?? ""
        let isOtherCharset = type.utf8.split(separator: UInt8(ascii: ";")).dropFirst().contains { parameter in
            let text = parameter.filter { !Ascii.isBlank($0) && $0 != UInt8(ascii: "\"") }.map(Ascii.lowered)
            return text.starts(with: "charset=".utf8)
                && !["charset=utf-8", "charset=utf8", "charset=us-ascii"].contains { text.elementsEqual($0.utf8) }
        }
        if isOtherCharset, CloudEventsMode(head) == nil {
            return refuse(head, .unsupportedMediaType, "\(shown(type)): events are read in UTF-8 only")
        }
        let coding = (head.value("content-encoding") ?? "").utf8.map(Ascii.lowered)
        if ["", "identity", "gzip", "x-gzip"].contains(where: { coding.elementsEqual($0.utf8) }) { return nil }
        return refuse(
            head, .unsupportedMediaType,
            "Content-Encoding \(shown(head.value("content-encoding") ?? "")) is not read here; send gzip, or the body as it is"
        )
    }

    /// What is said to a body that is too large.
    var tooLarge: Response {
        reply.refusal(
            .contentTooLarge,
            "the body has more than \(settings.maxBody) bytes; send less at a time, or raise input.http.max_body")
    }

    // MARK: What a decision is asked with

    private struct QueryFault: Error { let text: String }

    private func query(of head: RequestHead) -> Result<DecideQuery, QueryFault> {
        var query = DecideQuery()
        if let words = head.parameter("types") {
            var types: [LineType] = []
            for word in words.utf8.split(separator: UInt8(ascii: ",")).map({ String(decoding: $0, as: UTF8.self) }) {
                guard let type = LineType(rawValue: word) else {
                    let known = LineType.allCases.map(\.rawValue).joined(separator: ", ")
                    return .failure(QueryFault(text: "types: \(shown(word)) is no type of line; there are \(known)"))
                }
                types.append(type)
            }
            query.types = types
        }
        if let text = head.parameter("timeout") {
            guard let timeout = WebRoutes.duration(text), 1000...WebRoutes.timeoutMost ~= timeout else {
                return .failure(
                    QueryFault(text: "timeout: \(shown(text)) is no time from 1ms to 60s; write it as 50ms or 2s"))
            }
            query.timeout = timeout
        }
        if let text = head.parameter("control") {
            guard text == "true" || text == "false" else {
                return .failure(QueryFault(text: "control: \(shown(text)) is neither true nor false"))
            }
            query.showsControl = text == "true"
        }
        return .success(query)
    }

    /// Microseconds of a text such as `50ms` or `2s`.
    private static func duration(_ text: String) -> Int64? {
        let digits = text.utf8.prefix(while: Ascii.isDigit)
        guard !digits.isEmpty, digits.count <= 9, let number = Int64(String(decoding: digits, as: UTF8.self)) else {
            return nil
        }
        switch String(decoding: text.utf8.dropFirst(digits.count), as: UTF8.self) {
        case "ms": return number * 1000
        case "s": return number * 1_000_000
        case "m": return number * 60_000_000
        default: return nil
        }
    }
}

extension RequestHead {
    /// Whether the body is held back until it is asked for.
    var waitsToSend: Bool {
        value("expect").map { $0.utf8.map(Ascii.lowered).elementsEqual("100-continue".utf8) } ?? false
    }
}

/// Text as bytes (RFC 4648, with or without its padding).
enum Base64 {
    static func decoded(_ text: [UInt8]) -> [UInt8]? {
        var result: [UInt8] = []
        var bits: UInt32 = 0
        var count = 0
        for byte in text.prefix(while: { $0 != UInt8(ascii: "=") }) {
            guard let value = value(byte) else { return nil }
            bits = bits << 6 | UInt32(value)
            count += 1
            if count == 4 {
                result += [UInt8(truncatingIfNeeded: bits >> 16), UInt8(truncatingIfNeeded: bits >> 8)]
                result.append(UInt8(truncatingIfNeeded: bits))
                (bits, count) = (0, 0)
            }
        }
        switch count {
        case 0: break
        case 2: result.append(UInt8(truncatingIfNeeded: bits >> 4))
        case 3: result += [UInt8(truncatingIfNeeded: bits >> 10), UInt8(truncatingIfNeeded: bits >> 2)]
        default: return nil
        }
        return result
    }

    private static func value(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
        case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
        default: nil
        }
    }
}
