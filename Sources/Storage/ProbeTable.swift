public import CLinux
import Glibc

/// What stands at a place of a `ProbeTable`. An entry whose bytes are all zero is free.
public protocol TableEntry: BitwiseCopyable, Sendable {
    /// What it is found by.
    var hash: UInt64 { get }
    /// Whether nothing stands here.
    var isFree: Bool { get }
}

/// Entries found by hashes of 64 bits, which may be millions: open addressing in parts, so that it never takes long to
/// make the table larger.
///
/// The upper eight bits of a hash choose one of 256 parts, and others a home within it; an entry
/// stands at its home, or behind it with nothing free between, going round at the part's end. A
/// part of which three quarters are taken becomes twice as large by itself: of ten million entries
/// some thirty thousand move then, in about a millisecond. All at once they would hold up whoever
/// adds the next for a tenth of a second and more, most of it the system's time for fresh memory.
///
/// Places are numbered by part (bits 32 and up) and slot. They hold until an entry is added or
/// removed. Entries of one hash keep the order in which they were added, whatever becomes of the
/// table.
///
/// Invariants: a part's size is a power of two, of which at most three quarters are taken.
/// Cost: a look-up takes a constant time, as a rule one comparison.
@safe
public struct ProbeTable<Entry: TableEntry>: ~Copyable {
    /// A table by itself, of which the index of a slot may be any number: it goes round.
    @safe @usableFromInline
    struct Part {
        @usableFromInline let slots: UnsafeMutablePointer<Entry>
        @usableFromInline let mask: Int
        @usableFromInline var count = 0

        @usableFromInline
        init(size: Int) {
            let memory = unsafe OutOfMemory.memory(
                size * MemoryLayout<Entry>.stride, for: "a table of customers or state"
            ) { unsafe calloc(size, MemoryLayout<Entry>.stride) }
            unsafe slots = memory.bindMemory(to: Entry.self, capacity: size)
            mask = size - 1
        }

        @usableFromInline
        func end() { unsafe free(slots) }

        @inlinable
        subscript(index: Int) -> Entry {
            @inline(__always) get { unsafe slots[index & mask] }
            @inline(__always) nonmutating set { unsafe slots[index & mask] = newValue }
        }

        /// Where the entry of a hash stands, or where the way to it begins.
        @inlinable @inline(__always)
        func home(_ hash: UInt64) -> Int { Int(truncatingIfNeeded: hash >> 20) & mask }

        /// Puts an entry behind all others of its hash; answers in which slot.
        @inlinable
        mutating func put(_ entry: Entry) -> Int {
            var index = home(entry.hash)
            while !self[index].isFree { index = (index + 1) & mask }
            self[index] = entry
            count += 1
            return index
        }

        /// Frees a slot. Those behind move up as far as they may, so that no search ends too early.
        @inlinable
        mutating func remove(_ slot: Int) {
            var hole = slot & mask
            precondition(!self[hole].isFree, "nothing stands there")
            var index = (hole + 1) & mask
            while !self[index].isFree {
                if (index - home(self[index].hash)) & mask >= (index - hole) & mask {
                    self[hole] = self[index]
                    hole = index
                }
                index = (index + 1) & mask
            }
            unsafe UnsafeMutableRawPointer(slots + hole).initializeMemory(
                as: UInt8.self, repeating: 0, count: MemoryLayout<Entry>.stride)
            count -= 1
        }

        /// The entries, each behind all that stand before it on the way from its home.
        @inlinable
        func forEach(_ body: (Entry) -> Void) {
            // What goes round at the end comes last: a free slot is where no way goes on.
            var start = 0
            while !self[start].isFree { start += 1 }
            for step in 1...(mask + 1) where !self[start + step].isFree { body(self[start + step]) }
        }
    }

    @inlinable static var partCount: Int { 256 }
    @inlinable static var smallestPart: Int { 4 }
    @inlinable static var partShift: Int { 32 }

