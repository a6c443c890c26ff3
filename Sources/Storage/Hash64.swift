/// The engine's fixed 64-bit hash: the same on every machine and in every version, since ids of output lines and who
/// belongs to the control group follow from it.
///
/// Eight bytes at a time are mixed by a 64×64→128-bit multiplication whose halves are folded together (the "mum" step
/// that Wang Yi's wyhash made known); the length is mixed in last. It spreads well and is quick; it does not resist an
/// adversary who looks for collisions, so nothing's correctness may rest on two keys having different hashes, and where
/// things lie in tables is said by hashes with a `HashKey`.
public enum Hash64 {
    @usableFromInline static let first: UInt64 = 0x9E37_79B9_7F4A_7C15
    @usableFromInline static let second: UInt64 = 0xD6E8_FEB8_6659_FD93

    /// The two halves of the product, folded.
    @inlinable @inline(__always)
    public static func mix(_ a: UInt64, _ b: UInt64) -> UInt64 {
        let product = a.multipliedFullWidth(by: b)
        return product.high ^ product.low
    }

    /// The hash of `bytes`, begun from `seed`.
    @inlinable
    public static func of(_ bytes: View<UInt8>, seed: UInt64 = 0) -> UInt64 {
        var state = seed ^ first
        var index = 0
        while index &+ 8 <= bytes.count {
            state = mix(state ^ bytes.word(at: index), second)
            index &+= 8
        }
        if index < bytes.count {
            state = mix(state ^ tail(bytes, from: index), second)
        }
        return mix(state ^ UInt64(bytes.count), first)
    }

    /// The hash of many bytes, begun from `seed`, which is another than `of` gives: four rows of words
    /// are mixed side by side, so that none waits for the one before it, and what is left over last.
    public static func ofMany(_ bytes: View<UInt8>, seed: UInt64 = 0) -> UInt64 {
        var rows = (seed ^ first, seed ^ second, ~seed ^ first, ~seed ^ second)
        var index = 0
        while index &+ 32 <= bytes.count {
            rows.0 = mix(rows.0 ^ bytes.word(at: index), second)
            rows.1 = mix(rows.1 ^ bytes.word(at: index &+ 8), second)
            rows.2 = mix(rows.2 ^ bytes.word(at: index &+ 16), second)
            rows.3 = mix(rows.3 ^ bytes.word(at: index &+ 24), second)
            index &+= 32
        }
        var state = mix(rows.0, first) ^ rows.1
        state = mix(state, first) ^ rows.2
        state = mix(state, first) ^ rows.3
        return of(bytes[index..<bytes.count], seed: mix(state, first) ^ UInt64(bytes.count))
    }

    /// The hash of one word, begun from `seed`.
    @inlinable @inline(__always)
    public static func of(_ word: UInt64, seed: UInt64 = 0) -> UInt64 {
        mix(mix(seed ^ first ^ word, second) ^ 8, first)
    }

    /// The hash of a text's UTF-8 bytes, begun from `seed`.
    public static func of(_ text: String, seed: UInt64 = 0) -> UInt64 {
        View.of(Array(text.utf8)) { of($0, seed: seed) }
    }

    /// The bytes from `index` on, fewer than eight, as the low end of a word.
    @inlinable @inline(__always)
    static func tail(_ bytes: View<UInt8>, from index: Int) -> UInt64 {
        if bytes.count >= 8 {
            return bytes.word(at: bytes.count &- 8) >> UInt64((8 &- (bytes.count &- index)) &* 8)
        }
        // Fewer than eight bytes: loads that overlap put the same bytes in the same places.
        let count = bytes.count
        if count >= 4 {
            return UInt64(bytes.half(at: 0)) | UInt64(bytes.half(at: count &- 4)) << UInt64((count &- 4) &* 8)
        }
        let middle = count >> 1
        return UInt64(bytes[0]) | UInt64(bytes[middle]) << UInt64(middle &* 8)
            | UInt64(bytes[count &- 1]) << UInt64((count &- 1) &* 8)
    }
}
