import Events
import Storage

/// The customers of one shard, each with the state that its rules keep about it.
///
/// A customer is a row in the arena: its id, a bitmap of the rules that have state for it, and one word for each of
/// those. A rule that never concerned the customer costs it one bit. Rows are found by the hash of the id in a
/// table whose entries hold the full hash, so that a look-up touches the table and the row.
///
/// Invariant: equal hashes are told apart by the ids.
struct Customers: ~Copyable {
    struct Entry: TableEntry {
        var hash: UInt64 = 0
        /// The row's handle; 0 where the entry is free.
        var row: UInt32 = 0
        /// Until when, in minutes since the year 1, the sweep need not look at the customer:
        /// before, something of it is live.
        var rest: UInt32 = 0

        @inline(__always) var isFree: Bool { row == 0 }
    }

    let arena: Arena
    private(set) var table = ProbeTable<Entry>()
    let bitmapWords: Int

    /// - Parameter kinds: how many rules may keep a word for a customer.
    init(arena: Arena, kinds: Int) { self.init(arena: arena, bitmapWords: max(1, (kinds + 63) / 64)) }

    private init(arena: Arena, bitmapWords: Int) {
        self.arena = arena
        self.bitmapWords = bitmapWords
    }

    var count: Int { table.count }

    /// Where a customer was found: its entry in the table and its row, until another customer is added or removed.
    struct Location {
        var entry: Int
        var row: UInt32
        /// The number of the first word of the row's bitmap.
        var bitmap: Int

        /// No customer.
        static let none = Location(entry: 0, row: 0, bitmap: 0)
    }

    @inline(__always)
    private func location(_ entry: Int, _ row: UInt32) -> Location {
        Location(entry: entry, row: row, bitmap: bitmap(ofRow: row))
    }

    /// The customer of that id, if it has state.
    @inline(__always)
    func find(_ id: View<UInt8>, hash: UInt64) -> Location? {
        var row: UInt32 = 0
        let place = table.find(hash) { entry in
            row = entry.row
            return self.id(ofRow: row).holdsSameBytes(as: id)
        }
        return place < 0 ? nil : location(place, row)
    }

    /// The same, where `slot` says in which slot it was found not long ago: what has moved since is looked for.
    @inline(__always)
    func find(_ id: View<UInt8>, hash: UInt64, slot: UInt32) -> Location? {
        let place = table.place(of: hash, slot: slot)
        let entry = table[place]
        if entry.hash == hash, entry.row != 0, self.id(ofRow: entry.row).holdsSameBytes(as: id) {
            return location(place, entry.row)
        }
        return findAnywhere(id, hash: hash)
    }

    @inline(never)
    private func findAnywhere(_ id: View<UInt8>, hash: UInt64) -> Location? { find(id, hash: hash) }

    /// Has where the entry of a hash stands as a rule be near soon.
    @inline(__always)
    func bringEntryNear(_ hash: UInt64) { table.bringNear(hash) }

    /// Has the row of the first entry of a hash be near soon: few are longer than two lines of memory.
    /// - Returns: the entry's slot.
    @inline(__always)
    func bringRowNear(_ hash: UInt64) -> UInt32 {
        let slot = table.slot(of: hash)
        let row = Arena.word(table[table.place(of: hash, slot: slot)].row)
        arena.bringNear(row)
        arena.bringNear(row &+ 8)
        return slot
    }

    /// Where the bitmap of the row lies that was in a slot not long ago, for a look ahead; 0 where it is another's now.
    @inline(__always)
    func bitmap(_ hash: UInt64, slot: UInt32) -> Int {
        let entry = table[table.place(of: hash, slot: slot)]
        return entry.hash == hash && entry.row != 0 ? bitmap(ofRow: entry.row) : 0
    }

    /// Some customers, of whom the first needs no memory of its own: as a rule there is no other.
    struct Rows: Sequence, IteratorProtocol {
        fileprivate var first: Location?
        fileprivate var others: [Location] = []

        mutating func next() -> Location? {
            guard let location = first else { return nil }
            first = others.popLast()
            return location
        }
    }

    /// The customers whose ids have that hash: as a rule one. Those behind come first, so that the
    /// others keep their places where one is removed meanwhile.
    func rows(ofHash hash: UInt64) -> Rows {
        var found = Rows()
        table.forEach(of: hash) { entry, place in
            let location = location(place, entry.row)
            if let first = found.first { found.others.append(first) }
            found.first = location
        }
        return found
    }

