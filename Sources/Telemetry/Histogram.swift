import Storage

/// A histogram that any thread may record into without waiting, and any other may read meanwhile. See `HistogramCounts`
/// for its buckets. It takes 16 KiB.
package final class Histogram: Sendable {
    private static let sumPlace = HistogramCounts.bucketCount
    private static let maximumPlace = HistogramCounts.bucketCount + 1

    private let words = AtomicWords(count: HistogramCounts.bucketCount + 2)

    package init() {}

    /// Adds a value, `times` over.
    package func record(_ value: UInt64, times: UInt64 = 1) {
        if times == 0 { return }
        words.add(times, at: HistogramCounts.bucket(of: value))
        words.add(value &* times, at: Histogram.sumPlace)
        words.raise(to: value, at: Histogram.maximumPlace)
    }

    /// What has been recorded so far. A value that is being recorded meanwhile may count already and not yet be in the sum.
    package var counts: HistogramCounts {
        HistogramCounts(
            buckets: (0..<HistogramCounts.bucketCount).map { words[$0] }, sum: words[Histogram.sumPlace],
            maximum: words[Histogram.maximumPlace])
    }
}
