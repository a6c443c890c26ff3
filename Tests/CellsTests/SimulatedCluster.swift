import Events
import Storage
import TestSupport

@testable import Cells

/// A log with partitions, transactions and a consumer group, all of it in memory: what a
/// Kafka-protocol broker does, as far as cells depend on it, and what it does only on bad days.
///
/// Its clients ask one at a time; requests may get lost, be done and not be answered, or be done
/// later, when whoever asked has long gone.
final class SimulatedCluster {
    struct Input {
        let offset: Int64
        let time: Instant
        let key: [UInt8]?
        let value: [UInt8]?
    }

    struct Entry {
        let transaction: Int
        let bytes: [UInt8]
    }

    enum State { case open, committed, aborted }

    struct Transaction {
        let producer: String
        let epoch: Int
        var state = State.open
        var places: [Int: CommittedOffset] = [:]
        let began: Int
    }

    let partitions: Int
    var inputs: [[Input]]
    /// Where the partitions' logs begin.
    var lows: [Int64]
    var outputs: [[Entry]]
    var controls: [[Entry]]
    var committed: [CommittedOffset?]
    var transactions: [Transaction] = []
    private var epochs: [String: Int] = [:]
    /// How many requests came: the clock of time-outs.
    var now = 0
    static let transactionTimeout = 150

    var generation = 0
    var members: [Int] = []
    /// The members that are to give back what they have before the next generation; nil between rebalances.
    var leaving: Set<Int>?
    var joining: Set<Int> = []
    var assignment: [Int: [Int]] = [:]
    private var delayed: [(due: Int, act: () -> Void)] = []
    /// How many requests of a hundred go wrong, and what any do is chosen by.
    var trouble = 0
    var numbers: SeededNumbers
    /// How the brokers, and the clients' libraries, differ from what Kafka does.
    var flaws: Set<Flaw> = []

    /// What a broker, or the library that talks to it, may get wrong. Each gives lines twice.
    enum Flaw: CaseIterable {
        /// Offsets of a transaction are taken from whoever sends them, of whatever generation of the group.
        case takesAnyGeneration
        /// Committed offsets are told while a transaction that says otherwise is still open.
        case tellsUnstable
        /// The generation is looked up when offsets are sent, not when partitions are assigned: a
        /// client that has noticed in the background that it is no member any more sends none, and
        /// Kafka then checks nothing.
        case generationOfTheMoment
    }

    init(partitions: Int, seed: UInt64) {
        self.partitions = partitions
        inputs = Array(repeating: [], count: partitions)
        lows = Array(repeating: 0, count: partitions)
        outputs = Array(repeating: [], count: partitions)
        controls = Array(repeating: [], count: partitions)
        committed = Array(repeating: nil, count: partitions)
        numbers = SeededNumbers(seed: seed)
    }

    func chance(_ percent: Int) -> Bool { numbers.below(100) < percent }

    /// Lets a request's time pass: what was delayed is done, and transactions that are open for too long are aborted.
    func pass() {
        now += 1
        let due = delayed.filter { $0.due <= now }
        delayed.removeAll { $0.due <= now }
        for entry in due { entry.act() }
        for index in transactions.indices
        where transactions[index].state == .open && now - transactions[index].began > Self.transactionTimeout {
            transactions[index].state = .aborted
        }
    }

    func delay(_ act: @escaping () -> Void) { delayed.append((now + 1 + numbers.below(120), act)) }

    // MARK: Producers

    /// A producer of that name takes the place of the one before, whose transaction is aborted.
    func register(_ producer: String) -> Int {
        let epoch = (epochs[producer] ?? 0) + 1
        epochs[producer] = epoch
        for index in transactions.indices
        where transactions[index].producer == producer && transactions[index].state == .open {
            transactions[index].state = .aborted
        }
        return epoch
    }

    func isCurrent(_ producer: String, _ epoch: Int) -> Bool { epochs[producer] == epoch }

    func commit(_ number: Int) {
        guard transactions[number].state == .open else { return }
        transactions[number].state = .committed
        for (partition, place) in transactions[number].places { committed[partition] = place }
    }

