import Expressions
import Storage

/// The events bound to the steps of the partial match or the moment at hand, for expressions to see.
extension EvaluationScope {
    /// Shows no events, of so many steps.
    mutating func clearSteps(_ count: Int) {
        for step in 0..<stepEvents.count { stepEvents[step] = 0 }
        while stepEvents.count < count { stepEvents.append(0) }
    }

    /// Shows of each step the last event that is bound to it.
    /// - Parameter listed: whether to have all of them ready as lists, too.
    mutating func showSteps(
        _ path: borrowing Column<UInt32>, _ steps: borrowing Column<StepNumber>, count: Int, listed: Bool
    ) {
        clearSteps(count)
        for index in 0..<path.count { stepEvents[steps[index]] = path[index] }
        if listed { listSteps(path, steps, count: count) }
    }

    /// Has the events ready as a list for each step.
    mutating func listSteps(_ path: borrowing Column<UInt32>, _ steps: borrowing Column<StepNumber>, count: Int) {
        listedEvents.truncate(to: 0)
        listStarts.truncate(to: 0)
        for number in 0..<count {
            listStarts.append(Int32(listedEvents.count))
            for index in 0..<path.count where steps[index].index == number {
                listedEvents.append(.record(Record(kind: Vocabulary.eventRecord, index: path[index])))
            }
        }
        listStarts.append(Int32(listedEvents.count))
    }
}
