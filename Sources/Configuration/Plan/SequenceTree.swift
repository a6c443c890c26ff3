import Journeys
import Storage

/// The steps of a sequence laid out as a tree: behind each branch of an `any_of` the rest of the sequence stands once
/// more, and an `all_of` becomes every order of its branches, those that begin alike sharing what they begin with.
struct SequenceTree {
    private let numbers: [ByteName: Int]
    private(set) var steps: [PatternPlan.Step] = []

    init(numbers: [ByteName: Int]) { self.numbers = numbers }

    /// Lays the elements out. False where there are too many ways.
    mutating func grow(_ elements: [SequenceElement]) -> Bool {
        grow(elements[...], from: [.none])
    }

    /// Lays the elements out behind each of the steps `ends`, of which each has the same behind it.
    private mutating func grow(_ elements: ArraySlice<SequenceElement>, from ends: [NodeNumber]) -> Bool {
        var ends = ends
        for element in elements {
            guard let further = add(element, behind: ends) else { return false }
            ends = further
        }
        return true
    }

    /// Adds an element behind each of some steps; answers its ends, nil where there are too many.
    private mutating func add(_ element: SequenceElement, behind ends: [NodeNumber]) -> [NodeNumber]? {
        switch element {
        case .step(let draft):
            if let name = draft.name { return add(draft, named: StepNumber(numbers[name] ?? 0), behind: ends) }
            for end in ends where !end.isNone {
                steps[end].nots.append(PatternPlan.Not(filter: draft.filter, isStrict: draft.contiguity == .strict))
            }
            return ends
        case .anyOf(let branches, _):
            var further: [NodeNumber] = []
            for branch in branches {
                guard let reached = add(branch, behind: ends) else { return nil }
                further += reached
            }
            return further
        case .allOf(let branches, _):
            return add(allOf: branches, behind: ends)
        }
    }

    private mutating func add(_ branch: [SequenceElement], behind ends: [NodeNumber]) -> [NodeNumber]? {
        var ends = ends
        for element in branch {
            guard let further = add(element, behind: ends) else { return nil }
            ends = further
        }
        return ends
    }

    private mutating func add(allOf branches: [[SequenceElement]], behind ends: [NodeNumber]) -> [NodeNumber]? {
        if branches.isEmpty { return ends }
        var further: [NodeNumber] = []
        for index in branches.indices {
            var others = branches
            let branch = others.remove(at: index)
            guard let reached = add(branch, behind: ends), let all = add(allOf: others, behind: reached) else {
                return nil
            }
            further += all
        }
        return further
    }

    private mutating func add(_ draft: StepDraft, named number: StepNumber, behind ends: [NodeNumber]) -> [NodeNumber]?
    {
        var further: [NodeNumber] = []
        for end in ends {
            guard steps.count < PatternPlan.stepLimit else { return nil }
            var step = PatternPlan.Step(name: number, filter: draft.filter)
            step.previous = end
            step.contiguity = draft.contiguity
            step.least = draft.times.least
            step.most = draft.times.most
            step.inner = draft.inner
            step.isGreedy = draft.isGreedy
            step.isOptional = draft.isOptional
            step.until = draft.until
            steps.append(step)
            further.append(NodeNumber(steps.count - 1))
        }
        return further
    }
}
