package import Analytics
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
    /// What is reported of the journeys; nil where nothing is.
    package var report: ReportSettings?
    /// Answers the time zone of an IANA name; nil where there is none of that name.
    package let zone: @Sendable (String) -> Zone?

    package init(
        input: InputSettings, journeys: JourneyPlan, decisions: DecisionPlan, report: ReportSettings? = nil,
        zone: @escaping @Sendable (String) -> Zone? = { _ in nil }
    ) {
        self.input = input
        self.journeys = journeys
        self.decisions = decisions
        self.report = report
        self.zone = zone
    }
}

/// One shard of the engine: follows its customers, and proposes actions at their moments.
struct EngineShard: ~Copyable {
    let index: Int
    let names: EngineNames
    let proposer: Proposer
    var journeys: Shard
    let touches: TouchBook?
    /// What the figures of the report depend on.
    let reportIdentity: String?
    /// What follows accounts; nil where no rule is about them.
    var accounts: EngineAccounts?

    /// - Parameter space: shared by all shards of one engine.
    init(
        _ plan: Plan, index: Int, observer: (any CustomerObserver)? = nil, space: ArenaSpace = ArenaSpace()
    ) {
        self.index = index
        names = EngineNames(plan)
        proposer = Proposer(plan.decisions)
        journeys = Shard(
            plan: plan.journeys.of(accounts: false), sink: proposer, evaluator: Evaluator(zone: plan.zone),
            space: space)
        if plan.journeys.hasAccounts { accounts = EngineAccounts(plan) } else { accounts = nil }
        journeys.observer = observer
        touches = plan.report.map { TouchBook($0, plan.journeys) }
        reportIdentity = plan.reportIdentity
        journeys.touches = touches
    }

    /// Takes the events of a batch, as the only shard there is.
    mutating func process(_ batch: OrderedBatch) -> EngineOutput {
        var progress = Shard.BatchProgress()
        guard let output = process(batch, &progress) else { preconditionFailure("there is no other shard") }
        return output
    }

    /// Takes the events of a batch, as far as that goes.
    /// - Returns: nil where the shard waits for what `progress` says that another one has to hand over.
    mutating func process(_ batch: OrderedBatch, _ progress: inout Shard.BatchProgress) -> EngineOutput? {
        if progress.isNew { touches?.begin(batch) }
        guard let output = journeys.process(batch, shard: index, &progress) else { return nil }
        touches?.settle(to: batch.watermark)
        var made = EngineOutput(journeys: output, proposals: proposer.takeProposals(), report: touches?.handOver())
        if let further = accounts?.process(batch, shard: index) { made.accounts = [further] }
        return made
    }

    /// The time of the earliest deadline, or the distant future where there is none.
    var nextDeadline: Instant { min(journeys.nextDeadline, accounts?.nextDeadline() ?? .distantFuture) }

    mutating func finish(flush: Bool) -> EngineOutput {
        let output = journeys.finish(flush: flush)
        var made = EngineOutput(journeys: output, proposals: proposer.takeProposals(), report: touches?.handOver())
        if let further = accounts?.finish(flush: flush) { made.accounts = [further] }
        return made
    }

    /// What the shard has counted so far.
    func counted() -> ShardCounts {
        var statistics = journeys.counted()
        for index in proposer.failures.indices {
            statistics.faults[index] += proposer.failures[index]
            statistics.absences[index] += proposer.absences[index]
        }
        accounts?.count(into: &statistics)
        if let touches { statistics.stateBytes += touches.accumulator.size.bytes }
        return ShardCounts(names: names, statistics: statistics)
    }
}

/// The part of a shard that follows accounts. An account is what a person is to the rules about persons; it never merges, and
/// is on the shard that its name says.
struct EngineAccounts: ~Copyable {
    let proposer: Proposer
    var journeys: Shard

    init(_ plan: Plan) {
        proposer = Proposer(plan.decisions)
        journeys = Shard(
            plan: plan.journeys.of(accounts: true), sink: proposer, evaluator: Evaluator(zone: plan.zone))
    }

    mutating func process(_ batch: OrderedBatch, shard: Int) -> EngineOutput {
        let output = journeys.processAccounts(batch, shard: shard)
        return EngineOutput(journeys: output, proposals: proposer.takeProposals(), report: nil)
    }

