import Analytics
import Events
import Expressions
import Journeys
import Storage

/// What one shard hands on of its report behind a batch: the journeys that were closed, and what was counted by value.
struct ReportPortion: Sendable {
    let closed: ClosedJourneys
    let parts: [ByPart]
    /// What actions are to bring about.
    var outcomes: [OutcomeEvent] = []
}

/// What one shard has counted by now, of which with those of the others a report is made.
struct ReportPart: Sendable {
    let totals: JourneyTotals
    let touchpoints: NumberedNames
    let channels: NumberedNames
    let traits: TouchpointTraits
    /// How far time has come.
    let reached: Instant
    /// What would be closed and counted by value.
    let portion: ReportPortion
    /// Nanoseconds for which the shard stood still.
    let took: Int64
}

/// Keeps one shard's part of the report: puts numbers in place of names, and has the journeys followed.
///
/// Which names have numbers of their own follows from the order of all events, so every shard looks at all of a batch's
/// events, as long as there are numbers left.
final class TouchBook: TouchSink {
    private let settings: ReportSettings
    private(set) var accumulator: JourneyAccumulator
    private(set) var touchpoints = NumberedNames()
    private(set) var channels = NumberedNames()
    /// By the number of a touchpoint's sight: its own number, and its channel's.
    private var touchpointsOfSights: [UInt8] = [NumberedNames.none]
    private var channelsOfSights: [UInt8] = [NumberedNames.none]
    /// The numbers of the names there are, of touchpoints and of channels.
    private var numbersOfNames = ByteTable([(scope: Int, key: [UInt8], value: Int)]())
    private var touchpointMemory = NameMemory()
    private var channelMemory = NameMemory()
    /// By the number of an event's type: the touchpoint's number, where it is known.
    private var touchpointsOfTypes: [UInt8]
    private var texts = Column<ByText>()
    private let numbers = ByteBlock(capacity: 1024)
    /// What actions are to bring about, as it came since it was handed on.
    private var outcomes: [OutcomeEvent] = []

    init(_ settings: ReportSettings, _ plan: JourneyPlan) {
        self.settings = settings
        accumulator = JourneyAccumulator(settings, traits: TouchpointTraits())
        touchpointsOfTypes = [UInt8](repeating: NumberedNames.none, count: plan.projection.types.count)
        if let catalogue = settings.catalogue {
            for touchpoint in catalogue { touchpoints.obtain(touchpoint.name) }
            for touchpoint in catalogue { if let channel = touchpoint.channel { channels.obtain(channel) } }
        } else {
            for name in settings.conversions { touchpoints.obtain(name) }
            for cost in settings.costs { touchpoints.obtain(cost.touchpoint) }
        }
        learnSights(plan)
        learn()
    }

    private func learnSights(_ plan: JourneyPlan) {
        touchpointsOfSights = [NumberedNames.none]
        channelsOfSights = [NumberedNames.none]
        for sight in plan.picture.sights {
            touchpointsOfSights.append(touchpoints.find(sight.name) ?? NumberedNames.other)
            channelsOfSights.append(
                sight.channel.map { channels.find($0) ?? NumberedNames.other } ?? NumberedNames.none)
        }
    }

    /// Goes on with what another one has counted, which is not used any more: one whose report means the same.
    func follow(_ other: TouchBook, under plan: JourneyPlan) {
        swap(&accumulator, &other.accumulator)
        (touchpoints, channels) = (other.touchpoints, other.channels)
        learnSights(plan)
        learn()
    }

    /// Forgets the customer of a key, or of the id in it.
    func forget(_ key: [UInt8], hashKey: HashKey) {
        View.of(key) { key in
            for id in [key, SubjectKey.id(of: key)] { accumulator.forget(id, hashKey.hash(id)) }
        }
    }

    /// Looks up what the figures need to know of the touchpoints there are.
    private func learn() {
        var traits = TouchpointTraits()
        traits.directChannel = channels.find("direct") ?? NumberedNames.none
        if let known = touchpoints.find("direct") { traits.isDirect[Int(known)] = true }
        for touchpoint in settings.catalogue ?? [] {
            if let known = touchpoints.find(touchpoint.name) { traits.stages[Int(known)] = UInt8(touchpoint.stage) }
        }
        for cost in settings.costs {
            if let known = touchpoints.find(cost.touchpoint) { traits.costs[Int(known)] = cost.each }
        }
        accumulator.traits = traits
        numbersOfNames = ByteTable(
            [(TouchBook.touchpointScope, touchpoints), (TouchBook.channelScope, channels)].flatMap { scope, known in
                known.names.enumerated().map { (scope: scope, key: $1, value: $0) }
            })
        touchpointMemory.forgetAll()
        channelMemory.forgetAll()
    }