    @usableFromInline let parts: UnsafeMutablePointer<Part>
    @usableFromInline var entryCount = 0
    @usableFromInline var slotCount = Self.partCount * Self.smallestPart
    /// How many entries there are.
    @inlinable public var count: Int { entryCount }
    /// How many places there are.
    @inlinable public var placeCount: Int { slotCount }

    /// The memory of the entries and of the places that are free.
    public var bytes: Int { placeCount * MemoryLayout<Entry>.stride }

    /// An empty table.
    public init() {
        unsafe parts = .allocate(capacity: Self.partCount)
        for index in 0..<Self.partCount { unsafe (parts + index).initialize(to: Part(size: Self.smallestPart)) }
    }

    deinit {
        for index in 0..<Self.partCount { unsafe parts[index].end() }
        unsafe parts.deallocate()
    }

    @inlinable @inline(__always)
    func part(_ number: Int) -> Part { unsafe parts[number & 255] }

    @inlinable @inline(__always)
    func place(_ part: Int, _ slot: Int) -> Int { part << Self.partShift | slot }

    /// The entry at a place.
    @inlinable
    public subscript(place: Int) -> Entry {
        @inline(__always) get { part(place >> 32)[place & 0xFFFF_FFFF] }
        @inline(__always) set { part(place >> 32)[place & 0xFFFF_FFFF] = newValue }
    }

    // MARK: Looking up

    /// The place of the first entry of a hash for which `isIt` says so, or -1.
    @inlinable @inline(__always)
    public func find(_ hash: UInt64, where isIt: (Entry) -> Bool) -> Int {
        let number = Int(truncatingIfNeeded: hash >> 56)
        let part = part(number)
        var slot = part.home(hash)
        while true {
            let entry = part[slot]
            if entry.isFree { return -1 }
            if entry.hash == hash, isIt(entry) { return number << 32 | slot }
            slot = (slot &+ 1) & part.mask
        }
    }

    /// The entries of a hash with their places, in the order in which they were added.
    @inlinable
    public func forEach(of hash: UInt64, _ body: (_ entry: Entry, _ place: Int) -> Void) {
        let number = Int(truncatingIfNeeded: hash >> 56)
        let part = part(number)
        var slot = part.home(hash)
        while !part[slot].isFree {
            if part[slot].hash == hash { body(part[slot], place(number, slot)) }
            slot = (slot + 1) & part.mask
        }
    }

    /// Has the memory of a hash's home be near soon, without waiting for it.
    @inlinable @inline(__always)
    public func bringNear(_ hash: UInt64) {
        let part = part(Int(truncatingIfNeeded: hash >> 56))
        unsafe bring_near(part.slots + part.home(hash))
    }

    /// The first entry of a hash, or a free one where there is none: a look ahead of need.
    @inlinable @inline(__always)
    public func first(of hash: UInt64) -> Entry { self[place(of: hash, slot: slot(of: hash))] }

    /// The slot of its part where the first entry of a hash stands, that of a free place where there is none: for who
    /// looks ahead, and then looks again.
    @inlinable @inline(__always)
    public func slot(of hash: UInt64) -> UInt32 {
        let part = part(Int(truncatingIfNeeded: hash >> 56))
        var slot = part.home(hash)
        while true {
            let entry = part[slot]
            if entry.isFree || entry.hash == hash { return UInt32(truncatingIfNeeded: slot & part.mask) }
            slot = slot &+ 1
        }
    }

    /// The place of a slot of the part that a hash belongs to, as it is now.
    @inlinable @inline(__always)
    public func place(of hash: UInt64, slot: UInt32) -> Int {
        let number = Int(truncatingIfNeeded: hash >> 56)
        return number << 32 | Int(slot) & part(number).mask
    }

    // MARK: Adding and removing

    /// Adds an entry behind all others of its hash; answers its place.
    @inlinable @discardableResult
    public mutating func insert(_ entry: Entry) -> Int {
        let number = Int(truncatingIfNeeded: entry.hash >> 56)
        let size = part(number).mask + 1
        if (part(number).count + 1) * 4 > size * 3 { resize(number, to: size * 2) }
        entryCount += 1
        let slot = unsafe parts[number].put(entry)
        return place(number, slot)
    }

