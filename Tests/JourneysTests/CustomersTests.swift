import Events
import Storage
import TestSupport
import Testing

@testable import Journeys

/// Customers in their table, held against a plain list, with hashes that many of them share.
@Suite struct CustomersTests {
    private struct Known {
        let id: [UInt8]
        let hash: UInt64
    }

    /// Ids of one length, so that only their bytes tell them apart, and few homes.
    private static func known(_ number: UInt64) -> Known {
        Known(
            id: Array("customer-\(100_000 + number)".utf8),
            hash: (number % 3) << 56 | (number % 40) << 20 | number % 2)
    }

    private static func find(_ known: Known, _ customers: borrowing Customers, slot: UInt32?) -> UInt32? {
        View.of(known.id) { id in
            guard let slot else { return customers.find(id, hash: known.hash)?.row }
            return customers.find(id, hash: known.hash, slot: slot)?.row
        }
    }

    /// Wherever whoever looked ahead says that a customer stands, right or wrong, now or before others came and went.
    @Test(arguments: 0..<8) func aCustomerIsFoundWhateverSlotIsSaid(seed: Int) {
        var dice = SeededNumbers(seed: UInt64(seed) + 7)
        let memory = ArenaMemory()
        var customers = Customers(arena: memory.arena, kinds: 3)
        var rows: [UInt64: UInt32] = [:]
        var slots: [UInt64: UInt32] = [:]
        for step in 0..<3_000 {
            let number = UInt64(dice.below(seed % 2 == 0 ? 60 : 600))
            let known = Self.known(number)
            if dice.below(3) == 0 { slots[number] = customers.bringRowNear(known.hash) }
            switch dice.below(step / 500 % 2 == 0 ? 5 : 9) {
            case 0, 1:
                let location = View.of(known.id) { customers.obtain($0, hash: known.hash, rest: .distantFuture) }
                #expect(rows[number] == nil || rows[number] == location.row)
                rows[number] = location.row
            case 2 where rows[number] != nil:
                if let location = View.of(known.id, { customers.find($0, hash: known.hash) }) {
                    customers.remove(location)
                }
                rows[number] = nil
            default: break
            }
            let slot = dice.below(4) == 0 ? UInt32(truncatingIfNeeded: dice.next()) : slots[number] ?? 0
            #expect(Self.find(known, customers, slot: slot) == rows[number])
            #expect(Self.find(known, customers, slot: nil) == rows[number])
            // A look ahead sees some customer of that hash, or none.
            let bitmap = customers.bitmap(known.hash, slot: slot)
            let own = rows.filter { Self.known($0.key).hash == known.hash }.map { customers.bitmap(ofRow: $0.value) }
            #expect(bitmap == 0 || own.contains(bitmap))
        }
        #expect(customers.count == rows.count)
    }

    /// What was just found is found again at the first look, even where others of its hash stand before it.
    @Test func theSlotLeadsToTheFirstOfItsHash() {
        let memory = ArenaMemory()
        var customers = Customers(arena: memory.arena, kinds: 3)
        let all = (0..<200).map { Self.known($0) }
        for known in all { _ = View.of(known.id) { customers.obtain($0, hash: known.hash, rest: .distantFuture) } }
        for known in all {
            let slot = customers.bringRowNear(known.hash)
            let row = all.first { $0.hash == known.hash }.flatMap { Self.find($0, customers, slot: nil) } ?? 0
            #expect(customers.bitmap(ofRow: row) == customers.bitmap(known.hash, slot: slot))
        }
        #expect(customers.bitmap(7 << 56, slot: customers.bringRowNear(7 << 56)) == 0)
    }
}
