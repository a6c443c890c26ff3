import Expressions
import Storage

/// Values in their order, of which the one at any place is found without a look at those before it.
///
/// Equal values stand together, as one entry with their number. Values that are equal and of
/// different types (1 and 1.0) are entries of their own, the int before the uint before the double.
/// Entries stand in chunks of the arena, each in order; a directory says where the chunks are and
/// how many values each has. So a value costs a search and a shift within one chunk, and a place is
/// found by the directory. Cost: for n different values about √n words moved for each that comes or
/// goes, and √n steps for a place: chunks become larger as their number grows. Memory: 24 bytes for
/// each different value, up to twice that after others went.
///
/// The directory's block: how many chunks there are (low half) and fit (high half), how many values there are in all;
/// then for each chunk its handle (low half), its entries (the next 16 bits) and how many of them fit (16 bits), and
/// behind it the number of its values. An entry: the value in two words, and how many times it is there.
struct OrderedValues {
    private static let header = 2
    private static let width = 3
    private static let smallest = 2

    let arena: Arena
    /// The number of the word that names the directory, which is zero where there are no values.
    let word: Int

    private var handle: UInt32 { UInt32(truncatingIfNeeded: arena[word]) }
    private var base: Int { Arena.word(handle) }
    private var chunkCount: Int { Int(arena[base] & 0xFFFF_FFFF) }

    /// How many values there are, equal ones counted each.
    var count: Int { arena[word] == 0 ? 0 : Int(arena[base + 1]) }

    /// Where a chunk's two words of the directory stand.
    private func place(_ chunk: Int) -> Int { base + OrderedValues.header + 2 * chunk }
    private func first(_ chunk: Int) -> Int { Arena.word(UInt32(truncatingIfNeeded: arena[place(chunk)])) }
    private func entries(_ chunk: Int) -> Int { Int(arena[place(chunk)] >> 32 & 0xFFFF) }
    private func room(_ chunk: Int) -> Int { Int(arena[place(chunk)] >> 48) }

    private func set(_ chunk: Int, handle: UInt32, entries: Int, room: Int) {
        arena[place(chunk)] = UInt64(handle) | UInt64(entries) << 32 | UInt64(room) << 48
    }

    /// How many entries a chunk has before it is parted.
    private var most: Int { chunkCount < 128 ? 32 : chunkCount < 1024 ? 128 : 512 }

    // MARK: Coming, going, asking

    /// Adds a value; answers the two words under which it goes again.
    func add(_ value: Value, _ form: StoredValue.Encoding) -> (UInt64, UInt64) {
        if arena[word] == 0 { make() }
        let number = form.hasBytes ? 0 : form.number
        let chunk = chunk(of: value, form.head, number)
        let index = index(of: value, form.head, number, in: chunk)
        arena[base + 1] += 1
        arena[place(chunk) + 1] += 1
        let entry = first(chunk) + index * OrderedValues.width
        if index < entries(chunk), order(value, form.head, number, entry) == 0 {
            arena[entry + 2] += 1
            return (arena[entry], arena[entry + 1])
        }
        let words = StoredValue.keep(form, in: arena)
        insert(words, at: index, in: chunk)
        if entries(chunk) >= most { part(chunk) }
        return words
    }

    /// Takes one of the values away that stands under these two words.
    func remove(_ head: UInt64, _ number: UInt64) {
        let value = StoredValue.kept(head, number, in: arena)
        let plain = StoredValue.hasBytes(head) ? 0 : number
        let chunk = chunk(of: value, head, plain)
        let index = index(of: value, head, plain, in: chunk)
        let entry = first(chunk) + index * OrderedValues.width
        precondition(
            index < entries(chunk) && arena[entry] == head && arena[entry + 1] == number, "every value is in its order")
        arena[base + 1] -= 1
        arena[place(chunk) + 1] -= 1
        if arena[entry + 2] > 1 {
            arena[entry + 2] -= 1
            return
        }
        StoredValue.release(at: entry, in: arena)
        shift(chunk, from: index + 1, by: -1)
        if entries(chunk) == 0 {
            drop(chunk)
        } else {
            tighten(chunk)
        }
    }

