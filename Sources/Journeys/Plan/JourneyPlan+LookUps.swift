import Events
import Expressions
import Storage

/// What events look up in reference tables, as far as it is plain to see.
extension JourneyPlan {
    /// The most that one type's events look up ahead.
    private static let lookUpLimit = 16

    /// What is looked up in large tables by values of the events of a type themselves, each once: by windows, by the steps
    /// that take them, and by all that follows from moments of one event.
    func lookUps(ofType type: Int, _ interested: InterestIndex) -> [InterestTable.LookUp] {
        let large = tables.all.map { $0.rowCount >= LookAhead.rowsLeast }
        if !large.contains(true) { return [] }
        var read: [ExpressionNumber] = []
        for window in interested.windows[type].map({ windows[$0] }) {
            read += [window.filter.condition, window.value]
        }
        for moment in interested.moments[type].map({ moments[$0] }) {
            guard case .sequence(let sequence) = moment.trigger else { continue }
            let taking = sequence.positions.filter { $0.filter.takes(type: Int32(type)) }
            read += taking.map(\.filter.condition)
            guard !taking.isEmpty, sequence.positions.count == 1, sequence.closing == nil else { continue }
            read += moment.outputs.map(\.expression) + laterReads
        }
        var found: [InterestTable.LookUp] = []
        for expression in read where !expression.isNone {
            for (table, key) in expressions[expression].program.lookUps {
                guard Vocabulary.scope(table) == Vocabulary.tableScope, large[Vocabulary.place(table)],
                    Vocabulary.scope(key) == Vocabulary.eventScope, let slot = Vocabulary.slot(key)
                else { continue }
                let lookUp = InterestTable.LookUp(slot: slot, table: Int32(Vocabulary.place(table)))
                if !found.contains(lookUp), found.count < Self.lookUpLimit { found.append(lookUp) }
            }
        }
        return found
    }
}
