import Events
import Storage

@testable import Cells

/// A machine all of whose output depends on all that it ever took, and in which order: one line too many, one too few, or one
/// at another time shows in everything that follows. It spends of a budget, too, as far as that goes.
final class ModelMachine: CellMachine {
    private(set) var configuration: [UInt8]
    private let partition: Int
    private var hash: UInt64
    private var latest = Instant(microseconds: 0)
    private var made = OutputLines(capacity: 64)
    private let own: Int
    private var spent: [Int64: Int] = [:]
    private var grants: [Int64: Int] = [:]
    private var wished: Set<Int64> = []

    /// What all partitions may spend together in each window, what the bank has of it, and how long a window is.
    static let (budget, pool, window): (Int, Int, Int64) = (12, 6, 200)

    init(_ configuration: [UInt8], partition: Int, of partitions: Int) {
        self.configuration = configuration
        self.partition = partition
        let half = Self.budget - Self.pool
        own = half / partitions + (partition < half % partitions ? 1 : 0)
        hash = View.of(configuration) { Hash64.of($0) }
    }

    init(copying other: ModelMachine) {
        (configuration, partition, hash, latest) = (other.configuration, other.partition, other.hash, other.latest)
        (own, spent, grants) = (other.own, other.spent, other.grants)
    }

    private func note(_ bytes: View<UInt8>, _ offset: Int64, always: Bool = false) {
        hash = Hash64.of(bytes, seed: hash)
        guard always || hash % 3 != 0 else { return }
        let text = Array("\(partition) \(offset) \(hash)".utf8)
        View.of(text) { made.append($0, type: .moment, id: hash) }
    }

    func take(_ piece: CellPiece) {
        var rest = piece.block.bytes
        for index in 0..<piece.lineCount {
            let end = rest.firstIndex(of: UInt8(ascii: "\n"), from: 0)
            hash = Hash64.of(UInt64(bitPattern: piece.arrival.microseconds), seed: hash)
            latest = max(latest, piece.arrival)
            note(rest[0..<end], piece.first + Int64(index))
            if hash % 2 == 0 { spend(piece.first + Int64(index)) }
            rest = rest[end + 1..<rest.count]
        }
    }

    private func spend(_ offset: Int64) {
        let window = latest.microseconds / Self.window
        guard spent[window, default: 0] < own + grants[window, default: 0] else {
            wished.insert(window)
            return
        }
        spent[window, default: 0] += 1
        View.of(Array("spent \(window)".utf8)) { note($0, offset, always: true) }
        let text = Array("\(partition) \(offset) \(hash) spends \(window)".utf8)
        View.of(text) { made.append($0, type: .moment, id: hash) }
    }

    func takeWishes() -> [LeaseWish] {
        defer { wished = [] }
        return wished.sorted().map { window in
            let granted = grants[window, default: 0]
            return LeaseWish(
                account: LeaseAccount(budget: Array("b".utf8), value: [], window: window), granted: granted,
                total: granted + 1, pool: Self.pool)
        }
    }

    func grant(_ total: Int, for account: LeaseAccount) {
        grants[account.window] = max(total, grants[account.window, default: 0])
    }

    func rejectMisplaced(_ record: CellPiece, _ detail: String) { note(record.block.bytes, record.first, always: true) }

    func moves(at now: Instant) -> Bool { now >= latest.advanced(by: 50) }

    func step(to now: Instant) {
        latest = now
        View.of(Array("\(now.microseconds)".utf8)) { note($0, -1) }
    }

    func follow(_ configuration: [UInt8]) throws(CellFault) {
        self.configuration = configuration
        View.of(configuration) { note($0, -2, always: true) }
    }

    func takeOutput() -> CellOutput {
        var output = CellOutput()
        if !made.isEmpty { output.lines.append(made) }
        made = OutputLines(capacity: 64)
        return output
    }
}

/// Makes such machines, and keeps copies of them as snapshots. Some get lost.
final class ModelMaker: CellMaker {
    var configuration: [UInt8]
    private var kept: [Int: [KeptCell]] = [:]
    /// How many changes of place lie between two snapshots.
    private let every: Int64
    private(set) var keptCount = 0
    /// Has a snapshot made beside the cell; nil where the cell is kept as it is.
    var follow: ((_ partition: Int, _ committed: CommittedOffset, _ controlOffset: Int64) -> Void)?

    init(_ configuration: [UInt8], every: Int64) {
        self.configuration = configuration
        self.every = every
    }

    func machine(_ configuration: [UInt8], partition: Int, of partitions: Int) throws(CellFault) -> any CellMachine {
        ModelMachine(configuration, partition: partition, of: partitions)
    }

    func isSame(_ one: [UInt8], _ other: [UInt8]) -> Bool { one == other }

    func kept(_ partition: Int, upTo place: CellPlace) -> KeptCell? {
        let found = kept[partition]?.last { $0.place.offset <= place.offset && $0.place.controls <= place.controls }
        guard let found, let machine = found.machine as? ModelMachine else { return nil }
        return KeptCell(
            machine: ModelMachine(copying: machine), place: found.place, controlOffset: found.controlOffset)
    }

    func isDue(_ partition: Int, at place: CellPlace) -> Bool {
        every > 0 && place.offset >= (kept[partition]?.last?.place.offset ?? 0) + every
    }

    func keep(
        _ machine: any CellMachine, _ partition: Int, at place: CellPlace, after last: RecordMark?, controlOffset: Int64
    ) {
        if let follow {
            self.follow = nil
            defer { self.follow = follow }
            return follow(partition, CommittedOffset(place, after: last), controlOffset)
        }
        guard let machine = machine as? ModelMachine else { return }
        keptCount += 1
        kept[partition, default: []].append(
            KeptCell(machine: ModelMachine(copying: machine), place: place, controlOffset: controlOffset))
    }

    func lose() { kept = [:] }
}
