import Expressions
import Journeys
import Storage

/// The section `windows`.
extension PlanDraft {
    struct WindowDraft {
        let definition: Definition
        let plan: WindowPlan?
    }

    private static let aggregates: [(key: String, aggregate: WindowPlan.Aggregate)] = [
        ("count", .count), ("sum", .sum), ("avg", .avg), ("min", .min), ("max", .max), ("first", .first),
        ("last", .last), ("distinct", .distinct), ("mode", .mode), ("since_last", .sinceLast),
        ("since_first", .sinceFirst),
    ]
    /// The most events that `events` may ask for.
    private static let eventLimit: Int64 = 1_000_000

    func windows(_ root: Fields) -> [WindowDraft] {
        definitions("windows", of: root).enumerated().map { index, definition in
            let plan = definition.reader.object { window($0, definition: definition, index: index) }
            // What reads a faulty window is not faulty for that.
            if plan == nil { vocabulary.windows[definition.name] = (index, .dyn) }
            return WindowDraft(definition: definition, plan: plan)
        }
    }

    private func window(_ fields: Fields, definition: Definition, index: Int) -> WindowPlan? {
        let chosen = fields.one(of: Self.aggregates.map(\.key))
        let filter = EventFilter(
            types: eventTypes(fields["on"]), condition: expression(fields["where"], site: .window, .condition))
        let extent = extent(fields)
        let resolution = resolution(fields, extent)
        guard let (key, value) = chosen, let aggregate = Self.aggregates.first(where: { $0.key == key })?.aggregate
        else { return nil }
        var type = StaticType.dyn
        var demand: Demand? = .anything
        switch aggregate {
        case .count: (type, demand) = (.int, nil)
        case .sinceLast, .sinceFirst: (type, demand) = (.duration, nil)
        case .sum, .avg: (type, demand) = (.double, .number)
        case .distinct: type = .int
        case .min, .max, .first, .last, .mode: break
        }
        var number = -1
        if let demand {
            number = expression(value, site: .window, demand)
            if type == .dyn, number >= 0 { type = expressions[number].program.type }
        } else if value.bool() == false {
            value.error("\(Wording.quoted(key)): false asks for nothing; write \(key): true, or another aggregate")
        }
        vocabulary.windows[definition.name] = (index, type)
        return WindowPlan(
            name: definition.name, aggregate: aggregate, filter: filter, value: number, extent: extent,
            resolution: resolution)
    }

    private func extent(_ fields: Fields) -> WindowPlan.Extent {
        guard let (key, value) = fields.one(of: ["over", "events", "session"], required: false) else { return .allTime }
        switch key {
        case "over": return value.duration().map { .over($0) } ?? .allTime
        case "events": return value.integer(in: 1...Self.eventLimit).map { .events(Int($0)) } ?? .allTime
        default: return value.duration().map { .session($0) } ?? .allTime
        }
    }

    private func resolution(_ fields: Fields, _ extent: WindowPlan.Extent) -> Int64 {
        guard fields.has("resolution") else { return 0 }
        if !fields.has("over") {
            fields.refuse(["resolution"], "it is about a window \"over\" a time, and this one has none")
            return 0
        }
        let resolution = fields.duration("resolution") ?? 0
        if case .over(let length) = extent, resolution > length {
            fields.error(at: "resolution", "\"resolution\" is longer than the window itself; write a shorter one")
        }
        return resolution
    }
}
