import Expressions
import Storage

/// What must be decided again as time passes, and when.
extension JourneyPlan {
    /// The programs of the scores and segments that are kept up to date, and of `when` moments.
    private static func timely(
        _ picture: PicturePlan, _ use: PictureUse, moments: [MomentPlan], expressions: [Expression]
    ) -> [Program] {
        let items = use.items.indices.filter { use.items[$0] }.flatMap { picture.expressions(ofItem: $0) }
        let conditions = moments.compactMap { moment -> ExpressionNumber? in
            if case .condition(let condition) = moment.trigger { condition } else { nil }
        }
        return (items + conditions).map { expressions[$0].program }
    }

    /// The windows with a note of what looks at them as time passes.
    static func watched(
        _ windows: [WindowPlan], _ picture: PicturePlan, _ use: PictureUse, moments: [MomentPlan],
        expressions: [Expression]
    ) -> [WindowPlan] {
        var windows = windows
        for program in timely(picture, use, moments: moments, expressions: expressions) {
            for variable in program.reads where Vocabulary.scope(variable) == Vocabulary.windowScope {
                let index = Vocabulary.place(variable)
                if windows[index].slides { windows[index].isWatched = true }
                guard windows[index].isSince else { continue }
                for comparison in program.durationComparisons where comparison.variable == variable {
                    let threshold = WindowPlan.Threshold(after: comparison.threshold + (comparison.strict ? 1 : 0))
                    if comparison.threshold >= 0, threshold.after > 0, !windows[index].thresholds.contains(threshold) {
                        windows[index].thresholds.append(threshold)
                    }
                }
            }
        }
        return windows
    }

    /// The windows that an expression depends on: those that it reads, and those behind the scores and segments that it
    /// reads.
    static func windowsBehind(_ reads: [Int], _ picture: PicturePlan, expressions: [Expression]) -> Set<Int> {
        var windows: Set<Int> = []
        var waiting = reads
        var seen: Set<Int> = []
        while let variable = waiting.popLast() {
            guard seen.insert(variable).inserted else { continue }
            if Vocabulary.scope(variable) == Vocabulary.windowScope { windows.insert(Vocabulary.place(variable)) }
            guard let item = Vocabulary.item(variable, scores: picture.scores.count) else { continue }
            for number in picture.expressions(ofItem: item) { waiting += expressions[number].program.reads }
        }
        return windows
    }
}
