import Testing

@testable import Pipeline

/// When a run is taken for stalled, on a clock that is a number.
@Suite struct VitalsTests {
    private static let second: Int64 = 1_000_000_000

    private func worker(_ stage: String, done: UInt64 = 0, busySince: Int64? = nil) -> Pulse.Worker {
        Pulse.Worker(stage: stage, isWriter: stage == "write", done: done, busySince: busySince)
    }

    /// Looks once a second, and answers the last verdict.
    private func look(_ vitals: inout Vitals, _ seconds: ClosedRange<Int>, _ pulse: (Int) -> Pulse) -> Vitals.Verdict {
        var verdict = Vitals.Verdict.moving
        for second in seconds { verdict = vitals.look(pulse(second), at: Int64(second) * Self.second) }
        return verdict
    }

    @Test func aRunWithNothingToDoIsMoving() {
        var vitals = Vitals()
        #expect(look(&vitals, 0...300) { _ in Pulse(workers: [worker("scan")], queued: 0) } == .moving)
    }

    @Test func aStageThatIsAtOneBatchForTooLongIsStalled() {
        var vitals = Vitals()
        let pulse = Pulse(workers: [worker("scan"), worker("shard", busySince: 5)], queued: 3)
        #expect(look(&vitals, 0...29) { _ in pulse } == .moving)
        #expect(look(&vitals, 30...30) { _ in pulse } == .stalled(stage: "shard", 30 * Self.second))
        let after = Pulse(workers: [worker("scan"), worker("shard", done: 1, busySince: 7)], queued: 3)
        #expect(look(&vitals, 31...31) { _ in after } == .moving)
    }

    @Test func whatWaitsAndIsNeverTakenIsAStall() {
        var vitals = Vitals()
        let pulse = Pulse(workers: [worker("scan", done: 7), worker("write")], queued: 1)
        #expect(look(&vitals, 0...40) { _ in pulse } == .stalled(stage: "queue", 40 * Self.second))
        #expect(
            look(&vitals, 41...100) { Pulse(workers: [worker("scan", done: UInt64($0)), worker("write")], queued: 1) }
                == .moving)
    }

    @Test func anOutputThatTakesNothingIsNoStall() {
        var vitals = Vitals()
        let pulse = Pulse(workers: [worker("scan", done: 7), worker("write", busySince: 1)], queued: 20)
        #expect(look(&vitals, 0...10) { _ in pulse } == .moving)
        #expect(look(&vitals, 11...100) { _ in pulse } == .waitingForOutput(100 * Self.second))
    }

    @Test func timeInWhichNobodyLookedHardlyCounts() {
        var vitals = Vitals()
        let pulse = Pulse(workers: [worker("shard", busySince: 5)], queued: 3)
        _ = vitals.look(pulse, at: 0)
        #expect(vitals.look(pulse, at: 1000 * Self.second) == .moving)
    }
}
