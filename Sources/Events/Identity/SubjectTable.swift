import Storage

/// Which ids are known, and whose they are.
///
/// An id is a record in an arena, found by the hash of its text and namespace. A subject is another: it has its ids as a
/// list, in the order in which they became its. A subject that went over into another stays as a record that leads there.
///
/// Words of an id: 0 its subject (low half) and the next of the subject's ids (high half); 1 the
/// length of its text (bits 0 to 15), its namespace (16 to 31), its flags (32 to 39), and how many
/// subjects were first seen under it (40 and up); then the text. Words of a subject: 0 its first
/// and its last id; 1 how many ids it has (low half) and how many merges (high half); 2 the number
/// of its making, where it has gone over into another with the highest bit set; 3 the id under
/// which it was first seen (low half) and which of those it is (high half); 4 the id that is its
/// name, or the subject that it went over into. Cost: a look-up is a hash probe; joining and
/// merging take steps in proportion to the ids of the subject that has to be gone through, of which
/// there are at most `max_ids`. Memory: 16 bytes and the text for an id, in blocks of words, 11 to
/// 21 in the table; 48 for a subject.
struct SubjectTable: ~Copyable {
    /// A word: the id's record (low half), and above the 32 bits of its hash that say where it stands. Ids that have these in
    /// common are told apart by their texts.
    struct Entry: TableEntry {
        private static let slotBits: UInt64 = 0xFF_FFFF
        private static let partBits: UInt64 = 0xFF << 56
        private var word: UInt64 = 0

        init() {}

        init(hash: UInt64, id: UInt32) {
            word = hash & Entry.partBits | (hash >> 20 & Entry.slotBits) << 32 | UInt64(id)
        }

        /// As much of a hash as an entry has.
        @inline(__always)
        static func kept(_ hash: UInt64) -> UInt64 { hash & partBits | (hash >> 20 & slotBits) << 20 }

        @inline(__always) var id: UInt32 { UInt32(truncatingIfNeeded: word) }
        @inline(__always) var hash: UInt64 { word & Entry.partBits | (word >> 32 & Entry.slotBits) << 20 }
        @inline(__always) var isFree: Bool { word == 0 }
    }

    /// What is known of an id beside whose it is.
    struct Flags: OptionSet {
        let rawValue: UInt64

        /// It is nobody's: two persons have shown it.
        static let shared = Flags(rawValue: 1)
        /// It was the target of an event that identifies.
        static let identified = Flags(rawValue: 2)
        /// It is a subject's name since that one has lost another, and nobody knows of it yet.
        static let renames = Flags(rawValue: 4)
    }

    private static let idHeader = 2
    private static let subjectWords = 5
    private static let gone: UInt64 = 1 << 63

    private var memory = ArenaMemory()
    let arena: Arena
    var ids = ProbeTable<Entry>()
    /// By namespace, how strong it is: the less, the stronger.
    var ranks: [Int] = []
    /// How many subjects were made.
    var made: UInt64 = 0
    /// How many subjects there are.
    var subjectCount = 0

    init(hashKey: HashKey) {
        arena = memory.arena
        arena.hashKey = hashKey
    }

    private func base(_ handle: UInt32) -> Int { Arena.word(handle) }
    private func low(_ word: Int) -> UInt32 { UInt32(truncatingIfNeeded: arena[word]) }
    private func high(_ word: Int) -> UInt32 { UInt32(arena[word] >> 32) }
    private func setLow(_ word: Int, _ value: UInt32) {
        arena[word] = arena[word] & ~0xFFFF_FFFF | UInt64(value)
    }
    private func setHigh(_ word: Int, _ value: UInt32) {
        arena[word] = arena[word] & 0xFFFF_FFFF | UInt64(value) << 32
    }

    // MARK: Ids

    func hash(_ text: View<UInt8>, namespace: Int) -> UInt64 {
        arena.hashKey.hash(text, seed: UInt64(namespace) &+ 1)
    }

