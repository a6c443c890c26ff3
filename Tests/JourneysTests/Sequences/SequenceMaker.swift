import TestSupport

/// Makes sequences and streams from a seed.
struct SequenceMaker: RandomNumberGenerator {
    private var numbers: SeededNumbers
    /// Whether a condition of the sequence in the making looks at earlier steps.
    private var readsSteps = false
    private static let letters = ["A", "B", "C", "D"]
    /// Whether to make sequences with a group of which all branches are asked for and with repetitions without end, whose
    /// conditions compare nothing and of whose matches each ends what began with its first event.
    var leansToLoops = false

    init(seed: UInt64) { numbers = SeededNumbers(seed: seed) }

    mutating func next() -> UInt64 { numbers.next() }

    private mutating func chance(_ percent: Int) -> Bool { numbers.isTrue(percent: percent) }
    private mutating func pick<Element>(_ choices: [Element]) -> Element { numbers.one(of: choices) }

    mutating func events(_ count: Int) -> [Happening] {
        var time = 1000
        return (0..<count).map { index in
            time += pick([0, 1, 1, 1, 2, 3])
            return Happening(
                id: "e\(index)", type: pick(Self.letters), v: Int.random(in: 0..<4, using: &self), time: time)
        }
    }

    /// Events as they may arrive where each is up to so many seconds late.
    mutating func disordered(_ events: [Happening], by most: Int) -> [Happening] {
        if most == 0 { return events }
        return events.map { (event: $0, arrival: $0.time + Int.random(in: 0...most, using: &self)) }
            .sorted { $0.arrival < $1.arrival }.map(\.event)
    }

    // MARK: Sequences

    mutating func sequence() -> NaiveSequence {
        var sequence = NaiveSequence()
        sequence.ways = [[]]
        var elements: [String] = []
        var names: [String] = []
        let count = pick([1, 2, 2, 3, 3, 4])
        let group = leansToLoops || chance(20) ? Int.random(in: 0..<count, using: &self) : -1
        for index in 0..<count {
            if index == group {
                elements.append(addGroup(to: &sequence.ways, &names, isLast: index == count - 1))
            } else {
                let step = step(named: "s\(names.count)", number: names.count, after: names, canBeOptional: true)
                names.append(step.name)
                elements.append(text(step))
                sequence.ways = sequence.ways.map { $0 + [step] }
            }
            let mayNot = sequence.ways.allSatisfy { $0.last?.isOptional == false }
            if index < count - 1, mayNot, chance(20) { elements.append(addNot(to: &sequence.ways, names)) }
            if index < count - 1, mayNot, chance(4) { elements.append(addNot(to: &sequence.ways, names)) }
        }
        if chance(30) { sequence.within = pick([3, 5, 8]) }
        close(&sequence, &elements, names)
        sequence.afterMatch = pick([
            "no_skip", "no_skip", "skip_to_next", "skip_past_last_event", "skip_past_last_event",
            "skip_to_first:\(pick(names))", "skip_to_last:\(pick(names))",
        ])
        if leansToLoops { sequence.afterMatch = pick(["skip_to_next", "skip_past_last_event"]) }
        if sequence.within != nil, chance(leansToLoops ? 10 : 50) { sequence.emitsPartial = true }
        if chance(15) { sequence.partialLimit = pick([1, 2, 3, 5]) }
        if chance(50) { sequence.dropsNewest = sequence.partialLimit < 1024 }
        if chance(5) { sequence.boundLimit = pick([2, 3]) }
        sequence.readsSteps = readsSteps
        readsSteps = false
        sequence.text = elements.joined(separator: ", ")
        return sequence
    }

    private mutating func close(_ sequence: inout NaiveSequence, _ elements: inout [String], _ names: [String]) {
        guard sequence.ways.allSatisfy({ $0.last?.isOptional == false }), chance(30) else { return }
        let condition = condition(after: names)
        let isStrict = chance(25)
        var keys = keys(condition, types: "not")
        if isStrict {
            sequence.closing = .nextEvent
            keys.append("contiguity: 'strict'")
        } else if sequence.within != nil, chance(50) {
            sequence.closing = .within
        } else {
            let wait = pick([1, 2, 4, 6])
            sequence.closing = .wait(wait)
            keys.append("for: '\(wait)s'")
        }
        for way in sequence.ways.indices {
            sequence.ways[way][sequence.ways[way].count - 1].nots.append((isStrict, condition))
        }
        elements.append("{ \(keys.joined(separator: ", ")) }")
    }

    private mutating func addNot(to ways: inout [[NaiveStep]], _ names: [String]) -> String {
        let not = not(after: names)
        for way in ways.indices { ways[way][ways[way].count - 1].nots.append((not.isStrict, not.condition)) }
        return not.text
    }

