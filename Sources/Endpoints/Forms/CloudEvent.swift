import Storage

/// A line as an event of CloudEvents 1.0 in structured JSON: `data` is the line.
enum CloudEvent: OutputForm {
    static let joins = true
    static func isList(lineCount: Int) -> Bool { lineCount > 1 }
    static func mediaType(lineCount: Int) -> String {
        lineCount == 1 ? "application/cloudevents+json" : "application/cloudevents-batch+json"
    }

    static func append(_ line: View<UInt8>, _ plan: FormPlan, routingKey: String, to output: inout [UInt8]) {
        let fields = LineFields(line)
        var event = ObjectWriter()
        event.add("specversion", "1.0")
        event.add("id", json: fields["id"])
        event.add("source", plan.source)
        event.add("type", "journeyd." + (fields.text("type") ?? "line"))
        event.add("subject", json: fields["customer_id"])
        event.add("time", json: fields["time"])
        event.add("datacontenttype", "application/json")
        event.add("data", json: line)
        event.append(to: &output)
    }
}
