import Expressions
import Journeys
import Storage

/// The section `windows`.
extension PlanDraft {
    struct WindowDraft {
        let definition: Definition
        let plan: WindowPlan?
    }

    func windows(_ root: Fields<RootKey>) -> [WindowDraft] {
        definitions(.windows, of: root).enumerated().map { index, definition in
            let plan = definition.reader.object { window($0, definition: definition, index: index) }
            // What reads a faulty window is not faulty for that.
            if plan == nil { vocabulary.windows[definition.name] = (index, .dyn) }
            return WindowDraft(definition: definition, plan: plan)
        }
    }

    private func window(_ fields: Fields<WindowKey>, definition: Definition, index: Int) -> WindowPlan? {
        let chosen = fields.one(of: WindowKey.aggregates)
        let filter = EventFilter(
            types: eventTypes(fields[.on]), condition: expression(fields[.where], site: .window, .condition))
        let extent = extent(fields)
        let resolution = resolution(fields, extent)
        let quantile = quantile(fields, isAsked: chosen?.key == .quantile)
        let isBefore = fields.bool(.before) ?? false
        let isOfAccount = isOfAccount(fields, .of)
        guard let (key, value) = chosen, let aggregate = key.aggregate else { return nil }
        let (own, demand) = WindowKey.type(of: aggregate)
        var type = own
        var number = ExpressionNumber.none
        if let demand {
            number = expression(value, site: .window, demand)
            if type == .dyn, !number.isNone { type = expressions[number].program.type }
        } else if value.bool() == false {
            value.error(
                "\(Wording.quoted(key.rawValue)): false asks for nothing; write \(key.rawValue): true, or another aggregate"
            )
        }
        vocabulary.windows[definition.name] = (index, type)
        var plan = WindowPlan(
            name: definition.name, aggregate: aggregate, filter: filter, value: number, extent: extent,
            resolution: resolution, quantile: quantile ?? .half, isBefore: isBefore)
        plan.isOfAccount = isOfAccount
        return plan
    }

    private func extent(_ fields: Fields<WindowKey>) -> WindowPlan.Extent {
        guard let (key, _) = fields.one(of: [.over, .per, .events, .session], required: false) else {
            return .allTime
        }
        switch key {
        case .over: return fields.duration(.over).map { .over($0) } ?? .allTime
        case .per:
            usesCalendar = true
            switch fields.word(.per) {
            case "week": return .per(.week)
            case "month": return .per(.month)
            default: return .per(.day)
            }
        case .events: return fields.integer(.events).map { .events(Int($0)) } ?? .allTime
        case .session: return fields.duration(.session).map { .session($0) } ?? .allTime
        default: preconditionFailure("\(key) is no extent of a window")
        }
    }

    /// The part of the values that `quantile` asks for, exactly as it is written.
    private func quantile(_ fields: Fields<WindowKey>, isAsked: Bool) -> WindowPlan.Quantile? {
        guard isAsked else {
            fields.refuse([.q], "it says which value a \"quantile\" is, and this window has none")
            return nil
        }
        guard let reader = fields.required(.q), let number = reader.number() else { return nil }
        guard number > 0, number <= 1 else {
            reader.error(
                "\(reader.node.summary) is out of range; write a number above 0 up to 1, such as 0.9",
                code: .outOfRange)
            return nil
        }
        guard let (numerator, denominator) = reader.node.decimal(digits: WindowPlan.Quantile.digitLimit) else {
            reader.error(
                "\(reader.node.summary) has more than \(WindowPlan.Quantile.digitLimit) decimals; write fewer")
            return nil
        }
        return WindowPlan.Quantile(numerator, of: denominator)
    }

    private func resolution(_ fields: Fields<WindowKey>, _ extent: WindowPlan.Extent) -> Int64 {
        guard fields.has(.resolution) else { return 0 }
        if !fields.has(.over) {
            fields.refuse([.resolution], "it is about a window \"over\" a time, and this one has none")
            return 0
        }
        let resolution = fields.duration(.resolution) ?? 0
        if case .over(let length) = extent, resolution > length {
            fields.error(at: .resolution, "\"resolution\" is longer than the window itself; write a shorter one")
        }
        return resolution
    }
}
