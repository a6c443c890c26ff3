import Decisions
import Events
import Journeys
package import Pipeline

extension Plan {
    /// The plan for looking on: every type of line is written, whatever `emit` says, and decisions are explained in full.
    package var dryRun: Plan {
        var plan = self
        plan.decisions.emits = Set(LineType.allCases)
        plan.decisions.policy.explain = .full
        plan.journeys = plan.journeys.showingPicture
        return plan
    }
}
