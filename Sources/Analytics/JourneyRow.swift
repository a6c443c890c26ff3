import Storage

/// What is kept of one customer: a block of words in the arena.
///
///     0   the id's length (bits 0–15), touches of the open journey (16–31), last touchpoint (32–39) and
///         channel (40–47), stage (48–50), furthest stage (51–53), latest answer (54–55), whether there is
///         a touch (56), whether it is the visit's first (57), purchases: none, one, or more (58–59)
///     1   the time of the last touch
///     2   the open journey's touches (low half) and the marks (high half): handles
///     3   the time of the open journey's first touch
///     4   the time of the first purchase
///     5   the day of the last purchase (low half), that of the last touch (high half)
///     6…  the hashes of the last touch's values of `by`, then the id
///
/// A touch is a word: microseconds since the journey's first (bits 9–63), whether it is direct (8), its
/// touchpoint (0–7). A mark is half a word, behind half a word that says how many there are: an edge that
/// the customer went (bit 31 is 0) of a kind (16–23) between two touchpoints, or (bit 31 is 1) the day of
/// its last touch of a touchpoint (24–30), counted from the year −221 so that it is not negative.
struct JourneyRow {
    enum MarkKind: UInt32 { case visit, journey, conversion }

    static let fixedWords = 6
    private static let dayBase = 800_000
    private static let spanMost: Int64 = 1 << 54

    private let arena: Arena
    let base: Int

    init(_ arena: Arena, _ handle: UInt32) {
        self.arena = arena
        base = Arena.word(handle)
    }

    static func make(_ id: View<UInt8>, hashCount: Int, in arena: Arena) -> UInt32 {
        let handle = arena.allocate(fixedWords + hashCount + (id.count + 7) / 8)
        let base = Arena.word(handle)
        arena[base] = UInt64(id.count) | UInt64(NumberedNames.none) << 32 | UInt64(NumberedNames.none) << 40
        arena.store(id, at: base + fixedWords + hashCount)
        return handle
    }

    func holdsID(_ id: View<UInt8>, hashCount: Int) -> Bool {
        let count = Int(arena[base] & 0xFFFF)
        return count == id.count
            && arena.bytes(at: base + JourneyRow.fixedWords + hashCount, count: count).holdsSameBytes(as: id)
    }

    // MARK: Parts of words

    private func part(_ word: Int, _ shift: UInt64, _ bits: UInt64) -> Int {
        Int(arena[base + word] >> shift & (1 << bits - 1))
    }

    private func set(_ word: Int, _ shift: UInt64, _ bits: UInt64, _ value: Int) {
        let mask: UInt64 = (1 << bits - 1) << shift
        arena[base + word] = arena[base + word] & ~mask | UInt64(truncatingIfNeeded: value) << shift & mask
    }

    var touchCount: Int {
        get { part(0, 16, 16) }
        nonmutating set { set(0, 16, 16, newValue) }
    }
    var lastTouchpoint: Int {
        get { part(0, 32, 8) }
        nonmutating set { set(0, 32, 8, newValue) }
    }
    var lastChannel: UInt8 {
        get { UInt8(part(0, 40, 8)) }
        nonmutating set { set(0, 40, 8, Int(newValue)) }
    }
    var stage: Int {
        get { part(0, 48, 3) }
        nonmutating set { set(0, 48, 3, newValue) }
    }
    var furthest: Int {
        get { part(0, 51, 3) }
        nonmutating set { set(0, 51, 3, newValue) }
    }
    /// 0 none, 1 promoter, 2 passive, 3 detractor.
    var answer: Int {
        get { part(0, 54, 2) }
        nonmutating set { set(0, 54, 2, newValue) }
    }
    var hasTouch: Bool { part(0, 56, 1) == 1 }
    var isFirstOfVisit: Bool {
        get { part(0, 57, 1) == 1 }
        nonmutating set { set(0, 57, 1, newValue ? 1 : 0) }
    }
    var last: Int64 {
        get { Int64(bitPattern: arena[base + 1]) }
        nonmutating set { arena[base + 1] = UInt64(bitPattern: newValue) }
    }
    private var journey: UInt32 {
        get { UInt32(truncatingIfNeeded: arena[base + 2]) }
        nonmutating set { arena[base + 2] = arena[base + 2] & ~0xFFFF_FFFF | UInt64(newValue) }
    }
    private var marks: UInt32 {
        get { UInt32(truncatingIfNeeded: arena[base + 2] >> 32) }
        nonmutating set { arena[base + 2] = arena[base + 2] & 0xFFFF_FFFF | UInt64(newValue) << 32 }
    }
    var first: Int64 { Int64(bitPattern: arena[base + 3]) }
    var firstPurchase: Int64 {
        get { Int64(bitPattern: arena[base + 4]) }
        nonmutating set { arena[base + 4] = UInt64(bitPattern: newValue) }
    }
    var lastPurchaseDay: Int {
        get { Int(Int32(truncatingIfNeeded: arena[base + 5])) }
        nonmutating set { set(5, 0, 32, newValue) }
    }
    var lastDay: Int {
        get { Int(Int32(truncatingIfNeeded: arena[base + 5] >> 32)) }
        nonmutating set { set(5, 32, 32, newValue) }
    }
    var purchases: Int {
        get { part(0, 58, 2) }
        nonmutating set { set(0, 58, 2, newValue) }
    }
    func hash(at index: Int) -> UInt64 { arena[base + JourneyRow.fixedWords + index] }
    func setHash(_ hash: UInt64, at index: Int) { arena[base + JourneyRow.fixedWords + index] = hash }

