import Storage

/// A line as an alert for Alertmanager's API, version 2.
///
/// Labels say which alert it is: the same moment of the same customer, or the same segment, is the same alert again.
/// What differs from one time to the next stands in the annotations. An alert ends by Alertmanager's `resolve_timeout`;
/// that of a segment when the customer leaves the segment.
enum Alert: OutputForm {
    static let joins = true
    static func isList(lineCount: Int) -> Bool { true }

    private static let labels = ["kind", "customer_id", "by", "action", "channel", "reason", "group", "direction"]
    private static let annotations = [
        "id", "moment_id", "priority", "deliver_at", "expires_at", "reached", "value", "threshold", "payload", "output",
    ]

    static func append(_ line: View<UInt8>, _ plan: FormPlan, routingKey: String, to output: inout [UInt8]) {
        let fields = LineFields(line)
        let type = fields.text("type") ?? "line"
        var labels = ObjectWriter()
        let name = fields.shown("moment") ?? fields.shown("segment") ?? fields.shown("score") ?? type
        labels.add("alertname", name)
        labels.add("type", type)
        for key in Alert.labels {
            // Alertmanager takes an empty label for one that is not there.
            if let value = fields.shown(key), value != "null", !value.isEmpty { labels.add(key, value) }
        }
        var annotations = ObjectWriter()
        annotations.add("summary", LineSummary.of(fields))
        for key in Alert.annotations {
            if let value = fields.shown(key) { annotations.add(key, value) }
        }
        var alert = ObjectWriter()
        alert.add("labels", labels)
        alert.add("annotations", annotations)
        alert.add("startsAt", json: fields["time"])
        if fields.text("change") == "leave" { alert.add("endsAt", json: fields["time"]) }
        alert.append(to: &output)
    }
}
