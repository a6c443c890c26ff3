import Configuration
import Events
import Journeys
import Storage
import Testing

@testable import Pipeline

/// A configuration that was meant to be right and is not.
struct ConfigurationFault: Error, CustomStringConvertible {
    let description: String
}

/// What came of some lines.
struct Outcome {
    /// The lines of output.
    var lines: [String] = []
    /// The reasons for which lines were refused, in order of their places.
    var rejects: [PlacedReject] = []
    var totals: [String: UInt64] = [:]
    /// What each shard has counted, and what is left in it.
    var statistics: [ShardStatistics] = []
    var events: UInt64 = 0
    var late: UInt64 = 0

    /// The lines that have one type: `moment`, `decision`.
    func lines(ofType type: String) -> [String] { lines.filter { $0.hasPrefix("{\"type\":\"\(type)\"") } }

    /// The moments without their type and id, which stand before the rest and are always as long.
    var moments: [String] {
        lines(ofType: "moment").map { String($0.utf8.dropFirst(Outcome.idEnd)) ?? "" }
    }

    private static let idEnd = #"{"type":"moment","id":"m-0123456789abcdef","#.utf8.count
}

/// The engine without descriptors and tasks: from the bytes of the inputs to lines of output, stage after stage.
struct EngineUnderTest {
    let plan: Plan

    /// The arrival of all lines: 2026-01-01.
    static let arrival = Instant(microseconds: 1_767_225_600_000_000)

    /// - Parameter files: what the configuration names beside itself, by path.
    init(_ configuration: String, files: [String: String] = [:]) throws {
        plan = try EngineUnderTest.plan(configuration, files: files)
    }

    /// The plan of a configuration, in which what is in the projection has the numbers that it has there.
    /// The plan of a configuration, as one of so many partitions follows it where `partition` names one.
    static func plan(
        _ configuration: String, following projection: Projection = Projection(),
        partition: (number: Int, count: Int)? = nil, files: [String: String] = [:]
    ) throws -> Plan {
        let (plan, diagnostics) = try Configuration.load(path: "config", following: projection) { path in
            Array((files[path] ?? configuration).utf8)
        }
        guard let plan else { throw ConfigurationFault(description: diagnostics.rendered(excerpts: true)) }
        let decisions =
            partition.map { plan.decisionPlan(of: $0.number, among: $0.count) } ?? plan.decisionPlan
        return Plan(input: plan.input, journeys: plan.journeys, decisions: decisions, zone: plan.zone)
    }

    /// Runs one input.
    /// - Parameter piece: how many bytes each read gives.
    func run(_ input: String, shards: Int = 1, flush: Bool = false, piece: Int = 1 << 16) -> Outcome {
        run([Array(input.utf8)], shards: shards, flush: flush, piece: piece)
    }

    /// Runs several inputs, merged by time.
    func run(_ inputs: [[UInt8]], shards: Int = 1, flush: Bool = false, piece: Int = 1 << 16) -> Outcome {
        var sequencer = Sequencer(plan.input, shards: shards)
        let engine = Engine(plan, shards: shards)
        if inputs.count == 1 {
            for batch in scanned(inputs[0], piece: piece) {
                sequencer.take(InputBatch(batch, isLive: false))
                engine.take(from: &sequencer)
            }
        } else {
            merge(inputs, piece: piece) { batch in
                sequencer.take(batch)
                engine.take(from: &sequencer)
            }
        }
        sequencer.finish()
        engine.take(from: &sequencer)
        engine.finish(flush: flush)
        var outcome = engine.outcome
        (outcome.events, outcome.late) = (sequencer.eventCount, sequencer.lateCount)
        outcome.rejects.sort { $0.place < $1.place }
        return outcome
    }

    private func merge(_ inputs: [[UInt8]], piece: Int, _ take: (InputBatch) -> Void) {
        var merge = InputMerge(sources: inputs.count)
        var waiting = inputs.map { ArraySlice(scanned($0, piece: piece)) }
        while true {
            switch merge.next() {
            case .needs(let source):
                if let batch = waiting[source].popFirst() { merge.offer(batch, of: source) } else { merge.end(source) }
            case .batch(let batch): take(batch)
            case .finished: return
            }
        }
    }

    private func scanned(_ bytes: [UInt8], piece: Int) -> [EventBatch] {
        var framer = Framer(lineLimit: plan.input.maxLine)
        var scanner = LineScanner(
            plan.journeys.projection, lineLimit: plan.input.maxLine, formats: plan.input.formats)
        let source = LineSource("in")
        var batches: [EventBatch] = []
        func scan(_ block: ByteBlock?) {
            guard let block else { return }
            batches.append(
                scanner.scan(block, source: source, arrival: EngineUnderTest.arrival, isFirst: batches.isEmpty))
        }
        for start in stride(from: 0, to: bytes.count, by: piece) {
            framer.room().append(Array(bytes[start..<min(start + piece, bytes.count)]))
            scan(framer.whole())
        }
        scan(framer.rest())
        return batches
    }
}

/// The shards and the stage behind them, one after the other.
private final class Engine {
    private(set) var outcome = Outcome()
    private let shards: ShardSet
    private var merge: EngineMerge
    private var order = LineOrder()

    init(_ plan: Plan, shards count: Int) {
        shards = ShardSet(plan, count: count)
        merge = EngineMerge(plan)
    }

    func take(from sequencer: inout Sequencer) {
        while let batch = sequencer.next() {
            let made = shards.process(batch)
            outcome.rejects += batch.rejects
            for output in made { outcome.rejects += batch.placed(output.journeys.duplicates) }
            write(made)
        }
    }

    func finish(flush: Bool) {
        let made = shards.all.map { $0.shard.finish(flush: flush) }
        write(made)
        let counts = shards.all.map { $0.shard.counted() }
        outcome.statistics = counts.map(\.statistics)
        outcome.totals = EngineCounts(shards: counts, merge: merge.counted()).named
    }

    private func write(_ made: [EngineOutput]) {
        order.check(made)
        var output = OutputLines(capacity: 1024)
        merge.merge(made, into: &output)
        outcome.lines += output.lines.map { output.text(of: $0).text }
    }
}
