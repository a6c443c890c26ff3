import Events
import Storage
import TestSupport
import Testing

@Suite struct SequencerTests {
    private func settings(disorder: Int = 0, late: InputSettings.LatePolicy = .process) -> InputSettings {
        var settings = InputSettings()
        settings.disorder = Int64(disorder) * 1000
        settings.late = late
        return settings
    }

    private func sequence(_ batches: [EventBatch], _ settings: InputSettings, shards: Int = 1) -> Sequenced {
        var sequencer = Sequencer(settings, shards: shards)
        var result = Sequenced()
        for batch in batches {
            sequencer.take(InputBatch(batch, isLive: false))
            result.drain(&sequencer, shards: shards)
        }
        sequencer.finish()
        result.drain(&sequencer, shards: shards)
        return result
    }

    @Test func everyLineHasAPlaceAndEveryRejectItsLine() {
        let lines = ["bad", line(1, id: "a"), "", line(2, id: "b"), "worse", line(3, id: "c")]
        for size in 1...6 {
            let result = sequence(batches(lines, of: size), settings())
            #expect(result.taken.map(\.place) == [1, 3, 5])
            #expect(result.rejects.map(\.place) == [0, 4])
            #expect(result.rejects.map(\.line) == [1, 5])
            #expect(result.isSound)
        }
    }

    @Test func linesAreCountedForEachInput() {
        let (one, other) = (LineSource("one"), LineSource("other", linesBefore: 6))
        let parts = [batch(["x", "x"], source: one), batch(["x"], source: other), batch(["x"], source: one)]
        let result = sequence(parts, settings())
        #expect(result.rejects.map(\.source.name) == ["one", "one", "other", "one"])
        #expect(result.rejects.map(\.line) == [1, 2, 7, 3])
        #expect(result.rejects.map(\.place) == [0, 1, 2, 3])
    }

    @Test func aLateEventIsTakenAtTheWatermark() {
        let lines = [line(10, id: "a"), line(20, id: "b"), line(15, id: "c"), line(20, id: "d"), line(21, id: "e")]
        for size in 1...5 {
            let result = sequence(batches(lines, of: size), settings())
            #expect(result.taken.map(\.time) == [10, 20, 20, 20, 21])
            #expect(result.taken.map(\.id) == ["a", "b", "c", "d", "e"])
            #expect(result.isSound)
        }
    }

    @Test(arguments: [0, 4]) func aLateEventIsRejectedWhereThatIsAsked(_ disorder: Int) {
        let lines = [line(10, id: "a"), line(20, id: "b"), line(15, id: "c"), line(21, id: "d")]
        for size in 1...4 {
            let result = sequence(batches(lines, of: size), settings(disorder: disorder, late: .reject))
            #expect(result.taken.map(\.id) == ["a", "b", "d"])
            #expect(result.rejects.map(\.reject.reason) == [.late])
            #expect(result.rejects.map(\.place) == [2])
            #expect(result.rejects[0].reject.detail.contains("time.disorder"))
        }
    }

    @Test func manyLateEventsAreNoticed() {
        var sequencer = Sequencer(settings(), shards: 1)
        let sorted = (0..<99).map { line(1000 + $0, id: "i\($0)") }
        sequencer.take(InputBatch(batch(sorted + [line(1, id: "late")]), isLive: false))
        var (count, isMuch) = (sequencer.lateCount, sequencer.isMuchLate)
        #expect(count == 1)
        #expect(!isMuch)
        sequencer.take(InputBatch(batch([line(1, id: "later")]), isLive: false))
        (count, isMuch) = (sequencer.lateCount, sequencer.isMuchLate)
        #expect(count == 2)
        #expect(isMuch)
    }

