import Decisions
import Journeys
import Learning
import Storage

/// The names that the numbers of one plan's moments, expressions and actions stand for.
final class EngineNames: Sendable {
    let moments: [String]
    let expressions: [String]
    let actions: [String]

    init(_ plan: Plan) {
        moments = plan.journeys.moments.map(\.name)
        expressions = plan.journeys.expressions.map(\.path)
        actions = plan.decisions.actions.map(\.name)
    }
}

/// What a shard has counted, by the numbers of the plan that it follows.
struct ShardCounts: Sendable {
    let names: EngineNames
    let statistics: ShardStatistics
}

/// What the stage that decides has counted, likewise.
struct MergeCounts: Sendable {
    let names: EngineNames
    let decisions: DecisionCounts
    let customers: Int
    let came: Int
    let stateBytes: Int
}

/// Values by name, in the order in which the names came.
struct Roll<Value: Sendable>: Sendable {
    private var places: [ByteName: Int] = [:]
    private(set) var entries: [(name: String, value: Value)] = []

    /// The value of a name; setting `initial` aside, a new name comes last.
    subscript(name: String, initial initial: Value) -> Value {
        get { places[name].map { entries[$0].value } ?? initial }
        set {
            if let place = places[name] {
                entries[place].value = newValue
            } else {
                places[name] = entries.count
                entries.append((name, newValue))
            }
        }
    }
}

/// What the whole engine has counted, by name: what the summary of a run and the metrics show.
struct EngineCounts: Sendable {
    /// What became of one moment's matches.
    struct OfMoment: Sendable {
        var lines = 0
        var rested = 0
        var overflowed = 0
        var outgrown = 0
        var droppedOff = 0
    }

    private(set) var moments = Roll<OfMoment>()
    private(set) var faults = Roll<Int>()
    private(set) var absences = Roll<Int>()
    private(set) var chosen = Roll<Int>()
    private(set) var unanswered = Roll<Int>()
    private(set) var unknownZones = 0
    /// How often each outcome came of each action.
    private(set) var responses = Roll<[Int]>()
    private(set) var unattributed = 0
    /// By twentieths of what was promised: trials that were settled, and those that came to something.
    private(set) var trials: [Int] = []
    private(set) var successes: [Int] = []
    private(set) var cells = 0
    private(set) var refusedCells = 0
    private(set) var repeated = 0
    private(set) var displaced = 0
    private(set) var forgotten = 0
    /// Customers of whom something is remembered, in the shards or where decisions are made, whichever are more: most are
    /// known to both.
    private(set) var customers = 0
    /// Customers of whom something came to be remembered, likewise.
    private(set) var came = 0
    private(set) var stateBytes = 0
    private(set) var deadlines = 0
    private(set) var neverDue = 0
    private(set) var partialMatches = 0

    init(shards: [ShardCounts], merge: MergeCounts?) {
        for shard in shards { add(shard) }
        if let merge { add(merge) }
    }

    private mutating func add(_ shard: ShardCounts) {
        let statistics = shard.statistics
        for (index, name) in shard.names.moments.enumerated() {
            moments[name, initial: OfMoment()].lines += statistics.moments[index]
            moments[name, initial: OfMoment()].rested += statistics.rested[index]
            moments[name, initial: OfMoment()].overflowed += statistics.overflowed[index]
            moments[name, initial: OfMoment()].outgrown += statistics.outgrown[index]
            moments[name, initial: OfMoment()].droppedOff += statistics.droppedOff[index]
        }
        for (index, name) in shard.names.expressions.enumerated() {
            faults[name, initial: 0] += statistics.faults[index]
            absences[name, initial: 0] += statistics.absences[index]
        }
        customers += statistics.customers
        came += statistics.came
        stateBytes += statistics.stateBytes
        deadlines += statistics.deadlines
        neverDue += statistics.neverDue
        partialMatches += statistics.partialMatches
    }

    private mutating func add(_ merge: MergeCounts) {
        for (index, name) in merge.names.actions.enumerated() {
            chosen[name, initial: 0] += merge.decisions.chosen[index]
            let counts = Outcome.allCases.map { merge.decisions.responses($0, ofAction: index) }
            if counts.contains(where: { $0 > 0 }) { responses[name, initial: []] = counts }
        }
        for reason in Reason.allCases {
            unanswered["\(reason.text)", initial: 0] += merge.decisions.unanswered(for: reason)
        }
        unknownZones += merge.decisions.unknownZones
        unattributed += merge.decisions.unattributed
        (trials, successes) = (merge.decisions.trials, merge.decisions.successes)
        (cells, refusedCells) = (merge.decisions.cells, merge.decisions.refusedCells)
        repeated += merge.decisions.repeated
        displaced += merge.decisions.displaced
        forgotten += merge.decisions.forgotten
        customers = max(customers, merge.customers)
        came = max(came, merge.came)
        stateBytes += merge.stateBytes
    }

    /// What the summary calls deadlines that are never due.
    static let neverDueName = "deadlines beyond the year 9999, never due"

    /// The expression that most often had no value; of several the first in the configuration.
    var mostFailing: (path: String, count: Int)? {
        var most: (path: String, count: Int)?
        for (path, failures) in faults.entries {
            let count = failures + absences[path, initial: 0]
            if count > most?.count ?? 0 { most = (path, count) }
        }
        return most
    }

    /// The totals by name, for people.
    var named: [String: UInt64] {
        var totals: [String: UInt64] = [:]
        func note(_ name: String, _ count: Int) {
            if count > 0 { totals[name] = UInt64(count) }
        }
        note("customers", customers)
        note(Totals.customersCame, came)
        note("state bytes", stateBytes)
        for (name, counts) in moments.entries {
            totals["moment " + name] = UInt64(counts.lines)
            note("moment " + name + ", held back by its cooldown", counts.rested)
            note("moment " + name + ", partial matches dropped (max_partial)", counts.overflowed)
            note("moment " + name + ", partial matches dropped (max_bound)", counts.outgrown)
            note("moment " + name + ", partial matches out of time", counts.droppedOff)
        }
        for (path, count) in faults.entries { note("failed evaluations of " + path, count) }
        for (path, count) in absences.entries { note("absent values in " + path, count) }
        for (name, count) in chosen.entries { totals["decision " + name] = UInt64(count) }
        note("decisions for customers of unknown time zones", unknownZones)
        for (reason, count) in unanswered.entries { note("no decision: " + reason, count) }
        for (name, counts) in responses.entries {
            for (outcome, count) in zip(Outcome.allCases, counts) { note("\(outcome.name) of \(name)", count) }
        }
        note("trials settled", trials.reduce(0, +))
        note("trials that came to something", successes.reduce(0, +))
        note("cells of learnt propensities", cells)
        note("cells that there was no room for", refusedCells)
        note("responses that belong to no open decision", unattributed)
        note("responses that a decision had already", repeated)
        note("open decisions dropped (16 a customer)", displaced)
        note("past outcomes dropped (256 a customer)", forgotten)
        note(EngineCounts.neverDueName, neverDue)
        return totals
    }
}
