package import Decisions
package import Events
package import Journeys
package import Storage

/// The whole engine in one piece, without files, threads or a clock: blocks of lines in, lines out, at once.
///
/// It is composed as a run is, with one shard, so that it says what a run would say; whoever uses it decides what time
/// it is. For trying configurations and for looking at single customers; a run is faster.
package struct InProcessEngine: ~Copyable {
    /// What follows from one ordered batch.
    package struct Portion: Sendable {
        package let lines: OutputLines
        /// The lines for what was rejected, each with its line end.
        package let rejected: ByteBlock
        /// How far time has come.
        package let watermark: Instant
    }

    /// What an engine has counted since its state began.
    package struct Counts: Sendable {
        package let lines: UInt64
        package let events: UInt64
        package let late: UInt64
        package let rejects: [RejectReason: UInt64]
    }

    private var sources: [LineSource]
    private var scanner: LineScanner
    var sequencer: Sequencer
    var shard: EngineShard
    var merge: EngineMerge
    var rejects: RejectLog
    private var watermark = Instant.distantPast
    /// What the engine hashes customers' ids with.
    private let hashKey: HashKey
    /// How many plans were followed before this one.
    private var planVersion = 0

    /// An engine in which nothing has happened yet.
    /// - Parameters:
    ///   - sources: the names of the inputs, as rejected lines show them.
    ///   - formats: the formats of their lines; the configuration's where there are none.
    ///   - observer: told of everything that happens to one customer.
    package init(_ plan: Plan, sources: [String], formats: [InputFormat] = [], observer: (any CustomerObserver)? = nil)
    {
        hashKey = .process
        scanner = LineScanner(
            plan.journeys.projection, lineLimit: plan.input.maxLine, formats: plan.input.formats)
        sequencer = Sequencer(plan.input, shards: 1)
        if let observer { sequencer.watch(observer.customerID) }
        self.sources = sources.enumerated().map { number, name in
            LineSource(name, format: formats.indices.contains(number) ? formats[number] : .standard)
        }
        shard = EngineShard(plan, index: 0, observer: observer)
        merge = EngineMerge(plan)
        rejects = RejectLog(isKept: true)
    }

    /// An engine as a snapshot of one shard has it.
    /// - Parameters:
    ///   - plan: that under which it was restored.
    ///   - sources: the names of the inputs, as rejected lines show them.
    package init(_ state: RestoredEngine, under plan: Plan, sources: [String]) {
        precondition(state.shards.count == 1, "an engine in one piece has one shard")
        hashKey = state.hashKey
        scanner = LineScanner(
            plan.journeys.projection, lineLimit: plan.input.maxLine, formats: plan.input.formats,
            hashKey: state.hashKey)
        sequencer = state.sequencer.take()
        self.sources = sources.map { LineSource($0, format: .standard) }
        shard = state.shards[0].take()
        merge = state.merge.take()
        rejects = RejectLog(isKept: true)
        rejects.goOn(from: state.rejects)
    }

    /// Whether anything would happen at a `step` to this time: an event that waits is taken, or a
    /// deadline falls due. Else the step can be left out, and the next event comes to the same.
    package func moves(at now: Instant) -> Bool { sequencer.moves(at: now, past: shard.nextDeadline) }

    /// What partitions ask a bank for, of the budgets that they share, since this was told last.
    package mutating func takeLeaseWishes() -> [LeaseWish] { merge.merge.stage.takeLeaseWishes() }

    /// Takes note of all that a bank has granted of a budget, from here on.
    package mutating func grant(_ total: Int, budget: [UInt8], value: [UInt8], window: Int64) {
        merge.merge.stage.grant(total, budget: budget, value: value, window: window)
    }

    /// Follows another plan from here on, which follows this engine's (`Plan.following`).
    package mutating func follow(_ plan: Plan) -> [Portion] {
        planVersion += 1
        scanner = LineScanner(
            plan.journeys.projection, lineLimit: plan.input.maxLine, formats: plan.input.formats,
            planVersion: planVersion, hashKey: hashKey)
        sequencer.follow(plan.input, scanner: &scanner)
        _ = shard.follow(plan)
        merge.follow(plan)
        return passOn()
    }

    /// What the engine knows, as the sections of a snapshot. It is to be written before anything else is taken.
    package mutating func parts() -> [ImageFile.Part] {
        let order = StateImage()
        sequencer.add(to: order)
        let customers = StateImage()
        shard.add(to: customers)
        return EnginePart.all(order, [.image(customers)], merge, rejects)
    }

    /// Decodes a block of whole lines, which is not changed any more.
    /// - Parameter format: that of the lines, where it is another than was known before the first
    ///   of them had come: a table has a header.
    package mutating func scan(
        _ block: ByteBlock, source: Int, format: InputFormat? = nil, arrival: Instant, isFirst: Bool
    ) -> EventBatch {
        if let format, format != sources[source].format {
            sources[source] = LineSource(sources[source].name, format: format)
        }
        return scanner.scan(block, source: sources[source], arrival: arrival, isFirst: isFirst)
    }

    /// Decodes a block of whole lines that stand one after the other in their source, from a number on.
    package mutating func scan(_ block: ByteBlock, source: Int, from number: UInt64, arrival: Instant) -> InputBatch {
        let events = scan(block, source: source, arrival: arrival, isFirst: false)
        return InputBatch(
            events, isLive: true, runs: [LineRun(first: 0, source: sources[source], line: number)])
    }

    /// The line that says of one of a source that it was not taken, for a reason that the engine
    /// does not see. It has no place among the others.
    package func rejected(
        _ line: View<UInt8>, source: Int, number: UInt64, for reason: RejectReason, _ detail: String
    ) -> ByteBlock {
        let block = ByteBlock(capacity: 256)
        let reject = Reject(line: 0, reason: reason, detail: detail, raw: line)
        PlacedReject(place: 0, source: sources[source], line: number, reject: reject)
            .append(to: block, source: sources[source].name)
        return block
    }

    /// What the engine has counted.
    package var counts: Counts {
        Counts(
            lines: sequencer.lineCount, events: sequencer.eventCount, late: sequencer.lateCount,
            rejects: rejects.counts)
    }

    /// Takes the next events, in the order of their batches.
    package mutating func take(_ batch: InputBatch) -> [Portion] {
        sequencer.take(batch)
        return passOn()
    }

    /// Lets time go on to `now` without an event, counted from the arrival of the last one.
    package mutating func step(to now: Instant) -> [Portion] {
        sequencer.step(to: now)
        return passOn()
    }

    /// Ends the input: what waits for its turn is taken, and with `flush` all pending deadlines fire.
    package mutating func finish(flush: Bool) -> [Portion] {
        sequencer.finish()
        var portions = passOn()
        let output = shard.finish(flush: flush)
        var lines = OutputLines(capacity: 1024)
        merge.merge([output], into: &lines)
        portions.append(Portion(lines: lines, rejected: settled(upTo: .max), watermark: watermark))
        return portions
    }

    private mutating func passOn() -> [Portion] {
        var portions: [Portion] = []
        while let batch = sequencer.next() {
            let output = shard.process(batch)
            var lines = OutputLines(capacity: 1024)
            merge.merge([output], into: &lines)
            rejects.add(batch.rejects)
            rejects.add(batch.placed(output.journeys.duplicates))
            watermark = batch.watermark
            portions.append(
                Portion(lines: lines, rejected: settled(upTo: batch.settledPlace), watermark: batch.watermark))
        }
        return portions
    }

    private mutating func settled(upTo place: UInt64) -> ByteBlock {
        let block = ByteBlock(capacity: 64)
        _ = rejects.settle(upTo: place, into: block)
        return block
    }
}
