import Decisions

/// An entry of the section `actions`.
enum ActionKey: String, SectionKey {
    case on, enabled, valid, eligible, applicable, suitable, suppress, channels
    case preferChannel = "prefer_channel"
    case propensity, context, value, lever, cooldown, budget
    case expiresAfter = "expires_after"
    case payload, group
    case classification = "class"
    case fallback

    static let about = "What can be done about a moment. [decisions.md](decisions.md) says how one is chosen."

    static let channelLimit = 64

    var entry: KeyEntry {
        switch self {
        case .on:
            KeyEntry(.names(of: "moments"), usual: .required, example: "\"cart_abandoned\"", "The moments it answers.")
        case .enabled: KeyEntry(.flag, usual: "true", example: "false", "Whether it takes part at all.")
        case .valid: KeyEntry(.object(ValidKey.self), example: "{}", "The dates between which it takes part.")
        case .eligible: Self.condition("Whether it may be offered (¿se puede?).")
        case .applicable: Self.condition("Whether it makes sense now (¿procede?).")
        case .suitable: Self.condition("Whether it is good for this customer (¿le conviene?).")
        case .suppress:
            KeyEntry(
                .list(of: .object(SuppressKey.self)), example: "[{ after: \"purchase\", for: \"14d\" }]",
                "Events, or outcomes, after which it is held back: up to 64 entries.")
        case .channels:
            KeyEntry(
                .oneOrMore(.name), example: "[\"email\", \"app\"]", "The channels it can go by, in order: up to 64.")
        case .preferChannel:
            KeyEntry(
                .expression(.text), example: "\"windows.preferred\"",
                "The channel to try first, if it is one of them; `\"learned\"` tries them by their learnt propensities."
            )
        case .propensity:
            KeyEntry(
                .either(.expression(.number), .object(PropensityKey.self)), usual: "1", example: "0.2",
                "How likely it is to work: 0 to 1, or how that is learnt.")
        case .context: Self.factor("0.5", "How well it fits now.")
        case .value: Self.factor("\"windows.spend\"", "What it is worth if it works, in one currency for all.")
        case .lever:
            KeyEntry(
                .number(-100...(.infinity)), usual: "0", example: "20", "A push by the business, in per cent.")
        case .cooldown:
            KeyEntry(
                .either(.duration(.zeroOrMore), .object(CooldownKey.self)), usual: "\"0s\"", example: "\"7d\"",
                "How long it rests after it was chosen for a customer, or after what came of it.")
        case .budget:
            KeyEntry(
                .object(BudgetKey.self), example: "{ max: 20, per: \"day\" }",
                "How often it is chosen over all customers.")
        case .expiresAfter:
            KeyEntry(.duration(.positive), example: "\"2d\"", "When the decision is no longer worth carrying out.")
        case .payload:
            KeyEntry(
                .named(.expression(.anything)), example: "{ spend: \"windows.spend\" }",
                "Values that the decision's line carries.")
        case .group: KeyEntry(.name, example: "\"discount\"", "A name by which caps and budgets count several actions.")
        case .classification:
            KeyEntry(
                .word(["standard", "transactional", "mandatory", "inbound"]), usual: "\"standard\"",
                example: "\"transactional\"",
                "What limits it: all; quiet hours only; quiet hours, without ranking; or all, in answer to who asks.")
        case .fallback:
            KeyEntry(.flag, usual: "false", example: "true", "Is tried only where nothing else was chosen.")
        }
    }

    private static func condition(_ meaning: String) -> KeyEntry {
        KeyEntry(.expression(.condition), usual: "true", example: "\"windows.orders > 0\"", meaning)
    }

    private static func factor(_ example: String, _ meaning: String) -> KeyEntry {
        KeyEntry(.expression(.number), usual: "1", example: example, meaning)
    }
}

/// The dates of an action.
enum ValidKey: String, SectionKey {
    case from, until

    static let about = "Times as RFC 3339 has them."

    var entry: KeyEntry {
        switch self {
        case .from: KeyEntry(.other("time"), example: "\"2026-01-01T00:00:00Z\"", "The first instant.")
        case .until: KeyEntry(.other("time"), example: "\"2027-01-01T00:00:00Z\"", "The instant at which it is over.")
        }
    }
}

/// What holds an action back for a while.
enum SuppressKey: String, SectionKey {
    case after, outcome, count, over, scope, `for`

    static let about = "Holds the action back after an event that shows its goal reached, or after outcomes."

    var entry: KeyEntry {
        switch self {
        case .after:
            KeyEntry(
                .oneOrMore(.name), example: "\"purchase\"", beside: "for: \"14d\"",
                "The event types, not `\"*\"`; or write `outcome`.")
        case .outcome:
            KeyEntry(
                .word(["impression", "click", "accept", "reject", "ignored"]), example: "\"ignored\"",
                beside: "for: \"30d\"", "The outcome of decisions that `responses` tells of.")
        case .count:
            KeyEntry(
                .integer(1...64), usual: "1", example: "3", beside: "outcome: \"ignored\", over: \"30d\", for: \"30d\"",
                "After so many of them.")
        case .over:
            KeyEntry(
                .duration(.positive), example: "\"30d\"", beside: "outcome: \"ignored\", count: 3, for: \"30d\"",
                "Within so long.")
        case .scope:
            KeyEntry(
                .word(["action", "group", "channel"]), usual: "\"action\"", example: "\"group\"",
                beside: "outcome: \"ignored\", for: \"30d\"",
                "Whose outcomes count: the action's, its group's, or a channel's, which is then not used.")
        case .for: KeyEntry(.duration(.positive), usual: .required, example: "\"14d\"", "For how long.")
        }
    }
}

/// Keys that say over what time something is counted: one of the two is written.
protocol ReachKey: SectionKey {
    static var over: Self { get }
    static var per: Self { get }
}

/// Keys that say what is counted.
protocol ScopeKey: SectionKey {
    static var channel: Self { get }
    static var group: Self { get }
    static var action: Self { get }
}

/// The budget of an action.
enum BudgetKey: String, ReachKey, ShareKey {
    case max, over, per, share

    static let about = "Counts decisions over all customers, with one of `over` and `per`."

    var entry: KeyEntry {
        switch self {
        case .max: .count(usual: .required, "The most decisions.")
        case .over: .over
        case .per: .per("of the default time zone")
        case .share: .share
        }
    }
}

/// Keys that say how partitions share what they spend.
protocol ShareKey: SectionKey {
    static var share: Self { get }
}

extension KeyEntry {
    /// How the partitions of a topic share a budget.
    static let share = KeyEntry(
        .word(BudgetPlan.Share.self), example: "\"split\"",
        "With Kafka, and required there: each partition has its part of `max`, or asks for slices.")

    /// The most that can be counted.
    static let countMost: Int64 = 1_000_000

    static func count(usual: Usual, _ meaning: String) -> KeyEntry {
        KeyEntry(.integer(0...countMost), usual: usual, example: "20", meaning)
    }

    static let over = KeyEntry(.duration(.positive), example: "\"7d\"", "In any stretch of this length.")

    static func per(_ whose: String) -> KeyEntry {
        KeyEntry(.word(["day", "week", "month"]), example: "\"day\"", "In each day, week or month \(whose).")
    }

    static func scope(_ key: String, _ example: String) -> KeyEntry {
        KeyEntry(.names(of: "\(key)s"), usual: "\"*\"", example: example, "Counts only these \(key)s.")
    }
}
