import Expressions
import Journeys

/// An entry of the section `touchpoints`.
enum TouchpointKey: String, SectionKey {
    case on, `where`, stage, phase, channel, medium, polarity, initiative, friction, note

    static let about = """
        What an event is in the customer's journey. Of several that fit, the first one written counts. \
        [picture.md](picture.md) says more.
        """

    /// The words for stages and phases, each with its Spanish ones, which may lack their accents.
    static let stages: [(word: String, alsoWritten: [String])] = [
        ("awareness", ["conciencia"]), ("consideration", ["consideración", "consideracion"]),
        ("decision", ["decisión"]), ("retention", ["retención", "retencion"]),
        ("advocacy", ["abogacía", "abogacia"]),
    ]
    static let phases: [(word: String, alsoWritten: [String])] = [
        ("before", ["antes"]), ("during", ["durante"]), ("after", ["después", "despues"]),
    ]

    var entry: KeyEntry {
        switch self {
        case .on: .on(usual: .required)
        case .where: .whereHolds
        case .stage: KeyEntry(.translated(Self.stages), example: "\"consideration\"", "The stage of the journey.")
        case .phase: KeyEntry(.translated(Self.phases), example: "\"during\"", "Before, during or after the purchase.")
        case .channel: KeyEntry(.name, example: "\"web\"", "The channel.")
        case .medium: KeyEntry(.word(["digital", "physical"]), example: "\"digital\"", "The medium.")
        case .polarity:
            KeyEntry(
                .word(["positive", "neutral", "negative"]), example: "\"negative\"", "How the customer takes it.")
        case .initiative:
            KeyEntry(.word(["customer", "brand", "third_party"]), example: "\"customer\"", "Who began it.")
        case .friction: KeyEntry(.flag, usual: "false", example: "true", "Whether it gets in the customer's way.")
        case .note:
            KeyEntry(
                .either(.text, .object(NoteKey.self)), example: "{ es: \"Primera visita\", en: \"First visit\" }",
                "What the report says of it beside its figures.")
        }
    }
}

/// An entry of the section `profile`.
enum AttributeKey: String, SectionKey {
    case on, `where`, from, keep, of

    static let about = "An attribute that is kept about a customer for good."

    var entry: KeyEntry {
        switch self {
        case .on: .on(usual: .required)
        case .where: .whereHolds
        case .from:
            KeyEntry(
                .expression(.anything), usual: .required, example: "\"event.properties.tier\"",
                "The value. An absent one changes nothing.")
        case .keep:
            KeyEntry(
                .either(.word(AttributeKey.rules), .object(KeepKey.self)), usual: "\"latest\"", example: "\"first\"",
                "Which of several values stays; `latest` and `first` go by the events' own times.")
        case .of: .ofAccount
        }
    }

    /// The words that `keep` may be.
    static let rules = ["latest", "first", "max", "min", "longest"]
}

/// The object that `keep` may be.
enum KeepKey: String, SectionKey {
    case priority, by

    static let about = "Keeps the value of the most trusted source; within one source, the latest."

    var entry: KeyEntry {
        switch self {
        case .priority:
            KeyEntry(
                .list(of: .text), usual: .required, example: "[\"crm\", \"web\"]",
                "The sources, the most trusted first: up to 1,000.")
        case .by:
            KeyEntry(
                .expression(.anything), usual: .required, example: "\"event.properties.source\"",
                "Where a value is from.")
        }
    }
}

/// An entry of the section `windows`.
enum WindowKey: String, SectionKey {
    case count, sum, avg, min, max, first, last, distinct, mode
    case sinceLast = "since_last"
    case sinceFirst = "since_first"
    case median, quantile, stddev
    case q, on, `where`, over, per, events, session, resolution, before, of

    static let about = """
        One aggregate over the events of a customer, and at most one extent: `over`, `per`, `events` or `session`; \
        without one, over all time.
        """

