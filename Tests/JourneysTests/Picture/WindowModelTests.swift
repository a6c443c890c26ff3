import Events
import Expressions
import Glibc
import Storage
import TestSupport
import Testing

@testable import Journeys

/// A window in the plain way: all events are kept, and looked at for every answer.
struct PlainWindow {
    let aggregate: WindowPlan.Aggregate
    let extent: WindowPlan.Extent
    /// What `quantile` asks for.
    static let quantile = WindowPlan.Quantile(3, of: 10)
    private var events: [(time: Int64, number: Int64)] = []

    init(_ aggregate: WindowPlan.Aggregate, _ extent: WindowPlan.Extent) {
        self.aggregate = aggregate
        self.extent = extent
    }

    /// The same without the last event.
    var before: PlainWindow {
        var window = self
        window.events.removeLast()
        return window
    }

    mutating func add(_ number: Int64, at time: Int64) { events.append((time, number)) }

    private func held(at now: Int64) -> [(time: Int64, number: Int64)] {
        switch extent {
        case .allTime: return events
        case .over(let length): return events.filter { $0.time > now - length && $0.time <= now }
        case .events(let count): return Array(events.suffix(count))
        case .per(let period):
            func label(_ time: Int64) -> Int64 {
                // A little before 1970 is the day before.
                let day = time < 0 ? -1 : time / 86_400_000_000
                return period == .week ? (day + 3) / 7 : day
            }
            return events.filter { label($0.time) == label(now) }
        case .session(let gap):
            guard let last = events.last, now - last.time <= gap else { return [] }
            var first = events.count - 1
            while first > 0, events[first].time - events[first - 1].time <= gap { first -= 1 }
            return Array(events[first...])
        }
    }

    /// The value as text; nothing where the window has none.
    func value(at now: Int64) -> String {
        let held = held(at: now)
        let numbers = held.map(\.number)
        switch aggregate {
        case .count: return "\(held.count)"
        case .sum: return "\(Double(numbers.reduce(0, +)) / 4)"
        case .distinct: return "\(Set(numbers).count)"
        default: break
        }
        guard let first = held.first, let last = held.last else { return "" }
        switch aggregate {
        case .avg: return "\(Double(numbers.reduce(0, +)) / 4 / Double(numbers.count))"
        case .min: return "\(Double(numbers.min() ?? 0) / 4)"
        case .max: return "\(Double(numbers.max() ?? 0) / 4)"
        case .first: return "\(Double(first.number) / 4)"
        case .last: return "\(Double(last.number) / 4)"
        case .sinceFirst: return "\(now - first.time)us"
        case .sinceLast: return "\(now - last.time)us"
        case .median: return "\(Double(numbers.sorted()[(numbers.count + 1) / 2 - 1]) / 4)"
        case .quantile: return "\(Double(numbers.sorted()[(3 * numbers.count + 9) / 10 - 1]) / 4)"
        case .stddev:
            let (count, sum) = (Int64(numbers.count), numbers.reduce(0, +))
            if count < 2 { return "" }
            let spread = count * numbers.map { $0 * $0 }.reduce(0, +) - sum * sum
            return "\((Double(spread) / 16 / Double(count * (count - 1))).squareRoot())"
        default:
            // The most frequent, and of several the one that came last.
            let counts = Dictionary(numbers.map { ($0, 1) }, uniquingKeysWith: +)
            let most = numbers.reversed().max { counts[$0, default: 0] < counts[$1, default: 0] }
            return "\(Double(most ?? 0) / 4)"
        }
    }
}

/// Windows against the plain ones: at the borders of the half-open interval, with events at one time, and after days
/// without any.
@Suite struct WindowModelTests {
    static let aggregates: [WindowPlan.Aggregate] = [
        .count, .sum, .avg, .min, .max, .first, .last, .distinct, .mode, .sinceLast, .sinceFirst, .median, .quantile,
        .stddev,
    ]
    static let extents: [WindowPlan.Extent] = [
        .allTime, .over(1), .over(10), .over(250), .events(1), .events(7), .session(1), .session(6),
    ]

    private func text(_ value: Value) -> String {
        switch value {
        case .int(let number): "\(number)"
        case .double(let number): "\(number)"
        case .string(let text): text.text
        case .duration(let seconds, let nanos): "\(seconds * 1_000_000 + Int64(nanos) / 1000)us"
        default: ""
        }
    }

