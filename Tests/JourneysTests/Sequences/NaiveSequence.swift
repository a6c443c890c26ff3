/// An event of the naive matcher's world: a letter, a number, and a time in seconds.
struct Happening {
    let id: String
    let type: String
    let v: Int
    let time: Int
}

extension [Happening] {
    /// By time; what comes at one time in the order of its arrival.
    var inOrder: [Happening] { sorted { $0.time < $1.time } }
}

/// A condition in both its forms: as the configuration has it, and as the naive matcher asks it.
struct Condition {
    var types: [String] = []
    /// Compares `event.properties.v` with a number, or with that of the last event of a step.
    var comparison: (operation: String, constant: Int, step: String?)?
    /// The least number of events in a step's list.
    var size: (step: String, least: Int)?

    /// Whether it asks for nothing but types.
    var isPlain: Bool { comparison == nil && size == nil && !types.isEmpty }

    /// CEL, nil where there is nothing but types.
    var text: String? {
        var parts: [String] = []
        if let (operation, constant, step) = comparison {
            parts.append("event.properties.v \(operation) \(step.map { "\($0).properties.v" } ?? "\(constant)")")
        }
        if let size { parts.append("steps.\(size.step).filter(e, e.properties.v >= 0).size() >= \(size.least)") }
        return parts.isEmpty ? nil : parts.joined(separator: " && ")
    }

    func holds(_ event: Happening, _ bound: [Bound]) -> Bool {
        if !types.isEmpty, !types.contains(event.type) { return false }
        if let size, bound.count(where: { $0.name == size.step }) < size.least { return false }
        guard let (operation, constant, step) = comparison else { return true }
        var other = constant
        if let step {
            guard let last = bound.last(where: { $0.name == step }) else { return false }
            other = last.event.v
        }
        switch operation {
        case "<": return event.v < other
        case ">=": return event.v >= other
        default: return event.v == other
        }
    }
}

/// An event bound to a step.
struct Bound {
    let name: String
    /// The place of the step in the order written.
    let step: Int
    let event: Happening
    /// The event's place in the stream.
    let index: Int
}

/// A positive step, with what stands between it and the next.
struct NaiveStep {
    var name = ""
    var number = 0
    var condition = Condition()
    var contiguity = "relaxed"
    var least = 1
    /// Nil without end.
    var most: Int? = 1
    var inner = "relaxed"
    var isGreedy = false
    var isOptional = false
    var until: Condition?
    var nots: [(isStrict: Bool, condition: Condition)] = []

    var canBeGreedy: Bool { isGreedy && most != least }

    func stops(_ event: Happening, _ bound: [Bound]) -> Bool { until?.holds(event, bound) ?? false }

    func takes(_ event: Happening, _ bound: [Bound]) -> Bool {
        condition.holds(event, bound) && !stops(event, bound)
    }
}

/// What closes a sequence.
enum NaiveClosing: Equatable {
    case nothing, nextEvent, within
    case wait(Int)
}

/// A sequence in the words of the contract; `ways` are the steps in every order that its groups allow.
struct NaiveSequence {
    var ways: [[NaiveStep]] = []
    /// The elements as the configuration has them.
    var text = ""
    var closing = NaiveClosing.nothing
    var within: Int?
    var afterMatch = "skip_past_last_event"
    var emitsPartial = false
    var partialLimit = 1024
    var dropsNewest = false
    var boundLimit = 10_000
    /// Whether a condition looks at bound events.
    var readsSteps = false
    /// Further keys of the moment.
    var keys: [String] = []
    /// Further sections of the configuration.
    var sections = ""
    /// For how many seconds an event waits for others that come late.
    var disorder = 0

    /// Whether superfluous partial matches are not kept, as the page about sequences says.
    var keepsOneOfEach: Bool { hasSuperfluous && !goesBack }

    /// Whether partial matches may be superfluous that have come to the same.
    var hasSuperfluous: Bool {
        guard boundLimit >= 256, !readsSteps else { return false }
        guard afterMatch == "skip_past_last_event" || afterMatch == "skip_to_next" else { return false }
        if case .wait = closing {
            for (index, way) in ways.enumerated() {
                let last = way[way.count - 1]
                if last.inner == "any", last.most != last.least, !endsSoonest(index, way.count - 1) { return false }
            }
        }
        return true
    }

    /// Whether a step may come after a repetition without end that is written after it.
    var goesBack: Bool {
        ways.contains { way in
            way.indices.contains { index in
                way[index].most == nil && way[(index + 1)...].contains { $0.number < way[index].number }
            }
        }
    }

    /// Whether, of all of them, only the one that began first is kept.
    var keepsOneOfAll: Bool {
        afterMatch == "skip_past_last_event" && within == nil && closing == .nothing
            && ways.contains { way in
                way.enumerated().contains { index, step in
                    step.most == nil || step.contiguity == "any" && index > 0 || step.inner == "any" && step.most != 1
                }
            }
    }

    /// Whether the first enough repetitions of a last step make a match before more could.
    func endsSoonest(_ way: Int, _ step: Int) -> Bool {
        guard case .wait = closing, step == ways[way].count - 1 else { return false }
        let last = ways[way][step]
        return !last.condition.types.isEmpty
            && last.nots.allSatisfy { not in
                !not.isStrict && !not.condition.types.isEmpty
                    && !not.condition.types.contains(where: last.condition.types.contains)
            }
    }

    /// Whether the event right behind one of a step's means something else than those behind it.
    func needsFresh(_ way: Int, _ step: Int) -> Bool {
        // Ways that begin alike share their steps, but not what comes after them.
        let prefix = ways[way][...step].map(\.number)
        return ways.filter { $0.prefix(step + 1).map(\.number) == prefix }.contains { steps in
            let own = steps[step]
            if own.nots.contains(where: \.isStrict) { return true }
            if own.inner == "strict", own.most != 1 { return true }
            var next = step + 1
            while next < steps.count {
                let before = steps[next - 1]
                if steps[next].contiguity == "strict" || before.canBeGreedy && before.until != nil { return true }
                if !steps[next].isOptional { break }
                next += 1
            }
            return false
        }
    }

    /// The types that its steps name.
    var types: [String] {
        let steps = ways.joined()
        return Set(steps.flatMap { $0.condition.types + $0.nots.flatMap(\.condition.types) }).sorted()
    }

    var configuration: String {
        var keys = ["sequence: [\(text)]", "after_match: '\(afterMatch)'"]
        if let within { keys.append("within: '\(within)s'") }
        keys += self.keys
        if emitsPartial { keys.append("emit_partial: true") }
        if partialLimit != 1024 { keys.append("max_partial: \(partialLimit)") }
        if dropsNewest { keys.append("on_overflow: 'drop_newest'") }
        if boundLimit != 10_000 { keys.append("max_bound: \(boundLimit)") }
        let time = disorder > 0 ? "time: { disorder: '\(disorder)s' }, " : ""
        return
            "{ version: 1, \(time)\(sections)emit: ['moment', 'drop_off'], moments: { m: { \(keys.joined(separator: ", ")) } } }"
    }
}
