package import Cells
import Decisions
import Endpoints
package import Events
package import Journal
package import Pipeline
import Storage

/// Makes the plan of a configuration that was recorded, as one of so many partitions follows it: `numbering` is that of the
/// plan or snapshot that it goes on from, nil for none.
package typealias CellPlanning =
    @Sendable (
        _ configuration: RecordedConfiguration, _ numbering: Numbering?, _ partition: Int, _ count: Int
    ) throws(CellFault) -> Plan

/// The whole engine as the machine of a cell: one sequencer, one shard, its own deciding stage.
package final class EngineCell: CellMachine {
    package private(set) var configuration: [UInt8]
    private let partition: Int
    private let partitions: Int
    private let planning: CellPlanning
    private var plan: Plan
    private var engine: InProcessEngine
    private var made = CellOutput()
    /// How many records were misplaced since the process has the cell.
    package private(set) var misplacedCount: UInt64 = 0

    /// A cell in which nothing has happened yet.
    /// - Parameter source: how rejected lines name the partition.
    init(
        _ configuration: [UInt8], partition: Int, of partitions: Int, source: String,
        planning: @escaping CellPlanning
    ) throws(CellFault) {
        self.configuration = configuration
        (self.partition, self.partitions, self.planning) = (partition, partitions, planning)
        plan = try planning(try Self.read(configuration, partition), nil, partition, partitions)
        engine = InProcessEngine(plan, sources: [source])
    }

    /// A cell as a snapshot has it.
    init(
        _ state: RestoredEngine, under plan: Plan, following configuration: [UInt8], partition: Int,
        of partitions: Int, source: String, planning: @escaping CellPlanning
    ) {
        self.configuration = configuration
        (self.partition, self.partitions, self.planning) = (partition, partitions, planning)
        self.plan = plan
        engine = InProcessEngine(state, under: plan, sources: [source])
    }

    static func read(_ configuration: [UInt8], _ partition: Int) throws(CellFault) -> RecordedConfiguration {
        if let found = View.of(configuration, { RecordedConfiguration($0) }) { return found }
        throw CellFault("partition \(partition): the control topic has a configuration that cannot be read")
    }

    /// What the cell has counted.
    package var counts: InProcessEngine.Counts { engine.counts }

    /// See `CellMachine`.
    package func take(_ piece: CellPiece) {
        let batch = engine.scan(piece.block, source: 0, from: UInt64(clamping: piece.first), arrival: piece.arrival)
        note(engine.take(batch))
    }

    /// See `CellMachine`.
    package func rejectMisplaced(_ record: CellPiece, _ detail: String) {
        misplacedCount += 1
        let line = record.block.bytes
        made.rejected.append(
            engine.rejected(
                line[0..<max(0, line.count - 1)], source: 0, number: UInt64(clamping: record.first), for: .misplaced,
                detail))
    }

    /// See `CellMachine`.
    package func moves(at now: Instant) -> Bool { engine.moves(at: now) }

    /// See `CellMachine`.
    package func step(to now: Instant) { note(engine.step(to: now)) }

    /// See `CellMachine`.
    package func follow(_ configuration: [UInt8]) throws(CellFault) {
        let recorded = try Self.read(configuration, partition)
        let next = try planning(recorded, Numbering(plan), partition, partitions).following(plan)
        note(engine.follow(next))
        plan = next
        self.configuration = configuration
    }

    /// See `CellMachine`.
    package func takeWishes() -> [Cells.LeaseWish] {
        engine.takeLeaseWishes().map { wish in
            Cells.LeaseWish(
                account: LeaseAccount(budget: wish.budget, value: wish.value, window: wish.window),
                granted: wish.granted, total: wish.total, pool: wish.pool)
        }
    }

    /// See `CellMachine`.
    package func grant(_ total: Int, for account: LeaseAccount) {
        engine.grant(total, budget: account.budget, value: account.value, window: account.window)
    }

    /// See `CellMachine`.
    package func takeOutput() -> CellOutput {
        defer { made = CellOutput() }
        return made
    }

    /// What the cell knows, as the sections of a snapshot. It is to be written before anything else is taken.
    func parts() -> [ImageFile.Part] { engine.parts() }

    /// The longest line that is read; it stays as it was when the cell began.
    var maxLine: Int { plan.input.maxLine }

    private func note(_ portions: [InProcessEngine.Portion]) {
        for portion in portions {
            if !portion.lines.isEmpty { made.lines.append(portion.lines) }
            if portion.rejected.count > 0 { made.rejected.append(portion.rejected) }
        }
    }
}
