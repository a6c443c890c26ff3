package import Decisions
package import Events
package import Expressions
package import Journeys
import Storage

/// What a configuration comes to, for all stages.
package struct Plan: Sendable {
    package var input: InputSettings
    package var journeys: JourneyPlan
    package var decisions: DecisionPlan
    /// Answers the time zone of an IANA name; nil where there is none of that name.
    package let zone: @Sendable (String) -> Zone?

    package init(
        input: InputSettings, journeys: JourneyPlan, decisions: DecisionPlan,
        zone: @escaping @Sendable (String) -> Zone? = { _ in nil }
    ) {
        self.input = input
        self.journeys = journeys
        self.decisions = decisions
        self.zone = zone
    }
}

/// One shard of the engine: follows its customers, and proposes actions at their moments.
struct EngineShard: ~Copyable {
    private let index: Int
    private let proposer: Proposer
    private var journeys: Shard

    init(_ plan: Plan, index: Int, observer: (any CustomerObserver)? = nil) {
        self.index = index
        proposer = Proposer(plan.decisions)
        journeys = Shard(plan: plan.journeys, sink: proposer, evaluator: Evaluator(zone: plan.zone))
        journeys.observer = observer
    }

    mutating func process(_ batch: OrderedBatch) -> EngineOutput {
        let output = journeys.process(batch, shard: index)
        return EngineOutput(journeys: output, proposals: proposer.takeProposals())
    }

    mutating func finish(flush: Bool) -> EngineOutput {
        let output = journeys.finish(flush: flush)
        var statistics = journeys.counted()
        for index in proposer.failures.indices { statistics.faults[index] += proposer.failures[index] }
        return EngineOutput(journeys: output, proposals: proposer.takeProposals(), statistics: statistics)
    }
}

/// What one shard made of one batch.
struct EngineOutput: Sendable {
    let journeys: ShardOutput
    let proposals: Proposals
    /// What the shard counted in all; with its last output only.
    var statistics: ShardStatistics?
}

/// The one ordered stage behind the shards: merges their lines and decides.
struct EngineMerge: ~Copyable {
    private let plan: Plan
    private var merge: Merge

    init(_ plan: Plan) {
        self.plan = plan
        merge = Merge(plan.decisions)
    }

    /// Appends the lines of one batch, each moment followed by its decisions.
    mutating func merge(_ made: [EngineOutput], into lines: inout OutputLines) {
        merge.merge(made.map(\.journeys), made.map(\.proposals), into: &lines)
    }

    /// The totals by name, of all shards and of the decisions.
    func totals(_ made: [EngineOutput]) -> [String: UInt64] {
        var sum: ShardStatistics?
        for statistics in made.compactMap(\.statistics) {
            if sum == nil { sum = statistics } else { sum?.add(statistics) }
        }
        var totals: [String: UInt64] = [:]
        func note(_ name: String, _ count: Int) {
            if count > 0 { totals[name] = UInt64(count) }
        }
        guard let sum else { return totals }
        note("customers", sum.customers)
        note("state bytes", sum.stateBytes)
        for (index, moment) in plan.journeys.moments.enumerated() {
            totals["moment " + moment.name] = UInt64(sum.moments[index])
            note("moment " + moment.name + ", held back by its cooldown", sum.rested[index])
            note("moment " + moment.name + ", partial matches dropped (max_partial)", sum.overflowed[index])
            note("moment " + moment.name + ", partial matches dropped (max_bound)", sum.outgrown[index])
            note("moment " + moment.name + ", partial matches out of time", sum.droppedOff[index])
        }
        for (index, expression) in plan.journeys.expressions.enumerated() {
            note("failed evaluations of " + expression.path, sum.faults[index])
        }
        for (index, action) in plan.decisions.actions.enumerated() {
            totals["decision " + action.name] = UInt64(merge.stage.counts.chosen[index])
        }
        note("decisions for customers of unknown time zones", merge.stage.counts.unknownZones)
        for reason in Reason.allCases {
            note("no decision: \(reason.text)", merge.stage.counts.unanswered(for: reason))
        }
        return totals
    }
}
