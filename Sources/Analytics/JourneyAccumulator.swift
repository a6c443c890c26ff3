package import Storage

/// One event as the figures see it. What is absent is nil; a number that is no good is NaN.
package struct ReportEvent {
    package var customerID = View<UInt8>()
    /// The hash by which the customer is found; the same for all its events.
    package var customerHash: UInt64 = 0
    /// When it was taken, in microseconds.
    package var time: Int64 = 0
    package var place: UInt64 = 0
    /// The touchpoint's number; `NumberedNames.none` for an event that is no touch.
    package var touchpoint = NumberedNames.none
    package var channel = NumberedNames.none
    package var isConversion = false
    package var isImpression = false
    package var isClick = false
    package var value: Answer = nil
    package var cost: Answer = nil
    package var nps: Answer = nil
    package var csat: Answer = nil
    package var feeling: Answer = nil

    package init() {}
}

/// What the figures need to know of each touchpoint, by its number.
package struct TouchpointTraits: Sendable {
    package var stages = [UInt8](repeating: 0, count: TouchpointNumber.count)
    /// In units of 2⁻³², for each touch.
    package var costs = [Int128](repeating: 0, count: TouchpointNumber.count)
    package var isDirect = [Bool](repeating: false, count: TouchpointNumber.count)
    /// The number of the channel that is called `direct`.
    package var directChannel = NumberedNames.none

    package init() {}
}

