import Learning

/// An entry of the section `models`.
enum ModelKey: String, SectionKey {
    case file, features

    static let about = """
        A model that was made elsewhere, read at the start and with each reload. [learning.md](learning.md) says which \
        kinds there are.
        """

    var entry: KeyEntry {
        switch self {
        case .file:
            KeyEntry(
                .text, usual: .required, example: "\"churn.lgb.txt\"",
                "LightGBM's text, XGBoost's JSON, or a linear model or scorecard as JSON. Paths are relative to this file."
            )
        case .features:
            KeyEntry(
                .named(.expression(.anything)), usual: .required, example: "{ recency: \"windows.orders\" }",
                "What each of the model's features is. A duration counts in seconds; what is absent or text is missing."
            )
        }
    }
}

/// The key `clv` of a score.
enum CustomerValueKey: String, SectionKey {
    case frequency, recency, age, monetary, params, horizon, says

    static let about =
        "What a customer will be worth, by BG/NBD and Gamma-Gamma. Times are durations, or numbers of days."

    var entry: KeyEntry {
        switch self {
        case .frequency:
            KeyEntry(
                .expression(.number), usual: .required, example: "\"windows.orders - 1\"",
                "How many purchases there were after the first.")
        case .recency:
            KeyEntry(
                .expression(.anything), usual: .required, example: "\"event.properties.days\"",
                "From the first purchase to the last; of one who bought once, none.")
        case .age:
            KeyEntry(
                .expression(.anything), usual: .required, example: "\"event.properties.age\"",
                "From the first purchase to now.")
        case .monetary:
            KeyEntry(
                .expression(.number), example: "\"windows.spend / 3.0\"", beside: "says: \"value\"",
                "What the purchases after the first were worth on average; `says: \"value\"` asks for it.")
        case .params:
            KeyEntry(
                .object(CustomerValueParameterKey.self), usual: .required,
                example: "{ r: 0.243, alpha: 4.414, a: 0.793, b: 2.426 }",
                "The parameters, as the models were fitted elsewhere, with times in days.")
        case .horizon:
            KeyEntry(
                .duration(.positive), example: "\"90d\"", beside: "says: \"purchases\"",
                "How far to look ahead; for `purchases` and `value`.")
        case .says:
            KeyEntry(
                .word(CustomerValue.Says.self), usual: .required, example: "\"alive\"",
                "How likely there is another purchase at all, how many within the horizon, or what these are worth.")
        }
    }
}

/// The parameters of `clv`.
enum CustomerValueParameterKey: String, SectionKey {
    case r, alpha, a, b, p, q, v

    static let about = "The parameters of BG/NBD (`r`, `alpha`, `a`, `b`) and Gamma-Gamma (`p`, `q`, `v`)."

    var entry: KeyEntry {
        switch self {
        case .r, .alpha, .a, .b:
            KeyEntry(
                .number(0.000001...1_000_000_000), usual: .required, example: "0.5", beside: beside, "Of BG/NBD.")
        case .p, .q, .v: KeyEntry(.number(0.000001...1_000_000_000), example: "6.25", beside: beside, "Of Gamma-Gamma.")
        }
    }

    /// What must stand beside the key in its example.
    private var beside: String {
        ["r", "alpha", "a", "b"].filter { $0 != rawValue }.map { "\($0): 2" }.joined(separator: ", ")
    }
}
