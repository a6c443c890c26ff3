/// The section `responses`.
enum ResponsesKey: String, SectionKey {
    case decision, impression, click, accept, reject, ignored

    static let about = """
        What came of decisions. [learning.md](learning.md) says how outcomes are attributed, and what follows from them.
        """

    var entry: KeyEntry {
        switch self {
        case .decision:
            KeyEntry(
                .expression(.anything), example: "\"event.properties.decision_id\"",
                "The id of the decision that an event speaks of; without one, the customer's newest that is open.")
        case .impression: Self.outcome("\"shown\"", "The customer saw it.")
        case .click: Self.outcome("\"email_click\"", "The customer looked closer.")
        case .accept: Self.outcome("\"purchase\"", "The customer took the offer.")
        case .reject: Self.outcome("[\"dismiss\"]", "The customer did not want it.")
        case .ignored:
            KeyEntry(
                .object(IgnoredKey.self), example: "{ for: \"72h\" }", "Nothing came of it for a while.")
        }
    }

    private static func outcome(_ types: String, _ meaning: String) -> KeyEntry {
        KeyEntry(.object(OutcomeKey.self), example: "{ on: \(types) }", meaning)
    }
}

/// An outcome in `responses`.
enum OutcomeKey: String, SectionKey {
    case on, within, value

    static let about = "Which events say it, and for how long after the decision."

    /// For how long an outcome may come where nothing says so: 30 days.
    static let usualTime: Int64 = 30 * 86_400_000_000

    var entry: KeyEntry {
        switch self {
        case .on: .on(usual: .required)
        case .within:
            KeyEntry(
                .duration(.positive), usual: .time(Self.usualTime), example: "\"14d\"", beside: "on: \"purchase\"",
                "How long after the decision it counts.")
        case .value:
            KeyEntry(
                .expression(.number), example: "\"event.properties.price\"", beside: "on: \"purchase\"",
                "What it is worth.")
        }
    }
}

/// `responses.ignored`.
enum IgnoredKey: String, SectionKey {
    case after, `for`

    static let about = "A decision without click, accept and reject for so long was ignored."

    var entry: KeyEntry {
        switch self {
        case .after:
            KeyEntry(
                .word(["impression", "decision"]), usual: .described("`\"impression\"` where one is told of"),
                example: "\"decision\"", beside: "for: \"72h\"", "From when on.")
        case .for: KeyEntry(.duration(.positive), usual: .required, example: "\"72h\"", "For how long.")
        }
    }
}

/// The object that an action's `cooldown` may be.
enum CooldownKey: String, SectionKey {
    case chosen, impression, click, accept, reject, ignored

    static let about = "How long an action rests, for one customer, after what happened to it."

    var entry: KeyEntry {
        switch self {
        case .chosen: Self.rest("It was chosen.")
        case .impression: Self.rest("It was seen.")
        case .click: Self.rest("It was clicked.")
        case .accept: Self.rest("It was accepted.")
        case .reject: Self.rest("It was rejected.")
        case .ignored: Self.rest("It was ignored.")
        }
    }

    private static func rest(_ meaning: String) -> KeyEntry {
        KeyEntry(.duration(.zeroOrMore), usual: "\"0s\"", example: "\"7d\"", meaning)
    }
}