    private static let touchpointScope = 0
    private static let channelScope = 1

    /// The number of a touchpoint's name, or `other`.
    @inline(__always)
    private func number(ofTouchpoint name: View<UInt8>) -> UInt8 {
        touchpointMemory.number(of: name) { lookUp($0, TouchBook.touchpointScope) }
    }

    /// The number of a channel's name, or `other`.
    @inline(__always)
    private func number(ofChannel name: View<UInt8>) -> UInt8 {
        channelMemory.number(of: name) { lookUp($0, TouchBook.channelScope) }
    }

    private func lookUp(_ name: View<UInt8>, _ scope: Int) -> UInt8 {
        let number = numbersOfNames.value(of: name, in: scope)
        return number < 0 ? NumberedNames.other : UInt8(number)
    }

    // MARK: Names

    /// Gives numbers to the names that come with a batch for the first time, in the order of its events.
    func begin(_ batch: OrderedBatch) {
        let wantsTypes = settings.catalogue == nil && !touchpoints.isFull
        let wantsChannels = !channels.isFull
        guard wantsTypes || wantsChannels else { return }
        if let names = batch.events.names.value,
            !wantsTypes || hasNumbers(names.types, number(ofTouchpoint:)),
            !wantsChannels || hasNumbers(names.channels, number(ofChannel:))
        {
            return
        }
        var found: [(index: Int, isType: Bool)] = []
        for shard in 0..<batch.shardCount {
            let rows = batch.rows(ofShard: shard)
            for place in 0..<rows.count {
                if place & 15 == 0 { TouchBook.touchNames(rows, from: place, of: batch) }
                let index = Int(rows[place])
                let row = batch.events.row(index)
                if wantsTypes, number(ofType: row.type, batch.events.text(row.typeName)) == NumberedNames.other {
                    found.append((index, true))
                }
                if wantsChannels, !row.channel.isAbsent,
                    number(ofChannel: batch.events.text(row.channel)) == NumberedNames.other
                {
                    found.append((index, false))
                }
            }
        }
        if found.isEmpty { return }
        for (index, isType) in found.sorted(by: { $0.index < $1.index }) {
            let row = batch.events.row(index)
            if isType {
                touchpoints.obtain(batch.events.text(row.typeName))
            } else {
                channels.obtain(batch.events.text(row.channel))
            }
        }
        learn()
    }

    /// Whether all names have numbers of their own; false where they are not known.
    private func hasNumbers(_ names: [[UInt8]]?, _ number: (View<UInt8>) -> UInt8) -> Bool {
        names?.allSatisfy { View.of($0) { number($0) } != NumberedNames.other } ?? false
    }

    /// Looks at the names of sixteen events before any is looked up: another processor read them
    /// in, and the waits for its memory overlap.
    private static func touchNames(_ rows: View<UInt32>, from first: Int, of batch: OrderedBatch) {
        var seen = 0
        for place in first..<min(first + 16, rows.count) {
            let row = batch.events.row(Int(rows[place]))
            let (type, channel) = (batch.events.text(row.typeName), batch.events.text(row.channel))
            if !type.isEmpty { seen |= Int(type[0]) }
            if !row.channel.isAbsent, !channel.isEmpty { seen |= Int(channel[0]) }
        }
        // The comparison keeps the loads from being left out.
        precondition(seen < 256)
    }

    /// The number of the touchpoint that a type is, or `other`.
    @inline(__always)
    private func number(ofType type: Int32, _ name: View<UInt8>) -> UInt8 {
        let known = touchpointsOfTypes[Int(type)]
        if known != NumberedNames.none { return known }
        let number = number(ofTouchpoint: name)
        // Types that the plan does not name share the number 0.
        if type > 0, number != NumberedNames.other { touchpointsOfTypes[Int(type)] = number }
        return number
    }

    // MARK: Events

    func pass() { accumulator.pass() }

    func succeed(_ scope: borrowing EvaluationScope, value: Value) {
        let seen = scope.seen
        var worth = 1.0
        if settings.hasValue { worth = TouchBook.answer(value) ?? 0 }
        outcomes.append(
            OutcomeEvent(
                customer: Hash64.of(seen.customerID), time: seen.taken.microseconds,
                value: worth.magnitude <= TouchBook.worthMost ? worth : 0))
    }

    private static let worthMost = 1e12