    private func plan(
        _ aggregate: WindowPlan.Aggregate, _ extent: WindowPlan.Extent, isWatched: Bool, thresholds: Int,
        isBefore: Bool = false
    ) -> WindowPlan {
        var plan = WindowPlan(
            name: "w", aggregate: aggregate, filter: EventFilter(types: nil), value: PlanNumber(0), extent: extent,
            quantile: PlainWindow.quantile, isBefore: isBefore)
        plan.isWatched = isWatched
        if plan.isSince { plan.thresholds = (0..<thresholds).map { WindowPlan.Threshold(after: Int64($0) + 1) } }
        return plan
    }

    @Test(arguments: aggregates, extents)
    func saysWhatThePlainOneSays(aggregate: WindowPlan.Aggregate, extent: WindowPlan.Extent) {
        for seed in 1...4 as ClosedRange<UInt64> {
            var random = SeededNumbers(seed: seed)
            let memory = ArenaMemory()
            let arena = memory.arena
            let cell = Arena.word(arena.allocate(1))
            let form = WindowForm(
                plan(aggregate, extent, isWatched: seed % 2 == 0, thresholds: Int(seed % 3)))
            let window = WindowState(form: form, arena: arena)
            var plain = PlainWindow(aggregate, extent)
            var now: Int64 = -300
            let variety = seed < 3 ? 5 : 60
            for step in 0..<300 {
                now += [0, 0, 1, 1, 2, 5, 10, 11][Int.random(in: 0..<8, using: &random)]
                if step % 100 == 99 { now += 3_000 }
                let number = Int64.random(in: 0..<Int64(variety), using: &random)
                if Int.random(in: 0..<4, using: &random) > 0 {
                    window.add(
                        .double(Double(number) / 4), at: Instant(microseconds: now), place: UInt64(step), cell: cell)
                    plain.add(number, at: now)
                }
                if form.store == .instant, arena[cell] == 0 { continue }
                let value = window.value(at: Instant(microseconds: now), cell: cell)
                let (found, expected) = (text(value), plain.value(at: now))
                if found != expected {
                    Issue.record("\(found) instead of \(expected): seed \(seed), step \(step), at \(now)")
                    return
                }
            }
        }
    }

    /// As it was before the last event, of a stretch of the calendar, or both: the same, event by event.
    @Test(arguments: aggregates, extents + [.per(.day), .per(.week)])
    func saysWhatThePlainOneSaysInAFrame(aggregate: WindowPlan.Aggregate, extent: WindowPlan.Extent) {
        for seed in 1...6 as ClosedRange<UInt64> {
            var random = SeededNumbers(seed: seed + 20)
            let memory = ArenaMemory()
            let cell = Arena.word(memory.arena.allocate(1))
            let empty = memory.arena.wordsInUse
            let plan = plan(
                aggregate, extent, isWatched: seed % 2 == 0, thresholds: Int(seed % 3), isBefore: seed % 3 > 0)
            let window = WindowState(form: WindowForm(plan), arena: memory.arena)
            guard window.form.isFramed else { continue }
            var plain = PlainWindow(aggregate, extent)
            var clock = LocalClock(.utc)
            var now: Int64 = -300
            var wasTaken = false
            for step in 0..<300 {
                now += [0, 0, 1, 1, 2, 5, 10, 11][Int.random(in: 0..<8, using: &random)]
                if step % 50 == 49 { now += plan.period == nil ? 3_000 : 90_000_000_000 }
                let time = Instant(microseconds: now)
                _ = window.absorb(cell: cell)
                let number = Int64.random(in: 0..<5, using: &random)
                wasTaken = Int.random(in: 0..<4, using: &random) > 0
                if wasTaken {
                    let stretch = plan.period.map {
                        Stretch(number: clock.number(of: $0, at: time), end: clock.end(of: $0, at: time))
                    }
                    window.addFramed(
                        .double(Double(number) / 4), at: time, place: UInt64(step), stretch: stretch, cell: cell)
                    plain.add(number, at: now)
                }
                let seen = wasTaken && plan.isBefore ? plain.before : plain
                for later in [0, 3, 20] as [Int64] {
                    let found = text(window.value(at: Instant(microseconds: now + later), cell: cell))
                    let expected = seen.value(at: now + later)
                    if found != expected {
                        Issue.record(
                            "\(found) instead of \(expected): seed \(seed), step \(step), at \(now) + \(later)")
                        return
                    }
                    now += later
                }
            }
            let later = Instant(microseconds: now + 1_000_000_000_000)
            if window.liveUntil(at: later, cell: cell) == nil {
                #expect(memory.arena.wordsInUse == empty)
            } else {
                #expect(plan.slides == false)
            }
        }
    }

