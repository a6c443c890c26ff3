import Events
import Journeys
package import Storage

/// What the ordered stage knows between two moments: what was chosen for whom, what was spent, what it counted.
extension DecisionStage {
    /// Puts the stage into an image, which looks at the history's memory: nothing may be decided until it is written.
    package func add(to image: StateImage) {
        image.put(label: "decisions")
        image.put(counts.chosen)
        image.put(counts.unanswered)
        image.put(counts.unknownZones)
        image.put(reached)
        image.put(pace.since)
        limits.add(to: image)
        history.add(to: image)
    }

    /// Makes a new stage what an image says that was made under the same plan.
    package mutating func restore(from reader: StateReader) throws(StateFault) {
        try reader.expect(label: "decisions")
        counts.chosen = try reader.numbers(counts.chosen.count)
        counts.unanswered = try reader.numbers(counts.unanswered.count)
        counts.unknownZones = try reader.number()
        reached = try reader.instant()
        pace = HandPace(since: try reader.instant())
        try limits.restore(from: reader)
        try history.restore(from: reader)
    }
}

extension Limits {
    func add(to image: StateImage) {
        image.put(budgets.count)
        for book in budgets { book.add(to: image) }
    }

    mutating func restore(from reader: StateReader) throws(StateFault) {
        guard try reader.number() == budgets.count else { throw .unfit("the budgets are others") }
        for index in budgets.indices { try budgets[index].restore(from: reader) }
    }
}

extension BudgetBook {
    func add(to image: StateImage) {
        image.put(times[start...].map { Int($0.microseconds) })
        for page in [page, pageBefore] {
            image.put(page != nil)
            image.put(Int(page?.number ?? 0))
            image.put(page?.count ?? 0)
        }
    }

    mutating func restore(from reader: StateReader) throws(StateFault) {
        times = try reader.numbers().map { Instant(microseconds: Int64($0)) }
        start = 0
        page = try BudgetBook.page(from: reader)
        pageBefore = try BudgetBook.page(from: reader)
    }

    private static func page(from reader: StateReader) throws(StateFault) -> Page? {
        let isThere = try reader.flag()
        let page = Page(number: Int64(try reader.number()), count: try reader.number())
        return isThere ? page : nil
    }
}

extension History {
    func add(to image: StateImage) {
        image.put(customerCount)
        image.put(came)
        image.put(hand)
        slots.add(to: image)
        arena.add(to: image)
    }

    mutating func restore(from reader: StateReader) throws(StateFault) {
        let count = try reader.number()
        came = try reader.number()
        let hand = try reader.number()
        let slots = try ProbeTable<Slot>(from: reader)
        guard slots.count == count else { throw .unfit("the table of choices has not as many as it should") }
        self.hand = slots.near(hand)
        self.slots = slots
        try arena.restore(from: reader)
    }
}