    func take(_ scope: borrowing EvaluationScope, touchpoint: Int32, isConversion: Bool, values: View<Value>) {
        let seen = scope.seen
        var event = ReportEvent()
        event.customerID = seen.customerID
        event.customerHash = seen.customerHash
        event.time = seen.taken.microseconds
        event.place = seen.place
        event.isConversion = isConversion
        (event.isImpression, event.isClick) = TouchBook.ending(of: seen.type)
        if let channel = seen.channel {
            event.channel = number(ofChannel: channel)
        } else if touchpoint > 0 {
            event.channel = channelsOfSights[Int(touchpoint)]
        }
        if settings.catalogue == nil {
            event.touchpoint = number(ofType: seen.typeNumber, seen.type)
        } else if touchpoint > 0 {
            event.touchpoint = touchpointsOfSights[Int(touchpoint)]
        } else {
            event.touchpoint = isConversion ? touchpoints.find(seen.type) ?? NumberedNames.none : NumberedNames.none
        }
        event.value = TouchBook.answer(values[0])
        event.cost = TouchBook.answer(values[1])
        event.nps = TouchBook.answer(values[2])
        event.csat = TouchBook.answer(values[3])
        event.feeling = TouchBook.answer(values[4])
        texts.truncate(to: 0)
        numbers.truncate(to: 0)
        for index in ReportReading.firstBy..<values.count { texts.append(text(values[index])) }
        accumulator.take(event, by: texts.view(0..<texts.count))
    }

    /// Whether a type's name ends with `impression` or `click`, in the singular or the plural.
    @inline(__always)
    private static func ending(of type: View<UInt8>) -> (isImpression: Bool, isClick: Bool) {
        var end = type.count
        if end > 0, type[end - 1] == UInt8(ascii: "s") { end -= 1 }
        guard end >= 5 else { return (false, false) }
        switch type[end - 1] {
        case UInt8(ascii: "n"):
            let isWord =
                end >= 10 && type[end - 10] == UInt8(ascii: "i") && type[end - 9] == UInt8(ascii: "m")
                && type.word(at: end - 8) == pression
            return (isWord, false)
        case UInt8(ascii: "k"): return (false, type[end - 5] == UInt8(ascii: "c") && type.half(at: end - 4) == lick)
        default: return (false, false)
        }
    }

    /// The ends of these words as they lie in memory, the first byte lowest.
    private static let pression: UInt64 = 0x6E6F_6973_7365_7270
    private static let lick: UInt32 = 0x6B63_696C

    /// A number, nil where there is nothing, NaN where there is something else.
    private static func answer(_ value: Value) -> Answer {
        switch value {
        case .null: nil
        case .error(let fault): fault.isAbsence ? nil : .nan
        case .int(let number): Double(number)
        case .uint(let number): Double(number)
        case .double(let number): number
        default: .nan
        }
    }

    private func text(_ value: Value) -> ByText {
        let made: String
        switch value {
        case .string(let text): return ByText(text)
        case .bool(let flag): made = flag ? "true" : "false"
        case .int(let number): made = "\(number)"
        case .uint(let number): made = "\(number)"
        case .double(let number): made = "\(number)"
        default: return ByText()
        }
        let start = numbers.count
        numbers.append(Array(made.utf8))
        return ByText(numbers.bytes[start..<numbers.count])
    }

    // MARK: Snapshots and looking

    func add(to image: StateImage) {
        touchpoints.add(to: image)
        channels.add(to: image)
        accumulator.add(to: image)
    }

    /// Makes a new one what an image says.
    func restore(from reader: StateReader) throws(StateFault) {
        touchpoints = try NumberedNames(from: reader)
        channels = try NumberedNames(from: reader)
        try accumulator.restore(from: reader)
        learn()
    }

    /// What a report would say of the shard if the input ended with time at `reached`; nothing is changed.
    func looked(reached: Instant) -> ReportPart {
        let start = System.monotonicClock
        let (totals, closed, parts) = accumulator.looked(reached: reached.microseconds)
        return ReportPart(
            totals: totals, touchpoints: touchpoints, channels: channels, traits: accumulator.traits, reached: reached,
            portion: ReportPortion(closed: closed, parts: parts), took: System.monotonicClock - start)
    }

    // MARK: Time

    func near(_ rows: View<UInt32>, from first: Int, count: Int, of batch: OrderedBatch) {
        var hashes = InlineArray<32, UInt64>(repeating: 0)
        for index in 0..<count { hashes[index] = batch.events.customerHash(Int(rows[first + index])) }
        accumulator.near(hashes, count: count)
    }

    /// No later event is taken before `watermark`: what is over by then is let go of.
    func settle(to watermark: Instant) {
        if watermark > .distantPast, watermark < .latest { accumulator.settle(to: watermark.microseconds) }
    }

    // MARK: Handing on

    func handOver() -> ReportPortion {
        let (closed, parts) = accumulator.handOver()
        defer { outcomes = [] }
        return ReportPortion(closed: closed, parts: parts, outcomes: outcomes)
    }

    /// Ends the input: what is over at `reached` is closed.
    func conclude(reached: Instant) { accumulator.conclude(reached: reached.microseconds) }
}
