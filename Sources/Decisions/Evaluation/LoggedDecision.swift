import Events
import Expressions
package import Learning
import Storage

/// A decision's line as it stands in a log, as far as one can decide again by it.
package struct LoggedDecision: Sendable {
    /// One of the actions that were considered.
    package struct Candidate: Sendable {
        package let action: String
        /// The moment's name, and the number of its id, where several moments were decided as one.
        let moment: String?
        let momentID: UInt64?
        let reason: String?
        let classification: String?
        let isFallback: Bool
        /// Its place in the order in which the ranked ones were last chosen; 0 where that does not matter.
        let turn: Int
        /// Not a number where the line does not say.
        let propensity, context, value: Double
        /// What is known of a learnt propensity; 0 where it is none.
        let alpha, beta: Double
        /// Whether the limits let it pass as the first was chosen; nil where it was not tried.
        let passes: Bool?
    }

    package let id: UInt64
    /// The hash of the customer's id.
    package let customer: UInt64
    package let moment: String
    package let momentID: UInt64
    let time: Instant
    /// Nil where nothing was chosen.
    package let action: String?
    package let probability: Double?
    let reason: String?
    package let isControl: Bool
    /// Nil where the line does not explain in full.
    package let candidates: [Candidate]?

    /// Nil where a member is missing that every decision has.
    package init?(_ line: JSONDocument) {
        let root = line.root
        guard let id = Self.number(root["id"]), let momentID = Self.number(root["moment_id"]),
            let moment = root["moment"]?.text, let customer = root["customer_id"]?.text,
            let stamp = root["time"]?.text, let time = View.of(Array(stamp.utf8), { Instant(rfc3339: $0) }),
            let action = root["action"]
        else { return nil }
        (self.id, self.momentID, self.moment, self.time) = (id, momentID, moment, time)
        self.customer = Hash64.of(customer)
        if case .null = action { self.action = nil } else { self.action = action.text ?? "" }
        probability = line.double(root["probability"])
        reason = root["reason"]?.text
        isControl = root["group"]?.text == "control"
        candidates = root["explanation"]?["considered"]?.list.map { list in
            list.compactMap { Candidate($0, line) }
        }
    }

    /// The number behind the `d-`, `m-` or the like of an id; nil for what is no such id.
    package static func number(_ value: JSONDocument.Value?) -> UInt64? {
        guard let text = value?.text, text.utf8.count == 18 else { return nil }
        return UInt64(text.dropFirst(2), radix: 16)
    }
}

extension LoggedDecision.Candidate {
    init?(_ value: JSONDocument.Value, _ line: JSONDocument) {
        guard let action = value["action"]?.text else { return nil }
        self.action = action
        moment = value["moment"]?.text
        momentID = LoggedDecision.number(value["moment_id"])
        reason = value["reason"]?.text
        classification = value["class"]?.text
        isFallback = value["fallback"]?.flag ?? false
        turn = line.whole(value["turn"]) ?? 0
        propensity = line.double(value["propensity"]) ?? .nan
        context = line.double(value["context"]) ?? .nan
        self.value = line.double(value["value"]) ?? .nan
        alpha = line.double(value["alpha"]) ?? 0
        beta = line.double(value["beta"]) ?? 0
        // Of the channels that were tried, one without a reason let it pass.
        passes = value["tried"]?.list.map { $0.contains { $0["reason"] == nil } }
    }
}
