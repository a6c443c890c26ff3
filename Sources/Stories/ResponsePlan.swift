import Events
import Expressions
import Journeys
import Learning
import Pipeline
import Storage

/// What events say of decisions, for whoever makes up such events.
extension Plan {
    /// The property under which events bring a decision's id back: what `responses.decision` reads, else `decision_id`.
    var decisionProperty: String {
        let start = "event.properties."
        let number = journeys.responses?.decision ?? .none
        let names = number.isNone ? [] : journeys.expressions[number].names
        return names.first { $0.hasPrefix(start) && !$0.dropFirst(start.count).contains(".") }
            .map { String($0.dropFirst(start.count)) } ?? "decision_id"
    }

    /// The first type of event that says an outcome; nil where none does.
    func type(saying outcome: Outcome) -> String? {
        let entry = journeys.responses?.entries.first { $0.outcome == outcome && !$0.types.isEmpty }
        return entry.map { journeys.projection.types[$0.types[0]] }
    }
}
