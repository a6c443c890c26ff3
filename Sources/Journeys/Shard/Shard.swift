package import Events
package import Expressions
package import Storage

/// The part of the engine that follows some of the customers: their windows, their partial matches, their deadlines.
///
/// A pure state machine: batches in, moments out. It knows no clock, no thread and no other shard; the time is what the
/// events and the watermark say.
///
/// For each event, in this order: deadlines due, deduplication, touchpoint, profile, windows,
/// scores, segments, moments. Sequences' deadlines fire before any event at or after them; windows
/// slide behind the events of the instant, where no event of the customer found them so. Whatever
/// it writes carries an `OrderKey`, by which the outputs of all shards are merged. Cost: an event
/// costs in proportion to the rules that name its type and to what they find in the customer's
/// state, not to the number of rules, customers, or partial matches that wait for something else.
package struct Shard: ~Copyable {
    let plan: JourneyPlan
    /// How many events are looked ahead at once, where all waits for memory are to overlap.
    private static let lookahead = 32
    /// The same where several steps lie between (`near`): by the next step the wait is over, and what
    /// came is still in the nearest cache.
    private static let stepLength = 8

    let interestTable: InterestTable
    let picture: PictureTable
    /// A bit for each score and segment: those to be decided.
    var pending: Column<UInt64>
    let texts: Shelf<MomentText>
    let dedup: Int64?
    let sink: (any OccurrenceSink)?
    /// Told of everything that happens to one customer, where somebody wants to know.
    package var observer: (any CustomerObserver)?
    /// Told of each event, where a report is made.
    package var touches: (any TouchSink)?
    var touchValues = Column<Value>()
    let report: ReportForm
    let responses: ResponseForm
    var isObservationClosed = false
    /// What the watched customer is kept under, where that is not its id.
    var watched: Watched?
    /// Whether at the current event the watched id turned out to be its subject's.
    var showsWatched = false
    /// The first line that the current event has brought about.
    var firstLineOfEvent = 0
    /// What was held back of the watched customer's moments since something was last told.
    var observedHeldBack: [HeldBackMoment] = []
    /// How far the watermark has come.
    package internal(set) var reached = Instant.distantPast

    var context: EvaluationContext
    var matcher: SequenceMatcher
    /// The customers' clocks, where windows follow the calendar.
    var clocks: ZoneClocks?
    var deadlines = Deadlines()

    /// Where the hand of the sweep stands.
    var sweepPlace = 0
    /// How many events came since that have not moved it: fewer than move it by one.
    var unswept = 0
    /// How far the hand goes with time alone.
    var pace = HandPace()

    /// What is being decided's number among what one cause brings about.
    var ordinal: UInt32 = 0
    /// What the next events will look up in reference tables.
    private var ahead: LookAhead
    /// In which slots of their table the customers of the next events were found, by the events' numbers.
    private var slots = InlineArray<128, UInt32>(repeating: 0)
    private static let slotMask = 127
    /// Whether it comes behind the events of its instant.
    var isSlide = false
    /// A bit for each `when` moment that falls due at this instant, and for each that looks at a window which slides.
    var dueMoments: Column<UInt64>
    var slidMoments: Column<UInt64>
    /// The place of the event that set the deadline being decided.
    var deadlinePlace: UInt64 = 0

    private let accountEventID = ByteBlock(capacity: 64)
    /// By type of event, whether its customer is forgotten; empty where none is.
    let forgetting: Column<Bool>
    /// Whether the current event's customer has turned out to be another one, too: all is decided anew.
    var hasMerged = false
    /// What has become known about who is who, since something was last handed over.
    var changes: [SubjectChange] = []
    /// The moments whose decision waits since the event or deadline at hand.
    var keptMoments: [WaitingMoment] = []
    /// What of them is told of with the next output.
    var toldKept: [KeptMoment] = []
    var lines: [MomentLine] = []
    var text: [UInt8] = []
    var duplicates: [(place: UInt64, reject: Reject)] = []
    var lineText: [UInt8] = []
    /// The events bound by the match being written, and their steps.
    var path = Column<UInt32>(capacity: MomentTable.positionLimit)
    var pathSteps = Column<StepNumber>(capacity: MomentTable.positionLimit)

    /// A shard without customers.
    /// - Parameters:
    ///   - sink: told of each moment as it comes.
    ///   - space: shared with the shards to which it may have to hand over customers.
    package init(
        plan: JourneyPlan, sink: (any OccurrenceSink)?, evaluator: consuming Evaluator,
        space: ArenaSpace = ArenaSpace()
    ) {
        self.plan = plan
        self.sink = sink
        picture = PictureTable(plan)
        pending = Column<UInt64>(repeating: 0, count: (plan.picture.itemCount + 63) / 64)
        dueMoments = Column<UInt64>(repeating: 0, count: (plan.moments.count + 63) / 64)
        slidMoments = Column<UInt64>(repeating: 0, count: (plan.moments.count + 63) / 64)
        texts = Shelf(plan.moments.map { MomentText($0) })
        dedup = plan.dedup
        forgetting = Column(
            plan.forgetTypes.isEmpty ? [] : plan.projection.types.indices.map { plan.forgetTypes.contains($0) })
        context = EvaluationContext(plan: plan, evaluator: evaluator, space: space)
        matcher = SequenceMatcher(plan: plan, arena: context.scope.arena)
        interestTable = InterestTable(plan, picture: picture, matcher.table.forms)
        ahead = LookAhead(plan.tables.sights)
        report = ReportForm(plan)
        responses = ResponseForm(plan)
        clocks = plan.calendar.map { ZoneClocks(default: $0.defaultZone, lookup: $0.lookup) }
    }

    // MARK: Batches

    /// How far a shard has come with a batch.
    package struct BatchProgress {
        /// How many of the shard's events have been taken, how many changes and transfers passed.
        fileprivate(set) var rows = 0
        var changes = 0
        var transfers = 0
        /// What another shard has to hand over before the next event.
        package internal(set) var awaited: StateTransfer?

        package init() {}

        /// Whether nothing of the batch has been looked at.
        package var isNew: Bool { rows == 0 && transfers == 0 && awaited == nil }
    }

    /// The time of the earliest deadline, or the distant future where there is none.
    package var nextDeadline: Instant { deadlines.next }

    /// Takes the batch's events that belong to this shard, and then the deadlines up to the batch's
    /// watermark. For a batch without transfers.
    package mutating func process(_ batch: OrderedBatch, shard: Int) -> ShardOutput {
        var progress = BatchProgress()
        guard let output = process(batch, shard: shard, &progress) else {
            preconditionFailure("nobody hands over what the shard waits for")
        }
        return output
    }

    /// The same for any batch, as far as that goes.
    /// - Returns: nil where the shard waits for `progress.awaited`; it is to be asked again once that was given.
    package mutating func process(
        _ batch: OrderedBatch, shard: Int, _ progress: inout BatchProgress
    ) -> ShardOutput? {
        let rows = batch.rows(ofShard: shard)
        let hasTransfers = !batch.transfers.isEmpty
        while progress.rows < rows.count {
            let index = progress.rows
            if hasTransfers, !passTransfers(through: Int(rows[index]), batch, shard, &progress) { return nil }
            progress.rows += 1
            if index & (Shard.lookahead - 1) == 0 {
                if context.newCustomers >= Shard.lookahead {
                    sweep(events: nil)
                    context.newCustomers = 0
                }
                if interestTable.lookUps.count > 0 { lookAhead(rows, from: index, of: batch) }
                touches?.near(rows, from: index, count: min(Shard.lookahead, rows.count - index), of: batch)
            }
            if index & (Shard.stepLength - 1) == 0 { near(rows, from: index, of: batch) }
            let row = Int(rows[index])
            let type = batch.events.type(row)
            let taken = batch.taken(row)
            if deadlines.next.microseconds <= taken.microseconds { fire(upTo: taken) }
            // What slides at this instant is decided by the first event of its customer, of whatever type.
            let maySlide = deadlines.next.microseconds == taken.microseconds
            matcher.work.eventNumber = batch.number(row)
            if plan.hasIdentity { meet(row, of: batch, &progress.changes) }
            let isLast = forgets(type)
            if interestTable.entry(ofType: type).isEmpty, dedup == nil, observer == nil, touches == nil, !maySlide,
                !hasMerged, !isLast
            {
                continue
            }
            context.scope.event = batch.events.sight(row, taken: taken, place: batch.place(row))
            context.scope.slot = slots[index & Shard.slotMask]
            showsWatched = batch.watchedRow == row
            if let observer { takeObserved(type, by: observer) } else { take(type) }
            if isLast { forgetCustomer() }
        }
        if hasTransfers { _ = passTransfers(through: .max, batch, shard, &progress) }
        fire(upTo: batch.watermark, slides: batch.isLast)
        context.scope.now = batch.watermark
        reached = batch.watermark
        sweep(events: rows.count)
        context.newCustomers = 0
        return handOver()
    }

    /// Takes the batch's events for the accounts of this shard that they count for, and then the
    /// deadlines up to the batch's watermark.
    package mutating func processAccounts(_ batch: OrderedBatch, shard: Int) -> ShardOutput {
        var count = 0
        for touch in batch.accounts where touch.shard == shard {
            count += 1
            let row = touch.row
            let type = batch.events.type(row)
            let taken = batch.taken(row)
            if deadlines.next.microseconds <= taken.microseconds { fire(upTo: taken) }
            let maySlide = deadlines.next.microseconds == taken.microseconds
            if interestTable.entry(ofType: type).isEmpty, dedup == nil, !maySlide, !touch.isChanged { continue }
            context.scope.customerKey = batch.events.text(touch.key)
            context.scope.members = touch.members
            context.scope.event = batch.events.sight(row, taken: taken, place: batch.place(row))
            context.scope.event.row.customerHash = touch.hash
            matcher.work.eventNumber = batch.number(row)
            hasMerged = touch.isChanged
            take(type)
            if context.newCustomers >= Shard.lookahead {
                sweep(events: nil)
                context.newCustomers = 0
            }
        }
        fire(upTo: batch.watermark, slides: batch.isLast)
        context.scope.now = batch.watermark
        reached = batch.watermark
        sweep(events: count)
        context.newCustomers = 0
        return handOver()
    }

    /// Brings near what the next events will touch.
    ///
    /// Table, rows and the blocks behind them are far apart in memory, and each leads to the next.
    /// Followed for one event after the other, every step would wait. So each turn takes a step for
    /// each of the groups to come, the first for the one furthest ahead: what a step asks for is
    /// there when the next step reads it, a group of events later. What is found changes nothing:
    /// a look at a wrong customer's state costs only time.
    private mutating func near(_ rows: View<UInt32>, from first: Int, of batch: OrderedBatch) {
        // A report alone keeps nothing here of anybody.
        if context.scope.customers.count == 0 { return }
        for index in Shard.group(5, from: first, of: rows.count) { batch.events.bringRowNear(Int(rows[index])) }
        for index in Shard.group(4, from: first, of: rows.count) {
            let row = Int(rows[index])
            context.scope.customers.bringEntryNear(batch.events.customerHash(row))
            batch.events.bringTextsNear(row)
        }
        for index in Shard.group(3, from: first, of: rows.count) {
            slots[index & Shard.slotMask] =
                context.scope.customers.bringRowNear(batch.events.customerHash(Int(rows[index])))
        }
        for index in Shard.group(2, from: first, of: rows.count) {
            let row = Int(rows[index])
            let bitmap = context.scope.customers.bitmap(
                batch.events.customerHash(row), slot: slots[index & Shard.slotMask])
            if bitmap != 0 { bringBlocksNear(interestTable.entry(ofType: batch.events.type(row)), bitmap: bitmap) }
        }
        for index in Shard.group(1, from: first, of: rows.count) {
            let row = Int(rows[index])
            let entry = interestTable.entry(ofType: batch.events.type(row))
            guard entry.leadsToLists else { continue }
            let bitmap = context.scope.customers.bitmap(
                batch.events.customerHash(row), slot: slots[index & Shard.slotMask])
            if bitmap != 0 { bringListsNear(entry, bitmap: bitmap) }
        }
    }

    /// The events that a step is taken for, so many groups ahead: at the beginning of a batch all up to there.
    @inline(__always)
    private static func group(_ ahead: Int, from first: Int, of count: Int) -> Range<Int> {
        let end = min(first + ahead * stepLength, count)
        return min(first == 0 ? 0 : first + (ahead - 1) * stepLength, end)..<end
    }

    /// Looks at the rows of reference tables that the next events will look up by what they say.
    @inline(never)
    private mutating func lookAhead(_ rows: View<UInt32>, from first: Int, of batch: OrderedBatch) {
        var seen: UInt64 = 0
        for index in first..<min(first + Shard.lookahead, rows.count) {
            let row = batch.events.row(Int(rows[index]))
            let entry = interestTable.entry(ofType: row.type)
            if entry.firstLookUp == entry.endLookUp { continue }
            let fields = batch.events.fields(of: row)
            for place in 0..<fields.count where fields[place].kind == .string {
                for number in entry.firstLookUp..<entry.endLookUp {
                    let lookUp = interestTable.lookUps[Int(number)]
                    guard lookUp.slot == fields[place].slot else { continue }
                    seen |= ahead.ask(Int(lookUp.table), for: batch.events.text(fields[place].textRange)) >> 1
                }
            }
        }
        seen |= ahead.follow() >> 1
        precondition(seen != .max)
    }

    /// The blocks that a customer's row leads to, for an event of one type.
    @inline(__always)
    private func bringBlocksNear(_ entry: InterestTable.TypeEntry, bitmap: Int) {
        var index = entry.firstGlance
        while index < entry.endGlance {
            let glance = interestTable.glances[Int(index)]
            bringBlocksNear(glance.bits, ofWord: Int(glance.word), bitmap: bitmap)
            index &+= 1
        }
        if entry.hasPicture, let cell = context.scope.customers.cell(context.scope.pictureKind, bitmap: bitmap) {
            context.scope.arena.bringNear(Arena.word(UInt32(truncatingIfNeeded: context.scope.arena[cell])) + 1)
        }
    }

    /// The blocks of those kinds of a customer's words that some bits of a word of its bitmap stand for.
    @inline(__always)
    func bringBlocksNear(_ kinds: UInt64, ofWord word: Int, bitmap: Int) {
        let held = context.scope.arena[bitmap &+ word]
        var bits = held & kinds
        while bits != 0 {
            let bit = bits & (0 &- bits)
            let cell = context.scope.customers.cell(bit: bit, of: held, word: word, bitmap: bitmap)
            context.scope.arena.bringNear(block: UInt32(truncatingIfNeeded: context.scope.arena[cell]))
            bits ^= bit
        }
    }

    /// The lists of runs that the sequences' key states lead to.
    @inline(__always)
    private func bringListsNear(_ entry: InterestTable.TypeEntry, bitmap: Int) {
        var index = entry.firstMoment
        while index < entry.endMoment {
            let interest = interestTable.momentInterest(index)
            if interest.leadsToLists,
                let cell = context.scope.customers.cell(context.kind(ofMoment: interest.moment), bitmap: bitmap)
            {
                matcher.bringListsNear(interest.moment, cell: cell, in: context.scope.arena)
            }
            index &+= 1
        }
    }

    /// After the last batch: with `flush`, all pending deadlines fire, as if time went on without end.
    package mutating func finish(flush: Bool) -> ShardOutput {
        if flush {
            context.isFlushing = true
            fire(upTo: .latest, slides: true)
            context.isFlushing = false
            reached = .distantFuture
        }
        if observer != nil { closeObservation(before: .distantFuture) }
        return handOver()
    }

    /// What has been counted so far.
    package func counted() -> ShardStatistics {
        var statistics = context.statistics
        statistics.customers = context.scope.customers.count
        statistics.stateBytes = context.scope.arena.wordsInUse * 8
        statistics.deadlines = deadlines.count
        statistics.neverDue = deadlines.beyond
        statistics.partialMatches = KeyState.partialMatches(in: context.scope.arena)
        statistics.deadlineBytes = deadlines.bytes
        return statistics
    }

    private mutating func handOver() -> ShardOutput {
        // One deadline of a customer may write several lines, between which another's belong; and
        // of several that are due together, one kind may find its place only as it fires.
        var isSorted = true
        for index in lines.indices.dropFirst() where lines[index].key < lines[index - 1].key { isSorted = false }
        if !isSorted { lines.sort { $0.key < $1.key } }
        let output = ShardOutput(
            lines: lines, text: text, duplicates: duplicates, kept: toldKept, reached: reached, changes: changes)
        if !changes.isEmpty { changes = [] }
        if !toldKept.isEmpty { toldKept = [] }
        // The next batch will say about as much.
        if !lines.isEmpty {
            lines = []
            lines.reserveCapacity(output.lines.count)
        }
        if !text.isEmpty {
            text = []
            text.reserveCapacity(output.text.count)
        }
        if !duplicates.isEmpty { duplicates = [] }
        return output
    }

    // MARK: One event

    /// Takes the event that the scope shows, by the number of its type.
    mutating func take(_ type: Int32) {
        let interests = interestTable.entry(ofType: type)
        context.begin()
        if plan.isOfAccounts { context.noteName() }
        (isSlide, ordinal) = (false, 0)
        let isAnew = hasMerged
        hasMerged = false
        if dedup != nil, isDuplicate() { return }
        var slides = false
        if deadlines.next.microseconds == context.scope.now.microseconds {
            // What is gone at this instant is behind what came before it.
            absorb(interests)
            slides = gatherDue()
        }
        if isAnew {
            noteAllConditions()
            slides = true
        }
        let hasPicture = interests.hasPicture || isAnew
        if hasPicture { beginPicture() }
        var index = interests.firstWindow
        while index < interests.endWindow {
            addToWindow(interestTable.windowInterest(index))
            index &+= 1
        }
        if hasPicture { decideItems() }
        if let touches { tell(touches) }
        if interests.hasResponses { tellResponses() }
        if slides {
            reactSliding(interests)
        } else {
            index = interests.firstMoment
            while index < interests.endMoment {
                react(interestTable.momentInterest(index))
                index &+= 1
            }
        }
        if !keptMoments.isEmpty { joinWaiting() }
        context.releaseEvent()
    }

    /// Shows the event to a moment.
    @inline(__always)
    mutating func react(_ interest: InterestTable.MomentInterest) {
        if interest.strategy == nil { decideCondition(interest.moment) } else { match(interest) }
    }

    // MARK: Deduplication

    /// Whether the event's id came before within the time for which ids are remembered; if not, it is remembered.
    /// Events without an id are never duplicates.
    private mutating func isDuplicate() -> Bool {
        guard let dedup, !context.scope.event.row.id.isAbsent else { return false }
        // A set of ids with the time of each is what a window of different values keeps.
        let state = WindowState(
            form: WindowForm(distinctOver: dedup), arena: context.scope.arena)
        let cell = context.obtainCell(context.dedupKind)
        var id = context.scope.event.text(context.scope.event.row.id)
        if plan.isOfAccounts {
            // Two persons' events may have one id.
            accountEventID.truncate(to: 0)
            accountEventID.append(id)
            accountEventID.append(0xFF)
            accountEventID.append(context.scope.customerID)
            id = accountEventID.bytes
        }
        if state.holds(.string(id), at: context.scope.now, cell: cell) {
            if plan.isOfAccounts { return true }
            duplicates.append(
                (
                    context.scope.event.place,
                    Reject(
                        line: Int(context.scope.event.row.line), reason: .duplicate,
                        detail: "id \"\(id.text)\" came before within input.dedup",
                        raw: context.scope.event.text(context.scope.event.row.lineText),
                        element: context.scope.event.row.element)
                ))
            return true
        }
        state.add(.string(id), at: context.scope.now, place: context.scope.event.place, cell: cell)
        return false
    }
}
