package import Storage

/// What became of some of the journeys: enough to say where they break off, and what that costs.
package struct JourneySlice: Sendable {
    /// What follows a touch beside another one.
    private static let conversion = TouchpointNumber.count
    private static let nothing = TouchpointNumber.count + 1
    private static let width = TouchpointNumber.count + 2
    /// Where journeys come from.
    private static let start = TouchpointNumber.count
    static let placeCount = (TouchpointNumber.count + 1) * width

    package private(set) var converted = 0
    package private(set) var lost = 0
    /// What was bought, in units of 2⁻³².
    package private(set) var value: Int128 = 0
    /// How often each touchpoint, and last the start, is followed by what; empty before the first journey.
    private var steps: [Int] = []

    package init() {}

    var isEmpty: Bool { converted + lost == 0 }

    mutating func add(_ journey: ClosedJourneys.Journey) {
        JourneySlice.forEachStep(of: journey) { add(1, steps: $0) }
        let worth = journey.ending.value
        add(converted: worth == nil ? 0 : 1, lost: worth == nil ? 1 : 0, value: worth ?? 0)
    }

    /// The places in `steps` that a journey goes through, in its order.
    static func forEachStep(of journey: ClosedJourneys.Journey, _ body: (_ place: Int) -> Void) {
        var from = JourneySlice.start
        for touch in journey.touches {
            body(from * width + Int(touch))
            from = Int(touch)
        }
        body(from * width + (journey.ending.value == nil ? nothing : conversion))
    }

    /// Adds so many steps at a place.
    mutating func add(_ count: Int, steps place: Int) {
        if steps.isEmpty { steps = [Int](repeating: 0, count: JourneySlice.placeCount) }
        steps[place] += count
    }

    /// Adds journeys that have ended, whose steps are added beside.
    mutating func add(converted: Int, lost: Int, value: Int128) {
        self.converted += converted
        self.lost += lost
        self.value += value
    }

    mutating func merge(_ other: JourneySlice) {
        converted += other.converted
        lost += other.lost
        value += other.value
        JourneyTotals.add(other.steps, to: &steps)
    }

    /// The same journeys along touchpoints of other numbers.
    func renumbered(_ touch: Renumbering) -> JourneySlice {
        if steps.isEmpty { return self }
        var next = self
        next.steps = [Int](repeating: 0, count: steps.count)
        for (place, count) in steps.enumerated() where count > 0 {
            next.steps[JourneySlice.renumbered(place, touch)] += count
        }
        return next
    }

    /// The place of the same step between touchpoints of other numbers.
    static func renumbered(_ place: Int, _ touch: Renumbering) -> Int {
        let (from, to) = (place / width, place % width)
        let start = from < TouchpointNumber.count ? touch[from] : from
        let end = to < TouchpointNumber.count ? touch[to] : to
        return start * width + end
    }

    private func count(_ from: Int, _ to: Int) -> Int { steps.isEmpty ? 0 : steps[from * JourneySlice.width + to] }

    /// How often one touchpoint directly follows another.
    func steps(_ from: Int, _ to: Int) -> Int { count(from, to) }
    func starts(_ touchpoint: Int) -> Int { count(JourneySlice.start, touchpoint) }
    func conversions(_ touchpoint: Int) -> Int { count(touchpoint, JourneySlice.conversion) }
    /// Conversions without a touch before.
    var directConversions: Int { count(JourneySlice.start, JourneySlice.conversion) }
    func exits(_ touchpoint: Int) -> Int { count(touchpoint, JourneySlice.nothing) }
    /// Touches at a touchpoint, each of which something follows.
    func visits(_ touchpoint: Int) -> Int { (0..<JourneySlice.width).reduce(0) { $0 + count(touchpoint, $1) } }

    mutating func code(_ coder: StateCoder) throws(StateFault) {
        try coder.code(&converted)
        try coder.code(&lost)
        try coder.code(&value)
        // Most are 0.
        var told = steps.indices.filter { steps[$0] != 0 }.map { (place: $0, count: steps[$0]) }
        try coder.code(&told, of: (0, 0)) { entry throws(StateFault) in
            try coder.code(&entry.place)
            try coder.code(&entry.count)
        }
        steps = told.isEmpty ? [] : [Int](repeating: 0, count: JourneySlice.placeCount)
        for (place, count) in told {
            guard steps.indices.contains(place) else {
                throw .unfit("a step is between touchpoints that there are not")
            }
            steps[place] = count
        }
    }
}

/// What the journeys that ended on one day came to, for each value of each `by`: only what there
/// is, since most steps are gone on few days.
struct DayParts: Sendable {
    private struct Ends: Sendable {
        var converted = 0
        var lost = 0
        var value: Int128 = 0
    }

