import Expressions
import Journeys

/// The section `windows`.
extension PlanDraft {
    struct WindowDraft {
        let definition: Definition
        let plan: WindowPlan?
    }

    private static let aggregates = ["count", "sum", "distinct", "last", "since_last"]

    func windows(_ root: Fields) -> [WindowDraft] {
        definitions("windows", of: root).enumerated().map { index, definition in
            let plan = definition.reader.object { window($0, definition: definition, index: index) }
            // What reads a faulty window is not faulty for that.
            if plan == nil { vocabulary.windows[definition.name] = (index, .dyn) }
            return WindowDraft(definition: definition, plan: plan)
        }
    }

    private func window(_ fields: Fields, definition: Definition, index: Int) -> WindowPlan? {
        let isLater = fields.later(LaterVersion.aggregates)
        fields.later(LaterVersion.window)
        let chosen = fields.one(of: Self.aggregates, required: !isLater)
        let filter = EventFilter(
            types: eventTypes(fields["on"]), condition: expression(fields["where"], site: .window, .condition))
        let over = fields.duration("over")
        guard let (key, value) = chosen else { return nil }
        let aggregate: WindowPlan.Aggregate
        let type: StaticType
        var demand: Demand?
        switch key {
        case "count": (aggregate, type) = (.count, .int)
        case "since_last": (aggregate, type) = (.sinceLast, .duration)
        case "sum": (aggregate, type, demand) = (.sum, .double, .number)
        case "distinct": (aggregate, type, demand) = (.distinct, .int, .anything)
        default: (aggregate, type, demand) = (.last, .dyn, .anything)
        }
        var number = -1
        if let demand {
            number = expression(value, site: .window, demand)
        } else if value.bool() == false {
            value.error("\(Wording.quoted(key)): false asks for nothing; write \(key): true, or another aggregate")
        }
        if aggregate == .sinceLast, over != nil {
            fields.error(at: "over", "\"over\" with \"since_last\" \(LaterVersion.notice); leave it out")
        }
        vocabulary.windows[definition.name] = (index, type)
        return WindowPlan(name: definition.name, aggregate: aggregate, filter: filter, value: number, over: over)
    }
}
