/// What a shard let go of as its plan changed, by the rules' numbers in the old plan.
package struct Dropped: Sendable {
    /// Partial matches, by moment.
    package internal(set) var partialMatches: [Int]
    /// Customers of whom something was kept, by window, attribute, score and segment.
    package internal(set) var windows: [Int]
    package internal(set) var attributes: [Int]
    package internal(set) var scores: [Int]
    package internal(set) var segments: [Int]

    init(_ plan: JourneyPlan) {
        partialMatches = Array(repeating: 0, count: plan.moments.count)
        windows = Array(repeating: 0, count: plan.windows.count)
        attributes = Array(repeating: 0, count: plan.picture.attributes.count)
        scores = Array(repeating: 0, count: plan.picture.scores.count)
        segments = Array(repeating: 0, count: plan.picture.segments.count)
    }

    /// Adds what another shard let go of.
    package mutating func add(_ other: Dropped) {
        func sum(_ one: [Int], _ other: [Int]) -> [Int] { zip(one, other).map { $0 + $1 } }
        partialMatches = sum(partialMatches, other.partialMatches)
        windows = sum(windows, other.windows)
        attributes = sum(attributes, other.attributes)
        scores = sum(scores, other.scores)
        segments = sum(segments, other.segments)
    }
}
