import Events
import Expressions
import Storage
import Testing

@testable import Decisions

/// What partitions have of a budget that they split.
@Suite struct BudgetPartTests {
    private func parts(_ max: Double, _ count: Int) -> [Double] {
        (0..<count).map { BudgetPlan(max: max, reach: .over(1)).part(of: $0, among: count).max }
    }

    @Test(
        arguments: [
            (10, 3, [4, 3, 3]), (2, 3, [1, 1, 0]), (0, 2, [0, 0]), (9, 1, [9]), (7.5, 2, [4, 3.5]),
            (0.25, 2, [0.25, 0]), (1_000_000, 7, [142_858] + Array(repeating: 142_857, count: 6)),
        ] as [(Double, Int, [Double])])
    func theLowestNumbersHaveTheRest(_ max: Double, _ count: Int, _ expected: [Double]) {
        #expect(parts(max, count) == expected)
    }

    /// What partitions have at once, and what a bank grants them, are together the whole.
    @Test func halfOfALeasedBudgetIsTheBanks() {
        for max in [0, 1, 5, 99, 100, 1_000_001] as [Double] {
            for count in 1...20 {
                let parts = (0..<count).map { BudgetPlan(max: max, reach: .per(.day)).leased(by: $0, among: count) }
                let pool = parts[0].lease?.pool ?? -1
                #expect(parts.reduce(0) { $0 + $1.max } + Double(pool) == max)
                #expect(parts.allSatisfy { $0.lease == parts[0].lease } && Double(pool) >= max / 2)
                #expect(parts[0].lease.map { $0.slice >= 1 } == true)
            }
        }
        #expect(BudgetPlan(max: 10, reach: .over(1)).leased(by: 0, among: 2).lease == nil)
    }

    @Test func allPartsTogetherAreTheWhole() {
        for max in [0, 1, 5, 99, 100, 12.5, 999_999.75] {
            for count in 1...40 { #expect(parts(max, count).reduce(0, +) == max) }
        }
    }
}

/// A day that a clock shows again counts on where it was, also behind an image.
@Suite struct BudgetBookTests {
    @Test(arguments: [false, true], [false, true]) func aDayThatIsShownAgainCountsOn(image: Bool, sums: Bool) throws {
        var rule = Rules.Budget(
            max: 9, over: LocalClock.day, period: .day, channels: .init(start: 0, count: 0), keyPlace: -1,
            sumsValue: sums, number: 0)
        (rule.pool, rule.slice) = (4, 2)
        // A minute after midnight the clock is put back by an hour.
        let back: Int64 = 86_400 * 10 + 60
        var clock = LocalClock(
            Zone(initialOffset: 0, transitions: [.init(from: back, offset: -3_600)]))
        func at(_ seconds: Int64) -> Instant { Instant(microseconds: seconds * 1_000_000) }
        var book = BudgetBook(rule)
        book.take(2.5, [], at: at(back - 120), &clock)
        book.take(4, [], at: at(back - 30), &clock)
        book.grant(3, for: LeaseKey(window: 9, value: []))
        if image {
            let image = StateImage()
            book.add(to: image)
            let bytes = image.copied()
            book = BudgetBook(rule)
            try book.restore(from: StateReader(bytes))
        }
        func spent(_ seconds: Int64) -> Double { book.account([], at: at(seconds), &clock).spent(sums: sums) }
        let one = spent(back + 5)
        #expect(one == (sums ? 2.5 : 1))
        #expect(book.most(for: [], at: at(back + 5), spent: one, &clock) == 12)
        book.take(1, [], at: at(back + 10), &clock)
        #expect(spent(back + 20) == (sums ? 3.5 : 2))
        // The next day shows what was chosen in its first minute.
        #expect(spent(back + 3_600) == (sums ? 4 : 1))
    }
}
