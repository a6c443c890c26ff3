import Analytics

/// The section `report`.
enum ReportKey: String, SectionKey {
    case conversion
    case visitGap = "visit_gap"
    case journeyGap = "journey_gap"
    case lookback, by, costs, cost, feeling, kpis, actions

    static let about = "What `journeyd report` tells of all journeys. [report.md](report.md) says more."

    private static let usual = ReportSettings(conversions: [])

    var entry: KeyEntry {
        switch self {
        case .conversion:
            KeyEntry(
                .either(.names(of: "event types"), .object(ReportConversionKey.self)),
                usual: .described("the first of `purchase`, `order_completed`, `checkout_completed` that is named"),
                example: "\"purchase\"", "What a journey is to come to.")
        case .visitGap:
            KeyEntry(
                .duration(.positive), usual: .time(Self.usual.visitGap), example: "\"30m\"",
                "Touches no further apart are of one visit.")
        case .journeyGap:
            KeyEntry(
                .duration(.positive), usual: .time(Self.usual.journeyGap), example: "\"30d\"",
                "A journey is lost when more than this has passed since its last touch.")
        case .lookback:
            KeyEntry(
                .duration(.positive), usual: .time(Self.usual.lookback), example: "\"30d\"",
                "Touches less than this before a conversion have a part in it.")
        case .by:
            KeyEntry(
                .oneOrMore(.expression(.anything)), example: "[\"channel\", \"event.properties.country\"]",
                "What KPIs are told apart by: up to 8 expressions, of each the first 8 values. `channel`, `stage` and "
                    + "other traits of touchpoints may stand alone.")
        case .costs:
            KeyEntry(
                .named(.either(.number(0...ReportSettings.costMost), .object(ReportCostKey.self))),
                example: "{ ad_click: 0.4 }", "By touchpoint, what a touch costs.")
        case .cost:
            KeyEntry(
                .expression(.number), example: "\"event.properties.cost\"",
                "What an event cost; where it says nothing, `costs` does.")
        case .feeling:
            KeyEntry(
                .expression(.number), example: "\"event.properties.mood\"", "How a customer feels, from −1 to 1.")
        case .kpis: KeyEntry(.object(ReportMeasuresKey.self), example: "{}", "Answers of customers to count.")
        case .actions:
            KeyEntry(
                .object(ReportActionsKey.self), example: "{ outcome: \"purchase\" }",
                "What actions are to bring about.")
        }
    }
}

/// The object that `report.conversion` may be.
enum ReportConversionKey: String, SectionKey {
    case on, `where`, value

    static let about = "A conversion with a condition or a value."

    var entry: KeyEntry {
        switch self {
        case .on: .on(usual: .required)
        case .where: .whereHolds
        case .value:
            KeyEntry(
                .expression(.number), usual: "1", example: "\"event.properties.price\"", beside: "on: \"purchase\"",
                "What it is worth.")
        }
    }
}

/// The object that an entry of `report.costs` may be.
enum ReportCostKey: String, SectionKey {
    case perThousand = "per_1000"

    static let about = "What is paid for by the thousand."

    var entry: KeyEntry {
        KeyEntry(
            .number(0...ReportSettings.costMost), usual: .required, example: "2.1", "What a thousand touches cost.")
    }
}

/// The section `report.kpis`.
enum ReportMeasuresKey: String, SectionKey {
    case nps, csat

    static let about = "Answers that customers gave."

    var entry: KeyEntry {
        switch self {
        case .nps: KeyEntry(.object(ReportScoreKey.self), example: "{ score: \"event.properties.nps\" }", "0 to 10.")
        case .csat: KeyEntry(.object(ReportScoreKey.self), example: "{ score: \"event.properties.csat\" }", "1 to 5.")
        }
    }
}

/// An entry of `report.kpis`.
enum ReportScoreKey: String, SectionKey {
    case score

    static let about = "One answer."

    var entry: KeyEntry {
        KeyEntry(
            .expression(.number), usual: .required, example: "\"event.properties.score\"",
            "The answer, on the events that have one.")
    }
}

/// The section `report.actions`.
enum ReportActionsKey: String, SectionKey {
    case outcome, within, plan

    static let about = """
        What actions are to bring about. `journeyd report` holds those who are treated against the control group.
        """

    var entry: KeyEntry {
        switch self {
        case .outcome: KeyEntry(.names(of: "event types"), usual: .required, example: "\"purchase\"", "The events.")
        case .within:
            KeyEntry(
                .duration(.positive), usual: .time(ActionSettings(outcomes: []).within), example: "\"14d\"",
                beside: "outcome: \"purchase\"", "How long it may take.")
        case .plan:
            KeyEntry(
                .integer(100...1_000_000_000), usual: "10000", example: "20000", beside: "outcome: \"purchase\"",
                "With how many customers a verdict is wanted: bounds are narrowest there.")
        }
    }
}

/// The object that a touchpoint's `note` may be.
enum NoteKey: String, SectionKey {
    case es, en

    static let about = "A text in each language."

    var entry: KeyEntry {
        switch self {
        case .es: KeyEntry(.text, example: "\"Primera visita\"", "In Spanish.")
        case .en: KeyEntry(.text, example: "\"First visit\"", "In English.")
        }
    }
}
