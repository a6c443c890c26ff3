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
/// A pure state machine. A customer is a row of words in an arena, found by the hash of its id; the touches of its open
/// journey are a block of a word each, and the edges that it went a list of half words. Memory: 6 words a customer and
/// its id, 8 bytes a touch of an open journey, 4 an edge and a touchpoint; blocks are up to a third larger.
package struct JourneyAccumulator: ~Copyable {
    struct Entry: TableEntry {
        var hash: UInt64 = 0
        var row: UInt32 = 0
        var unused: UInt32 = 0
        @inline(__always) var isFree: Bool { row == 0 }
    }

    let settings: ReportSettings
    package var traits: TouchpointTraits
    let memory = ArenaMemory()
    let arena: Arena
    var table = ProbeTable<Entry>()
    package internal(set) var totals = JourneyTotals()

    /// What was closed since it was last handed over.
    var closed: ClosedJourneys
    /// What was counted by `by` since it was last handed over, and where each value's part stands.
    var parts: [ByPart] = []
    var partPlaces: [ByKey: Int] = [:]
    /// The hashes of the values of `by` of the event at hand.
    var hashes: [UInt64]
    /// Whether journeys are closed only to see what would come of it; then rows stay as they are.
    private(set) var isLooking = false
    /// The edges that a customer goes for the first time in a journey that is looked at.
    private var lookedEdges: Set<UInt32> = []

    struct ByKey: Hashable {
        let by: Int
        let hash: UInt64
    }

    package init(_ settings: ReportSettings, traits: TouchpointTraits) {
        self.settings = settings
        self.traits = traits
        arena = memory.arena
        hashes = [UInt64](repeating: 0, count: settings.by.count)
        closed = ClosedJourneys(byCount: settings.by.count)
    }

    /// An event that is neither touch nor conversion, and says nothing that is asked for.
    @inline(__always)
    package mutating func pass() { totals.events += 1 }

    /// Takes an event; `by` are the texts of the values of `by`, whose base is nil where there is none.
    package mutating func take(_ event: ReportEvent, by values: View<ByText>) {
        totals.events += 1
        let row = row(event.customerID, event.customerHash)
        if event.nps != nil { answer(event.nps, row) }
        if let csat = event.csat { rate(csat) }
        guard event.touchpoint != NumberedNames.none || event.isConversion else { return }
        let touchpoint = event.touchpoint == NumberedNames.none ? TouchpointNumber.conversion : Int(event.touchpoint)
        let day = Day.of(event.time)
        totals.days.reach(day)
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
        totals.costs[touchpoint] += cost
        if let feeling = event.feeling { feel(feeling, touchpoint) }
        row.noteActive(day, touchpoint, &totals)
        // A journey that is over is so before anything of this event is counted.
        if row.touchCount > 0, event.time - row.last > settings.journeyGap {
            close(row, .lost, time: event.time, place: event.place)
        }
        let isNewVisit = visit(event, row, touchpoint, day)
        if isNewVisit { (metrics.visits, metrics.bounces) = (1, 1) }
        stage(row, from: row.lastTouchpoint, to: touchpoint)
        if event.isConversion {
            let value = value(of: event)
            metrics.converted = 1
            metrics.sales = value
            convert(row, event, touchpoint, value, day)
        } else {
            if row.touchCount == ReportSettings.touchMost {
                close(row, .long, time: event.time, place: event.place)
            }
            let isDirect =
                traits.isDirect[touchpoint]
                || event.channel != NumberedNames.none && event.channel == traits.directChannel
            row.append(touchpoint, isDirect: isDirect, at: event.time)
        }
        row.noteTouch()
        row.last = event.time
        row.lastTouchpoint = touchpoint
        row.lastChannel = event.channel
        totals.days.change(day) { $0.metrics.merge(metrics) }
        for index in 0..<hashes.count {
            row.setHash(hashes[index], at: index)
            count(index, values[index], event.time, event.place, metrics)
        }
    }

    // MARK: Looking

    /// What `conclude` would make of it now, while all goes on as if nobody had looked.
    /// Cost: a look at every customer.
    /// - Returns: the totals, and what would be handed over with them.
    package mutating func looked(
        reached: Int64
    ) -> (totals: JourneyTotals, closed: ClosedJourneys, parts: [ByPart]) {
        precondition(closed.isEmpty && parts.isEmpty, "journeys are looked at between two batches")
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
    mutating func isFirst(_ row: JourneyRow, from: Int, to: Int, _ kind: JourneyRow.MarkKind) -> Bool {
        guard isLooking else { return row.note(edge: from, to, kind) }
        let mark = JourneyRow.mark(edge: from, to, kind)
        return !row.holds(mark) && lookedEdges.insert(mark).inserted
    }

    /// Ends the open journey, which has been counted, unless somebody only looks.
    mutating func end(_ row: JourneyRow) {
        if isLooking { lookedEdges.removeAll(keepingCapacity: true) } else { row.clear() }
    }

    // MARK: Customers

    private mutating func row(_ id: View<UInt8>, _ hash: UInt64) -> JourneyRow {
        let arena = arena
        let count = settings.by.count
        let place = table.find(hash) { JourneyRow(arena, $0.row).holdsID(id, hashCount: count) }
        if place >= 0 { return JourneyRow(arena, table[place].row) }
        let handle = JourneyRow.make(id, hashCount: settings.by.count, in: arena)
        table.insert(Entry(hash: hash, row: handle))
        return JourneyRow(arena, handle)
    }

    /// Forgets a customer; what was counted stays, and its open journey counts for nothing.
    package mutating func forget(_ id: View<UInt8>, _ hash: UInt64) {
        let arena = arena
        let count = settings.by.count
        let place = table.find(hash) { JourneyRow(arena, $0.row).holdsID(id, hashCount: count) }
        guard place >= 0 else { return }
        let handle = table[place].row
        JourneyRow(arena, handle).free()
        arena.free(handle, words: JourneyRow.fixedWords + count + (id.count + 7) / 8)
        table.remove(place)
    }

    // MARK: What is counted by value

    /// The part of a value of `by`, which is made if there is none yet.
    private mutating func count(_ by: Int, _ value: ByText, _ time: Int64, _ place: UInt64, _ metrics: Metrics) {
        let key = ByKey(by: by, hash: value.hash)
        guard let index = partPlaces[key] else {
            partPlaces[key] = parts.count
            var part = ByPart(by: by, hash: value.hash, text: value.copied, time: time, place: place)
            part.metrics = metrics
            parts.append(part)
            return
        }
        if parts[index].text == nil {
            parts[index].text = value.copied
            (parts[index].time, parts[index].place) = (time, place)
        }
        parts[index].metrics.merge(metrics)
    }

    /// Counts something for the values that a customer's last touch had.
    mutating func countLast(_ row: JourneyRow, _ change: (inout Metrics) -> Void) {
        for by in 0..<settings.by.count {
            let key = ByKey(by: by, hash: row.hash(at: by))
            let index = partPlaces[key] ?? parts.count
            if index == parts.count {
                partPlaces[key] = index
                parts.append(ByPart(by: by, hash: key.hash, text: nil, time: .max, place: .max))
            }
            change(&parts[index].metrics)
        }
    }

    /// What came since the last time: journeys that were closed, and figures by value.
    package mutating func handOver() -> (closed: ClosedJourneys, parts: [ByPart]) {
        let made = (closed, parts)
        closed.removeAll()
        if !parts.isEmpty {
            parts = []
            partPlaces.removeAll(keepingCapacity: true)
        }
        return made
    }

    // MARK: Visits and stages

    /// Whether a new visit begins.
    private mutating func visit(_ event: ReportEvent, _ row: JourneyRow, _ touchpoint: Int, _ day: Int) -> Bool {
        guard row.hasTouch, event.time - row.last <= settings.visitGap else {
            totals.visits += 1
            totals.bounces += 1
            totals.starts[touchpoint] += 1
            totals.ends[touchpoint] += 1
            row.isFirstOfVisit = true
            return true
        }
        let gap = event.time - row.last
        let isNew = row.note(edge: row.lastTouchpoint, touchpoint, .visit)
        totals.visitEdges.add(row.lastTouchpoint, touchpoint, after: gap, isNewCustomer: isNew)
        if row.isFirstOfVisit {
            row.isFirstOfVisit = false
            totals.bounces -= 1
            totals.days.change(Day.of(row.last)) { $0.metrics.bounces -= 1 }
            countLast(row) { $0.bounces -= 1 }
        }
        totals.ends[row.lastTouchpoint] -= 1
        totals.ends[touchpoint] += 1
        if row.lastChannel != NumberedNames.none {
            totals.channelTime[Int(row.lastChannel)] += Int128(gap)
            totals.channelTimes[Int(row.lastChannel)] += 1
        }
        return false
    }

    private mutating func stage(_ row: JourneyRow, from: Int, to touchpoint: Int) {
        let stage = Int(traits.stages[touchpoint])
        guard stage > 0 else { return }
        if row.hasTouch, traits.stages[from] > 0 {
            totals.stagedSteps[from] += 1
            if stage < Int(traits.stages[from]) { totals.stepsBack[from] += 1 }
        }
        let (current, furthest) = (row.stage, row.furthest)
        if current > 0 {
            totals.stages[current * 6 + stage] += 1
            totals.current[current] -= 1
        }
        totals.current[stage] += 1
        row.stage = stage
        if stage > furthest {
            if furthest > 0 { totals.furthest[furthest] -= 1 }
            totals.furthest[stage] += 1
            row.furthest = stage
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

    private mutating func answer(_ answer: Answer, _ row: JourneyRow) {
        guard let number = answer, number >= 0, number <= 10, number.rounded() == number else { return refuse(.nps) }
        let kind = number >= 9 ? 0 : number >= 7 ? 1 : 2
        if row.answer > 0 { totals.nps[row.answer - 1] -= 1 }
        row.answer = kind + 1
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
