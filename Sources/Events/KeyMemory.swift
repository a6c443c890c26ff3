import Storage

/// What a scanner remembers of the keys that it has met, so that the next line's keys need not be looked up.
///
/// Lines of one source and event type name their keys in the same order most of the time. So after
/// a key comes, as a rule, the one that came after it last time; whether it does is seen by
/// comparing a few words: the key with its quotes and colon. A wrong guess costs that comparison,
/// and the key is then read and looked up as any other.
///
/// Keys are remembered by scope: the object that they stand in, and what is known by then of the event's type.
/// Limits: keys of up to 29 bytes without escapes; 1,024 different ones are remembered, later ones are looked up.
struct KeyMemory: ~Copyable {
    /// A key as it stands in the line, `"sku":`, at a place of the projection's tree.
    struct RememberedKey: BitwiseCopyable {
        var words = InlineArray<4, UInt64>(repeating: 0)
        /// Which bits of the last word belong to the key.
        var lastMask: UInt64 = 0
        /// How many words before the last are compared in full.
        var fullWords: Int32 = 0
        var length: Int32 = 0
        var scope: Int32 = 0
        /// The place that it leads to, or -1.
        var place: Int32 = -1
        /// The token that came next in the same object last time, or -1.
        var next: Int32 = -1
    }

    private static let tokenLimit = 1024
    private static let lengthLimit = 32

    /// How many kinds of event have scopes of their own.
    static let kindCount = 64

    private let hashKey: HashKey
    private var tokens = Column<RememberedKey>()
    /// For each scope: the token that its object began with last time, or -1.
    private var firsts: Column<Int32>
    /// The tokens by a hash of what they look like: an open-addressing table at most half full, -1 where it is free.
    private var index: Column<Int32>

    /// A memory for the objects at so many places of the tree.
    init(places: Int, hashKey: HashKey) {
        self.hashKey = hashKey
        firsts = Column<Int32>(repeating: -1, count: places * KeyMemory.kindCount)
        index = Column<Int32>(repeating: -1, count: KeyMemory.tokenLimit * 2)
    }

    /// The scope of the object at a place of the tree, in an event of a kind.
    @inline(__always)
    static func scope(place: Int, kind: Int) -> Int { place &* kindCount &+ kind }

    /// The kind of event that a type's name makes; different types may share one.
    @inline(__always)
    static func kind(_ bytes: View<UInt8>, at start: Int, count: Int) -> Int {
        guard start &+ 8 <= bytes.count, count > 0 else { return 0 }
        let word = bytes.word(at: start) & (count >= 8 ? .max : UInt64(1) << UInt64(count &* 8) &- 1)
        return Int(truncatingIfNeeded: Hash64.mix(word ^ UInt64(count), 0x9E37_79B9_7F4A_7C15) & 63)
    }

    /// Which key to expect: the first of an object, or the one after a token.
    @inline(__always)
    func expected(after token: Int32, in scope: Int) -> Int32 {
        token >= 0 ? tokens[Int(token)].next : firsts[scope]
    }

    /// Whether the token stands at `index`; there its length and the place that it leads to.
    @inline(__always)
    func match(_ token: Int32, _ bytes: View<UInt8>, at index: Int) -> (length: Int, place: Int)? {
        guard token >= 0, index &+ KeyMemory.lengthLimit <= bytes.count else { return nil }
        let known = tokens[Int(token)]
        let full = Int(known.fullWords)
        if full > 0 {
            guard bytes.word(at: index) == known.words[0] else { return nil }
            if full > 1 {
                guard bytes.word(at: index &+ 8) == known.words[1] else { return nil }
                if full > 2, bytes.word(at: index &+ 16) != known.words[2] { return nil }
            }
        }
        guard bytes.word(at: index &+ full &* 8) & known.lastMask == known.words[full] else { return nil }
        return (Int(known.length), Int(known.place))
    }

    /// Notes that the key between `start` (its opening quote) and `end` (behind its colon) came after a token.
    /// - Returns: the key's own token, or -1 where it is not remembered.
    mutating func learn(
        _ bytes: View<UInt8>, start: Int, end: Int, scope: Int, place: Int, after previous: Int32
    ) -> Int32 {
        let length = end - start
        guard length <= KeyMemory.lengthLimit, start + KeyMemory.lengthLimit <= bytes.count else { return -1 }
        var slot = Int(truncatingIfNeeded: hashKey.hash(bytes[start..<end], seed: UInt64(scope))) & (index.count - 1)
        while index[slot] >= 0, !isToken(index[slot], bytes, start: start, length: length, scope: scope) {
            slot = (slot + 1) & (index.count - 1)
        }
        if index[slot] < 0 {
            guard tokens.count < KeyMemory.tokenLimit else { return -1 }
            index[slot] = Int32(tokens.count)
            tokens.append(make(bytes, start: start, length: length, scope: scope, place: place))
        }
        let token = index[slot]
        if previous >= 0 { tokens[Int(previous)].next = token } else { firsts[scope] = token }
        return token
    }

    private func isToken(_ token: Int32, _ bytes: View<UInt8>, start: Int, length: Int, scope: Int) -> Bool {
        let known = tokens[Int(token)]
        return Int(known.scope) == scope && Int(known.length) == length && match(token, bytes, at: start) != nil
    }

    private func make(_ bytes: View<UInt8>, start: Int, length: Int, scope: Int, place: Int) -> RememberedKey {
        var token = RememberedKey()
        token.length = Int32(length)
        token.scope = Int32(scope)
        token.place = Int32(place)
        token.fullWords = Int32((length - 1) / 8)
        let rest = length - Int(token.fullWords) * 8
        token.lastMask = rest == 8 ? .max : UInt64(1) << UInt64(rest * 8) - 1
        for word in 0..<Int(token.fullWords) { token.words[word] = bytes.word(at: start + word * 8) }
        token.words[Int(token.fullWords)] =
            bytes.word(at: start + Int(token.fullWords) * 8) & token.lastMask
        return token
    }
}
