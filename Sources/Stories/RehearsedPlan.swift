package import Configuration
import Decisions
import Journeys
package import Pipeline

extension EnginePlan {
    /// The plan for looking on: every type of line is written, whatever `emit` says.
    package var rehearsed: Plan {
        Plan(
            input: input, journeys: journeys,
            decisions: DecisionPlan(
                actions: actions, policy: policy, moments: journeys.moments.map(\.name),
                expressions: journeys.expressions, emits: [.moment, .decision]))
    }
}
