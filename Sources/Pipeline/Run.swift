package import Endpoints
import Events
import Journal
package import Languages
import Storage
package import Telemetry

/// One run: events from inputs through shards to outputs.
///
/// ```
/// reader ──► scanners ──► (merge of files) ──► sequencer ──► shards ──► decisions ──► writer
/// ```
///
/// Every stage is a child task of one group; between them are bounded channels of batches, so that
/// memory does not grow with the input and the slowest stage sets the pace. Readers and writers
/// have threads of their own. A run ends when all inputs have ended, or `stop` is requested: what
/// was read is then drained and written. A stage that fails ends the others, and the first fault is
/// the run's.
package struct Run: Sendable {
    package let plan: Plan
    package let inputs: [Input]
    /// Where lines go.
    package let outlets: [Outlet]
    /// Where rejected lines go; without it the first few are reported and all are counted.
    package let rejects: Output?
    /// How many shards, at least 1. The output is the same for any number.
    package let shardCount: Int
    /// Whether deadlines that are pending at the end fire.
    package let flushesAtEnd: Bool
    package let stop: StopSignal
    /// Where barriers come from while the run goes on.
    package let controls: ControlQueue
    /// Has outputs that are files opened anew.
    package let reopen: ReopenSignal
    /// Where the run registers what it counts, so that others may read it meanwhile.
    package let metrics: Metrics
    /// Where operators are told of rejected lines; without it the first few are reported for people.
    package let log: Log?
    /// How people are told of rejected lines.
    package let speech: Speech
    /// How the run is, for those who look after it.
    package let condition: RunCondition
    /// What the run repeats first, and where it writes down what comes then; nil where neither.
    package let journal: RunJournal?
    /// Notes what the end of the run may have to say of its input; nil where nobody asks.
    package let sketch: InputSketch?
    /// The plans that are followed one after the other.
    package let succession: Succession
    /// Where the report is put together; nil where none is made.
    package let report: ReportCollector?
    /// Where the latest decisions are kept; nil where nobody may see them.
    package let recent: RecentDecisions?

    package init(
        plan: Plan, inputs: [Input], outlets: [Outlet], rejects: Output?, shardCount: Int, flushesAtEnd: Bool,
        stop: StopSignal, controls: ControlQueue = ControlQueue(), reopen: ReopenSignal = ReopenSignal(),
        metrics: Metrics = Metrics(), log: Log? = nil, speech: Speech = Speech(.english),
        condition: RunCondition = RunCondition(),
        journal: RunJournal? = nil, sketch: InputSketch? = nil, report: ReportCollector? = nil,
        recent: RecentDecisions? = nil
    ) {
        self.report = report
        self.recent = recent
        self.plan = plan
        self.inputs = inputs
        self.outlets = outlets
        self.rejects = rejects
        self.shardCount = shardCount
        self.flushesAtEnd = flushesAtEnd
        self.stop = stop
        self.controls = controls
        self.reopen = reopen
        self.metrics = metrics
        self.log = log
        self.speech = speech
        self.condition = condition
        self.journal = journal
        self.sketch = sketch
        succession = Succession(plan)
    }

    /// Runs to the end.
    /// - Returns: what came of it, and the first fault if there was one.
    package func run() async -> (totals: Totals, fault: EndpointFault?) {
        let clock = ContinuousClock()
        let start = clock.now
        let stages = Stages(self, workerCount: System.coreCount)
        var fault = await stages.run()
        if fault == nil { fault = stages.concludeJournal() }
        let closing = stages.ended.close()
        fault = fault ?? closing
        stages.concludeRequests()
        var totals = stages.meters.totals
        let (seconds, attoseconds) = (clock.now - start).components
        totals.seconds = Double(seconds) + Double(attoseconds) / 1e18
        totals.figures = figures(totals, under: stages.current.plan)
        return (totals, fault)
    }
}

extension Run {
    /// What the diagnosis of the run looks at, but for what only the command line knows.
    private func figures(_ totals: Totals, under plan: Plan) -> RunFigures? {
        guard var figures = sketch?.figures(under: plan, totals) else { return nil }
        figures.isLive = inputs.contains(where: \.isLive)
        figures.wasStopped = stop.isRequested
        figures.flushes = flushesAtEnd
        figures.keepsRejects = rejects != nil
        figures.goesOn = journal?.state != nil
        figures.isDaemon = log != nil
        return figures
    }
}

/// What comes to the sequencer.
enum Arrival: Sendable {
    case batch(InputBatch)
    /// The wall clock's time, while there are live inputs.
    case time(Instant)
    /// Something that concerns all stages, between two events.
    case barrier(Barrier)
    /// What the journal has of an earlier run.
    case repeated(Repeated)
}

