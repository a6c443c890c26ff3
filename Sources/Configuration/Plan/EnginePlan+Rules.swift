import Analytics
import Decisions
import Events
import Journeys

/// Which rules act at which touchpoints, as the map of journeys shows them.
extension EnginePlan {
    /// Has the report, where there is one, know them.
    mutating func noteRules() {
        let rules = rulesAtTouchpoints
        report?.settings.rules = rules
    }

    /// The moments whose sequences take events of a touchpoint, each with the actions that compete at it.
    private var rulesAtTouchpoints: [ReportSettings.Rule] {
        journeys.moments.enumerated().compactMap { number, moment in
            guard case .sequence(let sequence) = moment.trigger else { return nil }
            let filters = sequence.pattern.map { $0.steps.map(\.filter) } ?? sequence.positions.map(\.filter)
            let types = filters.reduce(into: [Int]()) { all, filter in
                for type in filter.types ?? [] where !all.contains(type) { all.append(type) }
            }
            let touchpoints = names(of: types)
            if touchpoints.isEmpty { return nil }
            let competing = actions.filter { $0.enabled && ($0.on?.contains(number) ?? true) }
            return ReportSettings.Rule(moment: moment.name, touchpoints: touchpoints, actions: competing.map(\.name))
        }
    }

    /// The touchpoints that events of some types may be: without a catalogue the types themselves.
    private func names(of types: [Int]) -> [String] {
        let catalogue = journeys.picture.touchpoints
        if catalogue.isEmpty { return types.map { journeys.projection.types[$0] } }
        return catalogue.filter { touchpoint in types.contains { touchpoint.filter.types?.contains($0) ?? false } }
            .map(\.name)
    }
}
