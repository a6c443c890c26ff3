import Events
import Journeys
import Learning
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
        guard rules.responses.isUsed else { return }
        image.put(counts.responses)
        image.put(counts.unattributed)
        image.put(counts.repeated)
        book.add(to: image)
        if !rules.learning.isEmpty { learnt.add(to: image) }
    }

    /// Makes a new stage what an image says that was made under the same plan.
    package mutating func restore(from reader: StateReader) throws(StateFault) {
        try reader.expect(label: "decisions")
        counted.chosen = try reader.numbers(counts.chosen.count)
        counted.unanswered = try reader.numbers(counts.unanswered.count)
        counted.unknownZones = try reader.number()
        reached = try reader.instant()
        pace = HandPace(since: try reader.instant())
        try limits.restore(from: reader)
        try history.restore(from: reader)
        guard rules.responses.isUsed else { return }
        counted.responses = try reader.numbers(counts.responses.count)
        counted.unattributed = try reader.number()
        counted.repeated = try reader.number()
        try book.restore(from: reader)
        if !rules.learning.isEmpty { try learnt.restore(from: reader) }
    }
}

extension Limits {
    func add(to image: StateImage) {
        image.put(budgets.count)
        for book in budgets { book.add(to: image) }
        if !shares.isEmpty { hours.add(to: image) }
    }

    mutating func restore(from reader: StateReader) throws(StateFault) {
        guard try reader.number() == budgets.count else { throw .unfit("the budgets are others") }
        for index in budgets.indices { try budgets[index].restore(from: reader) }
        if !shares.isEmpty { try hours.restore(from: reader) }
    }
}

extension BudgetBook {
    func add(to image: StateImage) {
        image.put(times[start...].map { Int($0.microseconds) })
        image.put(amounts.dropFirst(start).map { Int(Int64(bitPattern: $0.bitPattern)) })
        // Each different value once: choices share few.
        let values = Set(keys.dropFirst(start)).sorted { $0.lexicographicallyPrecedes($1) }
        let places = Dictionary(uniqueKeysWithValues: values.enumerated().map { ($1, $0) })
        image.put(values.count)
        for value in values { View.of(value) { image.put($0) } }
        image.put(keys.dropFirst(start).map { places[$0] ?? 0 })
        for page in [page, pageBefore] {
            image.put(page != nil)
            guard let page else { continue }
            image.put(Int(page.number))
            image.put(page.accounts.count)
            for (key, account) in page.accounts.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
                View.of(key) { image.put($0) }
                image.put(account.count)
                image.put(account.sum.words.map { Int(Int64(bitPattern: $0)) })
            }
        }
        guard rule.isLeased else { return }
        image.put(grants.count)
        for (lease, total) in grants.sorted(by: { $0.key < $1.key }) {
            image.put(Int(lease.window))
            View.of(lease.value) { image.put($0) }
            image.put(total)
        }
    }

    mutating func restore(from reader: StateReader) throws(StateFault) {
        let fault = StateFault.unfit("a budget's choices are not what its rule keeps")
        times = try reader.numbers().map { Instant(microseconds: Int64($0)) }
        amounts = try reader.numbers().map { Double(bitPattern: UInt64(bitPattern: Int64($0))) }
        guard amounts.count == (rule.sumsValue ? times.count : 0) else { throw fault }
        var values: [[UInt8]] = []
        for _ in 0..<(try reader.count(of: 8)) { values.append(try reader.bytes()) }
        let places = try reader.numbers()
        guard places.count == (rule.keyPlace >= 0 ? times.count : 0), places.allSatisfy(values.indices.contains)
        else { throw fault }
        keys = places.map { values[$0] }
        start = 0
        openAccounts()
        page = try BudgetBook.page(from: reader)
        pageBefore = try BudgetBook.page(from: reader)
        grants = [:]
        guard rule.isLeased else { return }
        for _ in 0..<(try reader.count(of: 24)) {
            let window = Int64(try reader.number())
            let lease = LeaseKey(window: window, value: try reader.bytes())
            grants[lease] = try reader.number()
        }
    }

    private static func page(from reader: StateReader) throws(StateFault) -> Page? {
        guard try reader.flag() else { return nil }
        var page = Page(number: Int64(try reader.number()))
        for _ in 0..<(try reader.count(of: 24)) {
            let key = try reader.bytes()
            var account = Account(count: try reader.number())
            let words = try reader.numbers().map { UInt64(bitPattern: Int64($0)) }
            guard let sum = ExactSum(words: words) else { throw .unfit("a budget's sum has too many parts") }
            account.sum = sum
            page.accounts[key] = account
        }
        return page
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
