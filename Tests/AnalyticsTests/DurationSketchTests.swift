import Storage
import TestSupport
import Testing

@testable import Analytics

/// Quantiles of durations, held to those of the sorted list.
struct DurationSketchTests {
    /// Durations of all sizes, from a seed.
    private func durations(_ seed: UInt64, count: Int) -> [Int64] {
        var numbers = SeededNumbers(seed: seed)
        return (0..<count).map { _ in Int64(numbers.next() >> 16) >> Int64(numbers.below(48)) }
    }

    @Test(arguments: 1...20)
    func staysWithinItsBound(seed: UInt64) {
        let durations = durations(seed, count: 700)
        var totals = DurationTotals()
        for duration in durations { totals.add(duration) }
        let sorted = durations.sorted()
        for percent in [1, 25, 50, 90, 99, 100] {
            let exact = sorted[max(1, (sorted.count * percent + 99) / 100) - 1]
            let told = totals.quantile(percent: UInt64(percent)) ?? -1
            #expect(Double((told - exact).magnitude) <= DurationSketch.relativeError * Double(exact))
        }
    }

    @Test(arguments: 1...20)
    func isTheSameWhicheverWayItWasParted(seed: UInt64) {
        let durations = durations(seed, count: 300)
        var whole = DurationTotals()
        for duration in durations { whole.add(duration) }
        var parts = Array(repeating: DurationTotals(), count: 5)
        for (index, duration) in durations.enumerated() { parts[(index &* 7 + Int(seed)) % 5].add(duration) }
        var merged = DurationTotals()
        for part in parts { merged.merge(part) }
        for percent: UInt64 in [0, 10, 50, 99] {
            #expect(merged.quantile(percent: percent) == whole.quantile(percent: percent))
        }
        #expect(merged.sum == whole.sum)
        #expect((merged.least, merged.most) == (whole.least, whole.most))
    }

    /// More than a narrow number can say, as many small parts add up to it.
    @Test func countsBeyondNarrowNumbers() throws {
        var short = DurationTotals()
        short.add(10)
        var long = DurationTotals()
        for _ in 0..<3 { long.add(1_000_000) }
        for _ in 0..<33 {
            let (one, other) = (short, long)
            short.merge(one)
            long.merge(other)
        }
        short.merge(long)
        // A quarter is short; one more of these is too few to tell.
        short.add(10)
        #expect(short.count == 4 << 33 + 1)
        let image = StateImage()
        StateCoder.write(to: image) { coder throws(StateFault) in try short.code(coder) }
        var read = DurationTotals()
        try StateCoder.read(from: StateReader(image.copied())) { coder throws(StateFault) in try read.code(coder) }
        #expect(read == short)
        for totals in [short, read] {
            #expect(totals.quantile(percent: 25) == 10)
            #expect(((totals.quantile(percent: 26) ?? 0) - 1_000_000).magnitude <= 10_000)
        }
    }

    @Test func bucketsFollowEachOther() {
        for bucket in 0..<3300 { #expect(DurationSketch.bucket(DurationSketch.middle(bucket)) == bucket) }
        #expect(DurationTotals().quantile(percent: 50) == nil)
    }
}