    /// The value at a place, counted from 1; equal values take a place each.
    func value(at place: Int) -> Value {
        var left = UInt64(place)
        var chunk = 0
        while left > arena[self.place(chunk) + 1] {
            left -= arena[self.place(chunk) + 1]
            chunk += 1
        }
        var entry = first(chunk)
        while left > arena[entry + 2] {
            left -= arena[entry + 2]
            entry += OrderedValues.width
        }
        return StoredValue.kept(at: entry, in: arena)
    }

    /// Goes through all values, equal ones each; none may come or go meanwhile.
    func forEach(_ body: (Value) -> Void) {
        guard arena[word] != 0 else { return }
        for chunk in 0..<chunkCount {
            for index in 0..<entries(chunk) {
                let entry = first(chunk) + index * OrderedValues.width
                for _ in 0..<arena[entry + 2] { body(StoredValue.kept(at: entry, in: arena)) }
            }
        }
    }

    /// Forgets all values and gives their memory back.
    func free() {
        guard arena[word] != 0 else { return }
        for chunk in 0..<chunkCount {
            for index in 0..<entries(chunk) {
                StoredValue.release(at: first(chunk) + index * OrderedValues.width, in: arena)
            }
            arena.free(UInt32(truncatingIfNeeded: arena[place(chunk)]), words: room(chunk) * OrderedValues.width)
        }
        arena.free(handle, words: OrderedValues.header + 2 * Int(arena[base] >> 32))
        arena[word] = 0
    }

    // MARK: Searching

    /// Negative, zero or positive, as a value stands before, at, or behind an entry.
    private func order(_ value: Value, _ head: UInt64, _ number: UInt64, _ entry: Int) -> Int {
        let held = arena[entry]
        if case .double(let one) = value, held == head {
            // The form that nearly all have.
            let other = Double(bitPattern: arena[entry + 1])
            if one != other { return one < other ? -1 : 1 }
        } else {
            let rank = value.rank(against: StoredValue.kept(at: entry, in: arena))
            if rank != 0 { return rank }
        }
        if held != head { return head < held ? -1 : 1 }
        if StoredValue.hasBytes(head) || arena[entry + 1] == number { return 0 }
        return number < arena[entry + 1] ? -1 : 1
    }

    /// The last chunk whose first entry is not behind the value, or the first chunk.
    private func chunk(of value: Value, _ head: UInt64, _ number: UInt64) -> Int {
        var low = 0
        var high = chunkCount
        while high - low > 1 {
            let middle = (low + high) / 2
            if order(value, head, number, first(middle)) < 0 { high = middle } else { low = middle }
        }
        return low
    }