    /// The most events that `events` may ask for.
    static let eventLimit: Int64 = 1_000_000
    /// The aggregates, one of which a window has.
    static let aggregates = allCases.filter { $0.aggregate != nil }

    /// The aggregate that the key asks for; nil for keys that say something else.
    var aggregate: WindowPlan.Aggregate? {
        switch self {
        case .count: .count
        case .sum: .sum
        case .avg: .avg
        case .min: .min
        case .max: .max
        case .first: .first
        case .last: .last
        case .distinct: .distinct
        case .mode: .mode
        case .sinceLast: .sinceLast
        case .sinceFirst: .sinceFirst
        case .median: .median
        case .quantile: .quantile
        case .stddev: .stddev
        case .q, .on, .where, .over, .per, .events, .session, .resolution, .before, .of: nil
        }
    }

    /// Of what type an aggregate is, `dyn` for that of its values; and what its expression must come to, nil where it
    /// has none.
    static func type(of aggregate: WindowPlan.Aggregate) -> (type: StaticType, demand: ValueForm.Demand?) {
        switch aggregate {
        case .count: (.int, nil)
        case .sinceLast, .sinceFirst: (.duration, nil)
        case .sum, .avg, .stddev: (.double, .number)
        case .distinct: (.int, .anything)
        case .min, .max, .first, .last, .mode, .median, .quantile: (.dyn, .anything)
        }
    }

    var entry: KeyEntry {
        switch self {
        case .count: Self.flag("How many events there are. An int.")
        case .sum: Self.price(.number, "The sum. A double; 0.0 where there is none.")
        case .avg: Self.price(.number, "The mean. A double.")
        case .min: Self.price(.anything, "The least value.")
        case .max: Self.price(.anything, "The greatest value.")
        case .first: Self.channel("The value of the first event.")
        case .last: Self.channel("The value of the last event.")
        case .distinct: Self.channel("How many different values there are. An int.")
        case .mode: Self.channel("The most frequent value.")
        case .sinceLast: Self.flag("The time since the last event. A duration.")
        case .sinceFirst: Self.flag("The time since the first event. A duration.")
        case .median: Self.price(.anything, "The value in the middle, exactly.")
        case .quantile:
            KeyEntry(
                .expression(.anything), example: "\"event.properties.price\"", beside: "q: 0.9",
                "Of n values in order the one at place ⌈q n⌉, exactly.")
        case .stddev: Self.price(.number, "The standard deviation of the sample. A double; absent below two values.")
        case .q:
            KeyEntry(
                .other("number above 0 up to 1"), example: "0.9", beside: "quantile: \"event.properties.price\"",
                "Which value `quantile` is. Required with it.")
        case .on: .on(usual: "\"*\"")
        case .where: .whereHolds
        case .over: KeyEntry(.duration(.positive), example: "\"14d\"", "The events with a time in (now − over, now].")
        case .per:
            KeyEntry(
                .word(["day", "week", "month"]), example: "\"day\"",
                "The events of this day, week (from Monday) or month, by the customer's clock (`policy.timezone`).")
        case .events: KeyEntry(.integer(1...Self.eventLimit), example: "10", "The last so many events.")
        case .session:
            KeyEntry(
                .duration(.positive), example: "\"30m\"", "The current run of events no further apart than this.")
        case .resolution:
            KeyEntry(
                .duration(.positive), example: "\"1h\"", beside: "over: \"30d\"",
                "Puts `count`, `sum` and `avg` over a time into buckets so long, to save memory.")
        case .before:
            KeyEntry(.flag, usual: "false", example: "true", "The window as it was before the current event.")
        case .of: .ofAccount
        }
    }

    private static func flag(_ meaning: String) -> KeyEntry { KeyEntry(.other("`true`"), example: "true", meaning) }

    private static func price(_ demand: ValueForm.Demand, _ meaning: String) -> KeyEntry {
        KeyEntry(.expression(demand), example: "\"event.properties.price\"", meaning)
    }

