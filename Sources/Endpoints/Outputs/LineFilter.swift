package import Events
package import Expressions
import Storage

/// Picks the lines that an output takes. One party at a time uses it.
package struct LineFilter: ~Copyable {
    private let plan: OutputPlan
    private var evaluator: Evaluator
    private var scratch = Scratch()
    /// How many evaluations of the condition failed, and how many found a value absent; those lines were not taken.
    package var faultCount: Int { evaluator.faultCount - evaluator.absenceCount }
    package var absenceCount: Int { evaluator.absenceCount }

    /// `zone` answers the time zones that the condition names.
    package init(_ plan: OutputPlan, zone: @escaping @Sendable (String) -> Zone?) {
        self.plan = plan
        evaluator = Evaluator(zone: zone)
    }

    /// The lines that the output takes: `lines` themselves where it takes all of them.
    package mutating func pick(from lines: OutputLines) -> OutputLines {
        if plan.takesAll { return lines }
        var picked = OutputLines(capacity: lines.block.count)
        for line in lines.lines where takes(line, of: lines) {
            picked.append(lines.text(of: line), type: line.type, id: line.id, isControl: line.isControl)
        }
        return picked
    }

    private mutating func takes(_ line: OutputLine, of lines: OutputLines) -> Bool {
        if let types = plan.types, !types.contains(line.type) { return false }
        if line.isControl, !plan.takesControl { return false }
        if let period = plan.period, !period.contains(lines.text(of: line)) { return false }
        return holds(plan.condition, line, of: lines)
    }

    private mutating func holds(_ condition: Program?, _ line: OutputLine, of lines: OutputLines) -> Bool {
        guard let condition else { return true }
        defer {
            evaluator.reset()
            scratch.reset()
        }
        let sight = LineSight(lines.text(of: line), reads: condition.reads, scratch: &scratch)
        return evaluator.holds(condition, sight)
    }
}
