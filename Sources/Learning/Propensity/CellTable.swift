package import Events
import Glibc
package import Storage

/// What is known of propensities: trials and successes, pooled from the narrowest cell to the widest.
///
/// A cell holds how many trials were settled and how many of them came to something, each halved
/// with every `halfLife` since: λ = 2^(−Δt / halfLife). Its estimate is (κ p₀ + λ S) / (κ + λ N),
/// where p₀ is its parent's: that of a bucket is the action's on that channel, of a channel the
/// action's, of an action the prior. There are at most `limit` cells; what would be one more falls
/// to its parent.
package struct CellTable: ~Copyable {
    // Cell is not private: the compiler needs its layout where other files hold a table.
    struct Cell: BitwiseCopyable, Sendable {
        var trials = 0.0
        var successes = 0.0
        /// Up to when the counts are decayed.
        var time: Instant
        /// The next wider cell; -1 of an action's.
        var parent: Int32
        var action: Int32
    }

    // Key is not private: the compiler needs its layout where other files hold a table.
    /// Where a cell stands: the action, the level below it and the value there.
    struct Key: BitwiseCopyable, Sendable, Equatable {
        var action: Int32
        /// -1 of the action's own cell, else the channel's number plus one.
        var channel: Int32
        /// The value's number; `noBucket` of a channel's own cell.
        var bucket: Int32

        var hash: UInt64 {
            Hash64.of(
                UInt64(UInt32(bitPattern: action)) << 32 | UInt64(UInt32(bitPattern: channel)),
                seed: UInt64(UInt32(bitPattern: bucket)))
        }
    }

    /// The parameters of the Beta distribution that stands for a propensity.
    package struct Belief: Sendable, Equatable {
        package var alpha: Double
        package var beta: Double
        package var mean: Double { alpha / (alpha + beta) }

        /// Of what counts as so many successes and failures.
        package init(alpha: Double, beta: Double) { (self.alpha, self.beta) = (alpha, beta) }
    }

    /// How many cells there may be.
    package static let limit = 4096
    /// The longest value that a bucket is told apart by, in bytes; longer ones fall to their parent.
    static let bucketLimit = 256
    /// Stands for a value that no cell is told apart by.
    package static let noBucket: Int32 = -1

    private var cells = Column<Cell>()
    /// The keys, by the cells' numbers.
    private var keys = Column<Key>()
    /// The cells' numbers plus one, each at the home of its key's hash or behind it; 0 is free. A
    /// power of two, of which at most half is taken.
    private var slots = Column<Int32>([Int32](repeating: 0, count: 64))
    /// The values that cells are told apart by, by their numbers, and the numbers.
    private var buckets: [[UInt8]] = []
    private var bucketNumbers: [[UInt8]: Int32] = [:]
    /// How often a cell was asked for that there was no room for.
    package private(set) var refused = 0

    package init() {}

    package var count: Int { cells.count }
    package var bytes: Int { cells.count * (MemoryLayout<Cell>.stride + 64) }

    // MARK: Finding

    /// The number of a value that cells are told apart by; `noBucket` where none is, or there is no value.
    package func number(ofBucket bucket: [UInt8]?) -> Int32 {
        bucket.flatMap { bucketNumbers[$0] } ?? CellTable.noBucket
    }

    /// The narrowest cell that there is for a candidate; -1 where there is none, and only the prior is known.
    /// - Parameter bucket: the number of the value that tells it apart.
    package func find(_ plan: PropensityTerms, action: Int32, channel: Int32, bucket: Int32) -> Int32 {
        let narrow = plan.byChannel ? channel + 1 : 0
        if plan.hasBuckets, bucket >= 0 {
            let known = cell(Key(action: action, channel: narrow, bucket: bucket))
            if known >= 0 { return known }
        }
        if plan.byChannel {
            let known = cell(Key(action: action, channel: narrow, bucket: CellTable.noBucket))
            if known >= 0 { return known }
        }
        return own(ofAction: action)
    }

    /// The cell of a key, or -1.
    private func cell(_ key: Key) -> Int32 {
        let slot = slots[slot(of: key)]
        return slot - 1
    }

    /// Where a key's cell stands among the slots, or would.
    private func slot(of key: Key) -> Int {
        var slot = Int(truncatingIfNeeded: key.hash) & (slots.count - 1)
        while slots[slot] > 0, keys[Int(slots[slot]) - 1] != key { slot = (slot + 1) & (slots.count - 1) }
        return slot
    }

    /// The same, with all cells made that there is room for.
    package mutating func obtain(
        _ plan: PropensityTerms, action: Int32, channel: Int32, bucket: [UInt8]?, at time: Instant
    ) -> Int32 {
        let none = CellTable.noBucket
        var cell = obtain(Key(action: action, channel: -1, bucket: none), parent: -1, at: time)
        let narrow = plan.byChannel ? channel + 1 : 0
        if plan.byChannel { cell = obtain(Key(action: action, channel: narrow, bucket: none), parent: cell, at: time) }
        guard plan.hasBuckets, let bucket, bucket.count <= CellTable.bucketLimit else { return cell }
        // A value has no number before there is a cell that it tells apart.
        guard bucketNumbers[bucket] != nil || cells.count < CellTable.limit else {
            refused += 1
            return cell
        }
        return obtain(Key(action: action, channel: narrow, bucket: enter(bucket)), parent: cell, at: time)
    }

    private mutating func enter(_ bucket: [UInt8]) -> Int32 {
        if let known = bucketNumbers[bucket] { return known }
        let number = Int32(buckets.count)
        buckets.append(bucket)
        bucketNumbers[bucket] = number
        return number
    }

    /// The cell of a key, or its parent where there is no room.
    private mutating func obtain(_ key: Key, parent: Int32, at time: Instant) -> Int32 {
        let known = cell(key)
        if known >= 0 { return known }
        guard cells.count < CellTable.limit else {
            refused += 1
            return parent
        }
        return add(Cell(time: time, parent: parent, action: key.action), key)
    }

    /// Adds a cell whose key has none; answers its number.
    private mutating func add(_ cell: Cell, _ key: Key) -> Int32 {
        cells.append(cell)
        return enter(key)
    }

    /// Notes the key of the next cell; answers the cell's number.
    private mutating func enter(_ key: Key) -> Int32 {
        keys.append(key)
        if keys.count * 2 > slots.count {
            slots = Column<Int32>(repeating: 0, count: slots.count * 2)
            for number in 0..<keys.count { slots[slot(of: keys[number])] = Int32(number) + 1 }
        } else {
            slots[slot(of: key)] = Int32(keys.count)
        }
        return Int32(keys.count - 1)
    }

    // MARK: Counting

    /// Counts a settled trial in a cell and in all above it.
    package mutating func settle(_ cell: Int32, success: Bool, _ plan: PropensityTerms, at time: Instant) {
        var number = cell
        while number >= 0 {
            let left = CellTable.left(of: cells[Int(number)], plan, at: time)
            cells[Int(number)].trials = cells[Int(number)].trials * left + 1
            cells[Int(number)].successes = cells[Int(number)].successes * left + (success ? 1 : 0)
            cells[Int(number)].time = time
            number = cells[Int(number)].parent
        }
    }

    /// What is left of a count by now.
    private static func left(of cell: Cell, _ plan: PropensityTerms, at time: Instant) -> Double {
        let passed = time.since(cell.time)
        return passed <= 0 ? 1 : exp2(-Double(passed) / Double(plan.halfLife))
    }

    /// What is known of a cell's propensity at an instant; -1 stands for the prior alone.
    package func belief(_ cell: Int32, _ plan: PropensityTerms, at time: Instant) -> Belief {
        guard cell >= 0 else {
            return Belief(alpha: plan.strength * plan.prior, beta: plan.strength * (1 - plan.prior))
        }
        let found = cells[Int(cell)]
        let parent = belief(found.parent, plan, at: time).mean
        let left = CellTable.left(of: found, plan, at: time)
        return Belief(
            alpha: plan.strength * parent + left * found.successes,
            beta: plan.strength * (1 - parent) + left * (found.trials - found.successes))
    }

    /// How many trials count in a cell at an instant.
    package func trials(_ cell: Int32, _ plan: PropensityTerms, at time: Instant) -> Double {
        cell < 0 ? 0 : cells[Int(cell)].trials * CellTable.left(of: cells[Int(cell)], plan, at: time)
    }

    /// The action's own cell, or -1.
    package func own(ofAction action: Int32) -> Int32 {
        cell(Key(action: action, channel: -1, bucket: CellTable.noBucket))
    }

    // MARK: Snapshots and reloads

    /// Puts the table into an image, which looks at its memory: nothing may change until it is written.
    package func add(to image: StateImage) {
        image.put(label: "cells")
        image.put(refused)
        image.put(cells)
        for number in 0..<keys.count {
            let key = keys[number]
            image.put(Int(key.action))
            image.put(Int(key.channel))
            image.put(key.bucket >= 0)
            View.of(key.bucket < 0 ? [] : buckets[Int(key.bucket)]) { image.put($0) }
        }
    }

    /// Makes a new table what an image says.
    package mutating func restore(from reader: StateReader) throws(StateFault) {
        try reader.expect(label: "cells")
        refused = try reader.number()
        cells = try reader.column(of: Cell.self)
        for number in 0..<cells.count {
            let (action, channel) = (try reader.number(), try reader.number())
            let hasBucket = try reader.flag()
            let bucket = try reader.bytes()
            guard cells[number].parent < number else { throw .unfit("a cell stands before its parent") }
            let key = Key(
                action: Int32(truncatingIfNeeded: action), channel: Int32(truncatingIfNeeded: channel),
                bucket: hasBucket ? enter(bucket) : CellTable.noBucket)
            guard cell(key) < 0 else { throw .unfit("two cells stand for the same") }
            _ = enter(key)
        }
    }

    /// Takes over the cells of another table.
    /// - Parameters:
    ///   - actions: the numbers here of the actions there; -1 of one whose cells are lost.
    ///   - channels: likewise of channels.
    /// - Returns: the number here of each cell there, -1 of what is lost.
    package mutating func takeOver(_ old: borrowing CellTable, actions: [Int32], channels: [Int32]) -> [Int32] {
        refused = old.refused
        var numbers: [Int32] = []
        for index in 0..<old.cells.count {
            var cell = old.cells[index]
            var key = old.keys[index]
            key.action = actions[Int(key.action)]
            if key.channel > 0 { key.channel = channels[Int(key.channel) - 1] + 1 }
            let parent = cell.parent < 0 ? -1 : numbers[Int(cell.parent)]
            // A channel that is gone is none; what was known of it says nothing of what goes over none.
            let isLost =
                key.action < 0 || cell.parent >= 0 && parent < 0 || old.keys[index].channel > 0 && key.channel == 0
            if !isLost, key.bucket >= 0 { key.bucket = enter(old.buckets[Int(key.bucket)]) }
            guard !isLost, self.cell(key) < 0 else {
                numbers.append(-1)
                continue
            }
            (cell.action, cell.parent) = (key.action, parent)
            numbers.append(add(cell, key))
        }
        return numbers
    }
}
