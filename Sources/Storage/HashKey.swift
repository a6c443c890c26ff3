/// A secret from which hashes begin that say where things lie: customers among shards and in tables, values of `by`, ids
/// and values in windows.
///
/// With the fixed hash, whoever sends events could choose ids of one hash, and make every look-up go through all of them.
/// So these hashes are begun from a secret, and multiply by another. No output may depend on them: lines' ids, and who
/// belongs to the control group, follow from `Hash64` itself.
///
/// A key goes where its hashes go: with a shard's memory into its images, and from there to whoever hashes for the shard.
public struct HashKey: Hashable, BitwiseCopyable, Sendable {
    @usableFromInline let first: UInt64
    @usableFromInline let second: UInt64

    /// A key of two words; the second should be odd, lest bits get lost.
    public init(_ first: UInt64, _ second: UInt64) {
        self.first = first
        self.second = second
    }

    /// The two words.
    public var words: (UInt64, UInt64) { (first, second) }

    /// The key of this process, drawn by chance as it is first asked for.
    public static let process = HashKey(.random(in: .min ... .max), .random(in: .min ... .max) | 1)

    /// The hash of `bytes`, begun from `seed` as well.
    @inlinable
    public func hash(_ bytes: View<UInt8>, seed: UInt64 = 0) -> UInt64 {
        var state = seed ^ first
        var index = 0
        while index &+ 8 <= bytes.count {
            state = Hash64.mix(state ^ bytes.word(at: index), second)
            index &+= 8
        }
        if index < bytes.count { state = Hash64.mix(state ^ Hash64.tail(bytes, from: index), second) }
        return Hash64.mix(state ^ UInt64(bytes.count), Hash64.first)
    }

    /// The hash of one word, begun from `seed` as well.
    @inlinable @inline(__always)
    public func hash(_ word: UInt64, seed: UInt64 = 0) -> UInt64 {
        Hash64.mix(Hash64.mix(seed ^ first ^ word, second) ^ 8, Hash64.first)
    }
}
