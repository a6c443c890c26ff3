import Events
import Expressions
import Storage

/// What of the state that was kept under one plan goes on under another: for each rule of the old plan its number in the
/// new one, or nil where the new plan has no such rule or means something else by it.
///
/// A rule is the same where its name is, and all that decides what it keeps: types by name and
/// expressions by their text. What it reads may have changed. Of a moment, its kind, its cooldown,
/// the repeat of a condition and its further fields decide nothing of what it keeps, and of a score
/// the thresholds at which it is reported.
struct StateMap {
    let windows: [WindowNumber?]
    let moments: [MomentNumber?]
    let attributes: [Int?]
    let scores: [Int?]
    let segments: [Int?]
    let keepsIDs: Bool
    /// Whether something that goes on is remembered for longer than before.
    let lengthens: Bool

    init(from old: JourneyPlan, to new: JourneyPlan) {
        func map<Rule>(_ rules: (JourneyPlan) -> [Rule], _ identity: (JourneyPlan, Rule) -> String) -> [Int?] {
            let known = Dictionary(
                rules(new).enumerated().map { (ByteName(identity(new, $1)), $0) },
                uniquingKeysWith: { first, _ in first })
            return rules(old).map { known[identity(old, $0)] }
        }
        windows = map(\.windows) { $0.identity(of: $1) }.map { $0.map { WindowNumber($0) } }
        moments = map(\.moments) { $0.identity(of: $1) }.map { $0.map { MomentNumber($0) } }
        attributes = map(\.picture.attributes) { $0.identity(of: $1) }
        scores = map(\.picture.scores) { $0.identity(of: $1) }
        segments = map(\.picture.segments) { $0.identity(of: $1) }
        keepsIDs = old.dedup != nil && new.dedup != nil
        var lengthens = keepsIDs && (new.dedup ?? 0) > (old.dedup ?? 0)
        for (index, target) in moments.enumerated() {
            if let target, new.moments[target].cooldown > old.moments[index].cooldown { lengthens = true }
        }
        for (index, target) in windows.enumerated() {
            if let target, new.windows[target].extent != old.windows[index].extent { lengthens = true }
        }
        self.lengthens = lengthens
    }
}

extension JourneyPlan {
    /// An expression's text.
    private func text(_ number: ExpressionNumber) -> String { number.isNone ? "-" : expressions[number].program.source }

    private func text(_ filter: EventFilter) -> String {
        let types = filter.types.map { $0.map { projection.types[$0] }.sorted().description } ?? "*"
        return "\(types) where \(text(filter.condition))"
    }

    /// What a report asks of events, as a text that is equal where it means the same; nil without a report.
    package var reportIdentity: String? {
        report.map { "\(text($0.conversion)) \($0.isCatalogue) \($0.expressions.map(text))" }
    }

    func identity(of window: WindowPlan) -> String {
        if window.name.isEmpty {
            // What actions ask of an event's type is remembered whatever length they ask for.
            let by = window.aggregate == .distinct ? " of each \(text(window.value))" : ""
            return "the last \(text(window.filter))\(by)"
        }
        let value = text(window.value)
        return
            "\(window.name.debugDescription) \(window.aggregate) \(value) \(text(window.filter)) \(window.extent) \(window.resolution)"
            + " \(window.quantile.numerator)/\(window.quantile.denominator) \(window.isBefore)"
    }

    func identity(of attribute: AttributePlan) -> String {
        var keep = "\(attribute.keep)"
        if case .priority(let sources, let by) = attribute.keep { keep = "\(sources) \(text(by))" }
        return "\(attribute.name.debugDescription) \(text(attribute.filter)) \(text(attribute.from)) \(keep)"
    }

    func identity(of score: ScorePlan) -> String {
        switch score.form {
        case .expression(let number): return "\(score.name.debugDescription) \(text(number))"
        case .model(let use):
            return "\(score.name.debugDescription) model \(use.identity) \(use.features.map { text($0) })"
        case .terms(let intercept, let terms, let link):
            let parts = terms.map { "\($0.isCondition) \($0.weight) \(text($0.expression))" }
            return "\(score.name.debugDescription) \(intercept) \(link) \(parts)"
        }
    }

    func identity(of segment: SegmentPlan) -> String {
        "\(segment.name.debugDescription) \(text(segment.when)) \(text(segment.leaveWhen))"
    }

    func identity(of moment: MomentPlan) -> String {
        let level = moment.level.isNone ? "" : " level \(text(moment.level))"
        let name = "\(moment.name.debugDescription) by \(text(moment.by))\(level)"
        switch moment.trigger {
        case .condition(let condition): return "\(name) when \(text(condition))"
        case .sequence(let sequence):
            let within = sequence.within.map { "\($0)" } ?? "-"
            let among = sequence.among.map { $0.map { projection.types[$0] }.sorted().description } ?? "*"
            let whole =
                "\(name) \(sequence.stepNames) among \(among) within \(within) most \(sequence.partialLimit) "
                + "repeat \(moment.repeatEvery)"
            if let pattern = sequence.pattern { return whole + text(pattern) }
            let positions = sequence.positions.map { position in
                "\(position.step) \(text(position.filter)) \(position.isRepetition) \(position.nots.map(text))"
            }
            let closing = sequence.closing.map { "\(text($0.filter)) \($0.wait)" } ?? "-"
            return "\(whole) \(positions) \(closing)"
        }
    }

    private func text(_ pattern: PatternPlan) -> String {
        let steps = pattern.steps.map { step -> String in
            let repetition = "\(step.least) \(step.most ?? -1) \(step.inner) \(step.isGreedy) \(text(step.until))"
            let nots = step.nots.map { "\(text($0.filter)) \($0.isStrict)" }
            return
                "\(step.name) \(text(step.filter)) \(step.previous) \(step.contiguity) \(repetition) \(step.isOptional) \(nots)"
        }
        let closing = pattern.closing.map { "\($0)" } ?? "-"
        return
            " \(steps) \(closing) \(pattern.afterMatch) \(pattern.emitsPartial) \(pattern.dropsNewest) \(pattern.boundLimit)"
    }
}

/// Which rules of a plan keep what they have under another one, by their numbers.
package struct KeptRules: Sendable {
    package let windows: [Bool]
    package let moments: [Bool]
    package let attributes: [Bool]
    package let scores: [Bool]
    package let segments: [Bool]
}

extension JourneyPlan {
    /// What is the same here and in a plan that follows.
    package func kept(in next: JourneyPlan) -> KeptRules {
        let map = StateMap(from: self, to: next)
        func known<Number>(_ numbers: [Number?]) -> [Bool] { numbers.map { $0 != nil } }
        return KeptRules(
            windows: known(map.windows), moments: known(map.moments), attributes: known(map.attributes),
            scores: known(map.scores), segments: known(map.segments))
    }
}