    // MARK: The open journey

    func append(_ touchpoint: Int, isDirect: Bool, at time: Int64) {
        let count = touchCount
        if count == 0 {
            arena[base + 3] = UInt64(bitPattern: time)
            journey = arena.allocate(2)
        } else if Arena.capacity(count) == count {
            let larger = arena.allocate(count + 1)
            for index in 0..<count { arena[Arena.word(larger) + index] = arena[Arena.word(journey) + index] }
            arena.free(journey, words: count)
            journey = larger
        }
        let span = UInt64(min(time - first, JourneyRow.spanMost))
        arena[Arena.word(journey) + count] = span << 9 | (isDirect ? 256 : 0) | UInt64(touchpoint)
        touchCount = count + 1
    }

    func touch(_ index: Int) -> (touchpoint: Int, isDirect: Bool, time: Int64) {
        let word = arena[Arena.word(journey) + index]
        return (Int(word & 255), word & 256 != 0, first + Int64(word >> 9))
    }

    /// Lets go of the open journey.
    func clear() {
        let count = touchCount
        if count == 0 { return }
        arena.free(journey, words: count)
        journey = 0
        touchCount = 0
    }

    /// Lets go of all that it has beside itself.
    func free() {
        clear()
        if marks != 0 { arena.free(marks, words: (markCount + 1) / 2) }
    }

    // MARK: Marks

    private func mark(_ index: Int) -> UInt32 {
        UInt32(truncatingIfNeeded: arena[Arena.word(marks) + index / 2] >> UInt64(index % 2 * 32))
    }

    private func setMark(_ index: Int, _ mark: UInt32) {
        let word = Arena.word(marks) + index / 2
        let shift = UInt64(index % 2 * 32)
        arena[word] = arena[word] & ~(0xFFFF_FFFF << shift) | UInt64(mark) << shift
    }

    /// How many marks there are, the one that counts them included.
    private var markCount: Int { marks == 0 ? 0 : Int(mark(0)) }

    /// The place of the first mark that is as `wanted` where `mask` says; nil where there is none.
    private func find(_ wanted: UInt32, _ mask: UInt32) -> Int? {
        let count = markCount
        let start = Arena.word(marks)
        let both = UInt64(mask) << 32 | UInt64(mask)
        let pattern = UInt64(wanted) << 32 | UInt64(wanted)
        var index = 0
        while index < count {
            let difference = (arena[start + index / 2] ^ pattern) & both
            if difference & 0xFFFF_FFFF == 0, index > 0 { return index }
            if difference >> 32 == 0, index + 1 < count { return index + 1 }
            index += 2
        }
        return nil
    }

    private func add(_ mark: UInt32) {
        let count = max(1, markCount)
        let words = (count + 1) / 2
        if marks == 0 {
            marks = arena.allocate(2)
        } else if count % 2 == 0, Arena.capacity(words) == words {
            let larger = arena.allocate(words + 1)
            for index in 0..<words { arena[Arena.word(larger) + index] = arena[Arena.word(marks) + index] }
            arena.free(marks, words: words)
            marks = larger
        }
        setMark(count, mark)
        setMark(0, UInt32(count + 1))
    }

    /// Notes that the customer went an edge; whether it had not before.
    func note(edge from: Int, _ to: Int, _ kind: MarkKind) -> Bool {
        let mark = JourneyRow.mark(edge: from, to, kind)
        if holds(mark) { return false }
        add(mark)
        return true
    }

    static func mark(edge from: Int, _ to: Int, _ kind: MarkKind) -> UInt32 {
        kind.rawValue << 16 | UInt32(from) << 8 | UInt32(to)
    }

    func holds(_ mark: UInt32) -> Bool { find(mark, .max) != nil }

    /// Notes that the customer was at a touchpoint on a day; whether it never was before.
    func note(day: Int, at touchpoint: Int) -> Bool {
        let mark = 1 << 31 | UInt32(touchpoint) << 24 | UInt32(day + JourneyRow.dayBase)
        guard let place = find(mark, 0xFF00_0000) else {
            add(mark)
            return true
        }
        setMark(place, mark)
        return false
    }

    /// The touchpoints at which the customer was, each with the last day.
    func forEachDay(_ body: (_ touchpoint: Int, _ day: Int) -> Void) {
        for index in 0..<markCount where index > 0 {
            let mark = mark(index)
            if mark >> 31 == 1 { body(Int(mark >> 24 & 127), Int(mark & 0xFF_FFFF) - JourneyRow.dayBase) }
        }
    }

    /// Notes that the customer is active; counts it where it is so for the first time, or the first time that day.
    func noteActive(_ day: Int, _ touchpoint: Int, _ totals: inout JourneyTotals) {
        if note(day: day, at: touchpoint) { totals.touchCustomers[touchpoint] += 1 }
        if hasTouch {
            let last = lastDay
            if last == day { return }
            totals.days.active(day, after: last)
            totals.churn.pass(from: last, to: day, isEnd: false)
        } else {
            totals.customers += 1
            totals.days.active(day, after: nil)
        }
        lastDay = day
    }

    func noteTouch() { set(0, 56, 1, 1) }
}
