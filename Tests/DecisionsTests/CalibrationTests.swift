import Events
import Learning
import Storage
import Testing

@testable import Decisions

/// How well propensities were promised.
@Suite struct CalibrationTests {
    /// Each promise falls into one of twenty parts, also one of nothing or of certainty.
    @Test func everyPromiseHasItsPart() throws {
        let plan = PropensityPlan()
        var learnt = LearntPropensities([plan])
        for (promised, part) in [(0.0, 0), (0.049, 0), (0.05, 1), (0.5, 10), (0.999, 19), (1, 19)] {
            var decision = OpenDecision(
                id: 1, time: Instant(microseconds: 0), action: 0, channel: -1, worth: 1, isControl: false,
                isPending: false)
            decision.promised = promised
            let before = (learnt.trials[part], learnt.successes[part], learnt.promises[part])
            learnt.settle(decision, success: part > 0, features: [], plan.terms, at: Instant(microseconds: 5))
            #expect(learnt.trials[part] == before.0 + 1 && learnt.successes[part] == before.1 + (part > 0 ? 1 : 0))
            #expect(learnt.promises[part] == before.2 + promised)
        }
        #expect(learnt.trials.reduce(0, +) == 6)
        let image = StateImage()
        learnt.add(to: image)
        var next = LearntPropensities([plan])
        try next.restore(from: StateReader(image.copied()))
        #expect(next.trials == learnt.trials && next.successes == learnt.successes && next.promises == learnt.promises)
    }
}