    /// By the number of the value among those of all `by` (bits 13 and up) and the place of the step.
    private var steps: [Int: Int] = [:]
    private var ends: [Int: Ends] = [:]
    private static let placeBits = 13

    mutating func add(_ journey: ClosedJourneys.Journey, to value: Int) {
        JourneySlice.forEachStep(of: journey) { steps[value << DayParts.placeBits | $0, default: 0] += 1 }
        var ended = ends[value] ?? Ends()
        if let worth = journey.ending.value {
            ended.converted += 1
            ended.value += worth
        } else {
            ended.lost += 1
        }
        ends[value] = ended
    }

    /// Adds those of others.
    /// - Parameter number: the number here of a value there.
    mutating func merge(_ other: DayParts, _ touch: Renumbering, number: (_ value: Int) -> Int) {
        for (key, count) in other.steps {
            let place = JourneySlice.renumbered(key & (1 << DayParts.placeBits - 1), touch)
            steps[number(key >> DayParts.placeBits) << DayParts.placeBits | place, default: 0] += count
        }
        for (value, ended) in other.ends {
            var sum = ends[number(value)] ?? Ends()
            sum.converted += ended.converted
            sum.lost += ended.lost
            sum.value += ended.value
            ends[number(value)] = sum
        }
    }

    /// Adds each value's part to its slice.
    func add(to slices: inout [JourneySlice]) {
        for (key, count) in steps {
            slices[key >> DayParts.placeBits].add(count, steps: key & (1 << DayParts.placeBits - 1))
        }
        for (value, ended) in ends {
            slices[value].add(converted: ended.converted, lost: ended.lost, value: ended.value)
        }
    }

    /// - Parameter valueCount: how many values there may be.
    mutating func code(_ coder: StateCoder, valueCount: Int) throws(StateFault) {
        var told = steps.keys.sorted().map { (key: $0, count: steps[$0] ?? 0) }
        try coder.code(&told, of: (0, 0)) { entry throws(StateFault) in
            try coder.code(&entry.key)
            try coder.code(&entry.count)
        }
        var toldEnds = ends.keys.sorted().map { (value: $0, ends: ends[$0] ?? Ends()) }
        try coder.code(&toldEnds, of: (0, Ends())) { entry throws(StateFault) in
            try coder.code(&entry.value)
            try coder.code(&entry.ends.converted)
            try coder.code(&entry.ends.lost)
            try coder.code(&entry.ends.value)
        }
        (steps, ends) = ([:], [:])
        for (key, count) in told {
            guard (0..<valueCount).contains(key >> DayParts.placeBits),
                key & (1 << DayParts.placeBits - 1) < JourneySlice.placeCount
            else { throw .unfit("a step is between touchpoints that there are not") }
            steps[key] = count
        }
        for (value, ended) in toldEnds {
            guard (0..<valueCount).contains(value) else { throw .unfit("a value of by is beyond those there may be") }
            ends[value] = ended
        }
    }
}