    /// The customer of that id, made if there is none yet.
    /// - Parameter rest: until when the sweep need not look at it.
    mutating func obtain(_ id: View<UInt8>, hash: UInt64, rest: Instant) -> Location {
        if let known = find(id, hash: hash) { return known }
        let room = 4
        let row = arena.allocate(1 + idWords(id.count) + bitmapWords + room)
        let base = Arena.word(row)
        arena[base] = UInt64(id.count) | UInt64(room) << 16
        arena.store(id, at: base + 1)
        return location(table.insert(Entry(hash: hash, row: row, rest: Customers.minutes(rest))), row)
    }

    // MARK: The table's places

    /// How many places the table has.
    var placeCount: Int { table.placeCount }

    /// The place behind another, in the order of the table.
    mutating func step(from place: Int) -> Int { table.step(from: place) }

    /// The place behind another, nil where the table's next part begins.
    @inline(__always)
    func peek(_ place: Int) -> Int? { table.peek(place) }

    /// The customer at a place of the table, if there is one that may have nothing live at `now`.
    func location(atPlace place: Int, restingUntil now: Instant) -> Location? {
        let entry = table[place]
        return entry.isFree || entry.rest > Customers.minutes(now) ? nil : location(place, entry.row)
    }

    /// The first customer from a place on.
    func next(from place: Int) -> Location? { table.occupied(from: place).map { location($0, table[$0].row) } }

    /// Notes until when something of a customer is live.
    mutating func rest(_ location: Location, until time: Instant) {
        table[location.entry].rest = max(Customers.minutes(time), 1)
    }

    /// Notes that something of a customer is over at a time, which may be before what was noted.
    mutating func wake(_ location: Location, by time: Instant) {
        let rest = max(Customers.minutes(time), 1)
        if table[location.entry].rest > rest { table[location.entry].rest = rest }
    }

    /// A time in minutes since the year 1, so that all times that events have fit the half of a word.
    private static func minutes(_ time: Instant) -> UInt32 {
        UInt32(clamping: time.microseconds / 60_000_000 + 1_035_593_280)
    }

    // MARK: A row

    @inline(__always)
    private func idWords(_ bytes: Int) -> Int { (bytes + 7) >> 3 }

    /// The customer's id. Valid until the row moves.
    func id(ofRow row: UInt32) -> View<UInt8> {
        let base = Arena.word(row)
        return arena.bytes(at: base + 1, count: Int(arena[base] & 0xFFFF))
    }

    /// The number of the first word of a row's bitmap.
    @inline(__always)
    func bitmap(ofRow row: UInt32) -> Int {
        let base = Arena.word(row)
        return base + 1 + idWords(Int(arena[base] & 0xFFFF))
    }

    /// The number of the word that the rule of that kind keeps for the customer, if it keeps one.
    @inline(__always)
    func cell(_ kind: Int, bitmap: Int) -> Int? {
        let bits = arena[bitmap + kind >> 6]
        let bit = UInt64(1) << UInt64(kind & 63)
        guard bits & bit != 0 else { return nil }
        return bitmap + bitmapWords + rank(kind, bits: bits, bitmap: bitmap)
    }

    /// The number of the word whose bit stands in a word of the bitmap that holds `bits`.
    @inline(__always)
    func cell(bit: UInt64, of bits: UInt64, word: Int, bitmap: Int) -> Int {
        bitmap &+ bitmapWords &+ rank(bit: bit, of: bits, word: word, bitmap: bitmap)
    }

    @inline(__always)
    private func rank(_ kind: Int, bits: UInt64, bitmap: Int) -> Int {
        rank(bit: UInt64(1) << UInt64(kind & 63), of: bits, word: kind >> 6, bitmap: bitmap)
    }

    /// How many bits are set before one that stands in a word of the bitmap.
    @inline(__always)
    private func rank(bit: UInt64, of bits: UInt64, word: Int, bitmap: Int) -> Int {
        var rank = (bits & (bit &- 1)).nonzeroBitCount
        var word = word
        while word > 0 {
            word -= 1
            rank += arena[bitmap + word].nonzeroBitCount
        }
        return rank
    }

    /// The word of that kind, which is zero where the rule had none so far.
    @inline(__always)
    mutating func obtainCell(_ kind: Int, of location: inout Location) -> Int {
        cell(kind, bitmap: location.bitmap) ?? addCell(kind, to: &location)
    }

