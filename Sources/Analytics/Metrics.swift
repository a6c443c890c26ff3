package import Storage

/// What is counted by day, and by each value of `by`.
package struct Metrics: Sendable, Equatable {
    package var touches = 0
    package var visits = 0
    package var bounces = 0
    package var impressions = 0
    package var clicks = 0
    package var converted = 0
    package var lost = 0
    /// In units of 2⁻³².
    package var cost: Int128 = 0
    package var sales: Int128 = 0

    package init() {}

    mutating func merge(_ other: Metrics) {
        touches += other.touches
        visits += other.visits
        bounces += other.bounces
        impressions += other.impressions
        clicks += other.clicks
        converted += other.converted
        lost += other.lost
        cost += other.cost
        sales += other.sales
    }
}

/// What one shard counted for one value of one `by` in one batch.
package struct ByPart: Sendable {
    package let by: Int
    /// The hash of the value's text; 0 where the value is absent.
    package let hash: UInt64
    /// The value's text where an event brought it; nil where something is counted for an earlier one.
    package var text: [UInt8]?
    /// The first event of the batch that brought it.
    package var time: Int64
    package var place: UInt64
    package var metrics = Metrics()
}

/// The figures by each value of `by`: the first values to appear in the order of all events have their own, the rest one
/// together. Stands behind the shards, since only there that order is known.
package struct ByLedger: Sendable {
    /// One value of `by`, and its figures.
    package struct Value: Sendable {
        package let hash: UInt64
        /// Nil for the value of events that have none.
        package let text: [UInt8]?
        package var metrics = Metrics()
    }

    package private(set) var values: [[Value]]
    package private(set) var others: [Metrics]

    package init(count: Int) {
        values = Array(repeating: [], count: count)
        others = Array(repeating: Metrics(), count: count)
    }

    /// Adds what the shards counted of one batch, a list for each shard.
    package mutating func add(_ parts: [[ByPart]]) {
        if values.isEmpty { return }
        let all = parts.filter { !$0.isEmpty }
        if all.isEmpty { return }
        let new = all.joined().filter { part in
            (part.text != nil || part.hash == 0) && values[part.by].count < ReportSettings.valueMost
                && !values[part.by].contains { $0.hash == part.hash }
        }
        for part in new.sorted(by: { ($0.time, $0.place, $0.by) < ($1.time, $1.place, $1.by) })
        where values[part.by].count < ReportSettings.valueMost
            && !values[part.by].contains(where: { $0.hash == part.hash })
        {
            values[part.by].append(Value(hash: part.hash, text: part.hash == 0 ? nil : part.text))
        }
        for part in all.joined() {
            if let place = values[part.by].firstIndex(where: { $0.hash == part.hash }) {
                values[part.by][place].metrics.merge(part.metrics)
            } else {
                others[part.by].merge(part.metrics)
            }
        }
    }
}

extension ByLedger {
    /// Adds what another ledger has of the same expressions; of values that have the same text.
    /// - Returns: for each expression, the places here of the other's values; nil where they are among all others.
    mutating func merge(_ other: ByLedger) -> [[Int?]] {
        other.values.indices.map { by in
            others[by].merge(other.others[by])
            return other.values[by].map { value in
                if let place = values[by].firstIndex(where: { $0.text == value.text }) {
                    values[by][place].metrics.merge(value.metrics)
                    return place
                }
                guard values[by].count < ReportSettings.valueMost else {
                    others[by].merge(value.metrics)
                    return nil
                }
                values[by].append(value)
                return values[by].count - 1
            }
        }
    }
}

/// How values of `by` stand in a snapshot.
extension ByLedger {
    /// Puts all into an image.
    package func add(to image: StateImage) {
        var copy = self
        StateCoder.write(to: image) { coder throws(StateFault) in try copy.code(coder) }
    }

    /// Makes it what an image says, of as many expressions as there are.
    package mutating func restore(from reader: StateReader) throws(StateFault) {
        try StateCoder.read(from: reader) { coder throws(StateFault) in try code(coder) }
    }

    mutating func code(_ coder: StateCoder) throws(StateFault) {
        try coder.label("values of by")
        try coder.code(fixed: &values) { list throws(StateFault) in
            try coder.code(&list, of: Value(hash: 0, text: nil)) { value throws(StateFault) in
                var (hash, text, isThere) = (value.hash, value.text ?? [], value.text != nil)
                try coder.code(&hash)
                try coder.code(&isThere)
                try coder.code(&text)
                var next = Value(hash: hash, text: isThere ? text : nil)
                next.metrics = value.metrics
                try next.metrics.code(coder)
                value = next
            }
        }
        try coder.code(fixed: &others) { metrics throws(StateFault) in try metrics.code(coder) }
    }
}