    /// The next instant at which a window changes by itself is the one at which the plain one does.
    @Test(arguments: aggregates, extents)
    func knowsWhenItChanges(aggregate: WindowPlan.Aggregate, extent: WindowPlan.Extent) {
        var random = SeededNumbers(seed: 11)
        let memory = ArenaMemory()
        let cell = Arena.word(memory.arena.allocate(1))
        let form = WindowForm(plan(aggregate, extent, isWatched: true, thresholds: 1))
        let window = WindowState(form: form, arena: memory.arena)
        var plain = PlainWindow(aggregate, extent)
        var now: Int64 = 0
        for step in 0..<200 {
            now += Int64.random(in: 0..<8, using: &random)
            let number = Int64.random(in: 0..<4, using: &random)
            window.add(.double(Double(number) / 4), at: Instant(microseconds: now), place: UInt64(step), cell: cell)
            plain.add(number, at: now)
            let loss = window.oldest(at: Instant(microseconds: now), cell: cell).map { window.loss($0.time) }
            let end = loss?.microseconds ?? now + 300
            #expect(end > now)
            if aggregate == .sinceLast || aggregate == .sinceFirst { continue }
            let value = plain.value(at: now)
            let early = (now..<max(now, min(end, now + 20))).first { plain.value(at: $0) != value }
            #expect(early == nil, "before \(end)")
        }
    }

    /// Text is compared as text, and what is let go of gives its memory back.
    @Test(arguments: [WindowPlan.Aggregate.min, .max, .first, .last, .mode, .distinct, .median, .quantile], extents)
    func keepsTextAndGivesItBack(aggregate: WindowPlan.Aggregate, extent: WindowPlan.Extent) {
        let memory = ArenaMemory()
        let arena = memory.arena
        let cell = Arena.word(arena.allocate(1))
        let empty = arena.wordsInUse
        let window = WindowState(
            form: WindowForm(plan(aggregate, extent, isWatched: false, thresholds: 0)), arena: arena)
        var random = SeededNumbers(seed: 3)
        var plain = PlainWindow(aggregate, extent)
        for step in 0..<300 as Range<Int64> {
            let number = Int64.random(in: 100..<140, using: &random)
            let text = Array("\(Double(number) / 4) and more of the same text".utf8)
            View.of(text) {
                window.add(.string($0), at: Instant(microseconds: step), place: UInt64(step), cell: cell)
            }
            plain.add(number, at: step)
            let found = self.text(window.value(at: Instant(microseconds: step), cell: cell))
            #expect(found.split(separator: " ").first.map(String.init) == plain.value(at: step))
        }
        if window.liveUntil(at: Instant(microseconds: 10_000), cell: cell) == nil {
            #expect(arena.wordsInUse == empty)
        } else {
            #expect(extent == .allTime || extent == .events(1) || extent == .events(7))
        }
    }

    /// What was large and has left leaves no trace in the spread of what is left.
    @Test(arguments: [1e15, 1e100, -3e-60, 1.7e300]) func aDeviationDoesNotDrift(large: Double) {
        let memory = ArenaMemory()
        let cell = Arena.word(memory.arena.allocate(1))
        let form = WindowForm(plan(.stddev, .events(3), isWatched: false, thresholds: 0))
        let window = WindowState(form: form, arena: memory.arena)
        func add(_ number: Double) -> Double? {
            window.add(.double(number), at: Instant(microseconds: 0), place: 0, cell: cell)
            return window.value(at: Instant(microseconds: 0), cell: cell).number
        }
        #expect(add(large) == nil && add(0.5) != nil || large > 1e200)
        #expect((add(0.5) ?? 0) > 0 || large > 1e200 || large.magnitude < 1e-50)
        #expect(add(0.5) == 0)
        #expect(add(1.5) == (1.0 / 3).squareRoot())
        #expect(add(2.5) == 1)
    }