/// A block of lines for any scanner, and where its events are awaited.
struct ScanJob: Sendable {
    let piece: InputReader.Piece
    /// Which input it comes from.
    let source: Int
    let isLive: Bool
    let buffer: ReorderBuffer<Arrival>
    let ticket: Int
    /// Where lines come from that an earlier run took; else empty.
    var runs: [LineRun] = []
    /// Whether the journal has it already.
    var isRepeated = false
    /// The lines that were erased of it, and when each was taken.
    var erased: [SkippedRecords.ErasedLine] = []
}

/// The stages of one run, and what joins them.
struct Stages: Sendable {
    /// How many batches may wait between two stages.
    static let channelCapacity = 4
    /// Up to how many bytes a piece is scanned by whoever read it.
    static let scannedInPlaceMost = 8 << 10

    let request: Run
    let workerCount: Int
    let meters: Meters
    /// Where all batches come together in the order in which they are taken.
    let arrivals: ReorderBuffer<Arrival>
    /// The buffer of each input: one of its own where several files are merged by time, else the common one.
    let buffers: [ReorderBuffer<Arrival>]
    let jobs: Channel<ScanJob>
    /// The ordered batches, and the barriers between them, for each shard and for the stage that decides.
    let ordered: [Channel<StreamItem>]
    let expected: Channel<StreamItem>
    let outputs: [Channel<ShardReport>]
    /// The plan that is followed at the sequencer.
    let current: CurrentPlan
    /// The memory that the shards share, so that they can hand over customers to each other.
    let space = ArenaSpace()
    /// What lets each shard go on after a barrier.
    let released: [Channel<Void>]
    /// What lets the sequencer go on once a snapshot is taken, which looks at its memory.
    let isTaken = Channel<Void>(capacity: 1)
    /// The lines on their way to each output.
    let lines: [Channel<LineDispatch>]
    let rejected: Channel<RejectBlock>
    /// Closed when nothing is left to be repeated: only then is anything new taken.
    let caughtUp: Channel<Never>
    let progress: OutputProgress
    let acknowledgements = Acknowledgements()
    /// The events whose senders wait for what follows from them, and whether there can be any.
    let inquiries = Inquiries()
    let takesRequests: Bool
    /// What goes wrong with outputs, to end the engine.
    let outputFaults = Channel<EndpointFault>(capacity: 1)
    /// Closed by each output at its end.
    let outputEnds: Channel<Never>
    /// The outputs that have had all their lines.
    let ended = EndedOutputs()

    init(_ request: Run, workerCount: Int) {
        self.request = request
        self.workerCount = workerCount
        takesRequests = request.inputs.contains(where: \.takesRequests)
        meters = Meters(
            request.metrics, inputs: request.inputs.map(\.name), outputs: request.outlets.map(\.plan.path),
            isLive: request.inputs.contains(where: \.isLive),
            shardCount: request.shardCount)
        let underWay = workerCount * 2 + 2
        let fileCount = request.inputs.count { !$0.isLive }
        let isMerging = fileCount > 1
        let producers = request.inputs.count - (isMerging ? fileCount - 1 : 0) + (request.journal == nil ? 0 : 1)
        let arrivals = ReorderBuffer<Arrival>(capacity: underWay, producers: producers)
        self.arrivals = arrivals
        buffers = request.inputs.map { input in
            isMerging && !input.isLive ? ReorderBuffer(capacity: underWay, producers: 1) : arrivals
        }
        let readers = request.inputs.count + (request.journal == nil ? 0 : 1)
        jobs = Channel(capacity: underWay * readers, senders: readers)
        ordered = (0..<request.shardCount).map { _ in Channel(capacity: Stages.channelCapacity) }
        expected = Channel(capacity: Stages.channelCapacity)
        outputs = (0..<request.shardCount).map { _ in Channel(capacity: Stages.channelCapacity) }
        released = (0..<request.shardCount).map { _ in Channel(capacity: 1) }
        lines = request.outlets.map { _ in Channel(capacity: Stages.channelCapacity) }
        rejected = Channel(capacity: Stages.channelCapacity)
        outputEnds = Channel(capacity: 1, senders: request.outlets.count)
        caughtUp = Channel(capacity: 1, senders: request.journal == nil ? 0 : 1)
        progress = OutputProgress(outlets: request.outlets.count)
        current = CurrentPlan(request.plan, hashKey: request.journal?.state?.hashKey ?? .process)
        observeQueues()
    }

    /// The inputs whose buffers are merged by event time.
    var mergedSources: [Int] { buffers.indices.filter { buffers[$0] !== arrivals } }