    private static func channel(_ meaning: String) -> KeyEntry {
        KeyEntry(.expression(.anything), example: "\"event.channel\"", meaning)
    }
}

/// An entry of the section `scores`.
enum ScoreKey: String, SectionKey {
    case terms, intercept, link, expr, model, clv, of
    case reportAt = "report_at"

    static let about = "A number, from `terms` (a weighted sum), `expr`, a `model` or `clv`."

    var entry: KeyEntry {
        switch self {
        case .terms:
            KeyEntry(
                .list(of: .object(TermKey.self)), example: "[{ value: \"windows.orders\", weight: 0.5 }]",
                "What is summed: up to 1,000 terms. Either this or `expr`.")
        case .intercept:
            KeyEntry(
                .number(-.infinity ... .infinity), usual: "0", example: "-3.0", beside: "terms: []",
                "What the sum begins with.")
        case .link:
            KeyEntry(
                .word(["identity", "logistic"]), usual: "\"identity\"", example: "\"logistic\"", beside: "terms: []",
                "`logistic` takes the sum to 1 / (1 + e^−sum).")
        case .expr:
            KeyEntry(
                .expression(.number), example: "\"windows.orders * 2\"", "The number itself. Either this or `terms`.")
        case .model:
            KeyEntry(.name, example: "\"churn\"", "What a model of the section `models` says.")
        case .clv:
            KeyEntry(
                .object(CustomerValueKey.self),
                example: """
                    { frequency: "windows.orders", recency: "event.properties.days", age: "event.properties.age", says: "alive", \
                    params: { r: 0.243, alpha: 4.414, a: 0.793, b: 2.426 } }
                    """,
                "What the customer will be worth.")
        case .reportAt:
            KeyEntry(
                .oneOrMore(.number(-.infinity ... .infinity)), example: "[0.5, 0.8]",
                "A line of type `score` is written when the score passes one of these.")
        case .of: .ofAccount
        }
    }
}

/// A term of a score.
enum TermKey: String, SectionKey {
    case weight, value, when

    static let about = "A term of a score, with one of `value` and `when`."

    var entry: KeyEntry {
        switch self {
        case .weight:
            KeyEntry(
                .number(-.infinity ... .infinity), usual: .required, example: "0.9", "What the term is multiplied by.")
        case .value: KeyEntry(.expression(.number), example: "\"windows.orders\"", "Adds `weight` × this.")
        case .when:
            KeyEntry(.expression(.condition), example: "\"windows.orders == 0\"", "Adds `weight` where it holds.")
        }
    }
}

/// An entry of the section `segments`.
enum SegmentKey: String, SectionKey {
    case when, of
    case leaveWhen = "leave_when"

    static let about = "A group that customers enter and leave."

    var entry: KeyEntry {
        switch self {
        case .when:
            KeyEntry(
                .expression(.condition), usual: .required, example: "\"windows.orders >= 3\"", "Who is in the segment.")
        case .leaveWhen:
            KeyEntry(
                .expression(.condition), example: "\"windows.orders < 2\"",
                "Who is in stays in until this holds. Without it, until `when` no longer does.")
        case .of: .ofAccount
        }
    }
}

extension KeyEntry {
    /// Event types that something is about.
    static func on(usual: Usual) -> KeyEntry {
        KeyEntry(.names(of: "event types"), usual: usual, example: "\"purchase\"", "The events it is about.")
    }

    /// Whose rule it is.
    static let ofAccount = KeyEntry(
        .word(["account"]), usual: .described("the person's"), example: "\"account\"",
        "It is about a firm or household, and all its persons' events. [identity.md](identity.md) says more.")

    /// A condition that further narrows these.
    static let whereHolds = KeyEntry(
        .expression(.condition), example: "\"event.properties.price > 20.0\"", "Only the events for which this holds.")
}
