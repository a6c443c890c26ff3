import Storage

/// What is kept of one customer: its figures (`Head`), the hashes of the last touch's values of `by`, then the id, in a block
/// of the arena.
///
/// What is told of a row is copied out of it, and changes it only when it is put back (`save`).
///
/// Beside it are two blocks. That of the open journey begins with the time of its first touch; then each touch is a byte, its
/// touchpoint and whether it is direct (bit 7), and the microseconds since the one before, seven bits a byte, the low ones
/// first, bit 7 where more follow. The marks are quarters of words in a table of open addressing, at most seven eighths of it
/// taken, in which 0 is free: an edge of a kind that the customer went, as a number from 1 on (bit 15 is 0), or
/// (bit 15 is 1) a touchpoint (8–14) at which it was and how many days before its last touch that was last so (0–7), 255 for
/// all that are more.
struct JourneyRow {
    enum MarkKind: Int { case visit, journey, conversion }

    /// Everything about a customer that has one size.
    struct Head: BitwiseCopyable {
        /// When the last touch was; before any, when the last answer was.
        var last: Int64 = 0
        var firstPurchase: Int64 = 0
        var lastPurchaseDay: Int32 = 0
        /// Handles of the open journey's touches and of the marks.
        var journey: UInt32 = 0
        var marks: UInt32 = 0
        var markCount: UInt16 = 0
        var touchCount: UInt16 = 0
        /// How many bytes the open journey's touches take.
        var touchBytes: UInt16 = 0
        var idCount: UInt16 = 0
        /// The stage that it is in (bits 0–2), the furthest (3–5), the answer (6–7), the purchases
        /// (8–9), and whether the last touch is its visit's first (10).
        private var parts: UInt16 = 0
        var lastTouchpoint = NumberedNames.none
        var lastChannel = NumberedNames.none

        private func part(_ shift: UInt16, _ bits: UInt16) -> Int { Int(parts >> shift & (1 << bits - 1)) }

        private mutating func set(_ shift: UInt16, _ bits: UInt16, _ value: Int) {
            let mask: UInt16 = (1 << bits - 1) << shift
            parts = parts & ~mask | UInt16(truncatingIfNeeded: value) << shift & mask
        }

        var stage: Int {
            get { part(0, 3) }
            set { set(0, 3, newValue) }
        }
        var furthest: Int {
            get { part(3, 3) }
            set { set(3, 3, newValue) }
        }
        /// 0 none, 1 promoter, 2 passive, 3 detractor.
        var answer: Int {
            get { part(6, 2) }
            set { set(6, 2, newValue) }
        }
        /// None, one, or more.
        var purchases: Int {
            get { part(8, 2) }
            set { set(8, 2, newValue) }
        }
        /// Whether the last touch is its visit's first.
        var isFirstOfVisit: Bool {
            get { part(10, 1) == 1 }
            set { set(10, 1, newValue ? 1 : 0) }
        }
    }

    /// A touch of the open journey, as it is read: its touchpoint (bits 0–7), whether it is direct (8), and when (9–63).
    struct Touch: BitwiseCopyable {
        let word: UInt64

        @inline(__always) var touchpoint: Int { Int(word & 255) }
        @inline(__always) var isDirect: Bool { word & 256 != 0 }
        /// Microseconds since the journey's first.
        @inline(__always) var span: Int64 { Int64(word >> 9) }
    }

    static let fixedWords = MemoryLayout<Head>.size / 8
    private static let dayBit: UInt16 = 1 << 15
    private static let dayKey: UInt16 = 0xFF00
    private static let spanMost: UInt64 = 1 << 54

    private let arena: Arena
    private let base: Int
    var head: Head

    @inline(__always)
    init(_ arena: Arena, _ handle: UInt32) {
        self.arena = arena
        base = Arena.word(handle)
        head = arena[base, as: Head.self]
    }

    /// Puts back what is told of the customer.
    @inline(__always)
    func save() { arena[base, as: Head.self] = head }

    static func make(_ id: View<UInt8>, hashCount: Int, in arena: Arena) -> UInt32 {
        let handle = arena.allocate(words(idCount: id.count, hashCount: hashCount))
        let base = Arena.word(handle)
        var head = Head()
        head.idCount = UInt16(id.count)
        arena[base, as: Head.self] = head
        arena.store(id, at: base + fixedWords + hashCount)
        return handle
    }

    static func words(idCount: Int, hashCount: Int) -> Int { fixedWords + hashCount + (idCount + 7) / 8 }

    func holdsID(_ id: View<UInt8>, hashCount: Int) -> Bool {
        let count = Int(head.idCount)
        return count == id.count
            && arena.bytes(at: base + JourneyRow.fixedWords + hashCount, count: count).holdsSameBytes(as: id)
    }

    // MARK: Parts

