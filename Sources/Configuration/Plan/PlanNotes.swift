import Decisions
import Events
import Expressions
import Journeys
import Learning
import Storage

/// What is worth knowing about a configuration that is right.
extension PlanDraft {
    func note(windows: [WindowDraft], moments: [MomentDraft], actions: [ActionDraft], emit: Set<LineType>) {
        let read = Set(expressions.flatMap(\.program.reads))
        for (index, window) in windows.enumerated() where !read.contains(Vocabulary.window(index)) {
            window.definition.note("nothing reads this window, and it takes memory for each customer", code: .unused)
        }
        for window in windows {
            guard let plan = window.plan, plan.aggregate == .median || plan.aggregate == .quantile,
                case .allTime = plan.extent
            else { continue }
            window.definition.note(
                "this keeps every different value for ever; write \"over\" or \"events\" for those of late")
        }
        let answersAll = actions.contains { $0.plan?.on == nil }
        let answered = Set(actions.flatMap { $0.plan?.on ?? [] })
        for (index, moment) in moments.enumerated() where !emit.contains(.moment) {
            if !answersAll, !answered.contains(index) {
                moment.definition.note(
                    "nothing uses this moment: no action answers it, and \"emit\" has no \"moment\"", code: .unused)
            }
        }
        for action in actions where !emit.contains(.decision) {
            action.definition.note("nothing uses this action: \"emit\" has no \"decision\"", code: .unused)
        }
        for action in actions where moments.isEmpty && action.plan?.on == nil {
            action.definition.note("nothing uses this action: there are no moments to answer", code: .unused)
        }
        for moment in moments {
            if case .condition(let number)? = moment.plan?.trigger, let reader = moment.condition {
                note(expressions[number].program, at: reader, windows: windows)
            }
        }
    }

    /// Which parts of the picture nothing uses, and which go on with time unnoticed.
    func note(picture: PictureDraft, windows: [WindowDraft], emit: Set<LineType>) {
        let read = Set(expressions.flatMap(\.program.reads))
        for (index, attribute) in picture.attributes.enumerated() where !read.contains(Vocabulary.attribute(index)) {
            attribute.definition.note("nothing reads this attribute", code: .unused)
        }
        for (index, score) in picture.scores.enumerated() where !read.contains(Vocabulary.score(index)) {
            if !emit.contains(.score) || score.plan?.thresholds.isEmpty == true {
                score.definition.note(
                    "nothing uses this score: nothing reads it, and no line reports it", code: .unused)
            }
        }
        for (index, segment) in picture.segments.enumerated() where !read.contains(Vocabulary.segment(index)) {
            if !emit.contains(.segment) {
                segment.definition.note(
                    "nothing uses this segment: nothing reads it, and \"emit\" has no \"segment\"", code: .unused)
            }
        }
        for (reader, number) in picture.scores.flatMap(\.conditions) + picture.segments.flatMap(\.conditions) {
            if !number.isNone { note(expressions[number].program, at: reader, windows: windows) }
        }
    }

    /// An expression is decided at events, and at the instants at which a window loses an event or a duration since one
    /// passes a constant. Where it depends on time in another way, that is said.
    private func note(_ program: Program, at reader: Reader, windows: [WindowDraft]) {
        var reasons: [String] = []
        if let now, program.reads.contains(now) { reasons.append("it reads now") }
        var moves = false
        for (index, window) in windows.enumerated() where program.depends(on: Vocabulary.window(index)) {
            guard let plan = window.plan else { continue }
            moves = moves || plan.slides
            guard plan.isSince else { continue }
            if program.durationComparisons.contains(where: { $0.variable == Vocabulary.window(index) }) {
                moves = true
            } else {
                reasons.append("it does not compare windows.\(plan.name) with a constant duration")
            }
        }
        if moves, program.reads.contains(where: Vocabulary.isOfEvent) {
            reasons.append("it reads event, and as time passes there is none")
        }
        guard !reasons.isEmpty else { return }
        reader.note(
            "this is decided when an event comes, not as time passes: \(reasons.joined(separator: "; "))",
            code: .decidedAtEvents)
    }

    /// The number of the variable `now`.
    private var now: Int? {
        var vocabulary = vocabulary
        return vocabulary.variable(path: ["now"])?.variable.id
    }
}

extension PlanDraft {
    /// Notes names of what journeyd makes itself where the types of events are meant that come in.
    func noteMistakenTypes(moments: [MomentDraft], responses: ResponsePlan?) {
        var own: [ByteName: (path: String, what: String)] = [:]
        for outcome in Outcome.allCases where (responses?.terms[outcome] ?? -1) >= 0 {
            own[outcome.name] = ("responses.\(outcome.name).", "an outcome, which journeyd tells of itself")
        }
        own["decision"] = ("", "what journeyd's own lines are called")
        for moment in moments {
            own[moment.definition.name] = (
                moment.definition.reader.path.description + ".", "a moment, which journeyd brings about itself"
            )
        }
        // What is made of events of its own name has such events.
        let real = Set(
            typeMentions.filter { mention in
                own[mention.name].map { !$0.path.isEmpty && "\(mention.place.path).".hasPrefix($0.path) } ?? false
            }.map { ByteName($0.name) })
        for (name, place) in typeMentions where !real.contains(name) {
            guard let what = own[name]?.what else { continue }
            place.note(
                "\(Wording.quoted(name)) is \(what); here it is the type of events that come in, and nothing flows back"
            )
        }
    }
}
