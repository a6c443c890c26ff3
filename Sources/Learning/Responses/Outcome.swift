/// What came of a decision, in the order in which outcomes of one event are taken.
package enum Outcome: UInt8, BitwiseCopyable, CaseIterable, Sendable {
    case impression, click, accept, reject, ignored

    /// The word that configurations and output lines use.
    package var text: StaticString {
        switch self {
        case .impression: "impression"
        case .click: "click"
        case .accept: "accept"
        case .reject: "reject"
        case .ignored: "ignored"
        }
    }

    /// The word as text.
    package var name: String { "\(text)" }

    /// The outcome's bit in a set of outcomes.
    package var bit: UInt8 { 1 << rawValue }

    /// The outcomes that say that the customer did something about it: any of them, and it was not ignored.
    static let answers = Outcome.click.bit | Outcome.accept.bit | Outcome.reject.bit
}
