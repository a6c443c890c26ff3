package import Storage

/// How what was counted stands in a snapshot.
extension JourneyTotals {
    mutating func code(_ coder: StateCoder) throws(StateFault) {
        try coder.label("journey totals")
        try codeCounts(coder)
        try codeTouchpoints(coder)
        for list in [\JourneyTotals.convertedAfter, \.endedAfter] { try coder.code(&self[keyPath: list]) }
        try visitEdges.code(coder)
        try journeyEdges.code(coder)
        try conversionEdges.code(coder)
        try timeToConversion.code(coder)
        try coder.code(fixed: &credits) { credits throws(StateFault) in try coder.code(fixed: &credits) }
        try coder.code(fixed: &creditCounts) { counts throws(StateFault) in try coder.code(fixed: &counts) }
        try days.code(coder)
        try cohorts.code(coder)
        try churn.code(coder)
    }

    private mutating func codeCounts(_ coder: StateCoder) throws(StateFault) {
        for count in [
            \JourneyTotals.events, \.impressions, \.clicks, \.customers, \.visits, \.bounces, \.converted, \.lost,
            \.long,
            \.directConversions, \.buyers, \.repeaters,
        ] { try coder.code(&self[keyPath: count]) }
        try coder.code(&value)
        for list in [\JourneyTotals.refused, \.stages, \.furthest, \.current, \.nps, \.csat] {
            try coder.code(fixed: &self[keyPath: list])
        }
    }

    private mutating func codeTouchpoints(_ coder: StateCoder) throws(StateFault) {
        for list in [
            \JourneyTotals.touches, \.conversions, \.starts, \.ends, \.channelTimes, \.journeyStarts, \.seen, \.exits,
            \.stagedSteps, \.stepsBack, \.feelingCounts, \.touchCustomers,
        ] { try coder.code(fixed: &self[keyPath: list]) }
        for list in [\JourneyTotals.channelTime, \.feelings, \.costs] { try coder.code(fixed: &self[keyPath: list]) }
    }
}

extension Metrics {
    mutating func code(_ coder: StateCoder) throws(StateFault) {
        for count in [\Metrics.touches, \.visits, \.bounces, \.impressions, \.clicks, \.converted, \.lost] {
            try coder.code(&self[keyPath: count])
        }
        try coder.code(&cost)
        try coder.code(&sales)
    }
}

extension JourneyAccumulator {
    /// Puts the customers and all that was counted into an image, which looks at the memory:
    /// nothing may happen to it until it is written. What was closed has been handed over.
    package func add(to image: StateImage) {
        precondition(closed.isEmpty && parts.isEmpty, "journeys are asked for between two batches")
        var totals = totals
        StateCoder.write(to: image) { coder throws(StateFault) in try totals.code(coder) }
        image.put(table.count)
        table.add(to: image)
        arena.add(to: image)
    }

    /// Makes a new accumulator what an image says.
    package mutating func restore(from reader: StateReader) throws(StateFault) {
        var totals = JourneyTotals()
        try StateCoder.read(from: reader) { coder throws(StateFault) in try totals.code(coder) }
        self.totals = totals
        let count = try reader.number()
        table = try ProbeTable<Entry>(from: reader)
        guard table.count == count else { throw .unfit("the journeys are not of as many customers as they should be") }
        try arena.restore(from: reader)
    }
}

extension NumberedNames {
    /// Puts the names into an image, in the order of their numbers.
    package func add(to image: StateImage) {
        image.put(names.count)
        for name in names { View.of(name) { image.put($0) } }
    }

    /// The names that an image has, in their order.
    package init(from reader: StateReader) throws(StateFault) {
        self.init()
        for _ in 0..<(try reader.count(of: 8)) {
            let name = try reader.bytes()
            View.of(name) { _ = obtain($0) }
        }
    }
}