    var hasTouch: Bool { head.lastTouchpoint != NumberedNames.none }
    var touchCount: Int { Int(head.touchCount) }
    var lastDay: Int { Day.of(head.last) }
    func hash(at index: Int) -> UInt64 { arena[base + JourneyRow.fixedWords + index] }
    func setHash(_ hash: UInt64, at index: Int) { arena[base + JourneyRow.fixedWords + index] = hash }

    /// Words of the blocks beside it, so that they are near when they are asked for: a mark may be anywhere in its table, of
    /// which most are small.
    func touchBlocks() -> UInt64 {
        var seen: UInt64 = 0
        if head.marks != 0 {
            let last = min(JourneyRow.markWords(Int(head.markCount)), 16) - 1
            for word in stride(from: last & 7, through: last, by: 8) { seen |= arena[Arena.word(head.marks) + word] }
            seen |= arena[Arena.word(head.marks)]
        }
        if head.journey != 0 { seen |= arena[Arena.word(head.journey) + (Int(head.touchBytes) + 7) >> 3] }
        return seen
    }

    // MARK: The open journey

    /// When the open journey's first touch was.
    var first: Int64 { Int64(bitPattern: arena[Arena.word(head.journey)]) }

    /// How many words the block of so many bytes of touches has to have.
    private static func journeyWords(_ touchBytes: Int) -> Int { 1 + (touchBytes + 7) >> 3 }

    mutating func append(_ touchpoint: Int, isDirect: Bool, at time: Int64) {
        let used = Int(head.touchBytes)
        var rest = touchCount == 0 ? 0 : UInt64(max(0, time - head.last))
        let end = used + 1 + max(1, (70 - rest.leadingZeroBitCount) / 7)
        let (words, needed) = (JourneyRow.journeyWords(used), JourneyRow.journeyWords(end))
        if touchCount == 0 {
            head.journey = arena.allocate(needed)
            arena[Arena.word(head.journey)] = UInt64(bitPattern: time)
        } else if needed > Arena.capacity(words) {
            let larger = arena.allocate(needed)
            arena.store(arena.words(at: Arena.word(head.journey), count: words), at: Arena.word(larger))
            arena.free(head.journey, words: words)
            head.journey = larger
        }
        put(UInt8(touchpoint) | (isDirect ? 128 : 0), at: used)
        for place in (used + 1)..<end {
            put(UInt8(rest & 127) | (place + 1 < end ? 128 : 0), at: place)
            rest >>= 7
        }
        head.touchBytes = UInt16(end)
        head.touchCount += 1
    }

    /// Puts a byte where none has been.
    @inline(__always)
    private func put(_ byte: UInt8, at place: Int) {
        arena[Arena.word(head.journey) + 1 + place >> 3] |= UInt64(byte) << UInt64((place & 7) << 3)
    }

    /// Adds the touches of the open journey, in their order.
    func read(into touches: inout Column<Touch>) {
        if touchCount == 0 { return }
        let bytes = arena.bytes(at: Arena.word(head.journey) + 1, count: Int(head.touchBytes))
        var place = 0
        var span: UInt64 = 0
        for _ in 0..<touchCount {
            let kind = UInt64(bytes[place])
            var shift: UInt64 = 0
            repeat {
                place &+= 1
                span &+= UInt64(bytes[place] & 127) << shift
                shift &+= 7
            } while bytes[place] & 128 != 0
            place &+= 1
            touches.append(Touch(word: min(span, JourneyRow.spanMost) << 9 | (kind & 128) << 1 | kind & 127))
        }
    }

    /// Lets go of the open journey.
    mutating func clear() {
        if touchCount == 0 { return }
        arena.free(head.journey, words: JourneyRow.journeyWords(Int(head.touchBytes)))
        head.journey = 0
        head.touchCount = 0
        head.touchBytes = 0
    }

    /// Lets go of all that it has beside itself.
    mutating func free() {
        clear()
        if head.marks != 0 { arena.free(head.marks, words: JourneyRow.markWords(Int(head.markCount))) }
        head.marks = 0
    }

    // MARK: Marks

    /// How many words the table for so many marks has.
    @inline(__always)
    private static func markWords(_ count: Int) -> Int { Arena.capacity((count * 8 / 7 + 4) / 4) }

    /// Where the way to a mark begins; how long ago something was says nothing about that.
    @inline(__always)
    private static func home(_ mark: UInt16, _ places: Int) -> Int {
        let key = UInt32(mark & dayBit == 0 ? mark : mark & dayKey)
        return Int((UInt64(key &* 0x9E37_79B1) &* UInt64(places)) >> 32)
    }

    /// The place of the mark that is as `wanted` where `mask` says, or of the free one where the way to it ends.
    @inline(__always)
    private func find(_ wanted: UInt16, _ mask: UInt16, _ block: UInt32, _ places: Int) -> (place: Int, mark: UInt16) {
        let start = Arena.word(block)
        var place = JourneyRow.home(wanted, places)
        while true {
            let mark = UInt16(truncatingIfNeeded: arena[start &+ place >> 2] >> (UInt64(place & 3) << 4))
            if mark == 0 || (mark ^ wanted) & mask == 0 { return (place, mark) }
            place &+= 1
            if place == places { place = 0 }
        }
    }

