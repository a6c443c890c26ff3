import TestSupport
import Testing

@testable import Analytics

struct CreditTests {
    @Test func partsAddUpExactly() {
        var numbers = SeededNumbers(seed: 7)
        for count in 1...64 {
            for value in [Int128(1), 3, -7, 4_294_967_296, 1 << 71] {
                let weights = (0..<count).map { _ in 1 + numbers.next() >> 21 }
                var sum: Int128 = 0
                Credit.part(value, by: weights) { _, part in sum += part }
                #expect(sum == Credit.whole(value))
            }
        }
    }

    @Test func positionsAreFortyTwentyForty() {
        #expect(Credit.positions(1) == [1])
        #expect(Credit.positions(2) == [1, 1])
        let weights = Credit.positions(7)
        let sum = weights.reduce(0, +)
        #expect(weights[0] * 10 == sum * 4 && weights[6] * 10 == sum * 4)
        #expect(weights[1...5].reduce(0, +) * 10 == sum * 2)
    }

    @Test func halvesEverySevenDays() {
        for weeks in 0...40 {
            #expect(Credit.weight(age: Int64(weeks) * Credit.halfLife) == UInt64(1) << UInt64(44 - weeks))
        }
        let half = Double(Credit.weight(age: Credit.halfLife / 2)) / Double(Credit.weight(age: 0))
        #expect((half - 0.5.squareRoot()).magnitude < 1e-12)
    }
}

struct VariantCountsTests {
    @Test func isNeverTooLowAndTellsItsError() {
        var counts = VariantCounts(limit: 20)
        var exact: [[UInt8]: Int] = [:]
        var numbers = SeededNumbers(seed: 11)
        for _ in 0..<3000 {
            let path = [UInt8(min(numbers.below(64), numbers.below(64))), ClosedJourneys.lost]
            counts.add(path)
            exact[path, default: 0] += 1
        }
        #expect(counts.kept.count == 20 && counts.isApproximate)
        for variant in counts.kept {
            let count = exact[variant.path] ?? 0
            #expect(variant.count >= count && variant.count - variant.error <= count)
        }
        // What comes more often than the count of all by the number of places is among them.
        for (path, count) in exact where count > 3000 / 20 { #expect(counts.kept.contains { $0.path == path }) }
    }
}
