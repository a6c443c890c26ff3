import TestSupport
import Testing

@testable import Storage

/// Entries by hash, held against a plain row of them.
struct ProbeTableTests {
    struct Entry: TableEntry, Equatable {
        var hash: UInt64 = 0
        var value: UInt32 = 0

        var isFree: Bool { value == 0 }
    }

    /// Hashes that meet: few parts, few homes, and several entries of one hash.
    private static func hash(_ dice: inout SeededNumbers, homes: UInt64) -> UInt64 {
        let part = dice.below(UInt64(3)) * 127
        // Homes at a part's end have what stands behind them go round.
        let home = UInt64(0) &- 2 &+ dice.below(homes)
        return part << 56 | home << 20 & 0xFFFF_FFFF_FFFF | dice.below(2)
    }

    @Test(arguments: 0..<12) func agreesWithARowOfEntries(seed: Int) {
        var dice = SeededNumbers(seed: UInt64(seed))
        var table = ProbeTable<Entry>()
        var row: [Entry] = []
        var next: UInt32 = 1
        for step in 0..<4_000 {
            let grows = dice.below(100) < (step / 1_000 % 2 == 0 ? 70 : 30)
            if grows || row.isEmpty {
                let entry = Entry(hash: Self.hash(&dice, homes: seed < 6 ? 5 : 4_000), value: next)
                next += 1
                row.append(entry)
                #expect(table[table.insert(entry)] == entry)
            } else {
                let gone = row.remove(at: Int(dice.below(UInt64(row.count))))
                let place = table.find(gone.hash) { $0.value == gone.value }
                #expect(table[place] == gone)
                table.remove(place)
            }
            if step % 16 > 0 { continue }
            let asked = row.isEmpty ? 7 : row[Int(dice.below(UInt64(row.count)))].hash
            var found: [Entry] = []
            table.forEach(of: asked) { entry, place in
                #expect(table[place] == entry)
                found.append(entry)
            }
            #expect(found == row.filter { $0.hash == asked })
            #expect(table.find(asked) { _ in false } == -1)
            let first = table[table.place(of: asked, slot: table.slot(of: asked))]
            #expect(first.isFree ? found.isEmpty : first == found.first)
            let other = table[table.place(of: asked, slot: .max)]
            #expect(other.isFree || row.contains(other))
        }
        #expect(table.count == row.count)
        var all: [UInt32] = []
        table.forEach { all.append($0.value) }
        #expect(all.sorted() == row.map(\.value).sorted())
    }

    @Test func whoGoesRoundMeetsEveryEntryAndLeavesNoMoreRoomThanNeeded() {
        var table = ProbeTable<Entry>()
        #expect(table.placeCount == 1_024)
        for number in 1...100_000 {
            table.insert(Entry(hash: Hash64.of("c\(number)"), value: UInt32(number)))
        }
        let crowded = table.placeCount
        #expect(crowded * 3 >= 100_000 * 4 && crowded <= 100_000 * 4)
        var place = 0
        var met = 0
        repeat {
            if !table[place].isFree { met += 1 }
            place = table.step(from: place)
        } while place != 0
        #expect(met == 100_000)
        #expect(table.placeCount == crowded)
        while let occupied = table.occupied(from: place), table.count > 100 {
            table.remove(occupied)
            place = occupied
        }
        place = 0
        for _ in 0..<20 { repeat { place = table.step(from: place) } while place != 0 }
        // The last hundred are in one part or two.
        #expect(table.placeCount < 2_048)
        #expect(table.count == 100)
    }

    @Test(arguments: [1, 7, 1000]) func whoPassesOverManyAtOnceLeavesOutNone(most: Int) {
        var table = ProbeTable<Entry>()
        for number in 1...20_000 { table.insert(Entry(hash: Hash64.of("c\(number)"), value: UInt32(number))) }
        var place = 0
        var met: [UInt32] = []
        var places = 0
        repeat {
            let passed = table.passed(from: place, most: most) { $0.isFree || $0.value % 5 != 0 }
            #expect(passed <= most)
            for step in 0..<passed where table[place + step].value % 5 == 0 { #expect(table[place + step].isFree) }
            place += passed
            places += passed + 1
            if table[place].value % 5 == 0, !table[place].isFree { met.append(table[place].value) }
            place = table.step(from: place)
        } while place != 0
        #expect(met.sorted() == stride(from: 5, through: 20_000, by: 5).map(UInt32.init))
        #expect(places == table.placeCount)
    }

    @Test func entriesAreChangedAndFreedAtOnce() {
        var table = ProbeTable<Entry>()
        for number in 1...5_000 { table.insert(Entry(hash: UInt64(number % 40) << 20, value: UInt32(number))) }
        table.update { entry in Entry(hash: entry.hash, value: entry.value % 3 == 0 ? 0 : entry.value + 10_000) }
        #expect(table.count == 5_000 - 1_666)
        var values: [UInt32] = []
        table.forEach(of: 7 << 20) { entry, _ in values.append(entry.value) }
        var kept: [UInt32] = []
        for number: UInt32 in 1...5_000 where number % 40 == 7 && number % 3 != 0 { kept.append(number + 10_000) }
        #expect(values == kept)
    }

    @Test func anImageKeepsTheOrderOfOneHash() throws {
        var table = ProbeTable<Entry>()
        // The homes of the last are at the ends of their parts.
        for number in 1...2_000 {
            table.insert(
                Entry(hash: number % 2 == 0 ? 0xFFFF_FFFF_FFF0_0000 : UInt64(number) << 20, value: UInt32(number)))
        }
        let image = StateImage()
        table.add(to: image)
        let copy = try ProbeTable<Entry>(from: StateReader(image.copied()))
        #expect(copy.count == 2_000)
        var values: [UInt32] = []
        copy.forEach(of: 0xFFFF_FFFF_FFF0_0000) { entry, _ in values.append(entry.value) }
        #expect(values == (1...1_000).map { UInt32($0 * 2) })
        #expect(copy.near(5 << 32 | 1 << 20) == 5 << 32)
    }
}

extension ProbeTableTests {
    @Test func anImageMayHaveFreePlaces() throws {
        var entries = Column<Entry>()
        for number in 0..<UInt64(64) {
            entries.append(number % 3 == 0 ? Entry() : Entry(hash: number << 20, value: UInt32(number)))
        }
        let image = StateImage()
        image.put(entries)
        let table = try ProbeTable<Entry>(from: StateReader(image.copied()))
        #expect(table.count == 42)
        #expect(table[table.find(5 << 20) { _ in true }] == Entry(hash: 5 << 20, value: 5))
        #expect(table.find(6 << 20) { _ in true } == -1)
    }
}
