/// The section `policy`.
enum PolicyKey: String, SectionKey {
    case consent, caps, budgets
    case quietHours = "quiet_hours"
    case timezone, holdout, choose
    case minPriority = "min_priority"
    case gather, explore
    case bestHour = "best_hour"
    case explain

    static let about = "Limits that hold for all actions. [decisions.md](decisions.md) explains them in their order."

    var entry: KeyEntry {
        switch self {
        case .consent:
            KeyEntry(.object(ConsentKey.self), example: "{ default: \"deny\" }", "Which channels a customer allows.")
        case .caps:
            KeyEntry(
                .list(of: .object(CapKey.self)), example: "[{ max: 3, over: \"7d\" }]",
                "How often a customer is contacted: up to 256 caps.")
        case .budgets:
            KeyEntry(
                .list(of: .object(PolicyBudgetKey.self)), example: "[{ max: 500, per: \"day\", channel: \"email\" }]",
                "How often several actions are chosen over all customers: up to 256 budgets.")
        case .quietHours:
            KeyEntry(
                .list(of: .object(QuietKey.self)),
                example: "[{ channels: [\"phone\"], from: \"20:00\", to: \"09:00\" }]",
                "When customers are left alone: up to 256 spans.")
        case .timezone: KeyEntry(.object(ZoneKey.self), example: "{}", "Whose clock counts.")
        case .holdout:
            KeyEntry(.object(HoldoutKey.self), example: "{ percent: 5 }", "A control group that gets nothing.")
        case .choose:
            KeyEntry(.integer(1...1000), usual: "1", example: "2", "The most standard actions chosen at one decision.")
        case .minPriority:
            KeyEntry(
                .number(-.infinity ... .infinity), usual: "0", example: "0.5",
                "An action of a lower priority is not chosen.")
        case .gather:
            KeyEntry(
                .duration(.zeroOrMore), example: "\"5m\"",
                "Decides a customer's moments of so long together; `\"0s\"` those of one event. Without it, each by itself."
            )
        case .explore:
            KeyEntry(
                .object(ExploreKey.self), example: "{ method: \"epsilon\" }",
                "Lets chance choose among what may be chosen, so that it can be learnt what works.")
        case .bestHour:
            KeyEntry(
                .named(.object(BestHourKey.self)), example: "{ email: { on: \"email_open\" } }",
                "By channel: delivers at the hour at which the customer looks.")
        case .explain:
            KeyEntry(
                .word(["brief", "full", "none"]), usual: "\"brief\"", example: "\"full\"",
                "How much a decision's line says about how it came about.")
        }
    }
}

/// The section `policy.consent`.
enum ConsentKey: String, SectionKey {
    case usual = "default"

    static let about = """
        Which channels a customer allows. Every other key is a channel, and its value the condition for it: \
        `email: "profile.consent"`.
        """

    var entry: KeyEntry {
        switch self {
        case .usual:
            KeyEntry(
                .word(["allow", "deny"]), usual: "\"allow\"", example: "\"deny\"",
                "What holds for channels not named here.")
        }
    }
}

/// A cap.
enum CapKey: String, ReachKey, ScopeKey {
    case max, over, per, channel, group, action, reserve

    static let about = "Counts what is delivered to a customer, with one of `over` and `per`."

    var entry: KeyEntry {
        switch self {
        case .max:
            KeyEntry(
                .either(.integer(0...KeyEntry.countMost), .expression(.number)), usual: .required, example: "3",
                "The most contacts. An expression reads profile and segments.")
        case .over: .over
        case .per: .per("of the customer's time zone")
        case .channel: .scope("channel", "\"email\"")
        case .group: .scope("group", "\"discount\"")
        case .action: .scope("action", "\"coupon\"")
        case .reserve:
            KeyEntry(
                .object(ReserveKey.self), example: "{ group: \"discount\", keep: 1 }", beside: "max: 3",
                "Contacts that are kept for a group.")
        }
    }
}

/// What a cap keeps for a group.
enum ReserveKey: String, SectionKey {
    case group, keep

    static let about = "Others are blocked where they come to `max` − `keep`."

    var entry: KeyEntry {
        switch self {
        case .group:
            KeyEntry(.names(of: "groups"), usual: .required, example: "\"discount\"", "For whom.")
        case .keep: KeyEntry(.integer(1...KeyEntry.countMost), usual: .required, example: "1", "How many contacts.")
        }
    }
}

/// A budget over several actions.
enum PolicyBudgetKey: String, ReachKey, ScopeKey, ShareKey {
    case max, over, per, channel, group, action
    case perValue = "per_value"
    case sum, share

    static let about = "Counts decisions over all customers, with one of `over` and `per`."

    var entry: KeyEntry {
        switch self {
        case .max: .count(usual: .required, "The most decisions; with `sum`, any number from 0: the most value.")
        case .over: .over
        case .per: .per("of the default time zone")
        case .channel: .scope("channel", "\"email\"")
        case .group: .scope("group", "\"discount\"")
        case .action: .scope("action", "\"coupon\"")
        case .perValue:
            KeyEntry(
                .expression(.anything), example: "\"profile.country\"", "Counts for each value of this by itself.")
        case .sum: KeyEntry(.word(["value"]), example: "\"value\"", "Sums the actions' `value` instead of counting.")
        case .share: .share
        }
    }
}

/// A quiet time.
enum QuietKey: String, SectionKey {
    case channels, from, to, days, then

    static let about = "A span of the customer's day. It may go past midnight."

    static let dayNames = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

    var entry: KeyEntry {
        switch self {
        case .channels: KeyEntry(.oneOrMore(.name), usual: .required, example: "[\"email\"]", "What is quiet.")
        case .from: KeyEntry(.other("`\"HH:MM\"`"), usual: .required, example: "\"20:00\"", "When it begins.")
        case .to:
            KeyEntry(.other("`\"HH:MM\"`, up to `\"24:00\"`"), usual: .required, example: "\"09:00\"", "When it ends.")
        case .days:
            KeyEntry(
                .oneOrMore(.word(Self.dayNames)), usual: .described("every day"), example: "[\"sat\", \"sun\"]",
                "The days on which it begins.")
        case .then:
            KeyEntry(
                .word(["defer", "next_channel", "drop", "hold"]), usual: "\"defer\"", example: "\"hold\"",
                "Deliver later, try the next channel, give the action up, or decide the moment later.")
        }
    }
}

/// The section `policy.timezone`.
enum ZoneKey: String, SectionKey {
    case from
    case usual = "default"

    static let about = "Whose clock quiet hours, caps and windows `per` day go by."

    var entry: KeyEntry {
        switch self {
        case .from:
            KeyEntry(.expression(.text), example: "\"profile.timezone\"", "A customer's time zone, an IANA name.")
        case .usual:
            KeyEntry(
                .name, usual: "\"UTC\"", example: "\"UTC\"", "The zone of customers without one, and of budgets.")
        }
    }
}

/// The section `policy.holdout`.
enum HoldoutKey: String, SectionKey {
    case percent, salt, exempt

    static let about = "Customers for whom decisions are written, and not carried out."

    var entry: KeyEntry {
        switch self {
        case .percent:
            KeyEntry(
                .number(0...100), usual: .required, example: "5",
                "The share of the customers, with two decimals at most.")
        case .salt: KeyEntry(.other("text"), usual: "\"\"", example: "\"2026-q4\"", "Another one draws another group.")
        case .exempt:
            KeyEntry(.names(of: "groups"), example: "[\"discount\"]", "Groups of actions that reach everybody.")
        }
    }
}
