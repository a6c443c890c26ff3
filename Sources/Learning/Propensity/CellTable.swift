package import Events
import Glibc
package import Storage

/// What is known of propensities: trials and successes, pooled from the narrowest cell to the widest.
///
/// A cell holds how many trials were settled and how many of them came to something, each halved with every `halfLife`
/// since: λ = 2^(−Δt / halfLife). Its estimate is (κ p₀ + λ S) / (κ + λ N), where p₀ is its parent's: that of a bucket is
/// the action's on that channel, of a channel the action's, of an action the prior. There are at most `limit` cells; what
/// would be one more falls to its parent.
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

    /// Where a cell stands: the action, the level below it and the value there.
    private struct Key: Hashable {
        var action: Int32
        /// -1 of the action's own cell, else the channel's number plus one.
        var channel: Int32
        /// Nil of a channel's own cell.
        var bucket: [UInt8]?
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

    private var cells = Column<Cell>()
    private var places: [Key: Int32] = [:]
    /// The keys, by the cells' numbers.
    private var keys: [Key] = []
    /// How often a cell was asked for that there was no room for.
    package private(set) var refused = 0

    package init() {}

    package var count: Int { cells.count }
    package var bytes: Int { cells.count * (MemoryLayout<Cell>.stride + 64) }

    // MARK: Finding

    /// The narrowest cell that there is for a candidate; -1 where there is none, and only the prior is known.
    package func find(_ plan: PropensityPlan, action: Int32, channel: Int32, bucket: [UInt8]?) -> Int32 {
        let narrow = plan.byChannel ? channel + 1 : 0
        if !plan.by.isEmpty, let bucket, bucket.count <= CellTable.bucketLimit,
            let known = places[Key(action: action, channel: narrow, bucket: bucket)]
        {
            return known
        }
        if plan.byChannel, let known = places[Key(action: action, channel: narrow, bucket: nil)] { return known }
        return places[Key(action: action, channel: -1, bucket: nil)] ?? -1
    }

    /// The same, with all cells made that there is room for.
    package mutating func obtain(
        _ plan: PropensityPlan, action: Int32, channel: Int32, bucket: [UInt8]?, at time: Instant
    ) -> Int32 {
        var cell = obtain(Key(action: action, channel: -1, bucket: nil), parent: -1, at: time)
        let narrow = plan.byChannel ? channel + 1 : 0
        if plan.byChannel { cell = obtain(Key(action: action, channel: narrow, bucket: nil), parent: cell, at: time) }
        if !plan.by.isEmpty, let bucket, bucket.count <= CellTable.bucketLimit {
            cell = obtain(Key(action: action, channel: narrow, bucket: bucket), parent: cell, at: time)
        }
        return cell
    }

    /// The cell of a key, or its parent where there is no room.
    private mutating func obtain(_ key: Key, parent: Int32, at time: Instant) -> Int32 {
        if let known = places[key] { return known }
        guard cells.count < CellTable.limit else {
            refused += 1
            return parent
        }
        let number = Int32(cells.count)
        cells.append(Cell(time: time, parent: parent, action: key.action))
        places[key] = number
        keys.append(key)
        return number
    }

    // MARK: Counting

    /// Counts a settled trial in a cell and in all above it.
    package mutating func settle(_ cell: Int32, success: Bool, _ plan: PropensityPlan, at time: Instant) {
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
    private static func left(of cell: Cell, _ plan: PropensityPlan, at time: Instant) -> Double {
        let passed = time.since(cell.time)
        return passed <= 0 ? 1 : exp2(-Double(passed) / Double(plan.halfLife))
    }

    /// What is known of a cell's propensity at an instant; -1 stands for the prior alone.
    package func belief(_ cell: Int32, _ plan: PropensityPlan, at time: Instant) -> Belief {
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
    package func trials(_ cell: Int32, _ plan: PropensityPlan, at time: Instant) -> Double {
        cell < 0 ? 0 : cells[Int(cell)].trials * CellTable.left(of: cells[Int(cell)], plan, at: time)
    }

    /// The action's own cell, or -1.
    package func own(ofAction action: Int32) -> Int32 { places[Key(action: action, channel: -1, bucket: nil)] ?? -1 }

    // MARK: Snapshots and reloads

    /// Puts the table into an image, which looks at its memory: nothing may change until it is written.
    package func add(to image: StateImage) {
        image.put(label: "cells")
        image.put(refused)
        image.put(cells)
        for key in keys {
            image.put(Int(key.action))
            image.put(Int(key.channel))
            image.put(key.bucket != nil)
            View.of(key.bucket ?? []) { image.put($0) }
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
                bucket: hasBucket ? bucket : nil)
            keys.append(key)
            places[key] = Int32(number)
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
            guard !isLost, places[key] == nil else {
                numbers.append(-1)
                continue
            }
            (cell.action, cell.parent) = (key.action, parent)
            numbers.append(Int32(cells.count))
            places[key] = Int32(cells.count)
            keys.append(key)
            cells.append(cell)
        }
        return numbers
    }
}
