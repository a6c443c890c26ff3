/// The keys of one section of the configuration, each with its documentation.
///
/// A section is an enum with a case for every key. `Fields` reads by these cases only, and `entry` is a switch, so
/// a key that is read and not documented does not compile. The reference, `docs/configuration.md`, is made from the
/// same entries.
package protocol SectionKey: RawRepresentable<String>, CaseIterable, Hashable, Sendable {
    /// What the section is for: a sentence or two.
    static var about: String { get }

    /// What the reference says of the key.
    var entry: KeyEntry { get }

    /// Keys that stand for each other.
    static var choices: [KeyChoice<Self>] { get }

    /// What stands under keys that the user chose, where there may be any.
    static var others: ValueForm? { get }
}

/// What the reference says of one key, and by what `check` judges its value.
package struct KeyEntry: Sendable {
    /// What stands for a key that is left out.
    package enum Usual: Sendable, ExpressibleByStringLiteral {
        /// The key cannot be left out.
        case required
        /// Nothing does; the meaning says what that comes to.
        case nothing
        /// The value, as it would be written.
        case value(String)
        /// In the reference's own words.
        case described(String)

        package init(stringLiteral value: String) { self = .value(value) }

        /// A duration in microseconds.
        package static func time(_ microseconds: Int64) -> Usual {
            .value("\"\(Measure.duration.text(microseconds))\"")
        }
        /// A size in bytes.
        package static func bytes(_ count: some BinaryInteger) -> Usual {
            .value("\"\(Measure.size.text(Int64(count)))\"")
        }
        /// A number as it would be written.
        package static func number(_ number: some Numeric & CustomStringConvertible) -> Usual { .value("\(number)") }
        /// One of a type's words, quoted.
        package static func word(_ word: some RawRepresentable<String>) -> Usual { .value("\"\(word.rawValue)\"") }
    }

    package let form: ValueForm
    package let usual: Usual
    /// A value as it would be written. The tests read it.
    package let example: String
    /// Further keys of the section that the example cannot do without.
    package let beside: String
    /// One line.
    package let meaning: String

    package init(
        _ form: ValueForm, usual: Usual = .nothing, example: String, beside: String = "", _ meaning: String
    ) {
        self.form = form
        self.usual = usual
        self.example = example
        self.beside = beside
        self.meaning = meaning
    }

    /// The entry of a key that the language has and this version has not. `check` refuses it, and no page shows it.
    package static let later = KeyEntry(.later, example: "", "")
}

/// What may stand under a key. `Fields` reads by it, so the bounds that the reference shows are those that hold.
package indirect enum ValueForm: Sendable {
    /// What an expression must come to.
    package enum Demand: Sendable { case condition, number, text, anything }

    case flag
    /// Text of at least one character.
    case text
    /// Text of 1 to 128 bytes.
    case name
    case integer(ClosedRange<Int64>)
    case number(ClosedRange<Double>)
    /// Microseconds, up to the second value.
    case duration(Reader.Sign, upTo: Int64)
    /// Bytes.
    case size(ClosedRange<Int64>)
    case word([String])
    /// One of these words, each of which may be written in further ways.
    case translated([(word: String, alsoWritten: [String])])
    case expression(Demand)
    case object(any SectionKey.Type)
    /// Names that the user chose, each with such a value.
    case named(ValueForm)
    case list(of: ValueForm)
    /// One, or a list of them.
    case oneOrMore(ValueForm)
    /// Names of something, one or a list, or `"*"` for all.
    case names(of: String)
    case either(ValueForm, ValueForm)
    /// In the reference's own words.
    case other(String)
    /// Not in this version.
    case later

    /// A duration of such a sign, as long as any may be.
    package static func duration(_ sign: Reader.Sign) -> ValueForm { .duration(sign, upTo: Reader.durationLimit) }

    /// One of the words that are a type's cases.
    package static func word<Word: RawRepresentable & CaseIterable>(_ type: Word.Type) -> ValueForm
    where Word.RawValue == String { .word(type.allCases.map(\.rawValue)) }
}
