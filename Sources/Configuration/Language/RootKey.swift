import Events

/// The sections of a configuration, in the order in which the reference shows them.
enum RootKey: String, SectionKey {
    case version, include, input, time, identity, privacy, tables, models, touchpoints, profile, windows, scores,
        segments,
        moments, actions, responses, policy, emit, outputs, journal, kafka, report

    static let about = """
        A configuration is one object. Only `version` is required; a file with nothing but `moments` emits moments.
        """

    var entry: KeyEntry {
        switch self {
        case .version:
            KeyEntry(.other("`1`"), usual: .required, example: "1", "The version of the configuration's language.")
        case .include:
            KeyEntry(
                .list(of: .text), example: "[]",
                "Files whose sections are read as if they stood here. Paths are relative to this file.")
        case .input: KeyEntry(.object(InputKey.self), example: "{}", "What lines come in, and how.")
        case .time: KeyEntry(.object(TimeKey.self), example: "{}", "Order, lateness and silence.")
        case .identity: KeyEntry(.object(IdentityKey.self), example: "{}", "Who is who: one customer from many ids.")
        case .privacy: KeyEntry(.object(PrivacyKey.self), example: "{}", "What is forgotten.")
        case .tables:
            KeyEntry(.named(.object(ReferenceTableKey.self)), example: "{}", "Files of rows that expressions look up.")
        case .models:
            KeyEntry(
                .named(.object(ModelKey.self)), example: "{}", "Models made elsewhere, for scores and propensities.")
        case .touchpoints:
            KeyEntry(.named(.object(TouchpointKey.self)), example: "{}", "What an event is in the customer's journey.")
        case .profile:
            KeyEntry(.named(.object(AttributeKey.self)), example: "{}", "What is kept about a customer for good.")
        case .windows:
            KeyEntry(.named(.object(WindowKey.self)), example: "{}", "What is counted and summed for each customer.")
        case .scores: KeyEntry(.named(.object(ScoreKey.self)), example: "{}", "Numbers made of windows and profile.")
        case .segments:
            KeyEntry(.named(.object(SegmentKey.self)), example: "{}", "Groups that customers enter and leave.")
        case .moments: KeyEntry(.named(.object(MomentKey.self)), example: "{}", "What is worth noticing.")
        case .actions: KeyEntry(.named(.object(ActionKey.self)), example: "{}", "What can be done about a moment.")
        case .responses: KeyEntry(.object(ResponsesKey.self), example: "{}", "What came of decisions.")
        case .policy: KeyEntry(.object(PolicyKey.self), example: "{}", "Limits that hold for all actions.")
        case .emit:
            KeyEntry(
                .oneOrMore(.word(LineType.self)), usual: "[\"decision\", \"moment\"]",
                example: "[\"decision\", \"segment\"]", "The types of line that come out.")
        case .outputs:
            KeyEntry(
                .list(of: .object(OutputKey.self)), usual: "[{ to: \"stdout\" }]", example: "[{ to: \"stdout\" }]",
                "Where lines go: up to 64 outputs.")
        case .journal: KeyEntry(.object(JournalKey.self), example: "{}", "How a data directory is written.")
        case .kafka: KeyEntry(.object(KafkaKey.self), example: "{}", "Topics as inputs and outputs.")
        case .report: KeyEntry(.object(ReportKey.self), example: "{}", "What `journeyd report` tells of all journeys.")
        }
    }
}
