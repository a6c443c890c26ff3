/// How often values fell into the buckets of a histogram: a plain value, to record into, to merge and to ask for
/// quantiles.
///
/// Values are whole and not negative; latencies are in microseconds. Buckets are log-linear, after the idea of HDR
/// histograms: every power of two is parted into 64, so that a bucket's bounds differ by less than one part in 64, and
/// values up to 64 have buckets of their own. A bucket holds the values above its lower bound up to and including its
/// upper one. What is above `valueMost` counts in the last bucket; sum and maximum stay exact.
package struct HistogramCounts: Sendable, Equatable {
    /// How many parts a power of two has, as a power of two.
    private static let partBits = 6
    /// The greatest value that has a bucket of its own kind: 2^36, which is nineteen hours in microseconds.
    package static let valueMost: UInt64 = 1 << 36
    /// How many buckets there are.
    package static let bucketCount = (36 - partBits + 1) << partBits

    /// How many values fell into each bucket.
    package private(set) var buckets: [UInt64]
    /// The sum of all values, wrapping round.
    package private(set) var sum: UInt64
    /// The greatest value; 0 without any.
    package private(set) var maximum: UInt64

    /// A histogram without values.
    package init() {
        self.init(buckets: [UInt64](repeating: 0, count: HistogramCounts.bucketCount), sum: 0, maximum: 0)
    }

    init(buckets: [UInt64], sum: UInt64, maximum: UInt64) {
        self.buckets = buckets
        self.sum = sum
        self.maximum = maximum
    }

    /// Which bucket a value falls into.
    package static func bucket(of value: UInt64) -> Int {
        // One less, so that the upper bound belongs to the bucket.
        let below = min(max(value, 1), valueMost) - 1
        if below < 1 << partBits { return Int(below) }
        let power = 63 - below.leadingZeroBitCount
        return (power - partBits) << partBits + Int(below >> UInt64(power - partBits))
    }

    /// The greatest value that falls into a bucket.
    package static func upperBound(ofBucket bucket: Int) -> UInt64 {
        if bucket < 1 << partBits { return UInt64(bucket) + 1 }
        let power = bucket >> partBits - 1
        let part = UInt64(bucket & (1 << partBits - 1)) + 1 << partBits
        return (part + 1) << UInt64(power)
    }

    /// How many values there are.
    package var count: UInt64 { buckets.reduce(0, &+) }

    /// The mean of all values; 0 without any.
    package var mean: Double {
        let count = count
        return count == 0 ? 0 : Double(sum) / Double(count)
    }

    /// Adds a value, `times` over.
    package mutating func record(_ value: UInt64, times: UInt64 = 1) {
        if times == 0 { return }
        buckets[HistogramCounts.bucket(of: value)] &+= times
        sum &+= value &* times
        maximum = max(maximum, value)
    }

    /// Adds all values of another.
    package mutating func merge(_ other: HistogramCounts) {
        for index in buckets.indices { buckets[index] &+= other.buckets[index] }
        sum &+= other.sum
        maximum = max(maximum, other.maximum)
    }

    /// The value that the share `quantile` (from 0 to 1) of all values does not exceed: the upper bound of its bucket,
    /// which is less than one part in 64 above the exact one, and never above the maximum. 0 without values.
    package func quantile(_ quantile: Double) -> UInt64 {
        let count = count
        if count == 0 { return 0 }
        let share = (min(max(quantile, 0), 1) * Double(count)).rounded(.up)
        let rank = min(max(UInt64(share), 1), count)
        var seen: UInt64 = 0
        for index in buckets.indices {
            seen += buckets[index]
            // The last bucket holds everything above it as well.
            if seen >= rank {
                let isLast = index == buckets.count - 1
                return isLast ? maximum : min(HistogramCounts.upperBound(ofBucket: index), maximum)
            }
        }
        return maximum
    }

    /// How many values are at most `bound`. Exact where `bound` is the upper bound of a bucket.
    package func count(upTo bound: UInt64) -> UInt64 {
        var seen: UInt64 = 0
        for index in buckets.indices {
            if HistogramCounts.upperBound(ofBucket: index) > bound { break }
            seen += buckets[index]
        }
        return seen
    }
}
