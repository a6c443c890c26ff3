import TestSupport
import Testing

@testable import Telemetry

/// Buckets, quantiles and merging of histograms, against sorted values.
@Suite struct HistogramTests {
    @Test func bucketsFollowOneAnotherWithoutGapOrOverlap() {
        var last: UInt64 = 0
        for bucket in 0..<HistogramCounts.bucketCount {
            let bound = HistogramCounts.upperBound(ofBucket: bucket)
            #expect(HistogramCounts.bucket(of: last + 1) == bucket)
            #expect(HistogramCounts.bucket(of: bound) == bucket)
            #expect(bound - last <= max(1, bound / 64))
            last = bound
        }
        #expect(last == HistogramCounts.valueMost)
        #expect(HistogramCounts.bucket(of: .max) == HistogramCounts.bucketCount - 1)
        #expect(HistogramCounts.bucket(of: 0) == 0)
    }

    @Test func shownBoundsAreBucketsBounds() {
        for bound in Reading.shownBounds {
            #expect(HistogramCounts.upperBound(ofBucket: HistogramCounts.bucket(of: bound)) == bound)
        }
    }

    @Test(arguments: 1...20) func quantilesAreThoseOfTheSortedValues(_ seed: UInt64) {
        var numbers = SeededNumbers(seed: seed)
        var (one, other) = (HistogramCounts(), HistogramCounts())
        var values: [UInt64] = []
        for _ in 0..<500 {
            let value = numbers.next() >> (28 + numbers.next() % 36)
            values.append(value)
            if numbers.isTrue(of: 2) { one.record(value) } else { other.record(value) }
        }
        one.merge(other)
        values.sort()
        #expect(one.count == 500)
        #expect(one.sum == values.reduce(0, &+))
        #expect(one.maximum == values.last)
        for quantile in [0, 0.5, 0.9, 0.99, 0.999, 1] {
            let exact = values[max(0, Int((quantile * 500).rounded(.up)) - 1)]
            let found = one.quantile(quantile)
            #expect(found >= exact && found <= max(1, exact + exact / 63))
        }
    }

    @Test func anEmptyHistogramHasQuantilesOfZero() {
        #expect(HistogramCounts().quantile(0.99) == 0)
        #expect(HistogramCounts().mean == 0)
    }

    @Test func manyThreadsLoseNothing() async {
        let histogram = Histogram()
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<8 {
                group.addTask {
                    for value in 0..<10_000 { histogram.record(UInt64(value + task)) }
                }
            }
        }
        let counts = histogram.counts
        #expect(counts.count == 80_000)
        #expect(counts.sum == 8 * (9_999 * 10_000 / 2) + 28 * 10_000)
        #expect(counts.maximum == 10_006)
    }
}
