import Events

/// For each event type, the rules that may have an interest in it, in the configuration's order.
///
/// Each rule says which types it names, so that a thousand rules of a thousand types are indexed in about as many steps,
/// not in a million. A rule whose types are not plain to see is listed under all of them and asked again.
struct InterestIndex {
    private(set) var windows: [[Int]]
    private(set) var moments: [[Int]]

    init(_ plan: JourneyPlan) {
        windows = Array(repeating: [], count: plan.projection.types.count)
        moments = windows
        for index in plan.windows.indices {
            // A window as it was before an event becomes another with each, whatever its type.
            let window = plan.windows[index]
            InterestIndex.add(index, of: window.isBefore ? nil : window.filter.types, to: &windows)
        }
        for index in plan.moments.indices where !plan.moments[index].isIdle {
            InterestIndex.add(index, of: InterestIndex.types(of: plan.moments[index]), to: &moments)
        }
    }

    private static func add(_ rule: Int, of types: [Int]?, to lists: inout [[Int]]) {
        for type in types.map({ Set($0).sorted() }) ?? Array(lists.indices) { lists[type].append(rule) }
    }

    /// The types that a moment names, or nil where it may react to any.
    private static func types(of moment: MomentPlan) -> [Int]? {
        guard case .sequence(let sequence) = moment.trigger else { return nil }
        if let among = sequence.among { return among }
        guard sequence.pattern == nil else { return nil }
        var types: [Int] = []
        for position in sequence.positions {
            for filter in [position.filter] + position.nots {
                guard let named = filter.types else { return nil }
                types += named
            }
        }
        if let closing = sequence.closing {
            guard let named = closing.filter.types else { return nil }
            types += named
        }
        return types
    }
}
