package import Endpoints
import Events
import Storage

/// Makes a snapshot of a cell beside the process that has it, whose cells go on meanwhile: it
/// repeats the partition, muted, from the newest snapshot up to a committed place. It joins no
/// group, and writes to no topic.
package struct CellFollower {
    /// How often nothing comes in a row, of reads of `readPatience` each, before it gives up.
    private static let quietMost = 300
    private static let readPatience = 200

    private let log: any PartitionLog
    private let maker: any CellMaker
    private let partitioner: Partitioner

    package init(_ log: any PartitionLog, _ maker: any CellMaker, partitioner: Partitioner) {
        self.log = log
        self.maker = maker
        self.partitioner = partitioner
    }

    /// Has the maker keep the cell as it is at a committed place. Blocks until that is done.
    /// - Parameter controlOffset: a place in the control topic that lies before all control records
    ///   that come behind.
    package func keep(
        _ partition: Int, at committed: CommittedOffset, controlOffset: Int64
    ) throws(CellFault) {
        let found: Result<Cell, CellFault>
        do throws(BrokerFault) {
            found = try repeated(partition, committed)
        } catch {
            throw CellFault("partition \(partition): \(error.words)")
        }
        let cell = try found.get()
        maker.keep(cell.machine, partition, at: cell.committed, after: cell.last, controlOffset: controlOffset)
    }

    /// The cell as it is at a committed place.
    private func repeated(
        _ partition: Int, _ committed: CommittedOffset
    ) throws(BrokerFault) -> Result<Cell, CellFault> {
        let opening = CellOpening(log, maker, partitioner) { _ in }
        let opened = try opening.cell(partition, committed, among: try log.partitionCount())
        guard case .success(let cell) = opened, !cell.isLive else { return opened }
        var (fault, quiet): (CellFault?, Int) = (nil, 0)
        try log.start(partition, at: cell.place.offset)
        defer { log.stop(partition) }
        while !cell.isLive, fault == nil, quiet < Self.quietMost {
            quiet += 1
            try log.read(milliseconds: Self.readPatience) { event throws(BrokerFault) in
                guard !cell.isLive, fault == nil else { return }
                quiet = 0
                do throws(CellFault) { try take(event, cell) } catch { fault = error }
            }
        }
        if !cell.isLive, fault == nil { throw .again("its records do not come") }
        return fault.map { .failure($0) } ?? opened
    }

    private func take(_ event: BrokerEvent, _ cell: Cell) throws(CellFault) {
        switch event {
        case .record(cell.partition, let offset, let time, let key, let value):
            // A record at the committed offset or behind it says only that all before it came.
            if offset >= cell.committed.offset { return try cell.end(at: cell.committed.offset) }
            try cell.take(offset: offset, time: time, key: key, value: value)
        case .end(cell.partition, let offset): try cell.end(at: min(offset, cell.committed.offset))
        case .fault(cell.partition, let reason): throw CellFault(reason)
        default: break
        }
    }
}