    mutating func finish(flush: Bool) -> EngineOutput {
        let output = journeys.finish(flush: flush)
        return EngineOutput(journeys: output, proposals: proposer.takeProposals(), report: nil)
    }

    /// The time of the earliest deadline, or the distant future where there is none.
    func nextDeadline() -> Instant { journeys.nextDeadline }

    /// Adds what was counted.
    func count(into statistics: inout ShardStatistics) {
        statistics.add(journeys.counted())
        for index in proposer.failures.indices {
            statistics.faults[index] += proposer.failures[index]
            statistics.absences[index] += proposer.absences[index]
        }
    }

    func add(to image: StateImage) {
        journeys.add(to: image)
        image.put(proposer.failures)
        image.put(proposer.absences)
    }

    mutating func restore(from reader: StateReader) throws(StateFault) {
        try journeys.restore(from: reader)
        let (failures, absences) = (try reader.numbers(), try reader.numbers())
        guard failures.count == absences.count else { throw .unfit("its counts of evaluations do not fit each other") }
        proposer.restore(failures: failures, absences: absences)
    }
}

/// What one shard made of one batch.
struct EngineOutput: Sendable {
    let journeys: ShardOutput
    let proposals: Proposals
    var report: ReportPortion?
    /// What was made of the accounts, if any are followed.
    var accounts: [EngineOutput] = []
}

/// The one ordered stage behind the shards: merges their lines and decides.
struct EngineMerge: ~Copyable {
    let plan: Plan
    private let names: EngineNames
    var merge: Merge
    var ledger: JourneyLedger
    /// What actions are to bring about, where a report asks for it.
    private var outcomes: OutcomeLog?

    init(_ plan: Plan) {
        self.plan = plan
        names = EngineNames(plan)
        merge = Merge(plan.decisions)
        ledger = JourneyLedger(byCount: plan.report?.by.count ?? 0)
        if let actions = plan.report?.actions {
            merge.stage.firstDecisions = FirstDecisions()
            outcomes = OutcomeLog(within: actions.within)
        }
    }

    /// The customers' first decisions for each action, where a report asks for them.
    var entries: [ActionEntry] {
        (merge.stage.firstDecisions?.all ?? []).map {
            ActionEntry(
                customer: $0.customer, action: $0.action, time: $0.time.microseconds, isControl: $0.isControl)
        }
    }

    /// What came of what actions are to bring about, as far as it may count.
    var outcomeEvents: [OutcomeEvent] { outcomes?.all ?? [] }

    /// What learnt propensities promised against what came.
    var calibration: [CalibrationBin] {
        merge.stage.calibration.map {
            CalibrationBin(trials: $0.trials, successes: $0.successes, promised: $0.promised)
        }
    }

    /// Appends the lines of one batch, each moment followed by its decisions.
    mutating func merge(_ made: [EngineOutput], into lines: inout OutputLines) {
        let all = made.contains { !$0.accounts.isEmpty } ? made.flatMap { [$0] + $0.accounts } : made
        merge.merge(all.map(\.journeys), all.map(\.proposals), into: &lines)
        if plan.report == nil { return }
        let portions = made.compactMap(\.report)
        ledger.add(portions.map(\.closed), portions.map(\.parts))
        guard outcomes != nil else { return }
        for portion in portions where !portion.outcomes.isEmpty { outcomes?.add(portion.outcomes) }
        let reached = made.map(\.journeys.reached).min() ?? .distantPast
        if outcomes?.isFull ?? false, reached > .distantPast, reached < .distantFuture {
            let entries = entries
            outcomes?.forget(entries, now: reached.microseconds)
        }
    }

    /// The same, noting which lines follow from some events.
    mutating func merge(
        _ made: [EngineOutput], into lines: inout OutputLines, noting watch: LineWatch
    ) -> LineWatch {
        merge.watch = watch
        merge(made, into: &lines)
        defer { merge.watch = nil }
        return merge.watch ?? watch
    }

    /// What has been decided so far.
    func counted() -> MergeCounts {
        MergeCounts(
            names: names, decisions: merge.stage.counts, customers: merge.stage.customerCount,
            came: merge.stage.customersCame, stateBytes: merge.stage.stateBytes)
    }
}
