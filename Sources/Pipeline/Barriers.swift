import Endpoints
import Events
package import Journal
import Journeys
package import Storage
import Synchronization

/// What flows from the sequencer to the shards and to the stage that decides, in one order for all.
enum StreamItem: Sendable {
    /// A batch, and when what it follows from arrived.
    case batch(OrderedBatch, arrived: Instant?)
    /// A barrier, and for a snapshot what the sequencer puts into it.
    case barrier(Barrier, StateImage?)
    /// All pending deadlines fire, as if time went on without end.
    case flush
    /// Something that the outputs should know; shards are not told.
    case note(StreamNote)
}

/// A point between two events at which all stages behind the sequencer meet.
///
/// A shard that comes to it does its part, says so among its outputs and stands still. The stage that decides comes to it
/// once it has decided on all that lies before; when every shard stands, it does what is to be done, and lets them go
/// on. So whatever happens at a barrier finds the state that follows from all events before it and from none behind it,
/// whatever the number of shards.
package enum Barrier: Sendable {
    /// Has something done while nothing moves.
    case pause(@Sendable () -> Void)
    /// Another configuration is followed from here on.
    case reload(Reload)
    /// What the engine knows here is to be kept.
    case snapshot(SnapshotRequest)
    /// The figures of the journeys, as they are here, are wanted.
    case report(ReportRequest)
    /// What is known of one customer is wanted.
    case customer(CustomerRequest)
    /// A person is forgotten, and nothing tells of it.
    case forget(ForgetRequest)
}

/// Asks for a person to be forgotten.
package final class ForgetRequest: Sendable {
    let ids: PersonIds
    private let found = Mutex<[[UInt8]]>([])

    /// - Parameter ids: all of the person's ids.
    package init(_ ids: [String]) { self.ids = PersonIds(ids) }

    /// The keys under which the person is followed: the sequencer says them before anybody else is asked.
    var keys: [[UInt8]] {
        get { found.withLock { $0 } }
        set { found.withLock { $0 = newValue } }
    }
}

/// A configuration that takes the place of another one between two events.
package struct Reload: Sendable {
    /// What was read, so that whoever repeats the input can follow.
    package let configuration: RecordedConfiguration
    /// The plan that it comes to, which follows the one before.
    package let plan: Plan
    /// Told, once it is followed, what was dropped: a line for each rule that was changed or is gone.
    package let tell: @Sendable ([String]) -> Void

    package init(
        configuration: RecordedConfiguration, plan: Plan, tell: @escaping @Sendable ([String]) -> Void = { _ in }
    ) {
        self.configuration = configuration
        self.plan = plan
        self.tell = tell
    }
}

/// Asks for an image of the engine: in a process that repeats a journal up to where a snapshot is to stand.
package struct SnapshotRequest: Sendable {
    /// Called while nothing moves, with what all parts know: the images look at their memory, so whatever is to be kept of
    /// them must be copied or written before this returns.
    package let take: @Sendable ([ImageFile.Part]) -> Void

    package init(take: @escaping @Sendable ([ImageFile.Part]) -> Void) { self.take = take }
}

/// Where barriers come from that nobody's input brings: each takes its place among the arrivals as it comes.
package final class ControlQueue: Sendable {
    fileprivate let barriers = Channel<Barrier>(capacity: 4)

    package init() {}

    /// Puts a barrier behind all that has arrived; waits while several do so already. False where the run is over.
    package func add(_ barrier: Barrier) async -> Bool { await barriers.send(barrier) }

    /// The same, without waiting.
    package func post(_ barrier: Barrier) { barriers.post(barrier) }
}

/// The plans of a run one after the other, so that each follows the one before: the newest that was handed to the stream,
/// which the stages may not have come to yet.
package final class Succession: Sendable {
    private let plan: Mutex<Plan>

    package init(_ first: Plan) { plan = Mutex(first) }

    /// Has `next` make a plan that follows the newest; where it throws, all stays as it is.
    @discardableResult
    package func go<Fault: Error>(_ next: (Plan) throws(Fault) -> Plan) throws(Fault) -> Plan {
        try plan.withLock { plan throws(Fault) in
            plan = try next(plan)
            return plan
        }
    }
}

