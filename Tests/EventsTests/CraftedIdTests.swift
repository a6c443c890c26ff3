import Storage
import Testing

@testable import Events

/// Customers' ids that somebody chose so that they have one fixed hash.
@Suite struct CraftedIdTests {
    /// Such ids of 16 characters that JSON can say as they are.
    private static let ids: [String] = {
        let (first, second): (UInt64, UInt64) = (0x9E37_79B9_7F4A_7C15, 0xD6E8_FEB8_6659_FD93)
        var ids: [String] = []
        var number = 0
        while ids.count < 64 {
            let digits = String(10_000_000 + number)
            number += 1
            let word = digits.utf8.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            let end = Hash64.mix(first ^ word, second) ^ 0x1F4B_0A63_7D25_5C11
            let bytes = (0..<8).map { UInt8(truncatingIfNeeded: end >> ($0 * 8)) }
            if bytes.allSatisfy({ $0 >= 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x5C }) {
                ids.append(digits + String(decoding: bytes, as: UTF8.self))
            }
        }
        return ids
    }()

    @Test func theyAreSpreadOverTablesAndShards() {
        #expect(Set(CraftedIdTests.ids.map { Hash64.of($0) }).count == 1)
        let events = batch(CraftedIdTests.ids.map { line(0, id: "e", customer: $0) })
        #expect(Set((0..<events.count).map { events.customerHash($0) }).count == CraftedIdTests.ids.count)
        var sequencer = Sequencer(InputSettings(), shards: 8)
        sequencer.take(InputBatch(events, isLive: false))
        let ordered = sequencer.next()
        let sizes = (0..<8).map { ordered?.rows(ofShard: $0).count ?? 0 }
        #expect(sizes.reduce(0, +) == 64 && sizes.max() ?? 64 < 32)
    }
}
