package import Events
package import Storage

/// What goes wrong between a process and the log.
package enum BrokerFault: Error, Equatable, Sendable {
    /// Nobody knows what came of it: the same is to be asked again.
    case again(String)
    /// The transaction will not be committed: it is to be aborted, and may be made again.
    case aborted(String)
    /// The process is not among the group's members any more: its partitions are somebody else's.
    case expelled(String)
    /// Another process has its name, or nothing helps: it must end.
    case ended(String)

    /// Why, in words.
    package var words: String {
        switch self {
        case .again(let words), .aborted(let words), .expelled(let words), .ended(let words): words
        }
    }
}

/// What a process is told as it polls.
package enum BrokerEvent {
    /// These partitions are the process's, and no others, as long as the group is in this generation. What the process
    /// commits for them it commits as a member of that generation, whatever the group has come to meanwhile.
    case assigned([Int], generation: Int)
    /// All partitions are to be given back; what was finished may still be committed before this returns.
    case revoked
    /// All partitions are somebody else's already.
    case lost
    /// A record; the views are valid until this returns.
    case record(partition: Int, offset: Int64, time: Instant, key: View<UInt8>?, value: View<UInt8>?)
    /// A partition ends at an offset, for now.
    case end(partition: Int, offset: Int64)
    /// A partition can be read no more.
    case fault(partition: Int, String)

    /// Whether it is the group that says something.
    var isOfGroup: Bool {
        switch self {
        case .assigned, .revoked, .lost: true
        case .record, .end, .fault: false
        }
    }
}

/// What a group has committed for a partition.
package struct CommittedOffset: Sendable, Equatable {
    package let offset: Int64
    package let metadata: String

    package init(offset: Int64, metadata: String) {
        self.offset = offset
        self.metadata = metadata
    }
}

/// The input and the control topic as whoever reads them sees them, without a group: the seam
/// between cells and librdkafka, or a model of it.
///
/// One party at a time uses it. Calls may block, but for no longer than a time-out.
package protocol PartitionLog: AnyObject {
    /// How many partitions the input has.
    func partitionCount() throws(BrokerFault) -> Int

    /// What stands at an offset of a partition of the input; nil where no record does any more.
    func mark(_ partition: Int, at offset: Int64) throws(BrokerFault) -> RecordMark?

    /// The offsets from the first record of a partition up to behind its last.
    func extent(_ partition: Int) throws(BrokerFault) -> Range<Int64>

    /// The committed records of a partition of the control topic, from an offset of that topic on,
    /// and the offset of its end.
    func controls(_ partition: Int, from offset: Int64) throws(BrokerFault) -> (records: [[UInt8]], end: Int64)

    /// Has the records of a partition come from an offset on.
    func start(_ partition: Int, at offset: Int64) throws(BrokerFault)

    /// Has none come any more.
    func stop(_ partition: Int)

    /// Takes what there is of the partitions that were started, waiting for it for so many
    /// milliseconds at most. Called back within.
    func read(milliseconds: Int, _ take: (BrokerEvent) throws(BrokerFault) -> Void) throws(BrokerFault)
}

/// The log as one process sees it: a member of the input's group, and a transactional producer. As
/// `PartitionLog`, a seam, and for one party at a time.
package protocol CellBroker: AnyObject {
    /// What is read.
    var log: any PartitionLog { get }

    /// Takes what there is for the process, of the group and of the partitions, waiting for it for
    /// so many milliseconds at most. Called back within.
    func poll(milliseconds: Int, _ take: (BrokerEvent) throws(BrokerFault) -> Void) throws(BrokerFault)

    /// Leaves the group and joins it again, with no partitions until some are assigned. For a
    /// process that a commit told that it is no member, and that hears nothing of it from the
    /// group: it would wait for somebody else to join or leave. What is open of its transaction is
    /// aborted first; one whose name is another's by now must end, not push that one out.
    func rejoin() throws(BrokerFault)

    /// What the group has committed for a partition; nil for nothing. While a transaction that says
    /// otherwise is still open it is asked for again (`again`), so that whoever had the partition
    /// before has nothing more to say.
    func committed(_ partition: Int) throws(BrokerFault) -> CommittedOffset?

    /// Begins a transaction. What could not be aborted before is aborted first.
    func begin() throws(BrokerFault)

    /// Sends lines to a partition of the output, within the transaction.
    func send(_ lines: OutputLines, to partition: Int) throws(BrokerFault)

    /// Sends a control record to its partition, within the transaction.
    func send(_ record: ControlRecord, to partition: Int) throws(BrokerFault)

    /// Sends a claim to partition 0 of the control topic, within the transaction.
    func send(_ claim: LeaseClaim) throws(BrokerFault)

    /// Commits the transaction, and in it how far the cells have come. After `again` the same is asked again.
    /// - Parameter generation: what came with the assignment that the partitions are of. The log
    ///   refuses it once the group is in another one (`expelled`). Asked for at the time of the
    ///   commit it would say nothing: a client that has noticed that it is no member any more has
    ///   none, and Kafka takes such commits unchecked.
    func commit(_ places: [(partition: Int, offset: CommittedOffset)], generation: Int) throws(BrokerFault)

    /// Aborts the transaction; one of whose commit nobody knows what came of it (`again`) may be
    /// committed all the same.
    func abort() throws(BrokerFault)
}

/// A cell's state as it was kept.
package struct KeptCell {
    package let machine: any CellMachine
    package let place: CellPlace
    /// The offset in the control topic's partition from where on all control records stand that come behind the place.
    package let controlOffset: Int64

    package init(machine: any CellMachine, place: CellPlace, controlOffset: Int64) {
        self.machine = machine
        self.place = place
        self.controlOffset = controlOffset
    }
}

/// Where machines come from and are kept: the engine and its snapshots, or a model of both.
package protocol CellMaker: AnyObject {
    /// The configuration that is to be followed.
    var configuration: [UInt8] { get }

    /// A machine that has taken nothing yet.
    func machine(_ configuration: [UInt8], partition: Int, of partitions: Int) throws(CellFault) -> any CellMachine

    /// Whether two configurations say the same.
    func isSame(_ one: [UInt8], _ other: [UInt8]) -> Bool

    /// The newest good snapshot of a partition at or before a place.
    func kept(_ partition: Int, upTo place: CellPlace) -> KeptCell?

    /// Whether a snapshot of a partition is due.
    func isDue(_ partition: Int, at place: CellPlace) -> Bool

    /// Keeps a machine, which has handed out all its output, as it is at a committed place, or has
    /// a snapshot of that place made elsewhere.
    /// - Parameter last: the last record before that place.
    func keep(
        _ machine: any CellMachine, _ partition: Int, at place: CellPlace, after last: RecordMark?, controlOffset: Int64
    )
}

/// What operators are told of a process's cells.
package enum CellNote: Equatable, Sendable {
    /// These partitions are the process's.
    case assigned([Int])
    /// A cell repeats from an offset to another, behind a snapshot or from the beginning.
    case repeating(partition: Int, from: Int64, to: Int64, hasSnapshot: Bool)
    case live(partition: Int, offset: Int64)
    case stopped(partition: Int, String)
    /// It waits for something, in words.
    case waiting(partition: Int, String)
    case dropped([Int], String)
    /// It left the group and joined it again.
    case rejoining
    case committed(lines: Int)
    case aborted(String)
}
