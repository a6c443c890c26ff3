package import Endpoints
package import Events
import Storage

/// One process among those that share a topic: its cells, and the transactions in which their output leaves.
///
/// Everything that decides is here, behind the seam `CellBroker`; time is an argument. On assignment, strictly in order: the
/// committed offset, which is only told once transactions of whoever had the partition before are over; the newest good
/// snapshot at or before it; the control records up to it; then the cell repeats from there, muted, and is live at the
/// committed place.
///
/// One transaction has the output lines, the control records and the places of all cells of the
/// process. One that is aborted is made again of the same lines. A process that is no member any
/// more drops its cells, and with them what was not committed.
package final class Member {
    /// What leaves in one transaction.
    private struct Batch {
        var lines: [(partition: Int, lines: OutputLines)] = []
        var controls: [(partition: Int, record: ControlRecord)] = []
        var places: [(partition: Int, place: CellPlace, last: RecordMark?)] = []
        /// What the bank is asked for.
        var claims: [LeaseClaim] = []
        /// Of the partitions of which snapshots are due, a place in the control topic that lies before all control records
        /// that will follow this batch, whoever writes them.
        var ends: [Int: Int64] = [:]
        /// Whether it was to be committed, and nobody knows what came of that.
        var isUncertain = false
        /// What is left to be done of it.
        var step = Step.begin
    }

    private enum Step { case begin, send, commit, abort }

    private let broker: any CellBroker
    private let maker: any CellMaker
    private let partitioner: Partitioner
    private let tell: (CellNote) -> Void
    /// Takes lines of rejected records, and for outputs beside the topic all lines, before they are committed.
    private let aside: (CellOutput) throws(BrokerFault) -> Void

    /// The cells of the partitions that the process has, repeating or live.
    package private(set) var cells: [Int: Cell] = [:]
    /// The partitions that the process has and whose cells are not there yet.
    package private(set) var waiting: [Int] = []
    /// The partitions whose cells were stopped, and why.
    package private(set) var stopped: [Int: CellFault] = [:]
    /// How far the cells' places are committed.
    private var committed: [Int: CellPlace] = [:]
    /// Control records that are to leave with the next batch.
    private var notes: [(partition: Int, record: ControlRecord)] = []
    private var batch: Batch?
    /// What the cells ask the bank for.
    private var leasing = Leasing()
    /// Whether the process has been told which partitions are its own, none among them.
    package private(set) var hasAssignment = false
    /// The generation of the group in which the partitions were assigned.
    private var generation = -1
    /// Whether what the process had is another's, and nothing was assigned since.
    private var isExpelled = false
    /// Whether a commit was refused since the process is no member, and the group itself has said nothing of it yet.
    private var isCastOut = false
    /// Whether a transaction is still to be aborted.
    private var hasToAbort = false
    /// The partitions that were given back, whose cells may go on where they are given again.
    private var parked: [Int: Cell] = [:]

    /// - Parameter aside: takes what followed before it is committed; what it throws ends the process.
    package init(
        _ broker: any CellBroker, _ maker: any CellMaker, partitioner: Partitioner,
        aside: @escaping (CellOutput) throws(BrokerFault) -> Void = { _ in }, tell: @escaping (CellNote) -> Void
    ) {
        self.broker = broker
        self.maker = maker
        self.partitioner = partitioner
        self.aside = aside
        self.tell = tell
    }

    /// Whether all partitions of the process are live, or stopped for good.
    package var isReady: Bool { waiting.isEmpty && cells.values.allSatisfy(\.isLive) }

    /// Whether a transaction could not be finished yet: nothing more should be taken before it is.
    package var isHeldUp: Bool { batch != nil }

    /// Whether anything would be committed now.
    package var hasNews: Bool {
        batch != nil || !notes.isEmpty || cells.contains { $1.isLive && committed[$0] != $1.place }
    }

    // MARK: Turns

    /// Takes what there is, and waits for it for so many milliseconds at most.
    package func poll(milliseconds: Int) throws(BrokerFault) {
        try open()
        try broker.poll(milliseconds: milliseconds) { event throws(BrokerFault) in try take(event) }
        guard isCastOut else { return }
        // Brokers that answered like that once may never say so again, and nobody else has the partitions meanwhile.
        try broker.rejoin()
        isCastOut = false
        tell(.rejoining)
    }

    /// Lets time go on for cells that are at their partition's end.
    package func step(to now: Instant) {
        for (partition, cell) in cells.sorted(by: { $0.key < $1.key }) {
            if let record = cell.step(to: now) { notes.append((partition, record)) }
        }
    }

    /// Has the cells follow the maker's configuration, where they follow another one.
    package func reconfigure() {
        for partition in cells.keys.sorted() { goLive(partition) }
    }

    /// Commits what has followed. What cannot be done now is gone on with at the next call.
    package func commit() throws(BrokerFault) {
        do throws(BrokerFault) {
            if batch == nil {
                let claims = try leasing.turn(cells, broker) { partition, record in notes.append((partition, record)) }
                try gather(claims)
            }
            guard batch != nil else { return }
            try finishBatch()
        } catch .again {
        } catch .expelled(let reason) {
            drop("not a member of the group any more: \(reason)")
            isCastOut = true
        }
    }

    /// Commits what has followed before the process ends, as far as that can be done, and keeps snapshots that are due.
    package func finish(at now: Instant) throws(BrokerFault) {
        if batch == nil, !isExpelled {
            for (partition, cell) in cells.sorted(by: { $0.key < $1.key }) {
                if let record = cell.close(at: now) { notes.append((partition, record)) }
            }
        }
        for _ in 0..<Self.lastTries where hasNews && !isExpelled { try commit() }
        if batch != nil { abortLast() }
        guard !hasNews else { return }
        for (partition, cell) in cells.sorted(by: { $0.key < $1.key }) where cell.isLive {
            guard maker.isDue(partition, at: cell.place),
                let end = try? broker.log.controls(partition, from: .max).end
            else { continue }
            maker.keep(cell.machine, partition, at: cell.place, after: cell.last, controlOffset: end)
        }
    }

    // MARK: Events

    private func take(_ event: BrokerEvent) throws(BrokerFault) {
        defer { if event.isOfGroup { isCastOut = false } }
        switch event {
        case .record(let partition, let offset, let time, let key, let value):
            guard let cell = cells[partition] else { return }
            stopping(partition) { () throws(CellFault) in
                try cell.take(offset: offset, time: time, key: key, value: value)
            }
            if cell.isLive, committed[partition] == nil { goLive(partition) }
        case .end(let partition, let offset):
            guard let cell = cells[partition] else { return }
            stopping(partition) { () throws(CellFault) in try cell.end(at: offset) }
            if cell.isLive, committed[partition] == nil { goLive(partition) }
        case .assigned(let partitions, let generation):
            self.generation = generation
            if !cells.isEmpty { drop("partitions were assigned anew") }
            let mine = Set(partitions)
            stopped = [:]
            waiting = partitions.sorted()
            parked = parked.filter { mine.contains($0.key) }
            isExpelled = false
            hasAssignment = true
            tell(.assigned(waiting))
            try open()
        case .revoked: try giveBack()
        case .lost: drop("the partitions are another process's")
        case .fault(let partition, let reason): stop(partition, CellFault(reason))
        }
    }

    /// Finishes what is under way before the partitions are given back.
    private func giveBack() throws(BrokerFault) {
        for _ in 0..<Self.lastTries where hasNews && !isExpelled { try commit() }
        guard !hasNews else { return drop("what was not committed in time is another process's to do") }
        hasAssignment = false
        parked = cells.filter { $1.isLive }
        (cells, waiting, committed) = ([:], [], [:])
    }

    /// How often a commit is tried while others wait for the partitions. Each takes as long as a
    /// request may, and whoever looks after the process takes a turn of half a minute for one that
    /// makes no progress.
    private static let lastTries = 3

    private func drop(_ reason: String) {
        let partitions = Array(cells.keys).sorted()
        if let batch, batch.step != .begin { abortLast() }
        (cells, waiting, committed, parked, notes, batch) = ([:], [], [:], [:], [], nil)
        isExpelled = true
        hasAssignment = false
        if !partitions.isEmpty { tell(.dropped(partitions, reason)) }
    }

    /// Drops the cells and opens them again from what is committed.
    private func reopen() {
        let partitions = Array(cells.keys) + waiting
        abortLast()
        for partition in cells.keys { broker.log.stop(partition) }
        (cells, committed, notes, batch) = ([:], [:], [], nil)
        waiting = partitions.sorted()
    }

    /// Aborts what is open; where nobody answers that is done before anything is opened.
    private func abortLast() {
        hasToAbort = true
        if (try? broker.abort()) != nil { hasToAbort = false }
    }

    private func stopping(_ partition: Int, _ body: () throws(CellFault) -> Void) {
        do throws(CellFault) { try body() } catch { stop(partition, error) }
    }

    private func stop(_ partition: Int, _ fault: CellFault) {
        guard stopped[partition] == nil else { return }
        stopped[partition] = fault
        cells[partition] = nil
        committed[partition] = nil
        notes.removeAll { $0.partition == partition }
        waiting.removeAll { $0 == partition }
        broker.log.stop(partition)
        tell(.stopped(partition: partition, fault.description))
    }

    /// What is to be done once a cell is live: it follows the configuration that is wanted.
    private func goLive(_ partition: Int) {
        guard let cell = cells[partition], cell.isLive else { return }
        if committed[partition] == nil {
            committed[partition] = cell.committed
            tell(.live(partition: partition, offset: cell.place.offset))
        }
        if maker.isSame(cell.machine.configuration, maker.configuration) { return }
        stopping(partition) { () throws(CellFault) in
            notes.append((partition, try cell.follow(maker.configuration)))
        }
    }

    // MARK: Transactions

    private func gather(_ claims: [LeaseClaim]) throws(BrokerFault) {
        var next = Batch()
        next.claims = claims
        for (partition, cell) in cells.sorted(by: { $0.key < $1.key }) where cell.isLive {
            let output = cell.takeOutput()
            if !output.isEmpty { try aside(output) }
            next.lines += output.lines.filter { !$0.isEmpty }.map { (partition, $0) }
            if committed[partition] != cell.place { next.places.append((partition, cell.place, cell.last)) }
        }
        next.controls = notes
        guard !next.places.isEmpty || !claims.isEmpty else { return }
        notes = []
        batch = next
    }

    /// Goes on with the batch until it is committed.
    private func finishBatch() throws(BrokerFault) {
        while batch != nil {
            do throws(BrokerFault) {
                try advanceBatch()
            } catch .aborted(let reason) {
                tell(.aborted(reason))
                // It may have been committed all the same: only the log knows.
                if batch?.isUncertain == true { reopen() }
                batch?.step = .abort
                // Somebody else is to have a turn before it is made again.
                throw .again(reason)
            }
        }
    }

    private func advanceBatch() throws(BrokerFault) {
        guard let current = batch else { return }
        switch current.step {
        case .abort:
            try broker.abort()
            batch?.step = .begin
        case .begin:
            for (partition, place, _) in current.places where maker.isDue(partition, at: place) {
                batch?.ends[partition] = try? broker.log.controls(partition, from: .max).end
            }
            try broker.begin()
            batch?.step = .send
        case .send:
            for (partition, record) in current.controls { try broker.send(record, to: partition) }
            for (partition, lines) in current.lines { try broker.send(lines, to: partition) }
            for claim in current.claims { try broker.send(claim) }
            batch?.step = .commit
        case .commit:
            do throws(BrokerFault) {
                try broker.commit(
                    current.places.map { ($0.partition, CommittedOffset($0.place, after: $0.last)) },
                    generation: generation)
            } catch .again(let reason) {
                batch?.isUncertain = true
                throw .again(reason)
            }
            for (partition, place, _) in current.places where cells[partition] != nil { committed[partition] = place }
            leasing.hasSent(current.claims)
            batch = nil
            keep(current)
            tell(.committed(lines: current.lines.reduce(0) { $0 + $1.lines.lines.count }))
        }
    }

    /// Keeps the cells of which snapshots are due, where they are just as they were committed.
    private func keep(_ batch: Batch) {
        for (partition, place, last) in batch.places {
            guard let cell = cells[partition], cell.place == place, let end = batch.ends[partition] else { continue }
            maker.keep(cell.machine, partition, at: place, after: last, controlOffset: end)
        }
    }
}

