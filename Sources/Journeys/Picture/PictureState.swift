import Events
import Expressions
import Storage

/// What a customer's scores and segments are: one block of the arena.
///
/// Its first word says whether all is to be decided anew; then come the scores' values, a bit for each score that has
/// one, and a bit for each segment that the customer is in.
struct PictureState {
    let arena: Arena
    /// The first word of the block.
    let base: Int
    let scoreCount: Int

    static func words(scores: Int, segments: Int) -> Int {
        1 + scores + (scores + 63) / 64 + (segments + 63) / 64
    }

    /// Before the first decision no score has ever had a value.
    func begin() {
        isStale = false
        for score in 0..<scoreCount { setValue(score, .nan) }
    }

    /// Whether all is to be decided anew at the customer's next event.
    var isStale: Bool {
        get { arena[base] != 0 }
        nonmutating set { arena[base] = newValue ? 1 : 0 }
    }

    /// A score's last value, which stays where the score has none now; not a number where it never had one.
    func lastValue(_ score: Int) -> Double { Double(bitPattern: arena[base + 1 + score]) }
    func setValue(_ score: Int, _ value: Double) { arena[base + 1 + score] = value.bitPattern }

    private func bit(_ first: Int, _ index: Int) -> Bool {
        arena[base + first + index >> 6] >> UInt64(index & 63) & 1 == 1
    }

    private func setBit(_ first: Int, _ index: Int, _ flag: Bool) {
        let word = base + first + index >> 6
        let mask = UInt64(1) << UInt64(index & 63)
        arena[word] = flag ? arena[word] | mask : arena[word] & ~mask
    }

    private var presence: Int { 1 + scoreCount }
    private var members: Int { 1 + scoreCount + (scoreCount + 63) / 64 }

    func isPresent(_ score: Int) -> Bool { bit(presence, score) }
    func setPresent(_ score: Int, _ flag: Bool) { setBit(presence, score, flag) }
    func isIn(_ segment: Int) -> Bool { bit(members, segment) }
    func setIn(_ segment: Int, _ flag: Bool) { setBit(members, segment, flag) }
}

/// What is kept of an attribute: a block with the place of its source in the list of sources, 0 where there is none, the
/// own time of the event that brought it, and the value.
struct KeptAttribute {
    private static let header = 2

    let arena: Arena
    private let handle: UInt32

    /// - Parameter cell: the number of the customer's word for the attribute.
    init(arena: Arena, cell: Int) {
        self.arena = arena
        handle = UInt32(truncatingIfNeeded: arena[cell])
    }

    /// The attribute that a word leads to.
    init(arena: Arena, word: UInt64) {
        self.arena = arena
        handle = UInt32(truncatingIfNeeded: word)
    }

    private var base: Int { Arena.word(handle) }

    var rank: UInt64 { arena[base] & KeptAttribute.rankMost }
    /// The place of the event that brought it.
    var place: UInt64 { arena[base] >> 16 }
    private static let rankMost: UInt64 = 0xFFFF
    var time: Instant { Instant(microseconds: Int64(bitPattern: arena[base + 1])) }
    /// The value; its text stays valid until the block changes.
    var value: Value { StoredValue.read(at: base + KeptAttribute.header, in: arena) }

    func isSame(_ form: StoredValue.Encoding) -> Bool {
        StoredValue.isSame(form, at: base + KeptAttribute.header, in: arena)
    }

    func note(rank: UInt64, time: Instant, place: UInt64) {
        arena[base] = min(rank, KeptAttribute.rankMost) | place << 16
        arena[base + 1] = UInt64(bitPattern: time.microseconds)
    }

    static func make(
        _ form: StoredValue.Encoding, rank: UInt64, time: Instant, place: UInt64, in arena: Arena
    ) -> UInt32 {
        let handle = arena.allocate(header + form.words)
        arena[Arena.word(handle)] = min(rank, rankMost) | place << 16
        arena[Arena.word(handle) + 1] = UInt64(bitPattern: time.microseconds)
        StoredValue.write(form, at: Arena.word(handle) + header, in: arena)
        return handle
    }

    func free() {
        arena.free(handle, words: KeptAttribute.header + StoredValue.words(at: base + KeptAttribute.header, in: arena))
    }
}

/// The texts of the touchpoints, as expressions see them.
struct TouchpointTexts: ~Copyable {
    struct Sight: BitwiseCopyable {
        var texts = InlineArray<7, View<UInt8>?>(repeating: nil)
        var isFriction = false
    }

    private let block: ByteBlock
    private var sights = Column<Sight>()

    init(_ touchpoints: [TouchpointSight]) {
        let rows = touchpoints.map { point in
            [point.name, point.stage, point.phase, point.channel, point.medium, point.polarity, point.initiative]
        }
        let block = ByteBlock(capacity: max(64, rows.joined().reduce(0) { $0 + ($1?.utf8.count ?? 0) }))
        for text in rows.joined() { if let text { block.append(Array(text.utf8)) } }
        self.block = block
        var start = 0
        for (row, point) in zip(rows, touchpoints) {
            var sight = Sight(isFriction: point.isFriction)
            for (index, text) in row.enumerated() {
                guard let text else { continue }
                sight.texts[index] = block.bytes[start..<start + text.utf8.count]
                start += text.utf8.count
            }
            sights.append(sight)
        }
    }

    /// A touchpoint's channel. Touchpoints count from 1; 0 is none.
    func channel(of touchpoint: Int32) -> View<UInt8>? {
        touchpoint == 0 ? nil : sights[Int(touchpoint) - 1].texts[Vocabulary.TouchpointPlace.channel.rawValue]
    }

    func value(of touchpoint: Int32, place: Int) -> Value {
        guard touchpoint > 0 else { return .error(.noSuchKey) }
        let sight = sights[Int(touchpoint) - 1]
        if place == Vocabulary.TouchpointPlace.friction.rawValue { return .bool(sight.isFriction) }
        return sight.texts[place].map { .string($0) } ?? .error(.noSuchKey)
    }
}
