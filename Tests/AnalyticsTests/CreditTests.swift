import Storage
import TestSupport
import Testing

@testable import Analytics

struct CreditTests {
    /// The weights' parts by the definition: whole parts, and a unit more for the largest remainders, the earlier first.
    private static func naive(_ value: Int128, _ weights: [UInt64]) -> [Int128] {
        let total = weights.reduce(into: UInt128(0)) { $0 += UInt128($1) }
        let magnitude = value.magnitude
        var parts: [UInt128] = []
        var remainders: [UInt128] = []
        for weight in weights {
            // 2³² times more than a 128-bit product holds, so that it is divided twice.
            let (units, rest) = (magnitude * UInt128(weight)).quotientAndRemainder(dividingBy: total)
            let (fraction, remainder) = (rest << 32).quotientAndRemainder(dividingBy: total)
            parts.append(units << 32 + fraction)
            remainders.append(remainder)
        }
        let left = Int(magnitude << 32 - parts.reduce(0, +))
        let order = weights.indices.sorted {
            remainders[$0] == remainders[$1] ? $0 < $1 : remainders[$0] > remainders[$1]
        }
        for index in order.prefix(left) { parts[index] += 1 }
        return parts.map { value < 0 ? -Int128($0) : Int128($0) }
    }

    @Test func partsAddUpExactlyAndGoByLargestRemainder() {
        var numbers = SeededNumbers(seed: 7)
        for count in 1...64 {
            for value in [Int128(1), 3, -7, 4_294_967_296, 1 << 71] {
                for kinds in [1, 2, 1 << 43] {
                    var weights = Credit.Weights(repeating: 0)
                    for index in 0..<count { weights[index] = 1 + numbers.next() >> 21 % UInt64(kinds) }
                    var parts: [Int128] = []
                    Credit.part(value, by: weights, count: count) { index, part in
                        #expect(index == parts.count)
                        parts.append(part)
                    }
                    #expect(parts.reduce(0, +) == Credit.whole(value))
                    #expect(parts == Self.naive(value, (0..<count).map { weights[$0] }))
                }
            }
        }
    }

    @Test func positionsAreFortyTwentyForty() {
        var weights = Credit.Weights(repeating: 9)
        for count in 1...2 {
            Credit.setPositions(&weights, count: count)
            for index in 0..<count { #expect(weights[index] == 1) }
        }
        Credit.setPositions(&weights, count: 7)
        let sum = (0..<7).reduce(0) { $0 + weights[$1] }
        #expect(weights[0] * 10 == sum * 4 && weights[6] * 10 == sum * 4)
        #expect((1...5).reduce(0) { $0 + weights[$1] } * 10 == sum * 2)
    }

    /// Against the fraction taken bit by bit, which rounds elsewhere.
    @Test func weightsAreThoseOfTheirBits() {
        var numbers = SeededNumbers(seed: 3)
        for _ in 0..<2000 {
            let age = Int64(numbers.next() % UInt64(9 * Credit.halfLife))
            var (rest, root) = (Double(age % Credit.halfLife) / Double(Credit.halfLife), 0.5)
            var weight = 1.0
            for _ in 0..<52 {
                root = root.squareRoot()
                rest *= 2
                if rest >= 1 { (rest, weight) = (rest - 1, weight * root) }
            }
            let exact = weight / Double(1 << (age / Credit.halfLife)) * 17_592_186_044_416
            #expect((Double(Credit.weight(age: age)) - exact).magnitude <= 1.5)
        }
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
    /// The algorithm by its description: of those with the least count the one that came first gives way.
    private struct Naive {
        var kept: [[UInt8]: (count: Int, error: Int, number: Int)] = [:]
        var next = 0

        mutating func add(_ path: [UInt8], limit: Int) {
            if kept[path] != nil {
                kept[path]?.count += 1
                return
            }
            next += 1
            guard kept.count == limit else {
                kept[path] = (1, 0, next)
                return
            }
            guard let least = kept.min(by: { ($0.value.count, $0.value.number) < ($1.value.count, $1.value.number) })
            else { return }
            kept[least.key] = nil
            kept[path] = (least.value.count + 1, least.value.count, next)
        }
    }

    @Test(arguments: [1, 2, 7, 64])
    func countsAsTheAlgorithmIsDescribed(limit: Int) throws {
        var counts = VariantCounts(limit: limit)
        var naive = Naive()
        var numbers = SeededNumbers(seed: UInt64(limit))
        for step in 0..<4000 {
            let path = (0...numbers.below(3)).map { _ in UInt8(numbers.below(1 + numbers.below(9))) }
            counts.add(path)
            naive.add(path, limit: limit)
            guard step % 500 == 499 else { continue }
            #expect(counts.kept.count == naive.kept.count)
            for variant in counts.kept {
                #expect(variant.count == naive.kept[variant.path]?.count)
                #expect(variant.error == naive.kept[variant.path]?.error)
            }
            let image = StateImage()
            counts.add(to: image)
            var next = VariantCounts(limit: limit)
            try next.restore(from: StateReader(image.copied()))
            counts = next
        }
    }

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
    /// Parts are added up one after the other, some of them exact and some not; then counting goes on.
    @Test(arguments: 1...30)
    func staysWithinItsErrorWhereItIsAddedUp(seed: UInt64) throws {
        var numbers = SeededNumbers(seed: seed)
        var exact: [[UInt8]: Int] = [:]
        // The names of a part have other numbers in the sum.
        let renumbering = Renumbering([5, 0, 1, 2, 3, 4] + (6..<64).map { $0 })
        func path(_ part: Int) -> [UInt8] {
            let touch = min(numbers.below(2 + 12 * part), numbers.below(40))
            return [UInt8(touch), UInt8(numbers.below(2)), ClosedJourneys.lost]
        }
        func told(_ path: [UInt8]) -> [UInt8] { renumbering.path(path) }
        var sum = VariantCounts(limit: 12)
        for part in 0..<(2 + Int(seed % 4)) {
            var counts = VariantCounts(limit: 12)
            for _ in 0..<numbers.below(400) {
                let path = path(part)
                counts.add(path)
                exact[told(path), default: 0] += 1
            }
            sum.merge(counts, renumbering)
            hold(sum, to: exact)
        }
        for _ in 0..<200 {
            let path = told(path(2))
            sum.add(path)
            exact[path, default: 0] += 1
        }
        hold(sum, to: exact)
        let image = StateImage()
        sum.add(to: image)
        var next = VariantCounts(limit: 12)
        try next.restore(from: StateReader(image.copied()))
        #expect(next.isApproximate == sum.isApproximate)
        for _ in 0..<50 {
            let path = told(path(3))
            sum.add(path)
            next.add(path)
        }
        #expect(next.kept.map(\.path) == sum.kept.map(\.path) && next.kept.map(\.count) == sum.kept.map(\.count))
    }

    private func hold(_ counts: VariantCounts, to exact: [[UInt8]: Int]) {
        #expect(counts.kept.count <= 12)
        for variant in counts.kept {
            let count = exact[variant.path] ?? 0
            #expect(variant.count >= count && variant.count - variant.error <= count)
            if !counts.isApproximate { #expect(variant.error == 0) }
        }
        // What is not kept came no more often than any that is.
        let least = counts.kept.map(\.count).min() ?? 0
        let kept = Set(counts.kept.map(\.path))
        for (path, count) in exact where !kept.contains(path) { #expect(counts.isApproximate && count <= least) }
    }
}