    /// The place within a chunk of the first entry that is not before the value.
    private func index(of value: Value, _ head: UInt64, _ number: UInt64, in chunk: Int) -> Int {
        let start = first(chunk)
        var low = 0
        var high = entries(chunk)
        while low < high {
            let middle = (low + high) / 2
            if order(value, head, number, start + middle * OrderedValues.width) > 0 {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low
    }

    // MARK: Chunks

    private func make() {
        let directory = arena.allocate(OrderedValues.header + 2)
        arena[word] = UInt64(directory)
        arena[base] = 1 | 1 << 32
        let chunk = arena.allocate(OrderedValues.smallest * OrderedValues.width)
        set(0, handle: chunk, entries: 0, room: OrderedValues.smallest)
    }

    /// Makes room for an entry and writes it.
    private func insert(_ words: (UInt64, UInt64), at index: Int, in chunk: Int) {
        if entries(chunk) == room(chunk) { resize(chunk, room: 2 * room(chunk)) }
        shift(chunk, from: index, by: 1)
        let entry = first(chunk) + index * OrderedValues.width
        (arena[entry], arena[entry + 1], arena[entry + 2]) = (words.0, words.1, 1)
    }

    /// Moves the entries from one on a place up or down.
    private func shift(_ chunk: Int, from index: Int, by step: Int) {
        let start = first(chunk)
        let count = entries(chunk)
        let (low, high) = (start + index * OrderedValues.width, start + count * OrderedValues.width)
        if step > 0 {
            var word = high
            while word > low {
                word -= 1
                arena[word + OrderedValues.width] = arena[word]
            }
        } else {
            for word in low..<high { arena[word - OrderedValues.width] = arena[word] }
        }
        set(chunk, handle: UInt32(truncatingIfNeeded: arena[place(chunk)]), entries: count + step, room: room(chunk))
    }

    private func resize(_ chunk: Int, room: Int) {
        let old = UInt32(truncatingIfNeeded: arena[place(chunk)])
        let count = entries(chunk)
        let new = arena.allocate(room * OrderedValues.width)
        copy(from: Arena.word(old), to: Arena.word(new), entries: count)
        arena.free(old, words: self.room(chunk) * OrderedValues.width)
        set(chunk, handle: new, entries: count, room: room)
    }

    private func copy(from: Int, to: Int, entries: Int) {
        for word in 0..<entries * OrderedValues.width { arena[to + word] = arena[from + word] }
    }

    private func values(_ chunk: Int) -> UInt64 {
        let start = first(chunk)
        return (0..<entries(chunk)).reduce(0) { $0 + arena[start + $1 * OrderedValues.width + 2] }
    }

    /// Parts a chunk in two.
    private func part(_ chunk: Int) {
        if Int(arena[base] >> 32) == chunkCount { moveDirectory(room: 2 * chunkCount) }
        let count = entries(chunk)
        let (kept, moved) = (count / 2, count - count / 2)
        let new = arena.allocate(moved * OrderedValues.width)
        copy(from: first(chunk) + kept * OrderedValues.width, to: Arena.word(new), entries: moved)
        var place = self.place(chunkCount)
        while place > self.place(chunk + 1) {
            (arena[place], arena[place + 1]) = (arena[place - 2], arena[place - 1])
            place -= 2
        }
        arena[base] += 1
        set(chunk, handle: UInt32(truncatingIfNeeded: arena[self.place(chunk)]), entries: kept, room: room(chunk))
        set(chunk + 1, handle: new, entries: moved, room: moved)
        let behind = values(chunk + 1)
        arena[self.place(chunk) + 1] -= behind
        arena[self.place(chunk + 1) + 1] = behind
        resize(chunk, room: max(kept, OrderedValues.smallest))
    }

    private func moveDirectory(room: Int) {
        let (old, count) = (handle, chunkCount)
        let before = Int(arena[base] >> 32)
        let new = arena.allocate(OrderedValues.header + 2 * room)
        for index in 0..<OrderedValues.header + 2 * count {
            arena[Arena.word(new) + index] = arena[Arena.word(old) + index]
        }
        arena[Arena.word(new)] = UInt64(count) | UInt64(room) << 32
        arena.free(old, words: OrderedValues.header + 2 * before)
        arena[word] = UInt64(new)
    }

    /// Gives back a chunk without entries; with the last, the directory.
    private func drop(_ chunk: Int) {
        if chunkCount == 1 {
            free()
            return
        }
        arena.free(UInt32(truncatingIfNeeded: arena[place(chunk)]), words: room(chunk) * OrderedValues.width)
        for word in place(chunk)..<place(chunkCount - 1) { arena[word] = arena[word + 2] }
        arena[base] -= 1
        if chunkCount < Int(arena[base] >> 32) / 4 { moveDirectory(room: 2 * chunkCount) }
    }

    /// Has a chunk that has lost most of its entries join the next, where both are small, or else take less room.
    private func tighten(_ chunk: Int) {
        let count = entries(chunk)
        if count < most / 4, chunk + 1 < chunkCount, count + entries(chunk + 1) < most / 2 {
            let further = entries(chunk + 1)
            resize(chunk, room: count + further)
            copy(from: first(chunk + 1), to: first(chunk) + count * OrderedValues.width, entries: further)
            set(
                chunk, handle: UInt32(truncatingIfNeeded: arena[place(chunk)]), entries: count + further,
                room: count + further)
            arena[place(chunk) + 1] += arena[place(chunk + 1) + 1]
            drop(chunk + 1)
        } else if count < room(chunk) / 4 {
            resize(chunk, room: max(2 * count, OrderedValues.smallest))
        }
    }
}
