import Storage

/// A line as a message for an incoming webhook of Slack.
enum SlackMessage: OutputForm {
    static func append(_ line: View<UInt8>, _ plan: FormPlan, routingKey: String, to output: inout [UInt8]) {
        var message = ObjectWriter()
        message.add("text", escaped(LineSummary.of(LineFields(line))))
        message.append(to: &output)
    }

    /// Slack takes these three for marks of its own: `<!channel>` in a customer's id would call everybody.
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
