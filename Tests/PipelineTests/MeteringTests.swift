import Decisions
import Endpoints
import Events
import Expressions
import Journeys
import Storage
import Telemetry
import Testing

@testable import Pipeline

/// What is counted while a run goes on.
@Suite struct MeteringTests {
    @Test func theOldestBlockThatWaitsIsTheLag() {
        let lag = OutputLag(output: "outputs")
        #expect(lag.nanoseconds == 0)
        lag.handOver()
        lag.handOver()
        let before = System.monotonicClock
        while System.monotonicClock == before {}
        #expect(lag.nanoseconds > 0)
        lag.written()
        lag.written()
        lag.written()
        #expect(lag.nanoseconds == 0)
    }

    @Test func workersOfOneStageCountTogether() {
        let metrics = Metrics()
        let (one, other) = (StageMeter("scan", metrics), StageMeter("scan", metrics))
        one.begin()
        #expect(one.busySince != nil && other.busySince == nil)
        one.end()
        other.begin()
        other.end()
        #expect(other.spend { 7 } == 7)
        #expect(one.doneCount == 1 && other.doneCount == 1 && one.busySince == nil)
        let batches = metrics.reading.families.first { $0.name == "journeyd_stage_batches_total" }
        #expect(batches?.samples.map(\.value) == [.number(2)])
    }

    @Test func countsAreMadeKnownWhenThereIsNothingElseToDo() {
        var pace = PublishPace()
        let isTime = [pace.isTime(queued: 0), pace.isTime(queued: 0)]
        #expect(isTime == [true, true])
        let before = System.monotonicClock
        let isTimeAgain = pace.isTime(queued: 3)
        #expect(!isTimeAgain || System.monotonicClock - before >= Meters.publishPause)
    }

    @Test func aRollKeepsTheOrderOfItsNames() {
        var roll = Roll<Int>()
        roll["b", initial: 0] += 2
        roll["a", initial: 5] += 1
        roll["b", initial: 0] += 3
        #expect(roll.entries.map(\.name) == ["b", "a"])
        #expect(roll.entries.map(\.value) == [5, 6])
        #expect(roll["c", initial: 9] == 9)
    }
}
