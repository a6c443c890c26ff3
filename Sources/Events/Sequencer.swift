package import Storage

/// Gives every line its place and every event the time at which it is taken, moves the watermark, and parts the events
/// by shard.
///
/// A pure state machine, one for all inputs, that takes batches in order: after each `take`, `step` or `finish`, ask
/// `next` until it has no more. How the input was cut into batches changes nothing about places, times and order.
///
/// - The watermark never goes back. It is the greatest time seen less the disorder; idle live inputs let it go further.
/// - No event is taken before the watermark at that moment.
///
/// Cost: a few nanoseconds an event; with a disorder above zero a logarithm of the events that wait, and a copy.
package struct Sequencer: ~Copyable {
    /// How many events that waited leave in one batch.
    private static let releaseMost = 2048
    /// How many bytes of text they may have together, but for the last.
    private static let releaseTextMost = 512 << 10

    var settings: InputSettings
    private let shards: Int
    /// Finds whose events are; nil where that is their customer's id.
    var identity: IdentityResolver?
    private let hashKey: HashKey
    /// Told whose events are, while somebody's are looked for.
    package var search: (any PersonWatch)? {
        didSet { identity?.search = search }
    }
    var waiting = SequencerWaiting()
    var watermark = Instant.distantPast
    var greatest = Instant.distantPast
    var nextPlace: UInt64 = 0
    /// Wall time of the last event's arrival, and the watermark then: an idle step goes on from there.
    var lastArrival = Instant.distantPast
    var watermarkAtArrival = Instant.distantPast
    var ready: OrderedBatch?
    /// Rejects that go out with the next batch, and whether one must go out although nothing may be due.
    var rejects: [PlacedReject] = []
    var isOwing = false
    /// Whether the input has ended, and the batch that says so is still to come.
    private var isEnding = false

    /// How many events have their place in the order in which they are taken.
    var numbered: UInt64 = 0
    /// How many events were taken or wait.
    package internal(set) var eventCount: UInt64 = 0
    /// How many events came after the watermark, the rejected ones included.
    package internal(set) var lateCount: UInt64 = 0

    /// A sequencer in front of so many shards.
    /// - Parameter hashKey: what the ids of customers are hashed with.
    package init(_ settings: InputSettings, shards: Int, hashKey: HashKey = .process) {
        precondition(shards > 0 && shards < Int(ShardRows.none))
        self.settings = settings
        self.shards = shards
        self.hashKey = hashKey
        identity = settings.formats.identity.map { IdentityResolver($0, hashKey: hashKey) }
    }

    /// What has come of the ids that events showed; nil where customers are their ids.
    package var identityCounts: IdentityCounts? { identity?.counted() }

    /// Of what was taken last, the lines that were refused, until the next batch is asked for.
    package var refused: [PlacedReject] { ready?.rejects ?? rejects }

    /// Has the first event noted at which an id is a subject's. Where customers are their ids nothing need be noted.
    package mutating func watch(_ id: [UInt8]) { identity?.watched = id }

    /// What the state of who has an id is kept under; nil where nobody has it. Where customers are their ids, the id.
    package func key(ofID id: [UInt8]) -> [UInt8]? {
        // A way round `map`: the resolver is not copied.
        guard identity != nil else { return id }
        return identity?.key(ofID: id) ?? nil
    }

    /// How many lines have come; of one that holds several events each counts.
    package var lineCount: UInt64 { nextPlace }

    /// Whether so many events were late that somebody should be told: more than one in a hundred.
    package var isMuchLate: Bool { lateCount > 0 && lateCount * 100 > eventCount }

    /// Takes the next batch.
    package mutating func take(_ given: InputBatch) {
        let input = given.events.extras.timeless > 0 ? timed(given) : given
        let events = input.events
        let firstPlace = nextPlace
        nextPlace += UInt64(events.entryCount)
        let runs = runs(of: input, from: firstPlace)
        rejects = events.rejects.map { place($0, from: firstPlace, in: runs) }
        if search != nil { notePassed(events, firstPlace: firstPlace, runs: runs) }
        if settings.disorder > 0 {
            hold(input, firstPlace: firstPlace, runs: runs)
        } else {
            ready = sequence(input, firstPlace: firstPlace, runs: runs)
        }
        if events.count > 0 || !input.passed.isEmpty {
            lastArrival = events.arrival
            watermarkAtArrival = watermark
        }
    }

    /// The batch with the times of events that give none, without those that are rejected for it.
    private func timed(_ input: InputBatch) -> InputBatch {
        let missing = settings.missing ?? (input.isLive ? .arrival : .reject)
        let horizon = input.isLive ? input.events.arrival.advanced(by: settings.maxFuture) : .distantFuture
        return input.decoded(again: input.events.timed(missing, greatest: greatest, horizon: horizon))
    }

    /// Moves the watermark by the wall time that has passed, where no event has come for long enough.
    package mutating func step(to now: Instant) {
        guard let reached = reached(at: now) else { return }
        watermark = reached
        isOwing = true
    }

    /// Whether `step` to this time would move the watermark.
    package func moves(at now: Instant) -> Bool { reached(at: now) != nil }

    /// Whether `step` to this time would let an event go that waits, or come to a deadline.
    package func moves(at now: Instant, past deadline: Instant) -> Bool {
        guard let reached = reached(at: now) else { return false }
        return deadline <= reached || waiting.next(upTo: reached) != nil
    }

    private func reached(at now: Instant) -> Instant? {
        guard watermark != .distantPast, now >= lastArrival.advanced(by: settings.idleAfter) else { return nil }
        let passed = now.since(lastArrival)
        let reached = min(watermarkAtArrival.advanced(by: passed), now.advanced(by: -settings.disorder))
        return reached > watermark ? reached : nil
    }

    /// Ends the input: everything that waits is due, and the watermark is the greatest time seen.
    package mutating func finish() {
        watermark = max(watermark, greatest)
        isOwing = true
        isEnding = true
    }

    /// Goes on under other settings, with `scanner` in the place of the one before: events that wait are decoded anew. With a
    /// smaller disorder the watermark moves on, and events that waited are due.
    package mutating func follow(_ settings: InputSettings, scanner: inout LineScanner) {
        self.settings = settings
        if let plan = settings.formats.identity {
            if identity?.follow(plan) == nil {
                identity = IdentityResolver(plan, hashKey: hashKey)
                identity?.search = search
            }
        } else {
            identity = nil
        }
        waiting.scan(by: &scanner)
        guard greatest != .distantPast, greatest.advanced(by: -settings.disorder) > watermark else { return }
        watermark = greatest.advanced(by: -settings.disorder)
        isOwing = true
    }

    /// The next batch for the shards, if there is one by now.
    package mutating func next() -> OrderedBatch? {
        if let batch = ready {
            ready = nil
            return resolved(batch)
        }
        guard isOwing else { return nil }
        return resolved(release())
    }

    /// The batch once it is known whose its events are.
    private mutating func resolved(_ batch: OrderedBatch) -> OrderedBatch {
        guard let found = identity?.resolve(batch, settings.formats) else {
            if search != nil { noteTaken(batch) }
            return batch
        }
        eventCount -= UInt64(found.rejects.count - batch.rejects.count)
        if search != nil { noteTaken(found) }
        return found
    }

    // MARK: Without disorder

    private mutating func sequence(_ input: InputBatch, firstPlace: UInt64, runs: [LineRun]) -> OrderedBatch {
        let events = input.events
        let count = events.count
        let horizon = input.isLive ? events.arrival.advanced(by: settings.maxFuture) : .distantFuture
        var times = Column<Instant>(capacity: 4)
        var shardOf = Column<UInt16>(capacity: count)
        let divisor = UInt64(shards)
        var passed = PassedLines(input.passed)
        for index in 0..<count {
            let row = events.row(index)
            if row.line >= passed.next, let time = passed.take(before: row.line) { watermark = max(watermark, time) }
            var shard = UInt16(truncatingIfNeeded: row.customerHash % divisor)
            if row.time >= watermark, row.time <= horizon {
                watermark = row.time
            } else if refuses(row, of: input, horizon: horizon, firstPlace: firstPlace, runs: runs) {
                shard = ShardRows.none
            } else if times.isEmpty {
                for earlier in 0..<index { times.append(events.row(earlier).time) }
                times.append(watermark)
            }
            if !times.isEmpty, times.count == index { times.append(watermark) }
            shardOf.append(shard)
        }
        if let time = passed.take(before: .max) { watermark = max(watermark, time) }
        greatest = max(greatest, watermark)
        let rows = ShardRows(shardOf, count: shards)
        eventCount += UInt64(rows.rows.count)
        return OrderedBatch(
            events: events, firstPlace: firstPlace, watermark: watermark, settledPlace: nextPlace,
            rejects: takeRejects(), places: Column(capacity: 4), times: times, shards: rows, runs: runs,
            firstNumber: number(count))
    }

    /// Numbers the next events in the order in which they are taken; answers how many came before.
    private mutating func number(_ count: Int) -> UInt64 {
        defer { numbered += UInt64(count) }
        return numbered
    }

    /// Counts an event that does not simply follow, and rejects it where the settings say so.
    private mutating func refuses(
        _ row: EventRow, of input: InputBatch, horizon: Instant, firstPlace: UInt64, runs: [LineRun]
    ) -> Bool {
        var reason = RejectReason.future
        var detail = ""
        if row.time > horizon {
            detail = "\(row.time) is further than time.max_future after its arrival at \(input.events.arrival)"
        } else if row.time < watermark {
            lateCount += 1
            guard settings.late == .reject else { return false }
            reason = .late
            detail = "\(row.time) is before the watermark \(watermark); raise time.disorder"
        } else {
            return false
        }
        let text = input.events.text(row.lineText)
        let reject = Reject(line: Int(row.line), reason: reason, detail: detail, raw: text, element: row.element)
        rejects.append(place(reject, from: firstPlace, in: runs))
        return true
    }

    // MARK: With disorder

    private mutating func hold(_ input: InputBatch, firstPlace: UInt64, runs: [LineRun]) {
        let events = input.events
        let horizon = input.isLive ? events.arrival.advanced(by: settings.maxFuture) : .distantFuture
        waiting.hold(events, firstPlace: firstPlace, runs: runs)
        var passed = PassedLines(input.passed)
        for index in 0..<events.count {
            let row = events.row(index)
            if row.line >= passed.next { reach(passed.take(before: row.line)) }
            var taken = row.time
            if row.time < watermark || row.time > horizon {
                if refuses(row, of: input, horizon: horizon, firstPlace: firstPlace, runs: runs) { continue }
                taken = watermark
            }
            greatest = max(greatest, taken)
            watermark = max(watermark, greatest.advanced(by: -settings.disorder))
            waiting.wait(index, place: firstPlace + UInt64(row.line), taken: taken)
            eventCount += 1
        }
        reach(passed.take(before: .max))
        waiting.dropDone()
        isOwing = true
    }

    /// Moves the watermark as an event of that time would.
    private mutating func reach(_ time: Instant?) {
        guard let time else { return }
        greatest = max(greatest, time)
        watermark = max(watermark, greatest.advanced(by: -settings.disorder))
    }

    /// A batch of what is due; the last one for now moves the watermark all the way, even without events.
    private mutating func release() -> OrderedBatch {
        var copy = EventBatchCopy(count: 64)
        var places = Column<UInt64>()
        var times = Column<Instant>()
        var shardOf = Column<UInt16>()
        var runs: [LineRun] = []
        while copy.count < Sequencer.releaseMost, copy.textCount < Sequencer.releaseTextMost,
            let entry = waiting.next(upTo: watermark)
        {
            let events = waiting.events(of: entry)
            let hash = events.row(Int(entry.index)).customerHash
            runs.append(waiting.run(of: entry))
            copy.append(Int(entry.index), of: events, line: copy.count)
            places.append(entry.place)
            times.append(entry.taken)
            shardOf.append(UInt16(truncatingIfNeeded: hash % UInt64(shards)))
            waiting.removeNext()
        }
        isOwing = waiting.next(upTo: watermark) != nil
        let isLast = isEnding && !isOwing
        if isLast { isEnding = false }
        let reached = isOwing ? times[times.count - 1] : watermark
        let lineCount = copy.count
        return OrderedBatch(
            events: copy.finished(arrival: lastArrival, lineCount: lineCount, rejects: []),
            firstPlace: places.isEmpty ? nextPlace : places[0], watermark: reached,
            settledPlace: waiting.firstPlace ?? nextPlace, rejects: takeRejects(), places: places, times: times,
            shards: ShardRows(shardOf, count: shards), runs: runs, isLast: isLast, firstNumber: number(lineCount))
    }

    // MARK: Lines

    /// Where the batch's lines come from, by place; counts them.
    private mutating func runs(of input: InputBatch, from firstPlace: UInt64) -> [LineRun] {
        var first: UInt64 = 0
        let runs =
            input.runs.isEmpty
            ? input.events.parts.map { part in
                defer { first += UInt64(part.lineCount) }
                return LineRun(first: first, source: part.source, line: part.source.number(part.lineCount))
            } : input.runs
        return input.events.spread(runs).map {
            LineRun(first: firstPlace + $0.first, source: $0.source, line: $0.line, isOneLine: $0.isOneLine)
        }
    }

    private func place(_ reject: Reject, from firstPlace: UInt64, in runs: [LineRun]) -> PlacedReject {
        let place = firstPlace + UInt64(reject.line)
        let run = runs[LineRun.index(of: place, in: runs)]
        return PlacedReject(place: place, source: run.source, line: run.line(of: place), reject: reject)
    }

    private mutating func takeRejects() -> [PlacedReject] {
        defer { rejects = [] }
        return rejects.count > 1 ? rejects.sorted { $0.place < $1.place } : rejects
    }
}