    /// What readers of committed records see of a partition, and where that ends: at the first that is undecided.
    func stable(_ entries: [Entry]) -> (bytes: [[UInt8]], end: Int) {
        let end = entries.firstIndex { transactions[$0.transaction].state == .open } ?? entries.count
        return (entries[..<end].filter { transactions[$0.transaction].state == .committed }.map(\.bytes), end)
    }

    // MARK: The group

    /// Begins a rebalance: whoever is a member is to give back what it has.
    func rebalance() {
        guard leaving == nil else { return }
        leaving = Set(members)
    }

    /// A member is one no more, and does not know it.
    func evict(_ client: Int) {
        members.removeAll { $0 == client }
        joining.remove(client)
        if leaving == nil { rebalance() }
        leaving?.remove(client)
    }

    /// Ends the rebalance once all have given back what they had.
    func settle() {
        guard leaving?.isEmpty == true else { return }
        leaving = nil
        members = Set(members).union(joining).sorted()
        joining = []
        generation += 1
        assignment = [:]
        for (index, client) in members.enumerated() {
            let (first, end) = (partitions * index / members.count, partitions * (index + 1) / members.count)
            assignment[client] = Array(first..<end)
        }
    }
}

/// The cluster as one process sees it.
final class SimulatedBroker: CellBroker {
    let cluster: SimulatedCluster
    let number: Int
    private let producer: String
    private let epoch: Int
    /// Whether the process was killed: nothing it asks is done.
    var isDead = false
    /// The generation of the latest assignment, as the process was told.
    private var knownGeneration = -1
    /// What the library knows in the background; -1 once it has noticed that the process is no member any more.
    private var presentGeneration = -1
    private let reading: SimulatedLog
    private var transaction: Int?
    /// Whether the transaction was to be committed, and nothing was heard of that.
    private var isCommitting = false

    init(_ cluster: SimulatedCluster, number: Int, producer: String) {
        self.cluster = cluster
        self.number = number
        self.producer = producer
        epoch = cluster.register(producer)
        reading = SimulatedLog(cluster)
        reading.held = []
        cluster.joining.insert(number)
        cluster.rebalance()
        reading.request = { [unowned self] () throws(BrokerFault) in try request() }
    }

    var log: any PartitionLog { reading }

    /// Whether offsets are taken that are sent in a generation. As Kafka has it, one who names none is not asked.
    private func isTaken(in generation: Int) -> Bool {
        if cluster.flaws.contains(.takesAnyGeneration) || generation < 0 { return true }
        return cluster.members.contains(number) && generation == cluster.generation
    }

    /// Lets time pass, and may kill the process or lose the request.
    private func request() throws(BrokerFault) {
        cluster.pass()
        if !cluster.members.contains(number), cluster.chance(50) { presentGeneration = -1 }
        if isDead { throw .ended("killed") }
        if cluster.trouble > 0, cluster.chance(1), cluster.chance(cluster.trouble) {
            isDead = true
            throw .ended("killed")
        }
        if cluster.chance(cluster.trouble / 4) { throw .again("time-out") }
    }

    func poll(milliseconds: Int, _ take: (BrokerEvent) throws(BrokerFault) -> Void) throws(BrokerFault) {
        cluster.pass()
        if isDead { throw .ended("killed") }
        if cluster.leaving?.contains(number) == true {
            if knownGeneration == cluster.generation { try take(.revoked) }
            reading.hold([])
            cluster.leaving?.remove(number)
            // One that has given back what it had may be too slow to join again.
            if cluster.trouble > 0, cluster.chance(10) { cluster.evict(number) }
            cluster.settle()
            return
        }
        cluster.settle()
        if !cluster.members.contains(number) {
            // One that was evicted may learn of it late, and goes on with what it has until then.
            if reading.isIdle || cluster.chance(20) {
                if !reading.isIdle { try take(.lost) }
                reading.hold([])
                knownGeneration = -1
                if !cluster.joining.contains(number) {
                    cluster.joining.insert(number)
                    cluster.rebalance()
                }
                return
            }
        } else if cluster.leaving != nil {
            // It has joined, and waits for the others.
            return
        } else if knownGeneration != cluster.generation {
            knownGeneration = cluster.generation
            presentGeneration = knownGeneration
            let mine = cluster.assignment[number] ?? []
            reading.hold(mine)
            try take(.assigned(mine, generation: knownGeneration))
            return
        }
        try reading.read(milliseconds: 0, take)
    }

