import Endpoints
import Events
import Storage
import TestSupport
import Testing

@testable import Cells

/// Processes that are killed, evicted, fenced and started again, on a cluster whose requests get
/// lost: what readers of committed lines see of each partition is what one process would have
/// written that nothing ever happened to.
@Suite struct MemberSimulationTests {
    /// The processes of one run, and what happens to them.
    private struct World {
        let cluster: SimulatedCluster
        var numbers: SeededNumbers
        var processes: [Process] = []
        var nextNumber = 0
        var time = Instant(microseconds: 1000)
        /// Snapshots of one folder, or of a folder for each process.
        let shared: ModelMaker?
        var makers: [Int: ModelMaker] = [:]
        var configuration = Array("one".utf8)
        var stopped: [String] = []
        /// How many processes there are.
        var slots = 0
        let snapshotEvery: Int64
        /// Whether snapshots are made beside the processes.
        let follows: Bool

        struct Process {
            let slot: Int
            let broker: SimulatedBroker
            let member: Member
            let maker: ModelMaker
            var deadFor = 0
        }

        init(seed: UInt64) {
            numbers = SeededNumbers(seed: seed)
            cluster = SimulatedCluster(partitions: 1 + numbers.below(4), seed: numbers.next())
            snapshotEvery = numbers.one(of: [0, 5, 20])
            follows = numbers.isTrue(of: 2)
            shared = numbers.isTrue(of: 2) ? ModelMaker(configuration, every: snapshotEvery) : nil
            // Offsets have gaps, and do not begin with 0.
            for partition in 0..<cluster.partitions where numbers.isTrue(of: 3) {
                cluster.lows[partition] = 7
                add(1, to: partition, from: 7)
            }
        }

        mutating func add(_ count: Int, to partition: Int, from: Int64 = 0) {
            for _ in 0..<count {
                let last = cluster.inputs[partition].last?.offset ?? from - 1
                let offset = last + 1 + (numbers.isTrue(of: 10) ? numbers.below(3) : 0)
                if numbers.isTrue(of: 3) { time = time.advanced(by: numbers.below(30)) }
                var key = Array("k\(numbers.below(50))".utf8)
                let isRight = !numbers.isTrue(of: 15)
                while isRight,
                    View.of(key, { Partitioner.murmur2.partition(of: $0, among: cluster.partitions) }) != partition
                { key = Array("k\(numbers.below(1000))".utf8) }
                let value: [UInt8]? = numbers.isTrue(of: 20) ? nil : Array("v\(numbers.below(1000))\n".utf8)
                cluster.inputs[partition].append(
                    SimulatedCluster.Input(
                        offset: offset, time: time, key: numbers.isTrue(of: 30) ? nil : key, value: value))
            }
        }

        /// Starts the process of that name, again where it was there before.
        mutating func start(_ slot: Int) {
            let maker = shared ?? makers[slot] ?? ModelMaker(configuration, every: snapshotEvery)
            maker.configuration = configuration
            makers[slot] = maker
            if follows {
                maker.follow = { [cluster, unowned maker] partition, committed, controlOffset in
                    // What cannot be read now is not kept.
                    let follower = CellFollower(SimulatedLog(cluster), maker, partitioner: .murmur2)
                    try? follower.keep(partition, at: committed, controlOffset: controlOffset)
                }
            }
            let broker = SimulatedBroker(cluster, number: nextNumber, producer: "p\(slot)")
            nextNumber += 1
            let member = Member(broker, maker, partitioner: .murmur2) { _ in }
            processes.append(Process(slot: slot, broker: broker, member: member, maker: maker))
        }

        /// One of the processes has its turn.
        mutating func turn() {
            guard !processes.isEmpty else { return }
            let index = numbers.below(processes.count)
            let process = processes[index]
            do throws(BrokerFault) {
                if process.broker.isDead { throw .ended("killed") }
                try process.member.poll(milliseconds: 0)
                if numbers.isTrue(of: 4) { process.member.step(to: time.advanced(by: numbers.below(100))) }
                if numbers.isTrue(of: 3) { try process.member.commit() }
                for fault in process.member.stopped.values { stopped.append(fault.description) }
            } catch .ended {
                // The group notices after a while; a supervisor starts it again.
                process.broker.isDead = true
                processes[index].deadFor += 1
                if processes[index].deadFor > 5 { restart(index) }
            } catch {}
        }

        private mutating func restart(_ index: Int) {
            let process = processes.remove(at: index)
            cluster.evict(process.broker.number)
            cluster.settle()
            // Whoever has its name by now stays.
            if processes.contains(where: { $0.slot == process.slot }) { return }
            if numbers.isTrue(of: 8) { process.maker.lose() }
            start(process.slot)
        }

