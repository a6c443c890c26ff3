/// Keys of a section of which one is written: what `Fields.one(of:)` asks for, for the schema.
package struct KeyChoice<Key: SectionKey>: Sendable {
    let keys: [Key]
    /// Whether one of them must be there.
    let isRequired: Bool

    init(_ keys: [Key], isRequired: Bool = true) {
        self.keys = keys
        self.isRequired = isRequired
    }
}

extension SectionKey {
    package static var choices: [KeyChoice<Self>] { [] }
    package static var others: ValueForm? { nil }
}

extension ReachKey {
    package static var choices: [KeyChoice<Self>] { [KeyChoice([over, per])] }
}

extension SecretKey {
    static let choices = [KeyChoice<SecretKey>([.file, .env])]
}

extension PlaceKey {
    static let choices = [KeyChoice<PlaceKey>([.from, .text, .join, .expr])]
}

extension PropertyKey {
    static let choices = [KeyChoice<PropertyKey>([.from, .list])]
}

extension WindowKey {
    static let choices = [
        KeyChoice<WindowKey>(aggregates), KeyChoice([.over, .per, .events, .session], isRequired: false),
    ]
}

extension ScoreKey {
    static let choices = [KeyChoice<ScoreKey>([.terms, .expr, .model, .clv])]
}

extension PropensityKey {
    static let choices = [KeyChoice<PropensityKey>([.learn, .model])]
}

extension TermKey {
    static let choices = [KeyChoice<TermKey>([.value, .when])]
}

extension MomentKey {
    static let choices = [KeyChoice<MomentKey>([.sequence, .when])]
}

extension StepKey {
    static let choices = [KeyChoice<StepKey>([.as, .not, .anyOf, .allOf])]
}

extension SuppressKey {
    static let choices = [KeyChoice<SuppressKey>([.after, .outcome])]
}

extension ConsentKey {
    /// Every other key is a channel.
    static let others: ValueForm? = .expression(.condition)
}