    func rejoin() throws(BrokerFault) {
        try request()
        try abort()
        guard cluster.isCurrent(producer, epoch) else { throw .ended("fenced") }
        cluster.evict(number)
        reading.hold([])
        (knownGeneration, presentGeneration) = (-1, -1)
        cluster.joining.insert(number)
        cluster.settle()
    }

    func committed(_ partition: Int) throws(BrokerFault) -> CommittedOffset? {
        try request()
        let isUnstable = cluster.transactions.contains { $0.state == .open && $0.places[partition] != nil }
        if isUnstable, !cluster.flaws.contains(.tellsUnstable) {
            throw .again("a transaction is open")
        }
        return cluster.committed[partition]
    }

    func begin() throws(BrokerFault) {
        if isDead { throw .ended("killed") }
        try abort()
        guard cluster.isCurrent(producer, epoch) else { throw .ended("fenced") }
        cluster.transactions.append(
            SimulatedCluster.Transaction(producer: producer, epoch: epoch, began: cluster.now))
        transaction = cluster.transactions.count - 1
    }

    /// The transaction, while it may still be committed.
    private func open() throws(BrokerFault) -> Int {
        try request()
        return try stillOpen()
    }

    private func stillOpen() throws(BrokerFault) -> Int {
        guard cluster.isCurrent(producer, epoch) else { throw .ended("fenced") }
        guard let transaction, cluster.transactions[transaction].state == .open else {
            throw .aborted("the transaction is over")
        }
        if cluster.chance(cluster.trouble / 8) { throw .aborted("not enough replicas") }
        return transaction
    }

    func send(_ lines: OutputLines, to partition: Int) throws(BrokerFault) {
        let transaction = try resending { () throws(BrokerFault) in try open() }
        for line in lines.lines {
            cluster.outputs[partition].append(
                SimulatedCluster.Entry(transaction: transaction, bytes: lines.text(of: line).copied))
        }
    }

    func send(_ record: ControlRecord, to partition: Int) throws(BrokerFault) {
        let transaction = try resending { () throws(BrokerFault) in try open() }
        cluster.controls[partition].append(SimulatedCluster.Entry(transaction: transaction, bytes: record.bytes))
    }

    /// What a producer sends it sends again until it is there, and only once.
    private func resending(_ body: () throws(BrokerFault) -> Int) throws(BrokerFault) -> Int {
        while true {
            do throws(BrokerFault) { return try body() } catch .again { continue }
        }
    }

    func send(_ claim: LeaseClaim) throws(BrokerFault) {
        let transaction = try resending { () throws(BrokerFault) in try open() }
        cluster.controls[0].append(SimulatedCluster.Entry(transaction: transaction, bytes: claim.bytes))
    }

    func commit(_ places: [(partition: Int, offset: CommittedOffset)], generation: Int) throws(BrokerFault) {
        try request()
        if let transaction, cluster.transactions[transaction].state == .committed {
            self.transaction = nil
            isCommitting = false
            return
        }
        let number = try stillOpen()
        let sent = cluster.flaws.contains(.generationOfTheMoment) ? presentGeneration : generation
        guard isTaken(in: sent) else { throw .expelled("illegal generation") }
        // A coordinator that has only just taken over may say so of a member that it has, and never again.
        if cluster.chance(cluster.trouble / 8) { throw .expelled("illegal generation, once") }
        cluster.transactions[number].places = Dictionary(uniqueKeysWithValues: places.map { ($0.partition, $0.offset) })
        if cluster.chance(cluster.trouble) {
            switch cluster.numbers.below(3) {
            case 0: break
            case 1: cluster.commit(number)
            default:
                cluster.delay { [cluster] in cluster.commit(number) }
                if cluster.chance(30) { cluster.evict(self.number) }
            }
            isCommitting = true
            throw .again("time-out")
        }
        cluster.commit(number)
        transaction = nil
        isCommitting = false
    }

