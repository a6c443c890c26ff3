import Decisions
import Events
import Journeys
import Storage

extension EngineShard {
    /// Goes on under another plan, which follows this shard's. Between two batches.
    mutating func follow(_ plan: Plan) -> Dropped {
        var next = EngineShard(plan, index: index, observer: journeys.observer)
        var dropped = next.journeys.follow(&journeys)
        dropped = EngineAccounts.follow(&next.accounts, &accounts, dropped)
        var failures = [Int](repeating: 0, count: next.names.expressions.count)
        var absences = failures
        let numbers = Dictionary(
            next.names.expressions.enumerated().map { (ByteName($1), $0) }, uniquingKeysWith: { first, _ in first })
        for index in proposer.failures.indices {
            guard let number = numbers[names.expressions[index]] else { continue }
            failures[number] = proposer.failures[index]
            absences[number] = proposer.absences[index]
        }
        next.proposer.restore(failures: failures, absences: absences)
        if let touches, reportIdentity == plan.reportIdentity { next.touches?.follow(touches, under: plan.journeys) }
        swap(&self, &next)
        return dropped
    }
}

extension EngineAccounts {
    /// Goes on with what followed accounts before; what was dropped is added to what was.
    fileprivate static func follow(
        _ next: inout EngineAccounts?, _ before: inout EngineAccounts?, _ dropped: Dropped
    ) -> Dropped {
        guard var new = next.take() else { return dropped }
        guard var old = before.take() else {
            next = consume new
            return dropped
        }
        var sum = dropped
        sum.add(new.journeys.follow(&old.journeys))
        next = consume new
        return sum
    }
}

extension EngineMerge {
    /// Goes on under another plan, which follows this stage's. Between two batches.
    mutating func follow(_ plan: Plan) {
        var next = EngineMerge(plan)
        next.merge.stage.follow(&merge.stage, from: self.plan.decisions, to: plan.decisions)
        if self.plan.reportIdentity == plan.reportIdentity { next.ledger = ledger }
        swap(&self, &next)
    }
}

/// What a new configuration did away with, in words: one line for each rule that was changed or taken out.
struct ReloadReport: Sendable {
    private(set) var lines: [String] = []

    init(_ dropped: Dropped, from old: Plan, to new: Plan) {
        if old.report != nil, old.reportIdentity != new.reportIdentity {
            lines.append("the report \(new.report == nil ? "is gone" : "changed"): its figures dropped")
        }
        let (before, after) = (old.journeys, new.journeys)
        let kept = before.kept(in: after)
        func tell(_ noun: String, _ names: [String], _ now: [String], _ isKept: [Bool], _ count: (Int) -> String) {
            for (index, name) in names.enumerated() where !isKept[index] && !name.isEmpty {
                lines.append("\(noun) \"\(name)\" \(now.names(name) ? "changed" : "is gone"): \(count(index))")
            }
        }
        func customers(_ count: Int, _ what: String) -> String {
            "\(what) of \(count) customer\(count == 1 ? "" : "s") dropped"
        }
        tell("window", before.windows.map(\.name), after.windows.map(\.name), kept.windows) {
            customers(dropped.windows[$0], "the content")
        }
        tell(
            "attribute", before.picture.attributes.map(\.name), after.picture.attributes.map(\.name), kept.attributes
        ) { customers(dropped.attributes[$0], "the values") }
        tell("score", before.picture.scores.map(\.name), after.picture.scores.map(\.name), kept.scores) {
            customers(dropped.scores[$0], "the values")
        }
        tell("segment", before.picture.segments.map(\.name), after.picture.segments.map(\.name), kept.segments) {
            customers(dropped.segments[$0], "the membership")
        }
        tell("moment", before.moments.map(\.name), after.moments.map(\.name), kept.moments) {
            let count = dropped.partialMatches[$0]
            return "\(count) partial match\(count == 1 ? "" : "es") dropped"
        }
    }
}
