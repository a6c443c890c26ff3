import Events
import Expressions
import Storage

/// What a moment keeps for one customer and one value of its `by`: a block of words in the arena.
///
/// Words: 0 the deadline noted among the shard's, the least number for none; 1 the time of the
/// moment's last line; 2 the hash of the `by` value; 3 the handle of that value (low half) and how
/// many partial matches there are (high half); 4 and on: for a sequence the lists of the runs that
/// have bound one, two, … positions, or for one of the general form its groups or cohorts, a
/// further deadline noted, and the groups' first events or how often the cohorts have bound an
/// event; for a condition whether it was true, whether that is still to be told, and the place of
/// what set the deadline noted. Then, where there are such, the level of the last line, and the
/// matches that are told again with the deadline noted for them.
struct KeyState {
    private static let header = 4
    /// Stands for no time: no event has such a one.
    private static let never = UInt64(bitPattern: Int64.min)

    /// A time as a word says it, nil where it says none.
    static func instant(_ word: UInt64) -> Instant? {
        word == never ? nil : Instant(microseconds: Int64(bitPattern: word))
    }
    static func word(_ time: Instant?) -> UInt64 { time.map { UInt64(bitPattern: $0.microseconds) } ?? never }

    let arena: Arena
    let handle: UInt32

    private var base: Int { @inline(__always) get { Arena.word(handle) } }

    static func make(lists: Int, in arena: Arena) -> KeyState {
        let keyState = KeyState(arena: arena, handle: arena.allocate(header + lists))
        keyState.armed = nil
        arena[keyState.base + 1] = never
        return keyState
    }

    /// Frees the block and its `by` value; its lists must be gone.
    func free(lists: Int) {
        runs = 0
        let value = UInt32(truncatingIfNeeded: arena[base + 3])
        if value != 0 { arena.free(value, words: StoredValue.words(at: Arena.word(value), in: arena)) }
        arena.free(handle, words: KeyState.header + lists)
    }

    /// The deadline that is noted among the shard's; nil for none.
    var armed: Instant? {
        get { KeyState.instant(arena[base]) }
        nonmutating set { arena[base] = KeyState.word(newValue) }
    }

    /// Whether the deadline noted is for a time.
    @inline(__always)
    func isArmed(at time: Instant) -> Bool { arena[base] == UInt64(bitPattern: time.microseconds) }

    /// For a tree of steps, the end of `within` that is noted among the shard's deadlines; nil for none.
    var endOfWithin: Instant? {
        get { KeyState.instant(arena[base + KeyState.header + 1]) }
        nonmutating set { arena[base + KeyState.header + 1] = KeyState.word(newValue) }
    }

    /// For a general sequence, how often an event was bound by any of its cohorts.
    var bindings: UInt64 {
        get { arena[base + KeyState.header + 2] }
        nonmutating set { arena[base + KeyState.header + 2] = newValue }
    }

    var hasLine: Bool { arena[base + 1] != KeyState.never }
    func forgetLine() { arena[base + 1] = KeyState.never }

    /// When the moment last wrote a line.
    var lastLine: Instant {
        get { Instant(microseconds: Int64(bitPattern: arena[base + 1])) }
        nonmutating set { arena[base + 1] = UInt64(bitPattern: newValue.microseconds) }
    }

    /// How many partial matches there are. Changes are also added up over all key states, in the arena's tally.
    var runs: Int {
        @inline(__always) get { Int(arena[base + 3] >> 32) }
        @inline(__always) nonmutating set {
            KeyState.count(newValue - runs, in: arena)
            arena[base + 3] = arena[base + 3] & 0xFFFF_FFFF | UInt64(newValue) << 32
        }
    }

    /// Adds to the number of partial matches that an arena has.
    @inline(__always)
    static func count(_ change: Int, in arena: Arena) { arena.tally += change }

    /// How many partial matches all key states of an arena have together, and absences that wait without one.
    static func partialMatches(in arena: Arena) -> Int { arena.tally }

    /// The list of the runs that have bound `count` positions, 0 for none.
    @inline(__always)
    func list(_ count: Int) -> UInt32 { UInt32(truncatingIfNeeded: arena[base + KeyState.header + count - 1]) }

    @inline(__always)
    func setList(_ count: Int, _ list: UInt32) { arena[base + KeyState.header + count - 1] = UInt64(list) }

    /// Whether the condition of a `when` moment held when it was last decided.
    var wasTrue: Bool {
        get { arena[base + KeyState.header] & 1 != 0 }
        nonmutating set { setFlag(1, newValue) }
    }

    /// Whether a `when` moment has come and its cooldown has held it back ever since.
    var isOwed: Bool {
        get { arena[base + KeyState.header] & 2 != 0 }
        nonmutating set { setFlag(2, newValue) }
    }

    /// For a condition, the place of what set the deadline noted: another one may have been noted for the same instant.
    var armedPlace: UInt64 {
        get { arena[base + KeyState.header] >> 2 }
        nonmutating set { arena[base + KeyState.header] = arena[base + KeyState.header] & 3 | newValue << 2 }
    }

    private func setFlag(_ flag: UInt64, _ isSet: Bool) {
        let word = base + KeyState.header
        arena[word] = isSet ? arena[word] | flag : arena[word] & ~flag
    }

    /// One of the key state's own words.
    func own(_ index: Int) -> UInt64 { arena[base + KeyState.header + index] }
    func setOwn(_ index: Int, _ word: UInt64) { arena[base + KeyState.header + index] = word }

    // MARK: The value of `by`

    var keyHash: UInt64 { arena[base + 2] }

    /// Where the value of `by` stands, 0 for none.
    var keyWord: Int { Arena.word(UInt32(truncatingIfNeeded: arena[base + 3])) }

    func setKey(_ key: StoredValue.Encoding) {
        let value = arena.allocate(key.words)
        StoredValue.write(key, at: Arena.word(value), in: arena)
        arena[base + 2] = key.hash(arena.hashKey)
        arena[base + 3] = UInt64(value)
    }

    /// The value of `by` as JSON; nil for none.
    var byText: String? {
        guard keyWord != 0 else { return nil }
        var json: [UInt8] = []
        guard StoredValue.read(at: keyWord, in: arena).appendJSON(to: &json) else { return nil }
        return String(decoding: json, as: UTF8.self)
    }

    func isFor(_ key: StoredValue.Encoding) -> Bool { StoredValue.isSame(key, at: keyWord, in: arena) }
}
