package import Events
package import Languages

/// An output line, taken apart.
package struct Line: Sendable {
    package let text: String
    package let parts: Part

    package init(_ bytes: some Collection<UInt8>) {
        text = String(decoding: bytes, as: UTF8.self)
        parts = Part(json: bytes)
    }

    /// The lines of a block.
    static func all(_ bytes: [UInt8]) -> [Line] {
        bytes.split(separator: UInt8(ascii: "\n")).map { Line($0) }
    }

    package var type: String { parts["type"]?.text ?? "" }

    /// When the line became true; nil where it does not say.
    package var time: Instant? { parts["time"]?.text.flatMap { Instant(text: $0) } }

    /// The line in a few words: what it is, without times and ids.
    package var summary: String { summary(in: Speech(.english)) }

    /// The same in a language; what comes of events and configurations is as it is.
    package func summary(in speech: Speech) -> String {
        let name = parts[type == "decision" || type == "drop_off" ? "moment" : type]?.text ?? ""
        var words: String
        switch type {
        case "moment":
            words = speech("moment \(name)")
            if let by = parts["by"] { words += speech(" by \(by.json)") }
            words += detail("output")
        case "decision":
            if let action = parts["action"]?.text {
                words = speech("decision \(name): \(action)")
                if let channel = parts["channel"]?.text { words += speech(" on \(channel)") }
                words += detail("payload")
            } else {
                words = speech("decision \(name): nothing, because of \(parts["reason"]?.text ?? "?")")
            }
        case "segment": words = speech("segment \(name): \(parts["change"]?.text ?? "?")")
        case "score":
            words = speech("score \(name): \(parts["value"]?.json ?? "?") \(parts["direction"]?.text ?? "")")
        case "response":
            words = speech("response \(parts["action"]?.text ?? "?"): \(parts["outcome"]?.text ?? "?")")
            if let value = parts["value"] { words += " \(value.json)" }
        case "drop_off":
            words = speech("drop_off \(name)")
            if let by = parts["by"] { words += speech(" by \(by.json)") }
            words += speech(", reached \(parts["reached"]?.text ?? "?")")
        case "identity":
            words = speech("identity: \(parts["was"]?.text ?? "?") \(parts["change"]?.text ?? "?")")
            if let reason = parts["reason"]?.text { words += speech(", because of \(reason)") }
        case "rejected":
            words = speech("rejected: \(parts["reason"]?.text ?? "?"): \(parts["detail"]?.text ?? "")")
        default: words = text
        }
        return words
    }

    private func detail(_ key: String) -> String {
        parts[key].map { " " + $0.json } ?? ""
    }
}