/// What became of the journeys of each value of `by`, of those of the latest days, and of those of
/// both. Stands behind the shards.
///
/// A journey counts for the values that its conversion had, or else its last touch; and for the day
/// on which it was converted, or became lost. So what a day has is whole once it is over. Cost: 36
/// KB each for at most 9 values of each `by`, and for each of 90 days; beside it some 30 bytes for
/// each different step of each value on each of these days.
package struct JourneySlices: Sendable {
    /// How many days are told apart.
    package static let dayMost = 90

    private struct DayEntry: Sendable {
        var day: Int
        var slice = JourneySlice()
        var parts = DayParts()
    }

    /// For each `by`, in the order of the values that have figures of their own, the last for all others.
    private(set) var values: [[JourneySlice]]
    private var days: [DayEntry] = []

    package init(byCount: Int) {
        values = Array(
            repeating: Array(repeating: JourneySlice(), count: JourneySlices.valueCount), count: byCount)
    }

    /// How many values of one `by` there may be, with all others.
    private static let valueCount = ReportSettings.valueMost + 1

    mutating func add(_ journey: ClosedJourneys.Journey, _ ledger: ByLedger) {
        let place = place(ofDay: journey.ending.day)
        if let place { days[place].slice.add(journey) }
        for (by, hash) in journey.hashes.enumerated() {
            let value = ledger.values[by].firstIndex { $0.hash == hash } ?? ReportSettings.valueMost
            values[by][value].add(journey)
            if let place { days[place].parts.add(journey, to: by * JourneySlices.valueCount + value) }
        }
    }

    /// Where a day stands, which is made if there is none yet; nil for one that is too long ago.
    private mutating func place(ofDay day: Int) -> Int? {
        if let last = days.last?.day, day <= last - JourneySlices.dayMost { return nil }
        var place = days.count
        while place > 0, days[place - 1].day >= day { place -= 1 }
        if place == days.count || days[place].day != day {
            days.insert(DayEntry(day: day), at: place)
            let oldest = days[days.count - 1].day - JourneySlices.dayMost
            let gone = days.prefix { $0.day <= oldest }.count
            days.removeFirst(gone)
            place -= gone
        }
        return place
    }

    /// Adds the journeys of others.
    /// - Parameter places: for each `by`, where the other's values have their figures here.
    mutating func merge(_ other: JourneySlices, _ touch: Renumbering, places: [[Int?]]) {
        for by in values.indices {
            for (old, slice) in other.values[by].enumerated() {
                let known = old < places[by].count ? places[by][old] : nil
                values[by][known ?? ReportSettings.valueMost].merge(slice.renumbered(touch))
            }
        }
        for entry in other.days {
            let place = days.firstIndex { $0.day == entry.day } ?? days.count
            if place == days.count { days.append(DayEntry(day: entry.day)) }
            days[place].slice.merge(entry.slice.renumbered(touch))
            days[place].parts.merge(entry.parts, touch) { value in
                let (by, old) = (value / JourneySlices.valueCount, value % JourneySlices.valueCount)
                let known = old < places[by].count ? places[by][old] : nil
                return by * JourneySlices.valueCount + (known ?? ReportSettings.valueMost)
            }
        }
        days.sort { $0.day < $1.day }
        let oldest = (days.last?.day ?? 0) - JourneySlices.dayMost
        days.removeAll { $0.day <= oldest }
    }

    /// The journeys that ended on some days, of which the last is at most `dayMost` before the latest.
    func slice(of range: Range<Int>) -> JourneySlice {
        var sum = JourneySlice()
        for day in days where range.contains(day.day) { sum.merge(day.slice) }
        return sum
    }

    /// Those of each value of each `by` that ended on some days.
    func slices(of range: Range<Int>) -> [[JourneySlice]] {
        var all = Array(repeating: JourneySlice(), count: values.count * JourneySlices.valueCount)
        for day in days where range.contains(day.day) { day.parts.add(to: &all) }
        return values.indices.map { by in
            Array(all[(by * JourneySlices.valueCount)..<((by + 1) * JourneySlices.valueCount)])
        }
    }

    mutating func code(_ coder: StateCoder) throws(StateFault) {
        try coder.label("slices of journeys")
        try coder.code(fixed: &values) { list throws(StateFault) in
            try coder.code(fixed: &list) { slice throws(StateFault) in try slice.code(coder) }
        }
        let valueCount = values.count * JourneySlices.valueCount
        try coder.code(&days, of: DayEntry(day: 0)) { entry throws(StateFault) in
            try coder.code(&entry.day)
            try entry.slice.code(coder)
            try entry.parts.code(coder, valueCount: valueCount)
        }
    }
}

/// What is counted behind the shards, where the order of all events is known: ways, values of `by`, and the journeys of each.
package struct JourneyLedger: Sendable {
    package private(set) var variants = VariantCounts()
    package private(set) var byValue: ByLedger
    package private(set) var slices: JourneySlices

    /// - Parameter byCount: how many expressions `by` has.
    package init(byCount: Int) {
        byValue = ByLedger(count: byCount)
        slices = JourneySlices(byCount: byCount)
    }

    /// Adds what the shards counted of one batch, an element for each shard.
    package mutating func add(_ closed: [ClosedJourneys], _ parts: [[ByPart]]) {
        // A journey's values are known by what they came with.
        byValue.add(parts)
        ClosedJourneys.forEach(in: closed) { journey in
            variants.add(journey.path)
            slices.add(journey, byValue)
        }
    }

    /// Adds what another one has of the same expressions.
    mutating func merge(_ other: JourneyLedger, _ touch: Renumbering) {
        variants.merge(other.variants, touch)
        let places = byValue.merge(other.byValue)
        slices.merge(other.slices, touch, places: places)
    }

    mutating func code(_ coder: StateCoder) throws(StateFault) {
        try variants.code(coder)
        try byValue.code(coder)
        try slices.code(coder)
    }

    /// Puts all into an image.
    package func add(to image: StateImage) {
        variants.add(to: image)
        byValue.add(to: image)
        var copy = slices
        StateCoder.write(to: image) { coder throws(StateFault) in try copy.code(coder) }
    }

    /// Makes it what an image says, of as many expressions as there are.
    package mutating func restore(from reader: StateReader) throws(StateFault) {
        try variants.restore(from: reader)
        try byValue.restore(from: reader)
        try StateCoder.read(from: reader) { coder throws(StateFault) in try slices.code(coder) }
    }
}
