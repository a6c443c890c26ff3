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

    private var sources: [LineSource]
    private var scanner: LineScanner
    private var sequencer: Sequencer
    private var shard: EngineShard
    private var merge: EngineMerge
    private var rejects: RejectLog
    private var watermark = Instant.distantPast

    /// An engine in which nothing has happened yet.
    /// - Parameters:
    ///   - sources: the names of the inputs, as rejected lines show them.
    ///   - formats: the formats of their lines; the configuration's where there are none.
    ///   - observer: told of everything that happens to one customer.
    package init(_ plan: Plan, sources: [String], formats: [InputFormat] = [], observer: (any CustomerObserver)? = nil)
    {
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

    /// Decodes a block of whole lines, which is not changed any more.
    /// - Parameter format: that of the lines, where it is another than was known before the first of them had come: a table has
    ///   a header.
    package mutating func scan(
        _ block: ByteBlock, source: Int, format: InputFormat? = nil, arrival: Instant, isFirst: Bool
    ) -> EventBatch {
        if let format, format != sources[source].format {
            sources[source] = LineSource(sources[source].name, format: format)
        }
        return scanner.scan(block, source: sources[source], arrival: arrival, isFirst: isFirst)
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
