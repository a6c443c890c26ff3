import Synchronization
import Testing

@testable import Storage

@Suite struct HandoverTests {
    @Test func whatIsGivenIsTakenOnce() {
        let handover = Handover<Int>()
        #expect(!handover.isGiven)
        handover.give(7)
        #expect(handover.isGiven)
        #expect(handover.take() == 7)
        #expect(handover.isGiven && handover.take() == nil)
    }

    @Test func nothingCanBeGivenToo() {
        let handover = Handover<Int>()
        handover.give(nil)
        #expect(handover.isGiven && handover.take() == nil)
    }

    @Test func whoeverWaitsIsToldOnce() {
        let handover = Handover<Int>()
        let told = Atomic(0)
        handover.whenGiven { told.add(1, ordering: .relaxed) }
        #expect(told.load(ordering: .relaxed) == 0)
        handover.give(1)
        #expect(told.load(ordering: .relaxed) == 1)
        // Who asks later is told at once.
        handover.whenGiven { told.add(10, ordering: .relaxed) }
        #expect(told.load(ordering: .relaxed) == 11)
    }

    @Test func twoTasksMeet() async {
        for number in 0..<500 {
            let handover = Handover<Int>()
            async let taken: Int? = withCheckedContinuation { continuation in
                handover.whenGiven { continuation.resume(returning: handover.take()) }
            }
            await Task.yield()
            handover.give(number)
            #expect(await taken == number)
        }
    }
}