        /// Something happens to the group.
        mutating func disturb() {
            switch numbers.below(5) {
            case 0:
                if let process = processes.randomElement(using: &numbers) { cluster.evict(process.broker.number) }
            case 1: cluster.rebalance()
            case 2:
                // Killed between two requests.
                if let process = processes.randomElement(using: &numbers) {
                    process.broker.isDead = true
                    // The group may notice long before it is started again, while what it asked last is still on its way.
                    if numbers.isTrue(of: 2) { cluster.evict(process.broker.number) }
                }
            case 3:
                // A second one with the same name: the first is fenced.
                if let process = processes.randomElement(using: &numbers) { start(process.slot) }
            default:
                configuration = Array("c\(numbers.below(3))".utf8)
                for process in processes {
                    process.maker.configuration = configuration
                    process.member.reconfigure()
                }
            }
            cluster.settle()
        }

        var isDone: Bool {
            (0..<cluster.partitions).allSatisfy { partition in
                let end = (cluster.inputs[partition].last?.offset ?? cluster.lows[partition] - 1) + 1
                return (cluster.committed[partition]?.offset ?? -1) >= end
                    && !processes.contains { $0.member.hasNews }
            }
        }
    }

    /// The committed control records of a partition; what the bank was asked for is none.
    private static func records(_ cluster: SimulatedCluster, _ partition: Int) throws -> [ControlRecord] {
        try cluster.stable(cluster.controls[partition]).bytes.filter { $0.starts(with: Array("jdcell1".utf8)) }.map {
            bytes in try #require(View.of(bytes) { ControlRecord($0) })
        }
    }

    /// Holds what was granted and spent to what the bank was asked for, in the order in which that stands in the log: each
    /// grant was made, and all partitions together never spent more than there was.
    /// - Returns: how many grants there were.
    private static func checkBank(_ cluster: SimulatedCluster, seed: UInt64) throws -> Int {
        var parts: [Int64: [Int: Int]] = [:]
        for claim in cluster.stable(cluster.controls[0]).bytes.compactMap({ View.of($0) { LeaseClaim($0) } }) {
            let window = claim.account.window
            let others = parts[window, default: [:]].filter { $0.key != claim.partition }.values.reduce(0, +)
            let own = parts[window]?[claim.partition] ?? 0
            parts[window, default: [:]][claim.partition] = max(own, min(claim.total, ModelMachine.pool - others))
        }
        var (grants, spent): (Int, [String: Int]) = (0, [:])
        for partition in 0..<cluster.partitions {
            for record in try records(cluster, partition) {
                guard case .grant(let total, let account) = record.content else { continue }
                grants += 1
                #expect(total <= parts[account.window]?[partition] ?? 0, "seed \(seed), partition \(partition)")
            }
            for line in cluster.stable(cluster.outputs[partition]).bytes {
                let words = String(decoding: line, as: UTF8.self).split(separator: " ")
                if words.count == 5 { spent[String(words[4]), default: 0] += 1 }
            }
        }
        #expect(spent.values.allSatisfy { $0 <= ModelMachine.budget }, "seed \(seed): \(spent)")
        return grants
    }

