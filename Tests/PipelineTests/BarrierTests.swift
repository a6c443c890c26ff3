import Decisions
import Endpoints
import Events
import Expressions
import Journeys
import Storage
import Synchronization
import Testing

@testable import Pipeline

@Suite struct BarrierTests {
    /// What was seen at the barriers, in order.
    private final class Log: Sendable {
        private let seen = Mutex<[UInt64]>([])
        var all: [UInt64] { seen.withLock { $0 } }
        func add(_ number: UInt64) { seen.withLock { $0.append(number) } }
    }

    /// A plan without rules: every line is an event, and nothing follows from any.
    private var plan: Plan {
        let journeys = JourneyPlan(projection: Projection(), expressions: [], windows: [], moments: [], dedup: nil)
        return Plan(
            input: InputSettings(), journeys: journeys,
            decisions: DecisionPlan(actions: [], policy: PolicyPlan(), moments: [], expressions: []))
    }

    /// What a run is about to write to and read from.
    private func run(reading input: Descriptor, _ controls: ControlQueue, shards: Int) throws -> Run {
        Run(
            plan: plan, inputs: [Input(descriptor: input, name: "in", isLive: false)],
            outlets: [Outlet(try Output(path: "/dev/null", apartFrom: []))], rejects: nil, shardCount: shards,
            flushesAtEnd: false, stop: try StopSignal(), controls: controls)
    }

    @Test(arguments: [1, 2, 5]) func allThatCameBeforeIsDoneAndNothingBehind(_ shards: Int) async throws {
        let (reading, writing) = try Descriptor.pipe()
        let controls = ControlQueue()
        let stages = Stages(try run(reading: reading, controls, shards: shards), workerCount: 2)
        async let fault = stages.run()
        let seen = Log()
        var written: UInt64 = 0
        for round in 1...20 {
            for number in 0..<round {
                writing.writeMessage(#"{"customer_id":"c\#(number)","event":"e","timestamp":\#(round)}"# + "\n")
            }
            written += UInt64(round)
            // Lines are read some time after they were written.
            while stages.meters.totals.lines < written { await Task.yield() }
            #expect(await controls.add(.pause { seen.add(stages.meters.totals.lines) }))
            while seen.all.count < round { await Task.yield() }
        }
        try writing.close()
        #expect(await fault == nil)
        let triangular: [UInt64] = (1...20).map { round in UInt64(round * (round + 1) / 2) }
        #expect(seen.all == triangular)
        #expect(stages.meters.totals.lines == 210)
    }

    /// A snapshot has a part of every stage, which stands where all stages met.
    @Test func aSnapshotHasAllParts() async throws {
        let (reading, writing) = try Descriptor.pipe()
        let controls = ControlQueue()
        let stages = Stages(try run(reading: reading, controls, shards: 2), workerCount: 2)
        async let fault = stages.run()
        for number in 0..<7 {
            writing.writeMessage(#"{"customer_id":"c\#(number)","event":"e","timestamp":\#(number)}"# + "\n")
        }
        while stages.meters.totals.lines < 7 { await Task.yield() }
        let parts = await withCheckedContinuation { continuation in
            controls.post(
                .snapshot(
                    SnapshotRequest { parts in
                        let read = parts.map { (EnginePart(rawValue: $0.kind), $0.index, $0.image.copied()) }
                        continuation.resume(returning: read)
                    }))
        }
        try writing.close()
        #expect(await fault == nil)
        #expect(parts.map(\.0) == [.sequencer, .numbering, .shard, .shard, .decisions, .rejects])
        #expect(parts.map(\.1) == [0, 0, 0, 1, 0, 0])
        var sequencer = Sequencer(plan.input, shards: 2)
        var scanner = LineScanner(plan.journeys.projection, lineLimit: plan.input.maxLine)
        try sequencer.restore(from: StateReader(parts[0].2), scanner: &scanner)
        #expect(sequencer.lineCount == 7 && sequencer.eventCount == 7)
        #expect(try Numbering(from: StateReader(parts[1].2)).types == [""])
        var shard = EngineShard(plan, index: 0)
        try shard.restore(from: StateReader(parts[2].2))
    }

    @Test func aRunThatIsOverTakesNoBarriers() async throws {
        let (reading, writing) = try Descriptor.pipe()
        let controls = ControlQueue()
        let run = try run(reading: reading, controls, shards: 2)
        try writing.close()
        #expect(await run.run().fault == nil)
        #expect(await controls.add(.pause {}) == false)
    }
}
