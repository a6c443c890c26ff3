import Events
import Storage

/// What a shard has counted since it began.
package struct ShardStatistics: Sendable {
    /// Moments' lines, by moment.
    package var moments: [Int]
    /// Moments that a cooldown held back, by moment.
    package var rested: [Int]
    /// Partial matches dropped because there were too many, by moment.
    package var overflowed: [Int]
    /// Partial matches dropped because they bound too many events, by moment.
    package var outgrown: [Int]
    /// Partial matches told of as they ran out of time, by moment.
    package var droppedOff: [Int]
    /// Evaluations that failed, by expression; those that only found a value absent are counted apart.
    package var faults: [Int]
    package var absences: [Int]
    /// Customers of whom something came to be remembered. One who was forgotten and comes again counts again.
    package var came = 0
    /// Customers with state.
    package var customers = 0
    /// Bytes of state, without the deadlines.
    package var stateBytes = 0
    /// Deadlines that have not fired yet, those that no longer hold included.
    package var deadlines = 0
    /// Deadlines that were set beyond the last instant that there is (`Instant.latest`), and so are never due.
    package var neverDue = 0
    /// Partial matches of all sequences. Those whose time is over count until the next look at them.
    package var partialMatches = 0
    /// Bytes of pending deadlines.
    package var deadlineBytes = 0

    init(_ plan: JourneyPlan) {
        moments = Array(repeating: 0, count: plan.moments.count)
        rested = moments
        overflowed = moments
        outgrown = moments
        droppedOff = moments
        faults = Array(repeating: 0, count: plan.expressions.count)
        absences = faults
    }

    /// Adds another shard's counts.
    package mutating func add(_ other: ShardStatistics) {
        for index in moments.indices {
            moments[index] += other.moments[index]
            rested[index] += other.rested[index]
            overflowed[index] += other.overflowed[index]
            outgrown[index] += other.outgrown[index]
            droppedOff[index] += other.droppedOff[index]
        }
        for index in faults.indices {
            faults[index] += other.faults[index]
            absences[index] += other.absences[index]
        }
        came += other.came
        customers += other.customers
        stateBytes += other.stateBytes
        deadlines += other.deadlines
        neverDue += other.neverDue
        partialMatches += other.partialMatches
        deadlineBytes += other.deadlineBytes
    }
}

extension ShardStatistics {
    func add(to image: StateImage) {
        for counts in [moments, rested, overflowed, outgrown, droppedOff, faults, absences] { image.put(counts) }
        image.put(came)
    }

    mutating func restore(from reader: StateReader) throws(StateFault) {
        moments = try reader.numbers(moments.count)
        rested = try reader.numbers(rested.count)
        overflowed = try reader.numbers(overflowed.count)
        outgrown = try reader.numbers(outgrown.count)
        droppedOff = try reader.numbers(droppedOff.count)
        faults = try reader.numbers(faults.count)
        absences = try reader.numbers(absences.count)
        came = try reader.number()
    }
}

extension ShardStatistics {
    /// Goes on counting under another plan: what has the same name, or stands at the same path, is the same.
    mutating func follow(_ old: ShardStatistics, from before: JourneyPlan, to after: JourneyPlan) {
        func numbers<Item>(_ items: [Item], _ name: (Item) -> String) -> [ByteName: Int] {
            Dictionary(items.enumerated().map { (ByteName(name($1)), $0) }, uniquingKeysWith: { first, _ in first })
        }
        let known = numbers(before.moments, \.name)
        for (index, moment) in after.moments.enumerated() {
            guard let number = known[moment.name] else { continue }
            moments[index] = old.moments[number]
            rested[index] = old.rested[number]
            overflowed[index] = old.overflowed[number]
            outgrown[index] = old.outgrown[number]
            droppedOff[index] = old.droppedOff[number]
        }
        came = old.came
        let paths = numbers(before.expressions, \.path)
        for (index, expression) in after.expressions.enumerated() {
            guard let number = paths[expression.path] else { continue }
            faults[index] = old.faults[number]
            absences[index] = old.absences[number]
        }
    }
}
