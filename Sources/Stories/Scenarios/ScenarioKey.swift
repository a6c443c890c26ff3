package import Configuration

/// A file of scenarios.
package enum ScenarioFileKey: String, SectionKey {
    case scenarios

    package static let about = "A file of scenarios is one object. [scenarios.md](scenarios.md) shows how to write one."

    package var entry: KeyEntry {
        switch self {
        case .scenarios:
            KeyEntry(.named(.object(ScenarioKey.self)), example: "{}", "Histories that a configuration is tried on.")
        }
    }
}

/// A scenario.
enum ScenarioKey: String, SectionKey {
    case start, customer, events, wait, expect, never
    case nothingElse = "nothing_else"

    static let about = """
        A short history, and what must come of it. At least one of `expect`, `never` and `nothing_else: true` is \
        written.
        """

    var entry: KeyEntry {
        switch self {
        case .start:
            KeyEntry(
                .other("time"), usual: "\"2026-01-05T09:00:00Z\"", example: "\"2026-03-01T08:00:00Z\"",
                "What relative times count from.")
        case .customer:
            KeyEntry(
                .text, usual: .value("\"\(ScenarioReader.usualCustomer)\""), example: "\"ana\"",
                "Whose events they are where an event does not say.")
        case .events:
            KeyEntry(
                .list(of: .object(ScenarioEventKey.self)), usual: .required, example: "[{ event: \"purchase\" }]",
                "What happens, in the order of arrival.")
        case .wait:
            KeyEntry(
                .duration(.zeroOrMore), usual: "\"0s\"", example: "\"1h\"",
                "How long time goes on after the last event.")
        case .expect:
            KeyEntry(
                .list(of: .object(LineKey.self)), example: "[{ moment: \"cart_abandoned\", at: \"30m\" }]",
                "Lines that must come, in this order. Others may come between them.")
        case .never:
            KeyEntry(.list(of: .object(LineKey.self)), example: "[{ action: \"coupon\" }]", "Lines that must not come.")
        case .nothingElse:
            KeyEntry(.flag, usual: "false", example: "true", "Nothing may come but what is expected.")
        }
    }
}

/// An event of a scenario.
enum ScenarioEventKey: String, SectionKey {
    case at, event, respond, to
    case customerID = "customer_id"
    case id, channel, properties, raw, customers

    static let about = "An event as it arrives."

    /// The outcomes that a customer may answer with.
    private static let outcomes = [
        (word: "impression", alsoWritten: ["visto"]), (word: "click", alsoWritten: ["clic"]),
        (word: "accept", alsoWritten: ["aceptado"]), (word: "reject", alsoWritten: ["rechazado"]),
    ]

    var entry: KeyEntry {
        switch self {
        case .at:
            KeyEntry(
                .other("duration"), usual: "\"+0s\"", example: "\"+20m\"",
                "Its time: `\"+20m\"` and `\"-5m\"` count from the event before, `\"20m\"` from the start.")
        case .event:
            KeyEntry(.text, example: "\"purchase\"", "Its type. Either this or `respond` is written.")
        case .respond:
            KeyEntry(
                .translated(Self.outcomes), example: "\"accept\"",
                "The customer answers a decision: an event of the first type by which `responses` tells of that outcome."
            )
        case .to:
            KeyEntry(
                .text, usual: .described("`\"last\"` beside `respond`"), example: "\"coupon\"",
                beside: "event: \"purchase\"",
                "Which decision it speaks of: the customer's `last`, the last of an action, or the one of an id.")
        case .customerID:
            KeyEntry(.text, usual: .described("the scenario's `customer`"), example: "\"ben\"", "Whose event it is.")
        case .id: KeyEntry(.text, usual: .described("`\"e1\"`, `\"e2\"`, …"), example: "\"evt_7\"", "Its id.")
        case .channel: KeyEntry(.text, example: "\"web\"", "Its channel.")
        case .properties: KeyEntry(.other("object"), example: "{ price: 20.0 }", "Its properties.")
        case .raw: KeyEntry(.other("object"), example: "{ context: { ip: \"10.0.0.1\" } }", "Further keys of its line.")
        case .customers:
            KeyEntry(
                .integer(1...ScenarioReader.crowdLimit), example: "50",
                "The same event for so many customers: `ana-1`, `ana-2`, …")
        }
    }
}

/// A line that is expected: the parts of it that matter, under the keys that lines have.
struct LineKey: SectionKey {
    let rawValue: String

    static let about = """
        The parts of a line that matter; the others may be anything. `type` follows from the keys where it is not \
        written. Times are relative to the scenario's start, or as lines have them.
        """

    static let at = LineKey(rawValue: "at")
    static let type = LineKey(rawValue: "type")

    static let allCases: [LineKey] = {
        var keys = [type, at]
        for key in Expectation.keys.flatMap(\.keys).map(LineKey.init(rawValue:)) where !keys.contains(key) {
            keys.append(key)
        }
        return keys
    }()

    var entry: KeyEntry {
        if self == Self.type {
            return KeyEntry(.word(Expectation.keys.map(\.type)), example: "\"decision\"", "The type of the line.")
        }
        if self == Self.at { return KeyEntry(.other("duration or time"), example: "\"30m\"", "The line's time.") }
        let types = Expectation.keys.filter { $0.keys.contains(rawValue) }.map { "`\($0.type)`" }
        let isTime = Expectation.timeKeys.contains(rawValue)
        return KeyEntry(
            .other(isTime ? "duration or time" : "as in the line"), example: isTime ? "\"30m\"" : "\"x\"",
            "In \(types.joined(separator: ", ")).")
    }
}
