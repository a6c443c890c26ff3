import Storage

/// Picks, of the sources of properties that say something for a slot, the last one. Owned by one scanner.
struct SlotPicker: ~Copyable {
    /// By slot: the rank of the source that has it; -2 where nothing does.
    private var ranks: Column<Int32>
    /// By slot: what it says, null where it only keeps earlier ones from saying something.
    private var values: Column<Capture>
    private var found = Column<SlotNumber>(capacity: 16)

    init(slots: Int) {
        ranks = Column<Int32>(repeating: -2, count: slots)
        values = Column<Capture>(repeating: Capture(), count: slots)
    }

    /// How many slots are spoken for.
    var count: Int { found.count }

    /// A slot that is, and what it comes to.
    subscript(place: Int) -> (slot: SlotNumber, value: Capture?) {
        let slot = found[place]
        return (slot, ranks[slot] >= 0 || values[slot].stamp != 0 ? values[slot] : nil)
    }

    mutating func take(_ use: MappingProgram.Use, _ capture: Capture) {
        let rank = Int32(use.properties)
        if ranks[use.slot] == -2 {
            found.append(use.slot)
            values[use.slot] = Capture()
        } else if ranks[use.slot] > rank {
            return
        }
        if ranks[use.slot] < rank || use.isValue { values[use.slot] = use.isValue ? capture : Capture() }
        ranks[use.slot] = rank
    }

    /// Forgets the element.
    mutating func clear() {
        for place in 0..<found.count { ranks[found[place]] = -2 }
        found.truncate(to: 0)
    }
}
