/// What a line says, as one sentence for people.
enum LineSummary {
    static func of(_ fields: LineFields) -> String {
        let customer = fields.shown("customer_id") ?? "?"
        switch fields.text("type") {
        case "decision":
            let moment = fields.shown("moment") ?? "?"
            guard let action = fields.text("action") else {
                return "\(moment) for \(customer): no action (\(fields.shown("reason") ?? "no reason"))"
            }
            let channel = fields.shown("channel").map { " by \($0)" } ?? ""
            return "\(moment) for \(customer): \(action)\(channel)"
        case "moment":
            let kind = fields.shown("kind").map { " (\($0))" } ?? ""
            return "\(fields.shown("moment") ?? "?")\(kind) for \(customer)\(by(fields))"
        case "drop_off":
            let reached = fields.shown("reached") ?? "?"
            return "\(fields.shown("moment") ?? "?") not completed by \(customer)\(by(fields)): reached \(reached)"
        case "segment":
            let verb = fields.text("change") == "leave" ? "left" : "entered"
            return "\(customer) \(verb) the segment \(fields.shown("segment") ?? "?")"
        case "score":
            let (name, value) = (fields.shown("score") ?? "?", fields.shown("value") ?? "?")
            return "\(name) of \(customer) went \(fields.shown("direction") ?? "?") to \(value)"
        case "response":
            return "\(customer): \(fields.shown("outcome") ?? "?") of \(fields.shown("action") ?? "?")"
        default: return "a line for \(customer)"
        }
    }

    private static func by(_ fields: LineFields) -> String { fields.shown("by").map { ", \($0)" } ?? "" }
}