/// The journeys of some customers: events in the order in which they are taken, figures out.
///
/// A pure state machine. A customer is a row of words in an arena, found by the hash of its id; the
/// touches of its open journey are a block of some bytes each, and the edges that it went a table
/// of quarters of words. Memory: 5 words a customer and its id, 5 to 7 bytes a touch of an open
/// journey, 2 to 3 an edge and a touchpoint; blocks are up to a half larger, and the table of
/// customers takes 11 to 21 bytes of each.
///
/// What is over is let go of at instants that lie `ReportSettings.settleStep` apart, the same for
/// all: a journey that is lost by then is closed, and a customer of whom nothing came for
/// `ReportSettings.silence` is forgotten. Whether the customer's next event finds that out or time
/// comes to the instant first changes nothing (`settle`).
package struct JourneyAccumulator: ~Copyable {
    /// Where a customer's row is. Of the hash it has the bits by which the table goes; the id tells
    /// apart who shares them.
    struct Entry: TableEntry {
        let bits: UInt32
        let row: UInt32

        init(hash: UInt64, row: UInt32) {
            bits =
                UInt32(truncatingIfNeeded: hash >> 32) & 0xFF00_0000
                | UInt32(truncatingIfNeeded: hash >> 20) & 0xFF_FFFF
            self.row = row
        }

        @inline(__always) var isFree: Bool { row == 0 }
        @inline(__always) var hash: UInt64 { UInt64(bits & 0xFF00_0000) << 32 | UInt64(bits & 0xFF_FFFF) << 20 }
        /// A hash with the bits that an entry has.
        @inline(__always) static func key(_ hash: UInt64) -> UInt64 { Entry(hash: hash, row: 0).hash }
    }

    let settings: ReportSettings
    package var traits: TouchpointTraits
    let memory = ArenaMemory()
    let arena: Arena
    var table = ProbeTable<Entry>()
    /// All that was counted, but for what is still in `daily`.
    package internal(set) var totals = JourneyTotals()
    /// What was counted for the day of the latest touch, and not added to the totals yet.
    var daily = Metrics()
    var today = Int.min
    /// The next instant at which what is over is let go of.
    var nextSettling = Int64.min

    /// What was closed since it was last handed over.
    var closed: ClosedJourneys
    /// What was counted by `by` since it was last handed over, and where each value's part stands.
    var parts: [ByPart] = []
    var partPlaces: [ByKey: Int] = [:]
    /// Where the parts of some values stand, by the low bits of their hashes; −1 for none.
    private var partMemory: [Int]
    /// The touches of the journey at hand.
    private var touches = Column<JourneyRow.Touch>()
    /// The hashes of the values of `by` of the event at hand.
    var hashes: [UInt64]
    /// Whether journeys are closed only to see what would come of it; then rows stay as they are.
    private(set) var isLooking = false
    /// The edges that a customer goes for the first time in a journey that is looked at.
    private var lookedEdges: Set<UInt16> = []

    private static let partBits = 4

    struct ByKey: Hashable {
        let by: Int
        let hash: UInt64
    }

    package init(_ settings: ReportSettings, traits: TouchpointTraits) {
        self.settings = settings
        self.traits = traits
        arena = memory.arena
        hashes = [UInt64](repeating: 0, count: settings.by.count)
        partMemory = [Int](repeating: -1, count: settings.by.count << JourneyAccumulator.partBits)
        closed = ClosedJourneys(byCount: settings.by.count)
    }

    /// How many customers are known, and the bytes in use for them.
    package var size: (customers: Int, bytes: Int) {
        (table.count, arena.wordsInUse * 8 + table.placeCount * MemoryLayout<Entry>.stride)
    }

    /// An event that is neither touch nor conversion, and says nothing that is asked for.
    @inline(__always)
    package mutating func pass() { totals.events += 1 }

    /// Looks at what some of the next events will be about, all of it before any of them is taken,
    /// so that the waits for memory overlap. Changes nothing.
    package func near(_ hashes: InlineArray<32, UInt64>, count: Int) {
        var handles = InlineArray<32, UInt32>(repeating: 0)
        for index in 0..<count { handles[index] = table.first(of: hashes[index]).row }
        near(handles, count: count)
    }

    /// Looks at what rows lead to. A handle of 0 is none.
    func near(_ handles: InlineArray<32, UInt32>, count: Int) {
        var seen: UInt64 = 0
        for index in 0..<count where handles[index] != 0 {
            let base = Arena.word(handles[index])
            seen |= arena[base + 2] >> 1 | arena[base + JourneyRow.fixedWords] >> 1
        }
        for index in 0..<count where handles[index] != 0 {
            seen |= JourneyRow(arena, handles[index]).touchBlocks() >> 1
        }
        // The comparison keeps the loads from being left out.
        precondition(seen != .max)
    }

    /// Takes an event; `by` are the texts of the values of `by`, whose base is nil where there is none.
    package mutating func take(_ event: ReportEvent, by values: View<ByText>) {
        totals.events += 1
        if let csat = event.csat { rate(csat) }
        let isTouch = event.touchpoint != NumberedNames.none || event.isConversion
        guard isTouch || event.nps != nil else { return }
        var row = row(event)
        if event.nps != nil { answer(event.nps, &row) }
        if isTouch {
            take(event, &row, by: values)
        } else if !row.hasTouch {
            row.head.last = event.time
        }
        row.save()
    }

    private mutating func take(_ event: ReportEvent, _ row: inout JourneyRow, by values: View<ByText>) {
        let touchpoint = event.touchpoint == NumberedNames.none ? TouchpointNumber.conversion : Int(event.touchpoint)
        let day = Day.of(event.time)
        if day != today { turn(to: day) }
        for index in 0..<hashes.count { hashes[index] = values[index].hash }
        let cost = cost(of: event, touchpoint)
        var metrics = Metrics()
        metrics.touches = 1
        metrics.cost = cost
        metrics.impressions = event.isImpression ? 1 : 0
        metrics.clicks = event.isClick ? 1 : 0
        totals.impressions += metrics.impressions
        totals.clicks += metrics.clicks
        totals.touches[touchpoint] += 1
        if cost != 0 { totals.costs[touchpoint] += cost }
        if let feeling = event.feeling { feel(feeling, touchpoint) }
        row.noteActive(day, touchpoint, &totals)
        // A journey that is over is so before anything of this event is counted.
        if row.touchCount > 0, event.time - row.head.last > settings.journeyGap {
            close(&row, .lost, time: event.time, place: event.place)
        }
        let isNewVisit = visit(event, &row, touchpoint)
        if isNewVisit { (metrics.visits, metrics.bounces) = (1, 1) }
        stage(&row, to: touchpoint)
        if event.isConversion {
            let value = value(of: event)
            metrics.converted = 1
            metrics.sales = value
            convert(&row, event, touchpoint, value, day)
        } else {
            if row.touchCount == ReportSettings.touchMost {
                close(&row, .long, time: event.time, place: event.place)
            }
            let isDirect =
                traits.isDirect[touchpoint]
                || event.channel != NumberedNames.none && event.channel == traits.directChannel
            row.append(touchpoint, isDirect: isDirect, at: event.time)
        }
        row.head.last = event.time
        row.head.lastTouchpoint = UInt8(touchpoint)
        row.head.lastChannel = event.channel
        daily.merge(metrics)
        for index in 0..<hashes.count {
            row.setHash(hashes[index], at: index)
            count(index, values[index], event.time, event.place, metrics)
        }
    }

    /// The touches of the customer's open journey. Valid until another one's are asked for.
    mutating func touches(of row: JourneyRow) -> View<JourneyRow.Touch> {
        touches.truncate(to: 0)
        row.read(into: &touches)
        return touches.view(0..<touches.count)
    }

    // MARK: Days

    /// Begins to count for another day.
    private mutating func turn(to day: Int) {
        addDaily()
        today = day
        totals.days.reach(day)
    }

    /// Adds what was counted for the day of the latest touch to the totals.
    mutating func addDaily() {
        if daily == Metrics() { return }
        let metrics = daily
        totals.days.change(today) { $0.metrics.merge(metrics) }
        daily = Metrics()
    }

    /// Changes what is counted for a day.
    @inline(__always)
    mutating func count(on day: Int, _ change: (inout Metrics) -> Void) {
        if day == today { change(&daily) } else { totals.days.change(day) { change(&$0.metrics) } }
    }

    // MARK: Looking

    /// What `conclude` would make of it now, while all goes on as if nobody had looked.
    /// Cost: a look at every customer.
    /// - Returns: the totals, and what would be handed over with them.
    package mutating func looked(
        reached: Int64
    ) -> (totals: JourneyTotals, closed: ClosedJourneys, parts: [ByPart]) {
        precondition(closed.isEmpty && parts.isEmpty, "journeys are looked at between two batches")
        addDaily()
        let kept = totals
        isLooking = true
        conclude(reached: reached)
        isLooking = false
        let seen = totals
        totals = kept
        let (closed, parts) = handOver()
        return (seen, closed, parts)
    }

    /// Whether the customer goes an edge for the first time; it is noted in its row, unless somebody only looks.
    mutating func isFirst(_ row: inout JourneyRow, from: Int, to: Int) -> Bool {
        guard isLooking else { return row.note(edge: from, to, .journey) }
        let mark = JourneyRow.mark(edge: from, to, .journey)
        return !row.holds(mark) && lookedEdges.insert(mark).inserted
    }

    /// Ends the open journey, which has been counted, unless somebody only looks.
    mutating func end(_ row: inout JourneyRow) {
        if isLooking { lookedEdges.removeAll(keepingCapacity: true) } else { row.clear() }
    }

    // MARK: Customers

    /// The row of an event's customer, which is made if there is none; what is over before the event is let go of.
    private mutating func row(_ event: ReportEvent) -> JourneyRow {
        let place = find(event.customerID, event.customerHash)
        if place >= 0 {
            var row = JourneyRow(arena, table[place].row)
            if row.head.last >= event.time - settings.journeyGap { return row }
            if settle(&row, at: event.time) { return row }
            remove(place, row)
        }
        let handle = JourneyRow.make(event.customerID, hashCount: settings.by.count, in: arena)
        table.insert(Entry(hash: event.customerHash, row: handle))
        return JourneyRow(arena, handle)
    }

    @inline(__always)
    private func find(_ id: View<UInt8>, _ hash: UInt64) -> Int {
        let arena = arena
        let count = settings.by.count
        return table.find(Entry.key(hash)) { JourneyRow(arena, $0.row).holdsID(id, hashCount: count) }
    }

    mutating func remove(_ place: Int, _ row: consuming JourneyRow) {
        let handle = table[place].row
        row.free()
        arena.free(handle, words: JourneyRow.words(idCount: Int(row.head.idCount), hashCount: settings.by.count))
        table.remove(place)
    }

    /// Forgets a customer; what was counted stays, and its open journey counts for nothing.
    package mutating func forget(_ id: View<UInt8>, _ hash: UInt64) {
        let place = find(id, hash)
        if place >= 0 { remove(place, JourneyRow(arena, table[place].row)) }
    }

    // MARK: What is counted by value

    /// The part of a value of `by`, which is made if there is none yet.
    private mutating func count(_ by: Int, _ value: ByText, _ time: Int64, _ place: UInt64, _ metrics: Metrics) {
        let index = part(by, value.hash)
        if parts[index].text == nil, parts[index].time == .max {
            parts[index].text = value.copied
            (parts[index].time, parts[index].place) = (time, place)
        }
        parts[index].metrics.merge(metrics)
    }

    /// The number of a value's part, which is made if there is none yet.
    private mutating func part(_ by: Int, _ hash: UInt64) -> Int {
        let memory = by << JourneyAccumulator.partBits | Int(truncatingIfNeeded: hash >> 1) & 15
        let known = partMemory[memory]
        if known >= 0, parts[known].hash == hash { return known }
        let key = ByKey(by: by, hash: hash)
        let index = partPlaces[key] ?? parts.count
        if index == parts.count {
            partPlaces[key] = index
            parts.append(ByPart(by: by, hash: hash, text: nil, time: .max, place: .max))
        }
        partMemory[memory] = index
        return index
    }

    /// Counts something for the values that a customer's last touch had.
    mutating func countLast(_ row: JourneyRow, _ change: (inout Metrics) -> Void) {
        for by in 0..<settings.by.count { change(&parts[part(by, row.hash(at: by))].metrics) }
    }

    /// What came since the last time: journeys that were closed, and figures by value.
    package mutating func handOver() -> (closed: ClosedJourneys, parts: [ByPart]) {
        addDaily()
        let made = (closed, parts)
        closed.removeAll()
        if !parts.isEmpty {
            parts = []
            partPlaces.removeAll(keepingCapacity: true)
            for index in partMemory.indices { partMemory[index] = -1 }
        }
        return made
    }

    // MARK: Visits and stages

    /// Whether a new visit begins.
    private mutating func visit(_ event: ReportEvent, _ row: inout JourneyRow, _ touchpoint: Int) -> Bool {
        let gap = event.time - row.head.last
        guard row.hasTouch, gap <= settings.visitGap else {
            totals.visits += 1
            totals.bounces += 1
            totals.starts[touchpoint] += 1
            totals.ends[touchpoint] += 1
            row.head.isFirstOfVisit = true
            return true
        }
        let last = Int(row.head.lastTouchpoint)
        let isNew = row.note(edge: last, touchpoint, .visit)
        totals.visitEdges.add(last, touchpoint, after: gap, isNewCustomer: isNew)
        if row.head.isFirstOfVisit {
            row.head.isFirstOfVisit = false
            totals.bounces -= 1
            count(on: row.lastDay) { $0.bounces -= 1 }
            countLast(row) { $0.bounces -= 1 }
        }
        if last != touchpoint {
            totals.ends[last] -= 1
            totals.ends[touchpoint] += 1
        }
        if row.head.lastChannel != NumberedNames.none {
            totals.channelTime[Int(row.head.lastChannel)] += Int128(gap)
            totals.channelTimes[Int(row.head.lastChannel)] += 1
        }
        return false
    }

    private mutating func stage(_ row: inout JourneyRow, to touchpoint: Int) {
        let stage = Int(traits.stages[touchpoint])
        guard stage > 0 else { return }
        if row.hasTouch {
            let from = Int(row.head.lastTouchpoint)
            if traits.stages[from] > 0 {
                totals.stagedSteps[from] += 1
                if stage < Int(traits.stages[from]) { totals.stepsBack[from] += 1 }
            }
        }
        let (current, furthest) = (row.head.stage, row.head.furthest)
        if current > 0 {
            totals.stages[current * 6 + stage] += 1
            totals.current[current] -= 1
        }
        totals.current[stage] += 1
        row.head.stage = stage
        if stage > furthest {
            if furthest > 0 { totals.furthest[furthest] -= 1 }
            totals.furthest[stage] += 1
            row.head.furthest = stage
        }
    }

    // MARK: Answers and amounts

    private mutating func refuse(_ kind: JourneyTotals.Refused) { totals.refused[kind.rawValue] += 1 }

    private mutating func value(of event: ReportEvent) -> Int128 {
        guard settings.hasValue else { return Amount.one }
        guard let number = event.value else { return 0 }
        if let amount = Amount.of(number) { return amount }
        refuse(.value)
        return 0
    }

    private mutating func cost(of event: ReportEvent, _ touchpoint: Int) -> Int128 {
        guard let number = event.cost else { return traits.costs[touchpoint] }
        if number >= 0, let amount = Amount.of(number) { return amount }
        refuse(.cost)
        return 0
    }

    private mutating func answer(_ answer: Answer, _ row: inout JourneyRow) {
        guard let number = answer, number >= 0, number <= 10, number.rounded() == number else { return refuse(.nps) }
        let kind = number >= 9 ? 0 : number >= 7 ? 1 : 2
        if row.head.answer > 0 { totals.nps[row.head.answer - 1] -= 1 }
        row.head.answer = kind + 1
        totals.nps[kind] += 1
    }

    private mutating func rate(_ number: Double) {
        guard number >= 1, number <= 5, number.rounded() == number else { return refuse(.csat) }
        totals.csat[Int(number) - 1] += 1
    }

    private mutating func feel(_ number: Double, _ touchpoint: Int) {
        guard number.magnitude <= 1, let amount = Amount.of(number) else { return refuse(.feeling) }
        totals.feelings[touchpoint] += amount
        totals.feelingCounts[touchpoint] += 1
    }
}

/// The text of a value of `by`, and its hash, which is 0 where the value is absent.
package struct ByText: BitwiseCopyable {
    package let text: View<UInt8>
    package let hash: UInt64

    /// As much of the text as is shown.
    var copied: [UInt8] { text[0..<min(text.count, 128)].copied }

    /// A value that is absent.
    package init() { (text, hash) = (View(), 0) }

    package init(_ text: View<UInt8>) { (self.text, hash) = (text, Hash64.of(text) | 1) }
}