// MARK: - Opening

extension Member {
    /// Opens the cells of partitions that have come to the process, as far as that can be done by now.
    private func open() throws(BrokerFault) {
        guard hasToAbort || !waiting.isEmpty else { return }
        let count: Int
        do throws(BrokerFault) {
            if hasToAbort { try broker.abort() }
            hasToAbort = false
            count = try broker.log.partitionCount()
        } catch .again(let reason), .aborted(let reason) {
            // Nobody answers, so no partition is asked about.
            if let first = waiting.first { tell(.waiting(partition: first, reason)) }
            return
        }
        for partition in waiting {
            do throws(BrokerFault) {
                let found = try broker.committed(partition)
                var cell = resumed(partition, found, among: count)
                if cell == nil { cell = try opened(partition, found, among: count) }
                guard let cell else { continue }
                try broker.log.start(partition, at: cell.place.offset)
                add(cell)
            } catch .again(let reason) {
                tell(.waiting(partition: partition, reason))
            } catch .aborted(let reason) {
                tell(.waiting(partition: partition, reason))
            }
        }
    }

    private func add(_ cell: Cell) {
        let partition = cell.partition
        waiting.removeAll { $0 == partition }
        parked[partition] = nil
        cells[partition] = cell
        guard cell.isLive else { return }
        if cell.committed.controls == 0 {
            notes.append((partition, cell.begin()))
            committed[partition] = cell.committed
            tell(.live(partition: partition, offset: cell.place.offset))
        } else {
            goLive(partition)
        }
    }

    /// The cell that the process had before, where nobody else has had the partition meanwhile.
    private func resumed(_ partition: Int, _ found: CommittedOffset?, among count: Int) -> Cell? {
        guard let cell = parked[partition], cell.place.partitions == count, found?.cell?.place == cell.place
        else { return nil }
        return Cell(
            partition: partition, machine: cell.machine, partitioner: partitioner, at: cell.place, upTo: cell.place,
            after: cell.last, repeating: [])
    }

    /// A cell from what the log and the snapshots have; nil where it was stopped.
    private func opened(
        _ partition: Int, _ found: CommittedOffset?, among count: Int
    ) throws(BrokerFault) -> Cell? {
        let opening = CellOpening(broker.log, maker, partitioner, tell: tell)
        switch try opening.cell(partition, found, among: count) {
        case .success(let cell): return cell
        case .failure(let fault):
            stop(partition, fault)
            return nil
        }
    }
}