    /// Frees a place.
    @inlinable
    public mutating func remove(_ place: Int) {
        let number = place >> Self.partShift & (Self.partCount - 1)
        unsafe parts[number].remove(place & 0xFFFF_FFFF)
        entryCount -= 1
    }

    @inlinable @inline(never)
    mutating func resize(_ number: Int, to size: Int) {
        slotCount += size - 1 - part(number).mask
        replace(number, size: size) { $0 }
    }

    /// Puts what `change` makes of a part's entries into a part of another size.
    @inlinable
    mutating func replace(_ number: Int, size: Int, _ change: (Entry) -> Entry) {
        var new = Part(size: size)
        part(number).forEach { entry in
            let changed = change(entry)
            if !changed.isFree { _ = new.put(changed) }
        }
        entryCount += new.count - part(number).count
        part(number).end()
        unsafe parts[number] = new
    }

    // MARK: Going round

    /// The place behind another, for whoever goes round all of them; a part that is left with less than an eighth taken
    /// becomes half as large.
    @inlinable @inline(__always)
    public mutating func step(from place: Int) -> Int {
        let number = place >> Self.partShift & (Self.partCount - 1)
        let part = part(number)
        if place & 0xFFFF_FFFF < part.mask { return place + 1 }
        if part.mask >= Self.smallestPart, part.count * 8 < part.mask { resize(number, to: (part.mask + 1) / 2) }
        return self.place((number + 1) & (Self.partCount - 1), 0)
    }

    /// The place behind another of the same part; nil behind the part's last.
    @inlinable @inline(__always)
    public func peek(_ place: Int) -> Int? {
        place & 0xFFFF_FFFF < part(place >> Self.partShift).mask ? place &+ 1 : nil
    }

    /// How many entries from a place on, at most so many and all of one part, whoever goes round
    /// passes over: up to the first of which `isPassed` does not say so, and never the part's last.
    @inlinable @inline(__always)
    public func passed(from place: Int, most: Int, where isPassed: (Entry) -> Bool) -> Int {
        let part = part(place >> Self.partShift)
        let start = place & part.mask
        let limit = min(most, part.mask &- start)
        var count = 0
        while count < limit, isPassed(part[start &+ count]) { count &+= 1 }
        return count
    }

    /// Makes each part smaller of which less than an eighth is taken.
    @inlinable
    public mutating func shrink() {
        for number in 0..<Self.partCount {
            var size = part(number).mask + 1
            while size > Self.smallestPart, part(number).count * 8 < size { size /= 2 }
            if size <= part(number).mask { resize(number, to: size) }
        }
    }

    /// A place that there is, for one of a table that may have had others.
    @inlinable
    public func near(_ place: Int) -> Int {
        let number = place >> Self.partShift & (Self.partCount - 1)
        return self.place(number, place & 0xFFFF_FFFF & part(number).mask)
    }

    /// The first place from another on at which an entry stands; nil where none does.
    @inlinable
    public func occupied(from place: Int) -> Int? {
        var slot = place & 0xFFFF_FFFF
        for number in (place >> Self.partShift)..<Self.partCount {
            let part = part(number)
            while slot <= part.mask {
                if !part[slot].isFree { return self.place(number, slot) }
                slot += 1
            }
            slot = 0
        }
        return nil
    }

    /// All entries, each behind those of its hash that were added before.
    @inlinable
    public func forEach(_ body: (Entry) -> Void) {
        for number in 0..<Self.partCount { part(number).forEach(body) }
    }

    /// Makes each entry another of the same hash, or frees it.
    @inlinable
    public mutating func update(_ change: (Entry) -> Entry) {
        for number in 0..<Self.partCount { replace(number, size: part(number).mask + 1, change) }
    }
}

// Sendable: a table is plain memory with one owner, and moves between tasks as a whole.
extension ProbeTable: @unchecked Sendable {}
