import Storage
import TestSupport
import Testing

@testable import Analytics

/// What a customer's row keeps, held to a set and a dictionary.
struct JourneyRowTests {
    private static let dayLength: Int64 = 86_400_000_000

    /// Edges of each kind and days of touchpoints, a few or as many as there can be, over weeks or years.
    @Test(arguments: 1...12)
    func keepsMarksAsASetWould(seed: UInt64) {
        var numbers = SeededNumbers(seed: seed)
        let memory = ArenaMemory()
        let handle = View.of(Array("someone".utf8)) { JourneyRow.make($0, hashCount: 0, in: memory.arena) }
        var row = JourneyRow(memory.arena, handle)
        var totals = JourneyTotals()
        var edges: Set<[Int]> = []
        var days: [Int: Int] = [:]
        var day = -719_000 + Int(seed) * 60_000
        let names = seed.isMultiple(of: 3) ? TouchpointNumber.count : 5
        for step in 0..<(seed.isMultiple(of: 4) ? 20_000 : 1500) {
            if numbers.below(30) == 0 { day += 1 + numbers.below(seed.isMultiple(of: 2) ? 200 : 3) }
            let touchpoint = numbers.below(names)
            row.noteActive(day, touchpoint, &totals)
            #expect(totals.touchCustomers[touchpoint] == 1)
            days[touchpoint] = day
            row.head.last = Int64(day) * Self.dayLength + Int64(numbers.below(86_400)) * 1_000_000
            row.head.lastTouchpoint = UInt8(touchpoint)
            let kind: JourneyRow.MarkKind = [.visit, .journey, .conversion][numbers.below(3)]
            let (from, to) = (numbers.below(names), numbers.below(names))
            #expect(row.note(edge: from, to, kind) == edges.insert([kind.rawValue, from, to]).inserted)
            if step % 100 == 0 {
                row.save()
                row = JourneyRow(memory.arena, handle)
            }
        }
        #expect(totals.touchCustomers.reduce(0, +) == days.count && totals.customers == 1)
        var told: [Int: Int] = [:]
        row.forEachDay { told[$0] = $1 }
        #expect(told == days.mapValues { max($0, day - 255) })
        #expect(Int(row.head.markCount) == edges.count + days.count)
        row.free()
        row.save()
    }
}