    @Test func theFutureIsRejectedInLiveInputsOnly() {
        var settings = settings()
        settings.maxFuture = 5_000_000
        let arrival = Instant(microseconds: 1_000_000)
        let events = batch([line(6_000, id: "a"), line(6_001, id: "b")], arrival: arrival)
        for isLive in [true, false] {
            var sequencer = Sequencer(settings, shards: 1)
            var result = Sequenced()
            sequencer.take(InputBatch(events, isLive: isLive))
            result.drain(&sequencer)
            #expect(result.taken.map(\.id) == (isLive ? ["a"] : ["a", "b"]))
            #expect(result.rejects.map(\.reject.reason) == (isLive ? [.future] : []))
        }
    }

    @Test(arguments: [1, 3, 64, 1000], [UInt64(1), 2, 3]) func withDisorderEventsComeInOrder(size: Int, seed: UInt64) {
        let disorder = 50
        var chance = SeededNumbers(seed: seed)
        let times = (0..<1000).map { $0 * 3 + Int.random(in: -60...60, using: &chance) + 200 }
        // The model: the rule read literally, event by event, and a sort.
        var greatest = Int.min
        var watermark = Int.min
        var expected: [Taken] = []
        for (place, time) in times.enumerated() {
            let taken = max(time, watermark)
            greatest = max(greatest, time)
            watermark = max(watermark, greatest - disorder)
            expected.append(Taken(id: "i\(place)", place: UInt64(place), time: Int64(taken)))
        }
        expected.sort { ($0.time, $0.place) < ($1.time, $1.place) }
        let lines = times.enumerated().map { line($1, id: "i\($0)", customer: "c\($0 % 7)") }
        for shards in [1, 3] {
            let result = sequence(batches(lines, of: size), settings(disorder: disorder), shards: shards)
            #expect(result.taken == expected)
            #expect(result.isSound)
            #expect(result.watermarks.last == Instant(microseconds: Int64(greatest) * 1000))
        }
    }

    @Test func anEventWaitsUntilTheWatermarkReachesIt() {
        var sequencer = Sequencer(settings(disorder: 10), shards: 1)
        var result = Sequenced()
        for (time, id, seen) in [(100, "a", 0), (105, "b", 0), (110, "c", 1), (130, "d", 3)] {
            sequencer.take(InputBatch(batch([line(time, id: id)]), isLive: false))
            result.drain(&sequencer)
            #expect(result.taken.count == seen)
        }
    }

    @Test func shardsPartTheEvents() {
        let lines = (0..<200).map { line($0, id: "i\($0)", customer: "c\($0)") }
        for shards in [1, 2, 5] {
            let result = sequence(batches(lines, of: 64), settings(), shards: shards)
            #expect(result.taken.map(\.id) == (0..<200).map { "i\($0)" })
            #expect(result.isSound)
        }
    }

    @Test func whileLiveInputsAreSilentTimeGoesOn() {
        var settings = settings(disorder: 100)
        settings.idleAfter = 1_000_000
        var sequencer = Sequencer(settings, shards: 1)
        var result = Sequenced()
        let arrival = Instant(microseconds: 50_000_000)
        sequencer.take(InputBatch(batch([line(10_000, id: "a")], arrival: arrival), isLive: true))
        sequencer.step(to: arrival.advanced(by: 999_999))
        result.drain(&sequencer)
        #expect(result.watermarks.last == Instant(microseconds: 9_900_000))
        #expect(result.taken.isEmpty)
        sequencer.step(to: arrival.advanced(by: 2_000_000))
        result.drain(&sequencer)
        #expect(result.watermarks.last == Instant(microseconds: 11_900_000))
        #expect(result.taken.map(\.id) == ["a"])
        // Never beyond the wall clock less the disorder, however far ahead the events were.
        let ahead = arrival.advanced(by: 3_000_000)
        sequencer.take(InputBatch(batch([line(53_000, id: "b")], arrival: ahead), isLive: true))
        sequencer.step(to: ahead.advanced(by: 1_000_000))
        result.drain(&sequencer)
        #expect(result.watermarks.last == ahead.advanced(by: 900_000))
        #expect(result.isSound)
    }
}
