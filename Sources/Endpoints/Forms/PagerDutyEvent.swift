import Events
import Storage

/// A line as an event for PagerDuty's Events API, version 2: it triggers an alert whose key is the line's id, so that a
/// line that comes twice is one alert. That a customer is in a segment is one alert from entering it to leaving it.
enum PagerDutyEvent: OutputForm {
    /// The most characters of a summary, and of a key.
    private static let summaryMost = 1024
    private static let keyMost = 255

    static func append(_ line: View<UInt8>, _ plan: FormPlan, routingKey: String, to output: inout [UInt8]) {
        let fields = LineFields(line)
        var payload = ObjectWriter()
        payload.add("summary", String(LineSummary.of(fields).unicodeScalars.prefix(summaryMost).map(Character.init)))
        payload.add("source", plan.source)
        payload.add("severity", plan.severity.rawValue)
        payload.add("timestamp", json: fields["time"])
        payload.add("component", json: fields["moment"] ?? fields["segment"] ?? fields["score"])
        payload.add("class", json: fields["kind"] ?? fields["type"])
        payload.add("custom_details", json: line)
        var event = ObjectWriter()
        event.add("routing_key", routingKey)
        event.add("event_action", fields.text("change") == "leave" ? "resolve" : "trigger")
        if let key = segmentKey(fields) {
            event.add("dedup_key", key)
        } else {
            event.add("dedup_key", json: fields["id"])
        }
        event.add("client", "journeyd")
        event.add("payload", payload)
        event.append(to: &output)
    }

    /// What stands for one customer's, or account's, being in one segment; nil for a line about anything else.
    private static func segmentKey(_ fields: LineFields) -> String? {
        guard fields.text("change") != nil, let segment = fields.text("segment") else { return nil }
        let key = (["segment", segment] + ["account_id", "customer_id"].compactMap { fields.text($0) }.prefix(1))
            .joined(separator: "/")
        if key.utf8.count <= keyMost { return key }
        var short = Array("segment/".utf8)
        short.append(hex: Hash64.of(key))
        short.append(hex: Hash64.of(key, seed: Hash64.of(segment)))
        return String(decoding: short, as: UTF8.self)
    }
}
