import Events
package import Storage

/// What a shard knows between two batches: all that it remembers of its customers lies in the arena, as words that mean
/// the same wherever the arena stands; beside it are the table of customers, the deadlines, and a few numbers.
///
/// What those words mean depends on the plan: a shard is only made anew under the plan under which its image was made, in
/// the same numbering.
extension Shard {
    /// The version of what stands in the arena. To be raised with every change of what a block of state means.
    package static let layout: UInt64 = 10

    /// What the shard's customers are found with, in its memory and beyond.
    package private(set) var hashKey: HashKey {
        get { context.scope.arena.hashKey }
        set { context.scope.arena.hashKey = newValue }
    }

    /// The hand of the sweep stands in one word with how many events have not moved it, fewer than 256: these are 0 in what
    /// was written before they counted.
    private static let unsweptShift = 40

    /// Puts the shard into an image, which looks at the shard's memory: nothing may happen to it until it is written.
    package func add(to image: StateImage) {
        precondition(
            context.newCustomers == 0 && lines.isEmpty && context.boundEvent == 0 && keptMoments.isEmpty,
            "a shard is asked between two batches")
        image.put(label: "shard")
        image.put(reached)
        image.put(sweepPlace | unswept << Shard.unsweptShift)
        image.put(matcher.work.eventNumber)
        image.put(pace.since)
        context.statistics.add(to: image)
        image.put(context.scope.customers.count)
        context.scope.customers.table.add(to: image)
        image.put(hashKey.words.0)
        image.put(hashKey.words.1)
        image.put(deadlines.heap)
        image.put(deadlines.beyond)
        context.scope.arena.add(to: image)
    }

    /// Makes a new shard what an image says.
    package mutating func restore(from reader: StateReader) throws(StateFault) {
        try reader.expect(label: "shard")
        reached = try reader.instant()
        context.scope.now = reached
        sweepPlace = try reader.number()
        unswept = sweepPlace >> Shard.unsweptShift & 0xFF
        matcher.work.eventNumber = try reader.word()
        pace = HandPace(since: try reader.instant())
        try context.statistics.restore(from: reader)
        let count = try reader.number()
        let table = try ProbeTable<Customers.Entry>(from: reader)
        guard table.count == count else { throw .unfit("the table of customers has not as many as it should") }
        sweepPlace = table.near(sweepPlace & (1 << Shard.unsweptShift - 1))
        context.scope.customers.adopt(table)
        hashKey = HashKey(try reader.word(), try reader.word())
        let heap = try reader.column(of: Deadlines.Entry.self)
        deadlines.adopt(heap, beyond: try reader.number())
        try context.scope.arena.restore(from: reader)
    }
}