    /// The record of an id, 0 where it is not known.
    func find(_ text: View<UInt8>, namespace: Int, hash: UInt64) -> UInt32 {
        var found: UInt32 = 0
        let place = ids.find(Entry.kept(hash)) { entry in
            found = entry.id
            return self.namespace(ofID: found) == namespace && self.text(ofID: found).holdsSameBytes(as: text)
        }
        return place < 0 ? 0 : found
    }

    /// Notes an id that is not known and nobody's yet.
    mutating func add(_ text: View<UInt8>, namespace: Int, hash: UInt64) -> UInt32 {
        let id = arena.allocate(SubjectTable.idHeader + (text.count + 7) / 8)
        arena[base(id) + 1] = UInt64(text.count) | UInt64(namespace) << 16
        arena.store(text, at: base(id) + SubjectTable.idHeader)
        _ = ids.insert(Entry(hash: hash, id: id))
        return id
    }

    func text(ofID id: UInt32) -> View<UInt8> {
        arena.bytes(at: base(id) + SubjectTable.idHeader, count: Int(arena[base(id) + 1] & 0xFFFF))
    }

    func namespace(ofID id: UInt32) -> Int { Int(arena[base(id) + 1] >> 16 & 0xFFFF) }

    func flags(ofID id: UInt32) -> Flags { Flags(rawValue: arena[base(id) + 1] >> 32 & 0xFF) }

    func set(_ flags: Flags, ofID id: UInt32) { arena[base(id) + 1] |= flags.rawValue << 32 }

    func clear(_ flags: Flags, ofID id: UInt32) { arena[base(id) + 1] &= ~(flags.rawValue << 32) }

    /// The subject that an id leads to, 0 for none.
    func subject(ofID id: UInt32) -> UInt32 {
        let noted = low(base(id))
        let subject = present(noted)
        if subject != noted { setLow(base(id), subject) }
        return subject
    }

    func setSubject(_ subject: UInt32, ofID id: UInt32) { setLow(base(id), subject) }

    // MARK: Subjects

    /// A new subject that was first seen under an id, which is not in its list yet.
    mutating func make(underID id: UInt32) -> UInt32 {
        let subject = arena.allocate(SubjectTable.subjectWords)
        let generation = arena[base(id) + 1] >> 40
        arena[base(id) + 1] += 1 << 40
        arena[base(subject) + 2] = made
        arena[base(subject) + 3] = UInt64(id) | generation << 32
        arena[base(subject) + 4] = UInt64(id)
        made += 1
        subjectCount += 1
        return subject
    }

    /// Where a subject has gone over into others, the last of them.
    private func present(_ subject: UInt32) -> UInt32 {
        var subject = subject
        while subject != 0, arena[base(subject) + 2] & SubjectTable.gone != 0 { subject = low(base(subject) + 4) }
        return subject
    }

    func idCount(_ subject: UInt32) -> Int { Int(low(base(subject) + 1)) }
    func mergeCount(_ subject: UInt32) -> Int { Int(high(base(subject) + 1)) }
    func setMergeCount(_ subject: UInt32, _ count: Int) { setHigh(base(subject) + 1, UInt32(clamping: count)) }

    /// Which subject was made before which.
    func making(_ subject: UInt32) -> UInt64 { arena[base(subject) + 2] }

    /// The id under which a subject was first seen, and which of the subjects first seen so it is.
    func origin(_ subject: UInt32) -> (id: UInt32, generation: Int) {
        (low(base(subject) + 3), Int(high(base(subject) + 3)))
    }

    /// The id that is the subject's name.
    func name(_ subject: UInt32) -> UInt32 { low(base(subject) + 4) }

    /// How strong the name is: the less, the stronger.
    func strength(_ subject: UInt32) -> Int { rank(ofID: name(subject)) }

    private func rank(ofID id: UInt32) -> Int { ranks[namespace(ofID: id)] }

    /// How many ids of subjects have been gone through.
    var steps: Int { arena.tally }

    /// The memory of ids and subjects.
    var bytes: Int { arena.wordsInUse * 8 + ids.bytes }

