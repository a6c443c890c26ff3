package import Cells
import Events
package import Journal
import Pipeline
package import Storage

/// Makes cells of the engine, and keeps their snapshots in a folder, one below it for each partition.
package final class EngineCellMaker: CellMaker {
    /// What the configuration that is to be followed is, as control records have it.
    package var configuration: [UInt8]
    private let topic: String
    private let planning: CellPlanning
    /// Where snapshots are kept; nil where none are.
    private let folder: Folder?
    private let settings: JournalSettings
    /// The name under which snapshots are written, where other processes have the same folder.
    private let writer: String?
    /// Where snapshots are made by other processes; nil where the cells make them.
    private let errands: SnapshotErrands?
    private let tell: (String) -> Void
    /// When, by the monotonic clock in nanoseconds, and where snapshots were kept last, by partition.
    private var kept: [Int: (time: Int64, place: CellPlace)] = [:]
    /// Whether a snapshot is due of each cell that has one behind the last: the process is about to end.
    package private(set) var isEnding = false
    /// Whether the cell that was to be kept last was.
    package private(set) var hasKept = false

    /// - Parameters:
    ///   - topic: how rejected lines name the input; the partition stands behind it.
    ///   - writer: a name that no other process has that keeps snapshots in the folder; nil where
    ///     none does.
    ///   - settings: how often snapshots are kept.
    ///   - errands: makes them, as long as the process goes on; nil where the cells do.
    ///   - tell: told of snapshots that cannot be used or kept.
    package init(
        _ configuration: RecordedConfiguration, topic: String, folder: Folder?, writer: String? = nil,
        settings: JournalSettings, errands: SnapshotErrands? = nil, planning: @escaping CellPlanning,
        tell: @escaping (String) -> Void
    ) {
        self.configuration = configuration.payloadBytes
        self.topic = topic
        self.planning = planning
        self.folder = folder
        self.writer = writer
        self.settings = settings
        self.errands = errands
        self.tell = tell
    }

    /// The process is about to end: whatever snapshot is due then the cells make.
    package func beginEnding() {
        isEnding = true
        for partition in errands?.end() ?? [] { kept[partition]?.place.offset = -1 }
    }

    private func source(_ partition: Int) -> String { "\(topic)/\(partition)" }

    /// See `CellMaker`.
    package func machine(
        _ configuration: [UInt8], partition: Int, of partitions: Int
    ) throws(CellFault) -> any CellMachine {
        try EngineCell(
            configuration, partition: partition, of: partitions, source: source(partition), planning: planning)
    }

    /// See `CellMaker`.
    package func isSame(_ one: [UInt8], _ other: [UInt8]) -> Bool {
        guard let one = View.of(one, { RecordedConfiguration($0) }),
            let other = View.of(other, { RecordedConfiguration($0) })
        else { return false }
        return one.saysTheSame(as: other)
    }

    // MARK: Snapshots

    private func store(_ partition: Int) -> SnapshotStore? {
        guard let folder else { return nil }
        let own = Folder(folder.path(of: "\(partition)"))
        do throws(SystemError) {
            try folder.make()
            try own.make()
            return SnapshotStore(own, writer: writer)
        } catch {
            tell("\(own.path): cannot be made, so no snapshot is kept there: \(error)")
            return nil
        }
    }

    /// See `CellMaker`.
    package func kept(_ partition: Int, upTo place: CellPlace) -> KeptCell? {
        guard let store = store(partition) else { return nil }
        do throws(JournalFault) {
            let found = try store.newest(
                { found, position throws(StateFault) in try restore(found, position, partition, upTo: place) },
                tell: tell)
            guard let found else { return nil }
            kept[partition] = (System.monotonicClock, found.place)
            return found
        } catch {
            tell("\(error)")
            return nil
        }
    }

    private func restore(
        _ found: borrowing FoundImages, _ position: UInt64, _ partition: Int, upTo place: CellPlace
    ) throws(StateFault) -> KeptCell {
        let note = try CellSnapshot(found, at: position)
        guard note.place.offset <= place.offset, note.place.controls <= place.controls else {
            throw .unfit("it stands behind offset \(place.offset), up to where the group has committed")
        }
        guard note.place.partitions == place.partitions else {
            throw .unfit("it is of a topic of \(note.place.partitions) partitions, and there are \(place.partitions)")
        }
        let numbering = try Numbering(from: try found.reader(EnginePart.numbering.rawValue))
        var plan: Plan
        do throws(CellFault) {
            let recorded = try EngineCell.read(note.configuration, partition)
            plan = try planning(recorded, numbering, partition, place.partitions).following(numbering)
        } catch {
            throw .unfit(error.description)
        }
        plan.input.maxLine = note.maxLine
        let state = try RestoredEngine(found, under: plan, shards: 1)
        let machine = EngineCell(
            state, under: plan, following: note.configuration, partition: partition, of: place.partitions,
            source: source(partition), planning: planning)
        return KeptCell(machine: machine, place: note.place, controlOffset: note.controlOffset)
    }

    /// See `CellMaker`.
    package func isDue(_ partition: Int, at place: CellPlace) -> Bool {
        guard folder != nil else { return false }
        guard let last = kept[partition] else {
            // The time counts from where the cell began.
            kept[partition] = (System.monotonicClock, CellPlace(offset: -1, controls: 0, partitions: place.partitions))
            return isEnding
        }
        if last.place == place || errands?.isAbout(partition) == true { return false }
        return isEnding || System.monotonicClock - last.time >= settings.snapshotEvery * 1000
    }

    /// See `CellMaker`.
    package func keep(
        _ machine: any CellMachine, _ partition: Int, at place: CellPlace, after last: RecordMark?, controlOffset: Int64
    ) {
        if let errands, !isEnding, !errands.takeFailure(partition) {
            kept[partition] = (System.monotonicClock, place)
            return errands.ask(
                SnapshotErrands.Errand(
                    partition: partition, committed: CommittedOffset(place, after: last), controlOffset: controlOffset))
        }
        hasKept = false
        guard let machine = machine as? EngineCell, let store = store(partition) else { return }
        let note = CellSnapshot(
            place: place, controlOffset: controlOffset, maxLine: machine.maxLine, configuration: machine.configuration)
        kept[partition] = (System.monotonicClock, place)
        do throws(JournalFault) {
            try store.draft([note.part] + machine.parts(), layout: EnginePart.layout)
            try store.settle(UInt64(place.offset))
            hasKept = true
        } catch {
            tell("\(error)")
        }
    }
}
