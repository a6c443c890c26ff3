import Storage

/// A line as an event for PagerDuty's Events API, version 2: it triggers an alert whose key is the line's id, so that a
/// line that comes twice is one alert.
enum PagerDutyEvent {
    /// The most characters of a summary.
    private static let summaryMost = 1024

    static func append(
        _ line: View<UInt8>, source: String, severity: FormPlan.Severity, routingKey: String, to output: inout [UInt8]
    ) {
        let fields = LineFields(line)
        var payload = ObjectWriter()
        payload.add("summary", String(LineSummary.of(fields).unicodeScalars.prefix(summaryMost).map(Character.init)))
        payload.add("source", source)
        payload.add("severity", severity.rawValue)
        payload.add("timestamp", json: fields["time"])
        payload.add("component", json: fields["moment"] ?? fields["segment"] ?? fields["score"])
        payload.add("class", json: fields["kind"] ?? fields["type"])
        payload.add("custom_details", json: line)
        var event = ObjectWriter()
        event.add("routing_key", routingKey)
        event.add("event_action", "trigger")
        event.add("dedup_key", json: fields["id"])
        event.add("client", "journeyd")
        event.add("payload", payload)
        event.append(to: &output)
    }
}
