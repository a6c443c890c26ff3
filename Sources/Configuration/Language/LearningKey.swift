import Learning

/// The object that an action's `propensity` may be.
enum PropensityKey: String, SectionKey {
    case learn, model, prior, strength
    case halfLife = "half_life"
    case outcome, by, features, alpha, beta, l1, l2

    static let about =
        "How likely an action is to work: learnt from what came of it, or by a model. [learning.md](learning.md) explains it."

    private static let usual = PropensityPlan()
    private static let weights = FTRLPlan()

    var entry: KeyEntry {
        switch self {
        case .learn:
            KeyEntry(
                .either(.flag, .word(["ftrl"])), example: "true",
                "`true` counts trials and successes in cells; `\"ftrl\"` learns weights of `features`. Either this or `model`."
            )
        case .model:
            KeyEntry(
                .name, example: "\"accept\"", "The model of the section `models` that says it. Nothing is learnt then.")
        case .prior:
            KeyEntry(
                .number(0.000001...0.999999), usual: .number(Self.usual.prior), example: "0.05", beside: "learn: true",
                "What stands for it while nothing is known.")
        case .strength:
            KeyEntry(
                .number(0.001...1_000_000_000), usual: .number(Self.usual.strength), example: "50",
                beside: "learn: true", "How many trials that is worth, and each wider cell's estimate.")
        case .halfLife:
            KeyEntry(
                .duration(.positive), usual: .time(Self.usual.halfLife), example: "\"30d\"", beside: "learn: true",
                "After how long a trial counts half.")
        case .outcome:
            KeyEntry(
                .word(["impression", "click", "accept"]), usual: "\"accept\"", example: "\"click\"",
                beside: "learn: true", "What it is to come to, as `responses` tells of it.")
        case .by:
            KeyEntry(
                .oneOrMore(.expression(.anything)), example: "[\"channel\", \"profile.country\"]",
                beside: "learn: true",
                "What it is told apart by: `channel`, and up to 8 expressions.")
        case .features:
            KeyEntry(
                .named(.expression(.anything)), example: "{ country: \"profile.country\" }", beside: "learn: \"ftrl\"",
                "What weights are learnt for: numbers, truths and texts, up to 256.")
        case .alpha:
            Self.rate(Self.weights.alpha, 0.000001, "How fast weights are learnt.")
        case .beta: Self.rate(Self.weights.beta, 0, "By how much the first steps are smaller.")
        case .l1: Self.rate(Self.weights.l1, 0, "How much it takes for a weight to be other than 0.")
        case .l2: Self.rate(Self.weights.l2, 0, "How much weights are drawn to 0.")
        }
    }

    private static func rate(_ usual: Double, _ least: Double, _ meaning: String) -> KeyEntry {
        KeyEntry(
            .number(least...1_000_000), usual: .number(usual), example: "0.5",
            beside: "learn: \"ftrl\", features: { one: 1 }", meaning)
    }
}

/// A channel under `policy.best_hour`.
enum BestHourKey: String, SectionKey {
    case on
    case halfLife = "half_life"
    case strength, within

    static let about =
        "Puts deliveries off to the best hour of the customer's day. [learning.md](learning.md) has the formula."

    private static let usual = HourPlan(channel: "", on: [])

    var entry: KeyEntry {
        switch self {
        case .on: .on(usual: .required)
        case .halfLife:
            KeyEntry(
                .duration(.positive), usual: .time(Self.usual.halfLife), example: "\"30d\"",
                beside: "on: \"email_open\"",
                "After how long an event counts half.")
        case .strength:
            KeyEntry(
                .number(0.001...1_000_000_000), usual: .number(Self.usual.strength), example: "5",
                beside: "on: \"email_open\"",
                "How many events of the customer's own all customers' habits are worth.")
        case .within:
            KeyEntry(
                .duration(.positive, upTo: 7 * 86_400_000_000), usual: .time(Self.usual.within), example: "\"12h\"",
                beside: "on: \"email_open\"", "It is put off by less than this.")
        }
    }
}

/// The section `policy.explore`.
enum ExploreKey: String, SectionKey {
    case method, epsilon, temperature, seed

    static let about = "Chance among the actions that gates and limits let pass. Each line says its `probability`."

    var entry: KeyEntry {
        switch self {
        case .method:
            KeyEntry(
                .word(ExplorePlan.Method.self), usual: .required, example: "\"thompson\"",
                "By how often each would be best, the best but for a share, or by the priority's exponential.")
        case .epsilon:
            KeyEntry(
                .number(0...1), usual: "0.02", example: "0.1", beside: "method: \"epsilon\"",
                "The share of decisions that is spread evenly; not for `softmax`.")
        case .temperature:
            KeyEntry(
                .number(0.000000001...1_000_000_000), usual: "1", example: "5", beside: "method: \"softmax\"",
                "By what priorities are divided; for `softmax`.")
        case .seed:
            KeyEntry(
                .other("text"), usual: "\"\"", example: "\"2026\"", beside: "method: \"epsilon\"",
                "Another one draws otherwise.")
        }
    }
}