    /// Values that stand beside each other in any order, many alike, ints beside doubles: the place is right, and what
    /// is let go of gives its memory back.
    @Test(arguments: 0..<8) func ordersManyValues(seed: Int) {
        var random = SeededNumbers(seed: UInt64(seed) + 77)
        let memory = ArenaMemory()
        let word = Arena.word(memory.arena.allocate(1))
        let empty = memory.arena.wordsInUse
        let values = OrderedValues(arena: memory.arena, word: word)
        var held: [(value: Int, words: (UInt64, UInt64))] = []
        var sorted: [Int] = []
        let variety = [3, 40, 2_000, 1_000_000][seed % 4]
        for step in 0..<6_000 {
            let grows = step / 1_500 % 2 == 0 ? 4 : 1
            if held.isEmpty || Int.random(in: 0..<5, using: &random) < grows {
                let number = Int.random(in: 0..<variety, using: &random)
                // Halves are ints where they come out whole, and doubles of the same value beside them.
                let value: Value =
                    number % 4 == 0 ? .int(Int64(number / 4)) : .double(Double(number / 2) / 2)
                guard let form = StoredValue.form(value) else { continue }
                let rank = number % 4 == 0 ? number / 4 * 4 : number / 2 * 2 + 1
                held.append((rank, values.add(value, form)))
                sorted.insert(rank, at: sorted.firstIndex { $0 > rank } ?? sorted.count)
            } else {
                let gone = held.remove(at: seed < 4 ? 0 : Int.random(in: 0..<held.count, using: &random))
                values.remove(gone.words.0, gone.words.1)
                sorted.remove(at: sorted.firstIndex(of: gone.value) ?? 0)
            }
            #expect(values.count == sorted.count)
            guard !sorted.isEmpty else { continue }
            let place = Int.random(in: 0..<sorted.count, using: &random)
            let expected = sorted[place]
            let found: Int =
                switch values.value(at: place + 1) {
                case .int(let number): Int(number) * 4
                case .double(let number): Int(number * 4) + 1
                default: -1
                }
            if found != expected {
                Issue.record("\(found) instead of \(expected) at \(place), step \(step)")
                return
            }
        }
        for one in held { values.remove(one.words.0, one.words.1) }
        #expect(memory.arena.wordsInUse == empty)
    }

    /// ⌈q n⌉ of the decimal as it is written: 0.07 of a hundred is the seventh, not the eighth.
    @Test func aPlaceIsExact() {
        #expect(WindowPlan.Quantile(7, of: 100).place(among: 100) == 7)
        #expect(WindowPlan.Quantile(7, of: 100).place(among: 101) == 8)
        #expect(WindowPlan.Quantile(1, of: 1).place(among: 7) == 7)
        #expect(WindowPlan.Quantile(1, of: 1_000_000_000_000_000_000).place(among: 1_000_000) == 1)
        #expect(WindowPlan.Quantile.half.place(among: 2) == 1)
    }

    /// With a resolution, events leave with the last of their bucket, and never too early.
    @Test(arguments: [WindowPlan.Aggregate.count, .sum, .avg])
    func forgetsOrderWithinABucket(aggregate: WindowPlan.Aggregate) {
        var coarse = plan(aggregate, .over(100), isWatched: false, thresholds: 0)
        coarse = WindowPlan(
            name: "w", aggregate: aggregate, filter: coarse.filter, value: PlanNumber(0), extent: .over(100),
            resolution: 10)
        let memory = ArenaMemory()
        let cell = Arena.word(memory.arena.allocate(1))
        let window = WindowState(form: WindowForm(coarse), arena: memory.arena)
        var events: [(time: Int64, number: Double)] = []
        var random = SeededNumbers(seed: 5)
        var now: Int64 = -50
        for step in 0..<400 {
            now += Int64.random(in: 0..<6, using: &random) + (step % 90 == 89 ? 500 : 0)
            let number = Double(Int64.random(in: 0..<20, using: &random))
            window.add(.double(number), at: Instant(microseconds: now), place: UInt64(step), cell: cell)
            events.append((now, number))
            func bucket(_ time: Int64) -> Int64 { (time + 1_000) / 10 }
            let held = events.filter { event in
                events.contains { bucket($0.time) == bucket(event.time) && $0.time > now - 100 }
            }
            let sum = held.map(\.number).reduce(0, +)
            let expected: Double =
                switch aggregate {
                case .count: Double(held.count)
                case .sum: sum
                default: sum / Double(held.count)
                }
            #expect(window.value(at: Instant(microseconds: now), cell: cell).number == expected)
        }
        let later = window.value(at: Instant(microseconds: now + 200), cell: cell)
        #expect(aggregate == .avg ? later.isError : later.number == 0)
    }
}