    /// What one process would have written: the checker, which knows nothing of members and transactions.
    private static func expected(_ cluster: SimulatedCluster, _ partition: Int) throws -> [[UInt8]] {
        let records = try records(cluster, partition)
        #expect(
            records.map(\.number) == Array(0..<UInt64(records.count)),
            "partition \(partition): \(records.map(\.number))")
        var machine: ModelMachine?
        var rest = records[...]
        var lines: [[UInt8]] = []
        func apply(before offset: Int64) throws {
            while let record = rest.first, record.offset <= offset {
                rest.removeFirst()
                switch record.content {
                case .configuration(let bytes, _):
                    guard let machine else {
                        machine = ModelMachine(bytes, partition: partition, of: cluster.partitions)
                        continue
                    }
                    try machine.follow(bytes)
                case .time(let time): machine?.step(to: time)
                case .grant(let total, let account): machine?.grant(total, for: account)
                }
            }
        }
        for input in cluster.inputs[partition] {
            try apply(before: input.offset)
            guard let value = input.value else { continue }
            let block = ByteBlock(capacity: 16)
            block.append(value.map { $0 == 10 ? 9 : $0 } + [10])
            let piece = CellPiece(block: block, first: input.offset, lineCount: 1, arrival: input.time)
            let home = input.key.map { key in
                View.of(key) { Partitioner.murmur2.partition(of: $0, among: cluster.partitions) }
            }
            if home == partition { machine?.take(piece) } else { machine?.rejectMisplaced(piece, "") }
        }
        try apply(before: .max)
        for made in machine?.takeOutput().lines ?? [] { lines += made.lines.map { made.text(of: $0).copied } }
        return lines
    }

    /// Plays one world to its end.
    private static func played(seed: UInt64, trouble: Int, flaws: Set<SimulatedCluster.Flaw> = []) -> World {
        var world = World(seed: seed)
        world.cluster.flaws = flaws
        world.slots = 1 + world.numbers.below(3)
        for slot in 0..<world.slots { world.start(slot) }
        world.cluster.trouble = trouble
        for _ in 0..<300 {
            if world.numbers.isTrue(of: 3) {
                world.add(world.numbers.below(4), to: world.numbers.below(world.cluster.partitions))
            }
            if trouble > 0, world.numbers.isTrue(of: 25) { world.disturb() }
            world.turn()
        }
        // The weather clears up.
        world.cluster.trouble = 0
        var turns = 0
        while !world.isDone, turns < 5000 {
            turns += 1
            world.turn()
        }
        return world
    }

    /// Of brokers that do less than Kafka does, or a library that asks for less, it shows: some partitions have lines twice,
    /// or none follow any more. So the model would tell if cells depended on less than what they ask for.
    @Test(arguments: SimulatedCluster.Flaw.allCases)
    func whatBrokersMustDoIsNeeded(_ flaw: SimulatedCluster.Flaw) throws {
        var differing = 0
        for seed in 0..<400 as Range<UInt64> {
            let world = Self.played(seed: seed, trouble: 40, flaws: [flaw])
            for partition in 0..<world.cluster.partitions {
                let seen = world.cluster.stable(world.cluster.outputs[partition]).bytes
                if Set(seen).count < seen.count { differing += 1 }
            }
        }
        #expect(differing > 0)
    }

    static func play(seed: UInt64, trouble: Int) throws -> (kills: Int, kept: Int, grants: Int) {
        let world = played(seed: seed, trouble: trouble)
        #expect(world.stopped == [], "seed \(seed): \(world.stopped.first ?? "")")
        #expect(world.isDone, "seed \(seed): not all is committed")
        for partition in 0..<world.cluster.partitions {
            let seen = world.cluster.stable(world.cluster.outputs[partition]).bytes
            let wanted = try expected(world.cluster, partition)
            #expect(seen == wanted, "seed \(seed), partition \(partition)")
        }
        let makers = world.makers.values.reduce(0) { $0 + $1.keptCount } + (world.shared?.keptCount ?? 0)
        return (world.nextNumber - world.slots, makers, try checkBank(world.cluster, seed: seed))
    }

    @Test(arguments: 0..<40) func committedLinesAreThoseOfOneUninterruptedProcess(_ part: UInt64) throws {
        var (kills, kept, grants) = (0, 0, 0)
        for seed in part * 50..<part * 50 + 50 {
            let came = try Self.play(seed: seed, trouble: [0, 8, 24, 40][Int(seed % 4)])
            kills += came.kills
            kept += came.kept
            grants += came.grants
        }
        // Enough has happened that this says something.
        #expect(kills > 20 && kept > 20 && grants > 50)
    }

    /// A topic that has been deleted and made anew by the time the processes come back, with as
    /// many records or more: each partition of which a record was taken stops, and no other. The
    /// records differ in one thing at a time.
    @Test(arguments: 0..<60) func aTopicThatWasMadeAnewIsNotTakenForTheOneBefore(_ seed: UInt64) throws {
        var world = Self.played(seed: seed, trouble: 0)
        #expect(world.isDone)
        for process in world.processes {
            try process.member.finish(at: world.time.advanced(by: 1000))
            world.cluster.evict(process.broker.number)
        }
        world.processes = []
        world.cluster.settle()
        let remade = world.cluster.inputs.map { records in
            records.map { record in
                let isLater = world.numbers.isTrue(of: 2)
                return SimulatedCluster.Input(
                    offset: record.offset, time: isLater ? record.time.advanced(by: 1000) : record.time,
                    key: record.key, value: isLater ? record.value : record.value.map { $0 + [48] } ?? [])
            }
        }
        let isRemade = world.numbers.isTrue(of: 4) == false
        if isRemade { world.cluster.inputs = remade }
        let taken = world.cluster.inputs.filter { !$0.isEmpty }.count
        for partition in 0..<world.cluster.partitions { world.add(3, to: partition) }
        for slot in 0..<world.slots { world.start(slot) }
        for _ in 0..<300 { world.turn() }
        let told = Set(world.stopped)
        #expect(told.count == (isRemade ? taken : 0), "\(told)")
        #expect(told.allSatisfy { $0.contains("stands another record than the one that was taken") })
    }
}