/// What a shard has to say: one for each item that it was sent, in order.
enum ShardReport: Sendable {
    case output(EngineOutput)
    /// It has come to a barrier and stands still.
    case standing
    /// It follows another plan from now on, and let go of this.
    case followed(Dropped)
    /// It stands still, and this is what it knows.
    case image(StateImage)
    /// It stands still, and this is what it has counted; nil where nothing is reported.
    case counted(ReportPart?)
    /// It stands still, and this is what it knows of the customer; nil where that is nothing.
    case known(KnownCustomer?)
}

/// The plan that the sequencer follows, for those who work ahead of it.
final class CurrentPlan: Sendable {
    private let number = Atomic<Int>(0)
    private let state: Mutex<(plan: Plan, planVersion: Int)>

    /// What the engine hashes customers' ids with.
    let hashKey: HashKey

    init(_ plan: Plan, hashKey: HashKey) {
        state = Mutex((plan: plan, planVersion: 0))
        self.hashKey = hashKey
    }

    /// How many plans were followed before this one.
    var planVersion: Int { number.load(ordering: .acquiring) }

    /// The plan that is followed by now.
    var plan: Plan { state.withLock { $0.plan } }

    /// A scanner for the plan.
    var scanner: LineScanner {
        let (plan, planVersion) = state.withLock { $0 }
        return LineScanner(
            plan.journeys.projection, lineLimit: plan.input.maxLine, formats: plan.input.formats,
            planVersion: planVersion,
            hashKey: hashKey)
    }

    func follow(_ next: Plan) {
        let planVersion = state.withLock { state in
            state = (plan: next, planVersion: state.planVersion + 1)
            return state.planVersion
        }
        number.store(planVersion, ordering: .releasing)
    }
}

extension Stages {
    /// Gives interjected barriers their places among the arrivals, as long as there are any.
    func interject() async -> EndpointFault? {
        _ = await caughtUp.receive()
        defer { request.controls.barriers.abandon() }
        while let barrier = await request.controls.barriers.receive() {
            guard let ticket = await arrivals.reserve() else { return nil }
            arrivals.deliver(.barrier(barrier), ticket: ticket)
        }
        return nil
    }

    /// A shard at a barrier: does its part, and waits until it may go on; false where it never will.
    func meet(_ barrier: Barrier, _ shard: inout EngineShard, number: Int) async -> Bool {
        let report: ShardReport
        switch barrier {
        case .pause: report = .standing
        case .reload(let reload): report = .followed(shard.follow(reload.plan))
        case .snapshot:
            let image = StateImage()
            shard.add(to: image)
            report = .image(image)
        case .report: report = .counted(shard.look())
        case .customer(let request):
            report = .known(shard.journeys.known(of: request.id).map { KnownCustomer(state: $0.state, time: $0.time) })
        case .forget(let request):
            for key in request.keys { shard.forget(key) }
            report = .standing
        }
        guard await outputs[number].send(report) else { return false }
        return await released[number].receive() != nil
    }

    /// The stage that decides at a barrier: waits for all shards, and lets them go on once it is done.
    func perform(
        _ barrier: Barrier, sequencer: StateImage?, _ decisions: inout EngineMerge, _ rejects: inout RejectLog
    ) async -> Bool {
        var reports: [ShardReport] = []
        for channel in outputs {
            guard let report = await channel.receive() else { return false }
            reports.append(report)
        }
        switch barrier {
        case .pause(let body): body()
        case .reload(let reload):
            let before = decisions.plan
            decisions.follow(reload.plan)
            reload.tell(dropped(reports).map { ReloadReport($0, from: before, to: reload.plan).lines } ?? [])
        case .snapshot(let request):
            if let sequencer { request.take(EnginePart.all(sequencer, reports, decisions, rejects)) }
            guard await isTaken.send(()) else { return false }
        case .report(let request): request.take(decisions, reports)
        case .customer(let request):
            var found: KnownCustomer?
            for case .known(let known?) in reports { found = known }
            request.take(found)
        case .forget(let request):
            for key in request.keys { decisions.forget(key, hashKey: current.hashKey) }
            rejects.forget(request.ids)
        }
        for channel in released {
            guard await channel.send(()) else { return false }
        }
        return true
    }

    private func dropped(_ reports: [ShardReport]) -> Dropped? {
        var sum: Dropped?
        for report in reports {
            guard case .followed(let dropped) = report else { continue }
            if sum == nil { sum = dropped } else { sum?.add(dropped) }
        }
        return sum
    }
}
