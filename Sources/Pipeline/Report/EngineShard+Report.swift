package import Analytics
import Decisions
import Events
package import Journeys
import Storage

extension EngineShard {
    /// Ends the report of this shard, whose input has ended, and hands it to the collector.
    /// - Parameter portion: what was handed on with the last batch.
    /// - Returns: that, and what the end brings about.
    func conclude(at collector: ReportCollector, with portion: ReportPortion?) -> ReportPortion? {
        guard let touches else { return nil }
        touches.conclude(reached: journeys.reached)
        collector.add(touches, reached: journeys.reached)
        let last = touches.handOver()
        guard let portion else { return last }
        var closed = portion.closed
        closed.add(last.closed)
        return ReportPortion(
            closed: closed, parts: portion.parts + last.parts, outcomes: portion.outcomes + last.outcomes)
    }
}

extension EngineShard {
    /// What the shard has counted by now; nil where nothing is reported.
    func look() -> ReportPart? { touches?.looked(reached: journeys.reached) }

    /// Forgets the customer that is followed under a key.
    mutating func forget(_ key: [UInt8]) {
        if View.of(key, { SubjectKey.isAccount($0) }) { accounts?.journeys.forget(key) }
        journeys.forget(key)
        touches?.forget(key, hashKey: journeys.hashKey)
    }

    func addReport(to image: StateImage) {
        image.put(touches != nil)
        touches?.add(to: image)
    }

    mutating func restoreReport(from reader: StateReader) throws(StateFault) {
        guard try reader.flag() == (touches != nil) else {
            throw .unfit("it was made with a report, or without one, and this run is not")
        }
        try touches?.restore(from: reader)
    }
}

extension EngineMerge {
    /// Forgets what was chosen for the customer that is followed under a key.
    mutating func forget(_ key: [UInt8], hashKey: HashKey) {
        merge.stage.forget(key, hash: View.of(key) { hashKey.hash($0) })
    }

    /// A report of what all shards have counted by now; nil where they have not.
    func report(of parts: [ReportPart]) -> JourneyReport? {
        guard let settings = plan.report, let first = parts.first else { return nil }
        var (ledger, totals) = (self.ledger, first.totals)
        for part in parts.dropFirst() { totals.merge(part.totals) }
        ledger.add(parts.map(\.portion.closed), parts.map(\.portion.parts))
        let reached = parts.map(\.reached).max() ?? .distantPast
        return JourneyReport(
            settings: settings, touchpoints: first.touchpoints, channels: first.channels, traits: first.traits,
            totals: totals, ledger: ledger,
            reached: reached > .distantPast ? reached.microseconds : nil)
    }

    func addReport(to image: StateImage) {
        if plan.report == nil { return }
        ledger.add(to: image)
    }

    mutating func restoreReport(from reader: StateReader) throws(StateFault) {
        if plan.report == nil { return }
        try ledger.restore(from: reader)
    }
}

extension Plan {
    /// All that the figures of its report depend on; nil without a report.
    var reportIdentity: String? {
        guard let report, let reading = journeys.reportIdentity else { return nil }
        return reading + " " + report.identity
    }

    /// The plan with a report of a run's journeys.
    package func reporting(_ settings: ReportSettings, _ reading: ReportReading) -> Plan {
        var plan = self
        plan.journeys.watch(reading)
        plan.report = settings
        return plan
    }
}
