import Events
import Storage

/// The key states of one customer and moment by the value of `by`: an open-addressing table in one block.
///
/// Words: 0 how many there are (low half) and the table's size (high half), a power of two; then two words an entry:
/// the hash of the value, and the key state's handle, 0 where the entry is free. Never more than three quarters full.
struct KeyStateTable {
    let arena: Arena

    private func size(_ table: UInt32) -> Int { Int(arena[Arena.word(table)] >> 32) }
    func count(_ table: UInt32) -> Int { Int(arena[Arena.word(table)] & 0xFFFF_FFFF) }
    private func entry(_ index: Int, _ table: UInt32) -> Int { Arena.word(table) + 1 + 2 * index }

    func make(size: Int = 2) -> UInt32 {
        let table = arena.allocate(1 + 2 * size)
        arena[Arena.word(table)] = UInt64(size) << 32
        return table
    }

    func free(_ table: UInt32) { arena.free(table, words: 1 + 2 * size(table)) }

    /// The key state for a value, 0 for none.
    func find(_ key: StoredValue.Encoding, hash: UInt64, in table: UInt32) -> UInt32 {
        let mask = size(table) - 1
        var index = Int(truncatingIfNeeded: hash) & mask
        while true {
            let place = entry(index, table)
            let handle = UInt32(truncatingIfNeeded: arena[place + 1])
            if handle == 0 { return 0 }
            if arena[place] == hash, KeyState(arena: arena, handle: handle).isFor(key) { return handle }
            index = (index + 1) & mask
        }
    }

    /// Whether the key state is in the table.
    func holds(_ keyState: UInt32, hash: UInt64, in table: UInt32) -> Bool {
        place(of: keyState, hash: hash, in: table) != nil
    }

    private func place(of keyState: UInt32, hash: UInt64, in table: UInt32) -> Int? {
        let mask = size(table) - 1
        var index = Int(truncatingIfNeeded: hash) & mask
        while arena[entry(index, table) + 1] != 0 {
            if arena[entry(index, table) + 1] == UInt64(keyState) { return index }
            index = (index + 1) & mask
        }
        return nil
    }

    /// Whether the table takes no further key state.
    func isFull(_ table: UInt32) -> Bool { (count(table) + 1) * 4 > size(table) * 3 }
    func isOverHalfFull(_ table: UInt32) -> Bool { (count(table) + 1) * 2 > size(table) }

    /// Puts a table twice as large in the place of one.
    func widened(_ table: UInt32) -> UInt32 {
        let wider = make(size: size(table) * 2)
        for index in 0..<size(table) where arena[entry(index, table) + 1] != 0 {
            insert(arena[entry(index, table)], arena[entry(index, table) + 1], wider)
        }
        free(table)
        return wider
    }

    /// Adds a key state to a table that is not full.
    func add(_ keyState: UInt32, hash: UInt64, to table: UInt32) { insert(hash, UInt64(keyState), table) }

    private func insert(_ hash: UInt64, _ keyState: UInt64, _ table: UInt32) {
        let mask = size(table) - 1
        var index = Int(truncatingIfNeeded: hash) & mask
        while arena[entry(index, table) + 1] != 0 { index = (index + 1) & mask }
        arena[entry(index, table)] = hash
        arena[entry(index, table) + 1] = keyState
        arena[Arena.word(table)] += 1
    }

    func remove(_ keyState: UInt32, hash: UInt64, from table: UInt32) {
        guard var hole = place(of: keyState, hash: hash, in: table) else { return }
        let mask = size(table) - 1
        var index = (hole + 1) & mask
        while arena[entry(index, table) + 1] != 0 {
            let home = Int(truncatingIfNeeded: arena[entry(index, table)]) & mask
            if (index - home) & mask >= (index - hole) & mask {
                arena[entry(hole, table)] = arena[entry(index, table)]
                arena[entry(hole, table) + 1] = arena[entry(index, table) + 1]
                hole = index
            }
            index = (index + 1) & mask
        }
        arena[entry(hole, table) + 1] = 0
        arena[Arena.word(table)] -= 1
    }

    /// The key states, in no order that means anything.
    func all(_ table: UInt32) -> [UInt32] {
        (0..<size(table)).compactMap {
            let handle = UInt32(truncatingIfNeeded: arena[entry($0, table) + 1])
            return handle == 0 ? nil : handle
        }
    }
}
