import Endpoints
import Events
import Storage

/// Makes cells of what the log and the snapshots have.
struct CellOpening {
    private let log: any PartitionLog
    private let maker: any CellMaker
    private let partitioner: Partitioner
    private let tell: (CellNote) -> Void

    /// - Parameter tell: told of what a cell repeats.
    init(
        _ log: any PartitionLog, _ maker: any CellMaker, _ partitioner: Partitioner, tell: @escaping (CellNote) -> Void
    ) {
        self.log = log
        self.maker = maker
        self.partitioner = partitioner
        self.tell = tell
    }

    /// The cell of a partition for which the group has committed this. What cannot be told yet is
    /// to be asked again (`BrokerFault.again`).
    func cell(
        _ partition: Int, _ found: CommittedOffset?, among count: Int
    ) throws(BrokerFault) -> Result<Cell, CellFault> {
        let extent = try log.extent(partition)
        let controls = try controls(partition, found)
        let last = try found?.cell?.last.flatMap { last throws(BrokerFault) in
            try extent.contains(last.offset) ? log.mark(partition, at: last.offset) : nil
        }
        do throws(CellFault) {
            guard let found else {
                let hasControls = !controls.records.isEmpty
                return .success(try fresh(partition, extent, among: count, hasControls: hasControls))
            }
            let (place, taken) = try place(found, partition, extent, among: count)
            if let last, last != taken {
                throw CellFault(
                    "partition \(partition): at offset \(last.offset) stands another record than the one that was taken: "
                        + "\(Self.madeAnew)")
            }
            return .success(try repeating(partition, place, after: taken, extent, controls))
        } catch {
            guard error != Self.incomplete else { throw .again(error.description) }
            return .failure(error)
        }
    }

    /// What the control topic has, and the snapshot that it goes on from.
    private func controls(
        _ partition: Int, _ found: CommittedOffset?
    ) throws(BrokerFault) -> (records: [[UInt8]], kept: KeptCell?) {
        let place = found?.cell?.place
        let kept = place.flatMap { maker.kept(partition, upTo: $0) }
        let found = try log.controls(partition, from: kept?.controlOffset ?? 0).records
        guard partition == 0 else { return (found, kept) }
        // What cells ask the bank for stands among the control records of the first partition, even
        // before its cell began.
        return (found.filter { View.of($0) { LeaseClaim($0) } == nil }, kept)
    }

    private func fresh(
        _ partition: Int, _ extent: Range<Int64>, among count: Int, hasControls: Bool
    ) throws(CellFault) -> Cell {
        if hasControls {
            throw CellFault(
                "partition \(partition): the group has no committed offset, and the control topic says that it had one; "
                    + "bring the group's offsets back, or begin with another group")
        }
        let place = CellPlace(offset: extent.lowerBound, controls: 0, partitions: count)
        let machine = try maker.machine(maker.configuration, partition: partition, of: count)
        return Cell(
            partition: partition, machine: machine, partitioner: partitioner, at: place, upTo: place, after: nil,
            repeating: [])
    }

    private static let madeAnew = "the topic was made anew, or the log lost data; begin with another group"

    private func place(
        _ found: CommittedOffset, _ partition: Int, _ extent: Range<Int64>, among count: Int
    ) throws(CellFault) -> (CellPlace, last: RecordMark?) {
        guard let (place, last) = found.cell else {
            throw CellFault(
                "partition \(partition): the group's committed offset is another program's; give journeyd a group of its own"
            )
        }
        if place.partitions != count {
            throw CellFault(
                "partition \(partition): the topic has \(count) partitions, and had \(place.partitions) when the group began; "
                    + "customers are on others now; stop all processes, and have journeyd repartition copy the records, by "
                    + "their keys, to a topic of as many as there are to be")
        }
        if found.offset > extent.upperBound {
            throw CellFault(
                "partition \(partition): offset \(found.offset) is committed, and the log ends at \(extent.upperBound): "
                    + "\(Self.madeAnew)")
        }
        if found.offset < extent.lowerBound {
            throw CellFault(
                "partition \(partition): offset \(found.offset) is committed, and the log begins at \(extent.lowerBound): "
                    + "what lies between was deleted; keep it for longer, and begin with another group")
        }
        return (place, last)
    }

    /// Thrown where not all that was committed can be read yet.
    private static let incomplete = CellFault("the control topic does not have all that was committed yet")

    private func repeating(
        _ partition: Int, _ committed: CellPlace, after last: RecordMark?, _ extent: Range<Int64>,
        _ found: (records: [[UInt8]], kept: KeptCell?)
    ) throws(CellFault) -> Cell {
        var records: [ControlRecord] = []
        let first = found.kept?.place.controls ?? 0
        for bytes in found.records {
            guard let record = View.of(bytes, { ControlRecord($0) }) else {
                throw CellFault(
                    "partition \(partition): the control topic has a record that is not journeyd's, or damaged; "
                        + "nobody else may write there")
            }
            if record.number >= first, record.number < committed.controls { records.append(record) }
        }
        guard records.count >= Int(committed.controls - first) else { throw Self.incomplete }
        guard records.map(\.number) == Array(first..<committed.controls) else {
            throw CellFault("partition \(partition): the control topic's records do not follow each other")
        }
        var (machine, place) = (found.kept?.machine, found.kept?.place)
        if machine == nil, case .configuration(let configuration, _) = records.first?.content {
            machine = try maker.machine(configuration, partition: partition, of: committed.partitions)
            place = CellPlace(offset: records[0].offset, controls: 1, partitions: committed.partitions)
            records.removeFirst()
        }
        guard let machine, let place else {
            throw CellFault("partition \(partition): the control topic does not begin with a configuration")
        }
        if place.offset < extent.lowerBound {
            throw CellFault(
                "partition \(partition): it would be repeated from offset \(place.offset), and the log begins at "
                    + "\(extent.lowerBound); bring back a snapshot, or begin with another group")
        }
        if place != committed {
            tell(
                .repeating(
                    partition: partition, from: place.offset, to: committed.offset, hasSnapshot: found.kept != nil))
        }
        return Cell(
            partition: partition, machine: machine, partitioner: partitioner, at: place, upTo: committed,
            after: last, repeating: records)
    }
}