    @inline(__always)
    private func setMark(_ mark: UInt16, _ block: UInt32, _ place: Int) {
        let word = Arena.word(block) + place >> 2
        let shift = UInt64(place & 3) << 4
        arena[word] = arena[word] & ~(0xFFFF << shift) | UInt64(mark) << shift
    }

    /// Adds a mark that is not there.
    private mutating func add(_ mark: UInt16) {
        let count = Int(head.markCount)
        let words = JourneyRow.markWords(count + 1)
        if count == 0 {
            head.marks = arena.allocate(words)
        } else if words > JourneyRow.markWords(count) {
            let larger = arena.allocate(words)
            forEachMark { mark, _ in
                let (place, _) = find(mark, .max, larger, words * 4)
                setMark(mark, larger, place)
            }
            arena.free(head.marks, words: JourneyRow.markWords(count))
            head.marks = larger
        }
        let (place, _) = find(mark, .max, head.marks, words * 4)
        setMark(mark, head.marks, place)
        head.markCount += 1
    }

    private func forEachMark(_ body: (_ mark: UInt16, _ place: Int) -> Void) {
        if head.markCount == 0 { return }
        let start = Arena.word(head.marks)
        for index in 0..<JourneyRow.markWords(Int(head.markCount)) {
            var word = arena[start + index]
            var place = index * 4
            while word != 0 {
                let mark = UInt16(truncatingIfNeeded: word)
                if mark != 0 { body(mark, place) }
                word >>= 16
                place += 1
            }
        }
    }

    /// Notes that the customer went an edge; whether it had not before.
    @inline(__always)
    mutating func note(edge from: Int, _ to: Int, _ kind: MarkKind) -> Bool {
        let mark = JourneyRow.mark(edge: from, to, kind)
        if holds(mark) { return false }
        add(mark)
        return true
    }

    /// The mark of an edge, of which there are 13,068.
    @inline(__always)
    static func mark(edge from: Int, _ to: Int, _ kind: MarkKind) -> UInt16 {
        UInt16((kind.rawValue * TouchpointNumber.count + from) * TouchpointNumber.count + to + 1)
    }

    @inline(__always)
    func holds(_ mark: UInt16) -> Bool {
        head.markCount > 0 && find(mark, .max, head.marks, JourneyRow.markWords(Int(head.markCount)) * 4).mark != 0
    }

    /// Notes that the customer's last touch was at a touchpoint; whether it never was there before.
    @inline(__always)
    private mutating func note(at touchpoint: Int) -> Bool {
        let mark = JourneyRow.dayBit | UInt16(touchpoint) << 8
        if head.markCount > 0 {
            let places = JourneyRow.markWords(Int(head.markCount)) * 4
            let found = find(mark, JourneyRow.dayKey, head.marks, places)
            if found.mark != 0 {
                if found.mark != mark { setMark(mark, head.marks, found.place) }
                return false
            }
        }
        add(mark)
        return true
    }

    /// Notes that what the customer did is so many days longer ago.
    private func age(by days: Int) {
        if head.markCount == 0 { return }
        let (start, most): (Int, UInt64) = (Arena.word(head.marks), 255)
        let added = min(UInt64(max(0, days)), most)
        for index in 0..<JourneyRow.markWords(Int(head.markCount)) {
            var word = arena[start + index]
            // The upper bits of the marks that are touchpoints.
            var ends = word & 0x8000_8000_8000_8000
            if ends == 0 { continue }
            while ends != 0 {
                let shift = UInt64(ends.trailingZeroBitCount - 15)
                let age = word >> shift & most
                word += (min(age + added, most) - age) << shift
                ends &= ends - 1
            }
            arena[start + index] = word
        }
    }

    /// The touchpoints at which the customer was, each with the last day; one that is more than 255
    /// days before the last touch is told as 255 before it.
    func forEachDay(_ body: (_ touchpoint: Int, _ day: Int) -> Void) {
        let last = lastDay
        forEachMark { mark, _ in
            if mark & JourneyRow.dayBit != 0 { body(Int(mark >> 8 & 127), last - Int(mark & 255)) }
        }
    }

    /// Notes that the customer is active; counts it where it is so for the first time, or the first time that day.
    mutating func noteActive(_ day: Int, _ touchpoint: Int, _ totals: inout JourneyTotals) {
        let last = lastDay
        if hasTouch, last != day { age(by: day - last) }
        if note(at: touchpoint) { totals.touchCustomers[touchpoint] += 1 }
        if hasTouch {
            if last == day { return }
            totals.days.active(day, after: last)
            totals.churn.pass(from: last, to: day, isEnd: false)
        } else {
            totals.customers += 1
            totals.days.active(day, after: nil)
        }
    }
}
