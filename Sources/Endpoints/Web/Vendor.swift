import Events
import HTTP
import Storage

/// Somebody else's requests: the paths that their client libraries send to, the format of the bodies, and what they expect
/// to hear.
enum Vendor: Equatable {
    /// Segment's and RudderStack's; the call that the path names, where it does.
    case segment(String?)
    case postHog
    /// The end of the path.
    case mixpanel(String)
    case amplitude
    case googleAnalytics

    private static let calls = [
        "track": "track", "t": "track", "identify": "identify", "i": "identify", "page": "page", "p": "page",
        "screen": "screen", "group": "group", "g": "group", "alias": "alias", "a": "alias",
    ]

    /// Whose a path is; nil for nobody's.
    init?(path: String) {
        let segment = "/v1/"
        if path.hasPrefix(segment) {
            let word = String(path.dropFirst(segment.count))
            if word == "batch" || word == "b" {
                self = .segment(nil)
            } else if let call = Vendor.calls[word] {
                self = .segment(call)
            } else {
                return nil
            }
            return
        }
        switch path {
        case "/batch/", "/batch", "/capture/", "/capture", "/e/", "/e", "/i/v0/e/", "/i/v0/e": self = .postHog
        case "/track", "/engage", "/import": self = .mixpanel(String(path.dropFirst()))
        case "/2/httpapi": self = .amplitude
        case "/mp/collect": self = .googleAnalytics
        default: return nil
        }
    }

    var format: Preset {
        switch self {
        case .segment: .segment
        case .postHog: .posthog
        case .mixpanel: .mixpanel
        case .amplitude: .amplitude
        case .googleAnalytics: .ga4
        }
    }

    /// What is said to those whose body could be read.
    /// - Parameters:
    ///   - isVerbose: whether Mixpanel's clients ask for more than a digit.
    ///   - time: microseconds since 1970.
    func reply(events: Int, bytes: Int, isVerbose: Bool, time: Int64) -> Response {
        switch self {
        case .segment: Response(.ok, type: Response.json, "{\"success\":true}\n")
        case .postHog: Response(.ok, type: Response.json, "{\"status\":1}\n")
        case .mixpanel("import") where !isVerbose:
            Response(.ok, type: Response.json, "{\"code\":200,\"num_records_imported\":\(events),\"status\":\"OK\"}\n")
        case .mixpanel:
            isVerbose ? Response(.ok, type: Response.json, "{\"status\":1,\"error\":null}\n") : Response(.ok, "1")
        case .amplitude:
            Response(
                .ok, type: Response.json,
                "{\"code\":200,\"events_ingested\":\(events),\"payload_size_bytes\":\(bytes),"
                    + "\"server_upload_time\":\(time / 1000)}\n")
        case .googleAnalytics: Response(.noContent, "")
        }
    }

    /// The body as its format has it: what a form holds is taken out of it, and the call that the path names is written in.
    func body(_ body: View<UInt8>) -> [UInt8] {
        var text = body.copied
        let key = Array("data=".utf8)
        let isForm = text.starts(with: key) || text.starts(with: Array("verbose=".utf8)) || hasPair(text, key)
        if isForm, let data = FormText.value(of: "data", in: text) {
            let first = data.first { $0 > Ascii.space }
            text = first == UInt8(ascii: "{") || first == UInt8(ascii: "[") ? data : Base64.decoded(data) ?? data
        }
        if case .segment(let call?) = self { return Vendor.named(call, text) }
        return text
    }

    private func hasPair(_ text: [UInt8], _ key: [UInt8]) -> Bool {
        guard text.first.map({ $0 != UInt8(ascii: "{") && $0 != UInt8(ascii: "[") }) == true else { return false }
        return text.split(separator: UInt8(ascii: "&")).contains { $0.starts(with: key) }
    }

    /// An object with a `type`, where it has none of its own.
    private static func named(_ call: String, _ text: [UInt8]) -> [UInt8] {
        guard let start = text.firstIndex(where: { $0 > Ascii.space }), text[start] == UInt8(ascii: "{"),
            !BodyLines.hasKey("type", in: text)
        else { return text }
        let rest = text[(start + 1)...]
        let isEmpty = rest.first { $0 > Ascii.space } == UInt8(ascii: "}")
        return Array("{\"type\":\"\(call)\"\(isEmpty ? "" : ",")".utf8) + rest
    }
}

/// CloudEvents by HTTP (its protocol binding 1.0.2).
enum CloudEventsMode {
    /// The event in the body, or several, as one says it is.
    case structured, batch
    /// The event's attributes in header fields, its data in the body.
    case binary

    /// How a request carries events; nil where it carries none of these.
    init?(_ head: RequestHead) {
        switch head.mediaType {
        case "application/cloudevents+json": self = .structured
        case "application/cloudevents-batch+json": self = .batch
        default:
            guard head.value("ce-specversion") != nil else { return nil }
            self = .binary
        }
    }

    /// An event in binary mode as its JSON.
    static func event(_ head: RequestHead, _ body: View<UInt8>) -> [UInt8] {
        var text: [UInt8] = [UInt8(ascii: "{")]
        func add(_ name: String) {
            if text.count > 1 { text.append(UInt8(ascii: ",")) }
            text.append(jsonString: name)
            text.append(UInt8(ascii: ":"))
        }
        let prefix = "ce-"
        for field in head.fields where field.name.hasPrefix(prefix) {
            add(String(field.name.dropFirst(prefix.count)))
            let value = field.value.replacing("+", with: "%2B")
            text.append(jsonString: String(decoding: FormText.decoded(Array(value.utf8)[...]), as: UTF8.self))
        }
        if let type = head.value("content-type") {
            add("datacontenttype")
            text.append(jsonString: type)
        }
        guard body.count > 0 else { return text + [UInt8(ascii: "}")] }
        add("data")
        let type = head.mediaType
        if type.isEmpty || type.hasSuffix("json") { text.append(body) } else { text.append(jsonString: body) }
        return text + [UInt8(ascii: "}")]
    }
}

/// Bodies that are packed.
enum PackedBody {
    enum Outcome {
        case plain(ByteBlock)
        case tooLarge
        case damaged
    }

    /// Unpacks what is packed with gzip, up to a size.
    static func unpacked(_ body: View<UInt8>, most: Int) -> Outcome {
        let output = ByteBlock(capacity: min(most, 4 * body.count + 64))
        let inflation = Inflation()
        var place = 0
        var isWhole = false
        while place < body.count {
            let before = output.count
            let (taken, outcome) = inflation.step(body, from: place, into: output, most: 64 << 10)
            place += taken
            if output.count > most { return .tooLarge }
            switch outcome {
            case .goesOn:
                isWhole = false
                if taken == 0, output.count == before { return .damaged }
            case .memberEnded: isWhole = true
            case .damaged, .noMemory: return .damaged
            }
        }
        // What is left to be written where all is read.
        while !isWhole {
            let before = output.count
            let (_, outcome) = inflation.step(body, from: body.count, into: output, most: 64 << 10)
            if output.count > most { return .tooLarge }
            if case .memberEnded = outcome { break }
            guard case .goesOn = outcome, output.count > before else { return .damaged }
        }
        return .plain(output)
    }
}