    private mutating func not(after names: [String]) -> (isStrict: Bool, condition: Condition, text: String) {
        let condition = condition(after: names)
        let isStrict = chance(30)
        let keys = keys(condition, types: "not") + (isStrict ? ["contiguity: 'strict'"] : [])
        return (isStrict, condition, "{ \(keys.joined(separator: ", ")) }")
    }

    private mutating func addGroup(to ways: inout [[NaiveStep]], _ names: inout [String], isLast: Bool) -> String {
        let isAll = leansToLoops || chance(50)
        var branches: [[NaiveStep]] = []
        var texts: [String] = []
        for _ in 0..<pick([2, 2, 3]) {
            var branch: [NaiveStep] = []
            var text: [String] = []
            for place in 0..<pick([1, 1, 2]) {
                if place > 0, !branch[place - 1].isOptional, chance(20) {
                    let not = not(after: names)
                    branch[place - 1].nots.append((not.isStrict, not.condition))
                    text.append(not.text)
                }
                branch.append(
                    step(
                        named: "s\(names.count)", number: names.count, after: names,
                        canBeOptional: !isAll && place > 0))
                names.append(branch[place].name)
                text.append(self.text(branch[place]))
            }
            branches.append(branch)
            texts.append("[\(text.joined(separator: ", "))]")
        }
        let orders = isAll ? Self.orders(branches) : branches
        ways = ways.flatMap { way in orders.map { way + $0 } }
        return "{ \(isAll ? "all_of" : "any_of"): [\(texts.joined(separator: ", "))] }"
    }

    /// The branches one after the other, in every order.
    private static func orders(_ branches: [[NaiveStep]]) -> [[NaiveStep]] {
        if branches.count == 1 { return branches }
        return branches.indices.flatMap { index in
            var others = branches
            let first = others.remove(at: index)
            return orders(others).map { first + $0 }
        }
    }

    private mutating func step(
        named name: String, number: Int, after names: [String], canBeOptional: Bool
    ) -> NaiveStep {
        var step = NaiveStep()
        step.name = name
        step.number = number
        step.condition = condition(after: names + (chance(20) ? [name] : []))
        step.contiguity = pick(["relaxed", "relaxed", "relaxed", "strict", "any"])
        if chance(leansToLoops ? 60 : 45) {
            step.least = pick([1, 1, 2])
            step.most = leansToLoops ? nil : pick([step.least, step.least + 1, step.least + 2, nil, nil])
            step.inner = pick(["relaxed", "relaxed", "strict", "any"])
            step.isGreedy = chance(30)
            if step.most == nil, chance(40) { step.until = Condition(comparison: ("==", pick([0, 3]), nil)) }
        }
        step.isOptional = canBeOptional && chance(20)
        return step
    }

    private mutating func condition(after names: [String]) -> Condition {
        var condition = Condition()
        condition.types =
            chance(10) ? [] : pick([[pick(Self.letters)], [pick(Self.letters)], ["A", "B"], ["C", "D"]])
        if chance(25) {
            let step = names.isEmpty || leansToLoops || chance(40) ? nil : pick(names)
            readsSteps = readsSteps || step != nil
            condition.comparison = (pick(["<", ">=", "=="]), pick([1, 2]), step)
        }
        if !names.isEmpty, !leansToLoops, chance(4) {
            condition.size = (pick(names), pick([1, 2]))
            readsSteps = true
        }
        return condition
    }

    // MARK: Text

    private func keys(_ condition: Condition, types key: String) -> [String] {
        let types = condition.types.isEmpty ? "'*'" : "[\(condition.types.map { "'\($0)'" }.joined(separator: ", "))]"
        return ["\(key): \(types)"] + (condition.text.map { ["where: '\($0)'"] } ?? [])
    }

    private func text(_ step: NaiveStep) -> String {
        var keys = ["as: '\(step.name)'"] + keys(step.condition, types: "on")
        if step.contiguity != "relaxed" { keys.append("contiguity: '\(step.contiguity)'") }
        if step.most != step.least {
            keys.append("times: '\(step.least)..\(step.most.map { "\($0)" } ?? "")'")
        } else if step.least != 1 {
            keys.append("times: \(step.least)")
        }
        if step.inner != "relaxed" { keys.append("inner: '\(step.inner)'") }
        if step.isGreedy { keys.append("greedy: true") }
        if step.isOptional { keys.append("optional: true") }
        if let until = step.until?.text { keys.append("until: '\(until)'") }
        return "{ \(keys.joined(separator: ", ")) }"
    }
}
