package import Configuration
package import Events

/// A short history that a configuration is tried on, and what must come of it.
package struct Scenario: Sendable {
    /// An event as a line, and the time on the virtual clock at which it arrives.
    package struct Step: Sendable {
        package let arrival: Instant
        /// The line; without a decision's id where `answer` says of which decision it speaks.
        package let line: Part
        package var answer: Answer?

        /// The line as bytes, with its end.
        var bytes: [UInt8] { Array((line.json + "\n").utf8) }
    }

    /// Of which decision of its customer an event speaks, and under which property.
    package struct Answer: Sendable {
        /// The customer's last one, the last of an action, or the one of an id.
        package enum Reference: Sendable {
            case last
            case action(String)
            case id(String)
        }

        package let reference: Reference
        package let property: String
        /// Where it stands.
        package let place: Place
    }

    package let name: String
    /// Where it stands.
    package let place: Place
    /// What relative times count from.
    package let start: Instant
    package let steps: [Step]
    /// How long time goes on behind the last event, in microseconds.
    package let wait: Int64
    /// Lines that must come, in this order; others may come between them.
    package let expected: [Expectation]
    /// Lines none of which may come.
    package let forbidden: [Expectation]
    /// Whether nothing may come but what is expected.
    package let isComplete: Bool
}

/// A line that is expected, or must not come: the parts of it that matter.
package struct Expectation: Sendable {
    /// The types of line that there are, and the keys that each may have.
    static let keys: [(type: String, keys: [String])] = [
        ("moment", ["moment", "kind", "by", "customer_id", "account_id", "start", "end", "steps", "output", "id"]),
        (
            "decision",
            [
                "moment", "action", "reason", "channel", "customer_id", "account_id", "deliver_at", "expires_at",
                "priority",
                "probability", "propensity", "context", "value", "lever", "group", "payload", "explanation", "id",
                "moment_id",
            ]
        ),
        ("segment", ["segment", "change", "customer_id", "account_id", "id"]),
        ("score", ["score", "value", "threshold", "direction", "customer_id", "account_id", "id"]),
        (
            "drop_off",
            ["moment", "customer_id", "account_id", "by", "start", "end", "reached", "steps", "output", "id"]
        ),
        ("response", ["outcome", "action", "channel", "value", "decision_id", "customer_id", "account_id", "id"]),
        ("identity", ["change", "customer_id", "was", "via", "reason", "id"]),
        ("rejected", ["reason", "detail", "line"]),
    ]
    /// Keys that tell the type of line where it is not written.
    static let tellingKeys: [(key: String, type: String)] = [
        ("outcome", "response"), ("action", "decision"), ("reason", "decision"), ("channel", "decision"),
        ("payload", "decision"),
        ("priority", "decision"), ("deliver_at", "decision"), ("expires_at", "decision"), ("group", "decision"),
        ("segment", "segment"), ("score", "score"), ("reached", "drop_off"),
        ("was", "identity"),
    ]
    /// Keys whose values are times: written relative to the scenario's start, or as they stand in the line.
    static let timeKeys = ["at", "start", "end", "deliver_at", "expires_at"]

    package let type: String
    /// What the line must say, `type` included, as an object.
    package let parts: Part
    package let place: Place

    /// Whether a line says all that is expected of it; it may say more.
    package func matches(_ line: Part) -> Bool { parts.isPart(of: line) }
}
