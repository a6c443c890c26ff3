import Decisions
import Expressions
import Journeys

/// What is worth knowing about a configuration that is right.
extension PlanDraft {
    func note(windows: [WindowDraft], moments: [MomentDraft], actions: [ActionDraft], emit: Set<LineType>) {
        let read = Set(expressions.flatMap(\.program.reads))
        for (index, window) in windows.enumerated() where !read.contains(Vocabulary.window(index)) {
            window.definition.note("nothing reads this window, and it takes memory for each customer")
        }
        let answersAll = actions.contains { $0.plan?.on == nil }
        let answered = Set(actions.flatMap { $0.plan?.on ?? [] })
        for (index, moment) in moments.enumerated() where !emit.contains(.moment) {
            if !answersAll, !answered.contains(index) {
                moment.definition.note("nothing uses this moment: no action answers it, and \"emit\" has no \"moment\"")
            }
        }
        for action in actions where !emit.contains(.decision) {
            action.definition.note("nothing uses this action: \"emit\" has no \"decision\"")
        }
        for action in actions where moments.isEmpty && action.plan?.on == nil {
            action.definition.note("nothing uses this action: there are no moments to answer")
        }
        for moment in moments {
            if case .condition(let number)? = moment.plan?.trigger {
                note(condition: expressions[number].program, of: moment, windows: windows)
            }
        }
    }

    /// A condition is decided at events, and at the instants at which a window loses an event or a duration since the
    /// last one passes a constant. Where it depends on time in another way, that is said.
    private func note(condition: Program, of moment: MomentDraft, windows: [WindowDraft]) {
        var reasons: [String] = []
        if let now, condition.reads.contains(now) { reasons.append("it reads now") }
        var moves = false
        for (index, window) in windows.enumerated() where condition.depends(on: Vocabulary.window(index)) {
            guard let plan = window.plan else { continue }
            if plan.aggregate != .sinceLast {
                moves = moves || plan.over != nil
            } else if condition.durationComparisons.contains(where: { $0.variable == Vocabulary.window(index) }) {
                moves = true
            } else {
                reasons.append("it does not compare windows.\(plan.name) with a constant duration")
            }
        }
        if moves, condition.reads.contains(where: Vocabulary.isOfEvent) {
            reasons.append("it reads event, and as time passes there is none")
        }
        guard !reasons.isEmpty, let reader = moment.condition else { return }
        reader.note("this is decided when an event comes, not as time passes: \(reasons.joined(separator: "; "))")
    }

    /// The number of the variable `now`.
    private var now: Int? {
        var vocabulary = vocabulary
        return vocabulary.variable(path: ["now"])?.variable.id
    }
}