    private mutating func addCell(_ kind: Int, to location: inout Location) -> Int {
        let held = cellCount(bitmap: location.bitmap)
        let capacity = Int(arena[Arena.word(location.row)] >> 16 & 0xFFFF_FFFF)
        if held == capacity { widen(&location, from: capacity) }
        let bitmap = location.bitmap
        let place = rank(kind, bits: arena[bitmap + kind >> 6], bitmap: bitmap)
        let cells = bitmap + bitmapWords
        var index = held
        while index > place {
            arena[cells + index] = arena[cells + index - 1]
            index -= 1
        }
        arena[cells + place] = 0
        arena[bitmap + kind >> 6] |= UInt64(1) << UInt64(kind & 63)
        return cells + place
    }

    /// Forgets the word of that kind.
    func removeCell(_ kind: Int, ofRow row: UInt32) {
        let bitmap = bitmap(ofRow: row)
        guard let place = cell(kind, bitmap: bitmap) else { return }
        let end = bitmap + bitmapWords + cellCount(bitmap: bitmap)
        for index in place..<end - 1 { arena[index] = arena[index + 1] }
        arena[bitmap + kind >> 6] &= ~(UInt64(1) << UInt64(kind & 63))
    }

    @inline(__always)
    private func cellCount(bitmap: Int) -> Int {
        if bitmapWords == 1 { return arena[bitmap].nonzeroBitCount }
        var held = 0
        for word in 0..<bitmapWords { held += arena[bitmap + word].nonzeroBitCount }
        return held
    }

    private mutating func widen(_ location: inout Location, from capacity: Int) {
        let old = Arena.word(location.row)
        let fixed = 1 + idWords(Int(arena[old] & 0xFFFF)) + bitmapWords
        let room = capacity + max(4, capacity / 2)
        let row = arena.allocate(fixed + room)
        let base = Arena.word(row)
        for index in 0..<fixed + capacity { arena[base + index] = arena[old + index] }
        arena[base] = arena[old] & 0xFFFF | UInt64(room) << 16
        arena.free(location.row, words: fixed + capacity)
        table[location.entry].row = row
        location = self.location(location.entry, row)
    }

    /// Forgets a customer whose row keeps no word any more.
    mutating func remove(_ location: Location) {
        let base = Arena.word(location.row)
        let capacity = Int(arena[base] >> 16 & 0xFFFF_FFFF)
        arena.free(
            location.row, words: 1 + idWords(Int(arena[base] & 0xFFFF)) + bitmapWords + capacity)
        table.remove(location.entry)
    }

    /// Whether the row keeps no word any more, but for one of a kind that says nothing by itself.
    /// - Parameter kind: -1 for none such.
    func isIdle(_ row: UInt32, but kind: Int) -> Bool {
        let bitmap = bitmap(ofRow: row)
        let count = cellCount(bitmap: bitmap)
        return count == 0 || kind >= 0 && count == 1 && cell(kind, bitmap: bitmap) != nil
    }

    /// A table of no customers, with rows as long as in another one.
    init(arena: Arena, like other: borrowing Customers) { self.init(arena: arena, bitmapWords: other.bitmapWords) }

    /// Hands over the table, and has an empty one then.
    mutating func takeTable() -> ProbeTable<Entry> {
        var table = ProbeTable<Entry>()
        swap(&table, &self.table)
        return table
    }

    /// Puts what a row of another table keeps into one of this table.
    /// - Parameters:
    ///   - kinds: what the words are of.
    ///   - words: in any order.
    /// - Returns: the new row, 0 where there is nothing to keep.
    func moveRow(
        _ old: UInt32, from other: borrowing Customers, _ kinds: borrowing Column<Int32>,
        _ words: borrowing Column<UInt64>
    ) -> UInt32 {
        let from = Arena.word(old)
        let idWords = idWords(Int(arena[from] & 0xFFFF))
        var row: UInt32 = 0
        if kinds.count > 0 {
            let room = max(4, kinds.count)
            row = arena.allocate(1 + idWords + bitmapWords + room)
            let to = Arena.word(row)
            arena[to] = arena[from] & 0xFFFF | UInt64(room) << 16
            for word in 1..<1 + idWords { arena[to + word] = arena[from + word] }
            let bitmap = to + 1 + idWords
            for index in 0..<kinds.count {
                let kind = Int(kinds[index])
                arena[bitmap + kind >> 6] |= UInt64(1) << UInt64(kind & 63)
            }
            for index in 0..<kinds.count {
                guard let cell = cell(Int(kinds[index]), bitmap: bitmap) else { continue }
                arena[cell] = words[index]
            }
        }
        let capacity = Int(arena[from] >> 16 & 0xFFFF_FFFF)
        arena.free(old, words: 1 + idWords + other.bitmapWords + capacity)
        return row
    }

    /// Makes this the table of customers whose rows stand in the arena.
    mutating func adopt(_ table: consuming ProbeTable<Entry>) { self.table = table }
}
