/// An entry of the section `moments`.
enum MomentKey: String, SectionKey {
    case kind, sequence, when, of, by, cooldown
    case repeatEvery = "repeat"
    case level, output, choose, within
    case afterMatch = "after_match"
    case among
    case emitPartial = "emit_partial"
    case maxPartial = "max_partial"
    case maxBound = "max_bound"
    case onOverflow = "on_overflow"

    static let about = """
        What is worth noticing: a `sequence` of events, or a condition, `when`, that turns true. \
        [sequences.md](sequences.md) shows every operator.
        """

    static let afterMatches = [
        "no_skip", "skip_to_next", "skip_past_last_event", "skip_to_first:STEP", "skip_to_last:STEP",
    ]
    static let partialLimit: Int64 = 1024
    static let boundLimit: Int64 = 10_000

    private static let steps = "sequence: [{ as: \"cart\", on: \"add_to_cart\" }, { as: \"bought\", on: \"purchase\" }]"
    private static let absence =
        "sequence: [{ as: \"cart\", on: \"add_to_cart\" }, { not: \"purchase\", for: \"30m\" }]"

    var entry: KeyEntry {
        switch self {
        case .kind:
            KeyEntry(
                .name, example: "\"friction\"",
                "`moment_of_truth`, `churn_risk`, `friction`, `opportunity`, or a word of your own.")
        case .sequence:
            KeyEntry(
                .list(of: .object(StepKey.self)), example: String(Self.absence.dropFirst("sequence: ".count)),
                "The steps. Either this or `when`.")
        case .when:
            KeyEntry(
                .expression(.condition), example: "\"windows.orders >= 3\"",
                "Fires as the condition turns true. Either this or `sequence`.")
        case .of: .ofAccount
        case .by:
            KeyEntry(
                .expression(.anything), example: "\"event.properties.sku\"", beside: Self.steps,
                "Matches separately for each value within a customer. With `sequence` only.")
        case .cooldown:
            KeyEntry(
                .duration(.zeroOrMore), usual: "\"0s\"", example: "\"7d\"",
                "The least time between two such moments of a customer, and value of `by`.")
        case .repeatEvery:
            KeyEntry(
                .duration(.positive), example: "\"1d\"", beside: Self.absence,
                "Fires again each time that `when` stays true, or the absence goes on, for so long.")
        case .level:
            KeyEntry(
                .expression(.number), example: "\"windows.orders\"",
                beside: "when: \"windows.orders > 1\", cooldown: \"7d\"",
                "Within the cooldown, a moment with a higher level than the last one fires all the same.")
        case .output:
            KeyEntry(
                .named(.expression(.anything)), example: "{ orders: \"windows.orders\" }",
                "Further fields of the moment's lines.")
        case .choose:
            KeyEntry(
                .integer(1...1000), usual: .described("`policy.choose`"), example: "2",
                "The most standard actions for this moment.")
        case .within:
            KeyEntry(
                .duration(.positive), example: "\"1h\"", beside: Self.steps,
                "The longest time from the first event to the last.")
        case .afterMatch:
            KeyEntry(
                .word(Self.afterMatches), usual: "\"skip_past_last_event\"", example: "\"no_skip\"",
                beside: Self.steps, "Which other partial matches go on once one is whole.")
        case .among:
            KeyEntry(
                .names(of: "event types"), usual: "\"*\"", example: "[\"add_to_cart\", \"purchase\"]",
                beside: Self.steps,
                "The only types that the sequence sees, for `strict` contiguity too.")
        case .emitPartial:
            KeyEntry(
                .flag, usual: "false", example: "true", beside: "within: \"1h\", " + Self.steps,
                "Also reports partial matches that run out of `within`, as lines of type `drop_off`.")
        case .maxPartial:
            KeyEntry(
                .integer(1...100_000), usual: .number(Self.partialLimit), example: "64", beside: Self.steps,
                "The most partial matches that are kept for a customer, and value of `by`.")
        case .maxBound:
            KeyEntry(
                .integer(1...1_000_000), usual: .number(Self.boundLimit), example: "500", beside: Self.steps,
                "The most events that one partial match binds. At the limit it is dropped, and counted.")
        case .onOverflow:
            KeyEntry(
                .word(["drop_oldest", "drop_newest"]), usual: "\"drop_oldest\"", example: "\"drop_newest\"",
                beside: Self.steps, "Which partial matches are dropped beyond `max_partial`.")
        }
    }
}

/// An element of a sequence.
enum StepKey: String, SectionKey {
    case `as`, not
    case anyOf = "any_of"
    case allOf = "all_of"
    case on, `where`, contiguity, `for`, times, inner, greedy, optional, until

    static let about = "A step (`as`), something that must not come (`not`), or a group (`any_of`, `all_of`)."

    /// The most repetitions that can be asked for.
    static let repetitionMost: Int64 = 10_000

    private static let step = "as: \"view\", on: \"page_view\""

    var entry: KeyEntry {
        switch self {
        case .as:
            KeyEntry(.name, example: "\"cart\"", beside: "on: \"add_to_cart\"", "A step: its name in expressions.")
        case .not:
            KeyEntry(
                .names(of: "event types"), example: "\"purchase\"", "What must not come between the steps beside it.")
        case .anyOf: Self.group("Branches, each a list of steps, one of which is taken.")
        case .allOf: Self.group("Branches, each a list of steps, all of which come, in any order.")
        case .on:
            KeyEntry(.names(of: "event types"), usual: "\"*\"", example: "\"add_to_cart\"", "The events of a step.")
        case .where:
            KeyEntry(
                .expression(.condition), example: "\"event.properties.price > 20.0\"", beside: Self.step,
                "Only the events for which this holds. It may read `steps`, what was bound before.")
        case .contiguity:
            KeyEntry(
                .word(["strict", "relaxed", "any"]), usual: "\"relaxed\"", example: "\"strict\"", beside: Self.step,
                "What may come before the step: nothing, what does not fit, or anything.")
        case .for:
            KeyEntry(
                .duration(.positive), example: "\"30m\"", beside: "not: \"purchase\"",
                "How long the event of a closing `not` must keep away.")
        case .times:
            KeyEntry(
                .either(.integer(1...Self.repetitionMost), .other("`\"2..4\"` or `\"2..\"`")), usual: "1",
                example: "\"2..\"", beside: Self.step, "How many events the step binds.")
        case .inner:
            KeyEntry(
                .word(["strict", "relaxed", "any"]), usual: "\"relaxed\"", example: "\"strict\"",
                beside: "times: 3, " + Self.step, "Contiguity between the repetitions.")
        case .greedy:
            KeyEntry(
                .flag, usual: "false", example: "true", beside: "times: \"2..\", " + Self.step,
                "Binds as many events as it can before the next step.")
        case .optional:
            KeyEntry(.flag, usual: "false", example: "true", beside: Self.step, "The step may bind no event at all.")
        case .until:
            KeyEntry(
                .expression(.condition), example: "\"event.properties.price > 20.0\"",
                beside: "times: \"1..\", " + Self.step, "An event for which this holds ends open repetitions.")
        }
    }

    private static func group(_ meaning: String) -> KeyEntry {
        KeyEntry(
            .list(of: .list(of: .object(StepKey.self))),
            example: "[[{ as: \"call\", on: \"call\" }], [{ as: \"chat\", on: \"chat\" }]]", meaning)
    }
}