    /// Runs all stages to their ends.
    ///
    /// The outputs are a group around all others: when one of them fails, the engine is ended, and
    /// what it made before that still goes to the other outputs.
    /// - Returns: the first fault, if there was one.
    func run() async -> EndpointFault? {
        let outputThreads = (0..<request.outlets.count * 2 + 1).map { _ in BlockingThread(stack: .small) }
        defer { for thread in outputThreads { thread.end() } }
        followPulse()
        request.condition.enter(request.journal == nil ? .ready : .recovering)
        return await withTaskCancellationHandler {
            await withTaskGroup(of: EndpointFault?.self) { group in
                addOutputs(to: &group, threads: outputThreads)
                var first = await runEngine()
                for await fault in group { first = first ?? fault }
                return first
            }
        } onCancel: {
            request.stop.request()
        }
    }

    /// Runs all stages up to the one that decides.
    private func runEngine() async -> EndpointFault? {
        let threads = request.inputs.map { _ in BlockingThread(stack: .small) }
        let journalThreads = request.journal.map { _ in (0..<3).map { _ in BlockingThread(stack: .small) } }
        let hasClock = request.inputs.contains(where: \.isLive)
        let memoryThread = hasClock ? BlockingThread(stack: .small) : nil
        if hasClock { BlockMemory.shared.useSmallPages() }
        defer {
            for thread in threads + (journalThreads ?? []) { thread.end() }
            memoryThread?.end()
        }
        return await withTaskGroup(of: EndpointFault?.self) { group in
            addInputs(to: &group, threads: threads)
            addWork(to: &group, writingOn: journalThreads?[0])
            if let journalThreads { addJournal(to: &group, threads: journalThreads) }
            if hasClock { group.addTask { await tick() } }
            if let memoryThread { group.addTask(executorPreference: memoryThread) { await readyMemory() } }
            group.addTask { await interject() }
            group.addTask { await outputFaults.receive() }
            // What the outputs have written is told to the journal up to the last.
            group.addTask {
                _ = await outputEnds.receive()
                return nil
            }
            var remaining = threads.count + workerCount + request.shardCount + 3
            if !mergedSources.isEmpty { remaining += 1 }
            if request.journal != nil { remaining += 1 }
            var first: EndpointFault?
            for await fault in group {
                remaining -= 1
                // Only those are left that never end by themselves: the clock, the controls, the
                // outputs' faults, the journal's.
                if remaining == 0 { group.cancelAll() }
                guard let fault else { continue }
                first = first ?? fault
                request.stop.request()
                // What was read before an input failed is still worth writing.
                if !fault.isOfInput { group.cancelAll() }
            }
            return first
        }
    }

    private func addInputs(to group: inout TaskGroup<EndpointFault?>, threads: [BlockingThread]) {
        for source in request.inputs.indices {
            group.addTask(executorPreference: threads[source]) { await read(source) }
        }
        for _ in 0..<workerCount {
            group.addTask { await scan() }
        }
        if !mergedSources.isEmpty {
            group.addTask { await merge() }
        }
    }

    private func addWork(to group: inout TaskGroup<EndpointFault?>, writingOn thread: BlockingThread?) {
        if let thread {
            group.addTask(executorPreference: thread) { await sequence() }
        } else {
            group.addTask { await sequence() }
        }
        for index in 0..<request.shardCount {
            group.addTask { await work(onShard: index) }
        }
        group.addTask { await decide() }
    }

    private func addOutputs(to group: inout TaskGroup<EndpointFault?>, threads: [BlockingThread]) {
        for (number, outlet) in request.outlets.enumerated() {
            let channel = lines[number]
            switch outlet.way {
            case .written(let output):
                request.reopen.follow { channel.post(.reopen) }
                group.addTask(executorPreference: threads[number * 2]) {
                    await write(channel, to: output, of: outlet.plan, number: number)
                }
            case .delivered(let delivery):
                group.addTask(executorPreference: threads[number * 2]) {
                    await keep(channel, for: delivery, of: outlet.plan, number: number)
                }
                group.addTask(executorPreference: threads[number * 2 + 1]) {
                    delivery.deliver()
                    return nil
                }
            }
        }
        group.addTask(executorPreference: threads[threads.count - 1]) {
            if let rejects = request.rejects { return await write(rejected, to: rejects) }
            return await tell(rejected)
        }
    }
}

extension Stages {
    /// Merges the buffers of several files into the common one.
    private func merge() async -> EndpointFault? {
        let sources = mergedSources
        var merge = fileMerge
        merging: while true {
            switch merge.next() {
            case .needs(let place):
                if case .batch(let batch) = await buffers[sources[place]].receive() {
                    merge.offer(batch.events, of: place, end: batch.end, mark: batch.mark)
                } else {
                    merge.end(place, isCut: buffers[sources[place]].isCut)
                }
            case .batch(let batch):
                guard let ticket = await arrivals.reserve() else { break merging }
                arrivals.deliver(.batch(batch), ticket: ticket)
            case .finished: break merging
            }
        }
        arrivals.close()
        return nil
    }
}
