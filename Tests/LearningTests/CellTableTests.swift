import Events
import Expressions
import Storage
import TestSupport
import Testing

@testable import Learning

/// What is known of propensities, against all that was ever settled.
@Suite struct CellTableTests {
    private struct Trial {
        var action: Int32
        var channel: Int32
        var bucket: String
        var time: Int64
        var success: Bool
    }

    private static let day: Int64 = 86_400_000_000

    /// The estimate at a level: 0 is the action's, 1 the channel's, 2 the bucket's.
    private func estimate(_ trials: [Trial], _ level: Int, of one: Trial, _ plan: PropensityTerms) -> Double {
        let parent = level == 0 ? plan.prior : estimate(trials, level - 1, of: one, plan)
        var (count, successes) = (0.0, 0.0)
        for trial in trials where trial.action == one.action {
            if level > 0, trial.channel != one.channel { continue }
            if level > 1, trial.bucket != one.bucket { continue }
            var left = 1.0
            var age = Double(one.time - trial.time) / Double(plan.halfLife)
            while age >= 1 {
                left /= 2
                age -= 1
            }
            left *= Self.power(-age)
            count += left
            if trial.success { successes += left }
        }
        return (plan.strength * parent + successes) / (plan.strength + count)
    }

    /// 2 to a power between −1 and 0, by its series.
    private static func power(_ exponent: Double) -> Double {
        let x = exponent * 0.6931471805599453
        var (sum, term) = (1.0, 1.0)
        for n in 1..<30 {
            term *= x / Double(n)
            sum += term
        }
        return sum
    }

    private static let plan: PropensityTerms = {
        var plan = PropensityPlan()
        (plan.byChannel, plan.by, plan.strength, plan.halfLife) = (true, [PlanNumber(0)], 7, 3 * day)
        return plan.terms
    }()

    @Test(arguments: 1...3) func estimatesArePooledAndFade(seed: UInt64) {
        var numbers = SeededNumbers(seed: seed)
        var table = CellTable()
        var past: [Trial] = []
        var time: Int64 = 0
        for _ in 0..<150 {
            time += Int64(numbers.below(Self.day))
            let trial = Trial(
                action: Int32(numbers.below(2)), channel: Int32(numbers.below(2)),
                bucket: numbers.one(of: ["true", "false"]), time: time, success: numbers.isTrue(of: 4))
            let at = Instant(microseconds: time)
            let cell = table.find(
                Self.plan, action: trial.action, channel: trial.channel,
                bucket: table.number(ofBucket: Array(trial.bucket.utf8)))
            let believed = table.belief(cell, Self.plan, at: at)
            #expect((believed.mean - estimate(past, 2, of: trial, Self.plan)).magnitude < 1e-12)
            let own = table.obtain(
                Self.plan, action: trial.action, channel: trial.channel, bucket: Array(trial.bucket.utf8), at: at)
            table.settle(own, success: trial.success, Self.plan, at: at)
            past.append(trial)
        }
        #expect(table.count == 2 + 4 + 8)
    }

    /// What is known goes on from images, and under other numbers: of an action that is learnt
    /// otherwise all is lost, of a channel that is gone what was its own.
    @Test(arguments: 1...12) func whatIsKnownGoesOn(seed: UInt64) throws {
        var numbers = SeededNumbers(seed: seed)
        var table = CellTable()
        var (past, open): ([Trial], [(trial: Trial, cell: Int32)]) = ([], [])
        var time: Int64 = 0
        for step in 0..<160 {
            time += Int64(numbers.below(Self.day))
            let at = Instant(microseconds: time)
            var trial = Trial(
                action: Int32(numbers.below(3)), channel: Int32(numbers.below(3)),
                bucket: numbers.one(of: ["true", "false"]), time: time, success: numbers.isTrue(of: 3))
            let bucket = Array(trial.bucket.utf8)
            let cell = table.find(
                Self.plan, action: trial.action, channel: trial.channel, bucket: table.number(ofBucket: bucket))
            let believed = table.belief(cell, Self.plan, at: at)
            try #require((believed.mean - estimate(past, 2, of: trial, Self.plan)).magnitude < 1e-12, "step \(step)")
            open.append(
                (
                    trial,
                    table.obtain(Self.plan, action: trial.action, channel: trial.channel, bucket: bucket, at: at)
                ))
            if numbers.isTrue(of: 2) {
                let settled = open.remove(at: numbers.below(open.count))
                trial = settled.trial
                trial.time = time
                table.settle(settled.cell, success: trial.success, Self.plan, at: at)
                past.append(trial)
            }
            if numbers.isTrue(of: 5) {
                let image = StateImage()
                table.add(to: image)
                var next = CellTable()
                try next.restore(from: StateReader(image.copied()))
                table = next
            }
            guard numbers.isTrue(of: 8) else { continue }
            var actions = [Int32](0..<3).shuffled(using: &numbers)
            var channels = [Int32](0..<3).shuffled(using: &numbers)
            if numbers.isTrue(of: 3) { actions[numbers.below(3)] = -1 }
            if numbers.isTrue(of: 2) { channels[numbers.below(3)] = -1 }
            func renumbered(_ trial: Trial) -> Trial? {
                var trial = trial
                trial.action = actions[Int(trial.action)]
                if trial.channel >= 0 { trial.channel = channels[Int(trial.channel)] }
                return trial.action < 0 ? nil : trial
            }
            var next = CellTable()
            let cells = next.takeOver(table, actions: actions, channels: channels)
            table = next
            past = past.compactMap(renumbered)
            open = open.compactMap { trial, cell in
                // What goes over a channel that is gone is no trial any more.
                guard let trial = renumbered(trial), trial.channel >= 0 else {
                    #expect(cells[Int(cell)] == -1)
                    return nil
                }
                return (trial, cells[Int(cell)])
            }
        }
        #expect(!past.isEmpty)
    }