    /// The subject's ids, in order.
    func forEachID(_ subject: UInt32, _ body: (UInt32) -> Void) {
        var id = low(base(subject))
        while id != 0 {
            arena.tally += 1
            let next = high(base(id))
            body(id)
            id = next
        }
    }

    /// How many ids of a namespace a subject has.
    func count(_ subject: UInt32, namespace: Int) -> Int {
        var count = 0
        forEachID(subject) { if self.namespace(ofID: $0) == namespace { count += 1 } }
        return count
    }

    /// Puts an id that is nobody's behind a subject's others.
    func append(_ id: UInt32, to subject: UInt32) {
        let word = base(subject)
        setLow(base(id), subject)
        setHigh(base(id), 0)
        let last = high(word)
        if last == 0 { setLow(word, id) } else { setHigh(base(last), id) }
        setHigh(word, id)
        setLow(word + 1, low(word + 1) + 1)
        if idCount(subject) == 1 || rank(ofID: id) < strength(subject) { setLow(word + 4, id) }
    }

    /// Takes an id from its subject, which keeps its key, and its name where it has no other.
    func take(_ id: UInt32, from subject: UInt32) {
        var before: UInt32 = 0
        var name: UInt32 = 0
        var current = low(base(subject))
        while current != 0 {
            let next = high(base(current))
            if current == id {
                if before == 0 { setLow(base(subject), next) } else { setHigh(base(before), next) }
                if next == 0 { setHigh(base(subject), before) }
                setLow(base(subject) + 1, low(base(subject) + 1) - 1)
            } else {
                if name == 0 || rank(ofID: current) < rank(ofID: name) { name = current }
                before = current
            }
            current = next
        }
        setHigh(base(id), 0)
        if name != 0 { setLow(base(subject) + 4, name) }
    }

    /// Lets one subject go over into another, whose ids come first.
    mutating func merge(_ other: UInt32, into subject: UInt32) {
        let (from, to) = (base(other), base(subject))
        let isNameless = idCount(subject) == 0
        forEachID(other) { setLow(base($0), subject) }
        if low(from) != 0 {
            if high(to) == 0 { setLow(to, low(from)) } else { setHigh(base(high(to)), low(from)) }
            setHigh(to, high(from))
            setLow(to + 1, low(to + 1) + low(from + 1))
        }
        if isNameless { setLow(to + 4, low(from + 4)) }
        arena[from] = 0
        arena[from + 2] |= SubjectTable.gone
        arena[from + 4] = UInt64(subject)
        subjectCount -= 1
    }

    /// Has a subject be what another one was as to its making and its key.
    func setOrigin(_ subject: UInt32, like other: UInt32, making: Bool) {
        arena[base(subject) + 3] = arena[base(other) + 3]
        if making { arena[base(subject) + 2] = arena[base(other) + 2] & ~SubjectTable.gone }
    }

    /// Forgets a subject and its ids.
    mutating func forget(_ subject: UInt32) {
        var gone: [UInt32] = []
        forEachID(subject) { gone.append($0) }
        arena[base(subject)] = 0
        arena[base(subject) + 2] |= SubjectTable.gone
        arena[base(subject) + 4] = 0
        subjectCount -= 1
        for id in gone { drop(id) }
    }

    /// Removes an id that no subject has in its list.
    mutating func drop(_ id: UInt32) {
        let hash = hash(text(ofID: id), namespace: namespace(ofID: id))
        let place = ids.find(Entry.kept(hash)) { $0.id == id }
        if place >= 0 { ids.remove(place) }
        let words = SubjectTable.idHeader + (text(ofID: id).count + 7) / 8
        for word in SubjectTable.idHeader..<words { arena[base(id) + word] = 0 }
        arena.free(id, words: words)
    }

    // MARK: Snapshots

    func add(to image: StateImage) {
        image.put(made)
        image.put(subjectCount)
        ids.add(to: image)
        arena.add(to: image)
    }

    mutating func restore(from reader: StateReader) throws(StateFault) {
        made = try reader.word()
        subjectCount = try reader.number()
        ids = try ProbeTable<Entry>(from: reader)
        try arena.restore(from: reader)
    }
}
