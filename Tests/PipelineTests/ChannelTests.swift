import Glibc
import Storage
import Synchronization
import Testing

@testable import Pipeline

@Suite struct ChannelTests {
    @Test(arguments: [1, 2, 10]) func elementsArriveInOrderAndTheEndAfterThem(_ capacity: Int) async {
        let channel = Channel<Int>(capacity: capacity)
        async let received = {
            var all: [Int] = []
            while let number = await channel.receive() { all.append(number) }
            return all
        }()
        for number in 0..<1000 { #expect(await channel.send(number)) }
        channel.close()
        #expect(await received == Array(0..<1000))
    }

    @Test func itEndsWithTheLastOfItsSenders() async {
        let channel = Channel<Int>(capacity: 3, senders: 4)
        let sum = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    for _ in 0..<500 { _ = await channel.send(1) }
                    channel.close()
                    return 0
                }
            }
            for _ in 0..<2 {
                group.addTask {
                    var sum = 0
                    while let number = await channel.receive() { sum += number }
                    return sum
                }
            }
            return await group.reduce(0, +)
        }
        #expect(sum == 2000)
    }

    @Test func aCancelledReceiverLetsItsSenderGo() async {
        let channel = Channel<Int>(capacity: 1)
        let receiver = Task {
            var count = 0
            while await channel.receive() != nil { count += 1 }
            return count
        }
        #expect(await channel.send(1))
        receiver.cancel()
        while await channel.send(2) {}
        #expect(await receiver.value >= 0)
        #expect(await channel.receive() == nil)
    }

    @Test func aCancelledSenderLetsItsReceiverGo() async {
        let channel = Channel<Int>(capacity: 1)
        let sender = Task {
            while await channel.send(1) {}
            return true
        }
        #expect(await channel.receive() == 1)
        sender.cancel()
        while await channel.receive() != nil {}
        #expect(await sender.value)
    }
}

@Suite struct ReorderBufferTests {
    @Test(arguments: [1, 3, 8]) func whatIsMadeSideBySideComesInOrder(_ workers: Int) async {
        let buffer = ReorderBuffer<Int>(capacity: 5, producers: 1)
        let jobs = Channel<Int>(capacity: 5)
        let received = await withTaskGroup(of: [Int].self) { group in
            group.addTask {
                for number in 0..<2000 {
                    guard let ticket = await buffer.reserve() else { break }
                    #expect(ticket == number)
                    _ = await jobs.send(ticket)
                }
                buffer.close()
                jobs.close()
                return []
            }
            for _ in 0..<workers {
                group.addTask {
                    while let ticket = await jobs.receive() {
                        // Every third piece of work takes longer.
                        if ticket % 3 == 0 { await Task.yield() }
                        buffer.deliver(ticket * 2, ticket: ticket)
                    }
                    return []
                }
            }
            group.addTask {
                var all: [Int] = []
                while let number = await buffer.receive() { all.append(number) }
                return all
            }
            return await group.reduce([], +)
        }
        #expect(received == (0..<2000).map { $0 * 2 })
    }

    @Test func anAbandonedBufferGivesNoTickets() async {
        let buffer = ReorderBuffer<Int>(capacity: 1, producers: 1)
        #expect(await buffer.reserve() == 0)
        let waiting = Task { await buffer.reserve() }
        buffer.abandon()
        #expect(await waiting.value == nil)
        #expect(await buffer.receive() == nil)
        buffer.deliver(1, ticket: 0)
    }

    private final class Counter: Sendable {
        private let number = Atomic(0)
        var value: Int { number.load(ordering: .acquiring) }
        func count() { number.add(1, ordering: .acquiringAndReleasing) }
        func await(_ value: Int) { while self.value < value {} }
    }

    /// Cancelling holds the waiting task's lock and asks for the channel's; waking it must not hold
    /// these the other way round.
    @Test func aWaitingTaskMayBeCancelledAsItIsWoken() async {
        let rounds = 1_000
        let (waiting, waking, done) = (Counter(), Counter(), Counter())
        // Threads of their own, so that a deadlock leaves others to tell of it.
        let threads = (0..<4).map { _ in BlockingThread() }
        let racing = Task.detached(executorPreference: threads[0]) {
            for round in 1...rounds {
                let (channel, buffer) = (Channel<Int>(capacity: 1), ReorderBuffer<Int>(capacity: 1, producers: 1))
                guard let ticket = await buffer.reserve() else { return }
                await withTaskGroup { group in
                    group.addTask(executorPreference: threads[1]) {
                        waiting.count()
                        _ = await channel.receive()
                    }
                    group.addTask(executorPreference: threads[2]) {
                        waiting.count()
                        _ = await buffer.receive()
                    }
                    let waker = Task.detached(executorPreference: threads[3]) {
                        waiting.await(2 * round)
                        waking.count()
                        usleep(UInt32(round % 40))
                        channel.post(1)
                        buffer.deliver(1, ticket: ticket)
                    }
                    waking.await(round)
                    usleep(20)
                    group.cancelAll()
                    await waker.value
                }
                done.count()
            }
        }
        // A deadlock would never end: it is noticed by rounds that no longer come.
        var (seen, stillFor) = (-1, 0)
        while seen < rounds, stillFor < 200 {
            try? await Task.sleep(for: .milliseconds(50))
            let now = done.value
            stillFor = now == seen ? stillFor + 1 : 0
            seen = now
        }
        #expect(seen == rounds, "stuck after \(seen) rounds")
        guard seen == rounds else { return }
        await racing.value
        for thread in threads { thread.end() }
    }
}