    @Test func whatThereIsNoRoomForFallsToItsParent() throws {
        var table = CellTable()
        for number in 0..<5_000 {
            let cell = table.obtain(
                Self.plan, action: 0, channel: 0, bucket: Array("\(number)".utf8), at: Instant(microseconds: 0))
            table.settle(cell, success: number % 2 == 0, Self.plan, at: Instant(microseconds: 0))
        }
        #expect(table.count == CellTable.limit && table.refused == 5_000 + 2 - CellTable.limit)
        let own = table.own(ofAction: 0)
        #expect(table.trials(own, Self.plan, at: Instant(microseconds: 0)) == 5_000)
        let last = table.find(Self.plan, action: 0, channel: 0, bucket: table.number(ofBucket: Array("4999".utf8)))
        #expect(table.belief(last, Self.plan, at: Instant(microseconds: 0)).mean > 0.4)
        // No value is kept that tells no cell apart, and there is no room for another action either.
        #expect(table.number(ofBucket: Array("4999".utf8)) == CellTable.noBucket)
        let other = table.obtain(Self.plan, action: 1, channel: 0, bucket: nil, at: Instant(microseconds: 0))
        #expect(other == -1 && table.count == CellTable.limit)
        let image = StateImage()
        table.add(to: image)
        var next = CellTable()
        try next.restore(from: StateReader(image.copied()))
        #expect(next.count == CellTable.limit && next.refused == table.refused)
        var after = CellTable()
        _ = after.takeOver(table, actions: [0], channels: [0])
        #expect(after.count == CellTable.limit && after.refused == table.refused)
    }

    /// The longest value has a cell of its own, one that is longer learns in its parent.
    @Test func valuesAreNoLongerThanTheirLimit() {
        for (length, cells) in [(CellTable.bucketLimit, 3), (CellTable.bucketLimit + 1, 2)] {
            var table = CellTable()
            let bucket = [UInt8](repeating: 0x61, count: length)
            _ = table.obtain(Self.plan, action: 0, channel: 0, bucket: bucket, at: Instant(microseconds: 0))
            #expect(table.count == cells)
        }
    }

    /// Before the instant up to which counts are decayed they count as they do then, not for more.
    @Test func aClockThatGoesBackMakesNoCountGrow() {
        var table = CellTable()
        let cell = table.obtain(Self.plan, action: 0, channel: 0, bucket: nil, at: Instant(microseconds: 0))
        let settled = Instant(microseconds: 10 * Self.day)
        table.settle(cell, success: true, Self.plan, at: settled)
        let before = Instant(microseconds: 4 * Self.day)
        #expect(table.belief(cell, Self.plan, at: before) == table.belief(cell, Self.plan, at: settled))
        #expect(table.trials(cell, Self.plan, at: before) == 1)
    }

    /// What is known of a channel that is gone says nothing of what goes over none.
    @Test func cellsOfAChannelThatIsGoneAreLost() {
        var old = CellTable()
        let at = Instant(microseconds: 0)
        for channel: Int32 in 0..<2 {
            let cell = old.obtain(Self.plan, action: 0, channel: channel, bucket: [0x61], at: at)
            old.settle(cell, success: channel == 0, Self.plan, at: at)
        }
        var table = CellTable()
        let numbers = table.takeOver(old, actions: [0], channels: [-1, 0])
        #expect(old.count == 5 && table.count == 3 && numbers.count { $0 < 0 } == 2)
        #expect(table.find(Self.plan, action: 0, channel: -1, bucket: CellTable.noBucket) == table.own(ofAction: 0))
        #expect(table.trials(table.own(ofAction: 0), Self.plan, at: at) == 2)
    }

    @Test func anImageHasAllCells() throws {
        var table = CellTable()
        for number in 0..<30 {
            let cell = table.obtain(
                Self.plan, action: Int32(number % 3), channel: 0, bucket: [UInt8(number)], at: Instant(microseconds: 5))
            table.settle(cell, success: true, Self.plan, at: Instant(microseconds: 9))
        }
        let image = StateImage()
        table.add(to: image)
        var other = CellTable()
        try other.restore(from: StateReader(image.copied()))
        #expect(other.count == table.count)
        let cell = other.find(Self.plan, action: 1, channel: 0, bucket: other.number(ofBucket: [4]))
        let at = Instant(microseconds: 10)
        #expect(cell == table.find(Self.plan, action: 1, channel: 0, bucket: table.number(ofBucket: [4])) && cell >= 0)
        #expect(other.belief(cell, Self.plan, at: at) == table.belief(cell, Self.plan, at: at))
    }
}