    func abort() throws(BrokerFault) {
        if isDead { throw .ended("killed") }
        cluster.pass()
        guard let number = transaction else { return }
        if cluster.chance(cluster.trouble / 4) { throw .again("time-out") }
        // Of a transaction that was committed and not answered nothing is left to be aborted, and
        // one whose commit was asked for may only be gone on with.
        if isCommitting, cluster.chance(50) { cluster.commit(number) }
        isCommitting = false
        if cluster.transactions[number].state == .open { cluster.transactions[number].state = .aborted }
        transaction = nil
    }
}

/// The partitions as one process reads them, or somebody who is in no group.
final class SimulatedLog: PartitionLog {
    private let cluster: SimulatedCluster
    /// What each request comes to before it is done.
    var request: () throws(BrokerFault) -> Void
    /// The partitions that may be read; nil for all.
    var held: [Int]?
    private var positions: [Int: Int64] = [:]

    init(_ cluster: SimulatedCluster) {
        self.cluster = cluster
        request = { () throws(BrokerFault) in
            if cluster.chance(cluster.trouble / 4) { throw .again("time-out") }
        }
    }

    func hold(_ partitions: [Int]) { (held, positions) = (partitions, [:]) }

    var isIdle: Bool { held?.isEmpty == true }

    func partitionCount() throws(BrokerFault) -> Int { cluster.partitions }

    func mark(_ partition: Int, at offset: Int64) throws(BrokerFault) -> RecordMark? {
        try request()
        return cluster.inputs[partition].first { $0.offset == offset }.map {
            RecordMark(offset: $0.offset, time: $0.time, size: $0.value?.count)
        }
    }

    func extent(_ partition: Int) throws(BrokerFault) -> Range<Int64> {
        try request()
        let all = cluster.inputs[partition]
        return cluster.lows[partition]..<(all.last?.offset ?? cluster.lows[partition] - 1) + 1
    }

    func controls(_ partition: Int, from offset: Int64) throws(BrokerFault) -> (records: [[UInt8]], end: Int64) {
        try request()
        let entries = cluster.controls[partition]
        if offset == .max { return ([], Int64(entries.count)) }
        let first = min(Int(offset), entries.count)
        let found = cluster.stable(Array(entries[first...]))
        return (found.bytes, Int64(first + found.end))
    }

    func start(_ partition: Int, at offset: Int64) throws(BrokerFault) {
        try request()
        if held?.contains(partition) != false { positions[partition] = offset }
    }

    func stop(_ partition: Int) { positions[partition] = nil }

    func read(milliseconds: Int, _ take: (BrokerEvent) throws(BrokerFault) -> Void) throws(BrokerFault) {
        for partition in held ?? Array(positions.keys) {
            guard let position = positions[partition] else { continue }
            let all = cluster.inputs[partition]
            let next = all.drop { $0.offset < position }.prefix(1 + cluster.numbers.below(4))
            for record in next {
                // Some come twice.
                for _ in 0..<(cluster.chance(cluster.trouble / 4) ? 2 : 1) {
                    try hand(record, of: partition, to: take)
                }
                if positions[partition] != nil { positions[partition] = record.offset + 1 }
            }
            if next.isEmpty || next.last?.offset == all.last?.offset {
                // Behind the last record may stand the mark of a transaction.
                try take(.end(partition: partition, offset: (all.last?.offset ?? cluster.lows[partition] - 1) + 1))
            }
        }
    }

    private func hand(
        _ record: SimulatedCluster.Input, of partition: Int, to take: (BrokerEvent) throws(BrokerFault) -> Void
    ) throws(BrokerFault) {
        let (key, value) = (ByteBlock(capacity: 16), ByteBlock(capacity: 16))
        key.append(record.key ?? [])
        value.append(record.value ?? [])
        defer { withExtendedLifetime((key, value)) {} }
        try take(
            .record(
                partition: partition, offset: record.offset, time: record.time,
                key: record.key == nil ? nil : key.bytes, value: record.value == nil ? nil : value.bytes))
    }
}
