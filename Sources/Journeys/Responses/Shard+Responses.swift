import Events
import Expressions
import Learning
import Storage

extension Shard {
    /// Tells what the current event says came of a decision. It is attributed where decisions are made, before what the event
    /// itself brings about.
    mutating func tellResponses() {
        guard let sink else { return }
        let entries = responses.entries(ofType: context.scope.event.row.type)
        if entries.count > 0 {
            let reference = reference()
            for index in 0..<entries.count {
                let occurrence = ResponseOccurrence(
                    outcome: entries[index].outcome, time: context.scope.now, customerID: context.scope.customerKey,
                    customerHash: context.scope.customerHash, reference: reference,
                    value: context.finiteNumber(entries[index].value))
                tell(occurrence, to: sink)
            }
        }
        let hours = responses.hours(ofType: context.scope.event.row.type)
        for index in 0..<hours.count {
            var occurrence = ResponseOccurrence(
                outcome: .impression, time: context.scope.now, customerID: context.scope.customerKey,
                customerHash: context.scope.customerHash, reference: .none, value: .nan)
            (occurrence.hour, occurrence.looked) = (hours[index], context.scope.event.row.time)
            if !responses.zone.isNone, case .string(let name) = context.value(responses.zone) { occurrence.zone = name }
            tell(occurrence, to: sink)
        }
    }

    private mutating func tell(_ occurrence: ResponseOccurrence, to sink: any OccurrenceSink) {
        var key = OrderKey(
            time: context.scope.now, isEvent: true, place: context.scope.event.place, ordinal: ordinal)
        key.isSlide = isSlide
        ordinal &+= 1
        lines.append(
            MomentLine(
                key: key, start: text.count, end: text.count, type: .response, id: 0, response: sink.take(occurrence)))
    }

    /// Of which decision the current event speaks. What is there and is no decision's id speaks of a foreign one.
    private mutating func reference() -> ResponseBook.Reference {
        if responses.decision.isNone { return .none }
        switch context.value(responses.decision) {
        case .string(let text): return ResponseBook.Reference(text)
        case .null, .error: return .none
        default: return .foreign
        }
    }
}

extension EvaluationContext {
    /// The finite number that an expression comes to, not a number where it is none. What is no such number counts as a
    /// failure.
    mutating func finiteNumber(_ expression: ExpressionNumber) -> Double {
        if expression.isNone { return .nan }
        let value = value(expression)
        if value.isError { return .nan }
        if let number = value.number, number.isFinite { return number }
        note(.noSuchOverload, of: expression)
        return .nan
    }
}
