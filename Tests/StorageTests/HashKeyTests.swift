import Testing

@testable import Storage

@Suite struct HashKeyTests {
    /// Ids of 16 bytes that have one fixed hash: the second eight undo what the first have done.
    private static func crafted(_ count: Int) -> [[UInt8]] {
        func bytes(_ word: UInt64) -> [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) } }
        return (0..<UInt64(count)).map { number in
            bytes(number) + bytes(Hash64.mix(Hash64.first ^ number, Hash64.second) ^ 0x5A5A_5A5A_5A5A_5A5A)
        }
    }

    @Test func whatHasOneFixedHashHasManyWithAKey() {
        let ids = HashKeyTests.crafted(2000)
        #expect(Set(ids.map { View.of($0) { Hash64.of($0) } }).count == 1)
        for key in [HashKey.process, HashKey(1, 3), HashKey(0xFEDC_BA98_7654_3210, 0x0123_4567_89AB_CDEF)] {
            let hashes = ids.map { View.of($0) { key.hash($0) } }
            #expect(Set(hashes).count == ids.count)
            // A table's part, a place in it and a shard are all chosen by some of the bits.
            for bits in [hashes.map { $0 >> 56 }, hashes.map { $0 >> 20 & 0xFF }, hashes.map { $0 % 251 }] {
                let most = Dictionary(bits.map { ($0, 1) }, uniquingKeysWith: +).values.max() ?? 0
                #expect(most < 40)
            }
        }
    }

    /// So it spreads as well.
    @Test func theFixedWordsAsAKeyAreTheFixedHash() {
        let fixed = HashKey(Hash64.first, Hash64.second)
        for count in 0...40 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ count) }
            for seed in [0, 7, UInt64.max] {
                View.of(bytes) { #expect(fixed.hash($0, seed: seed) == Hash64.of($0, seed: seed)) }
                #expect(fixed.hash(UInt64(count), seed: seed) == Hash64.of(UInt64(count), seed: seed))
            }
        }
    }

    @Test func anArenaHasTheProcesssKeyUntilItIsGivenAnother() throws {
        let memory = ArenaMemory()
        #expect(memory.arena.hashKey == .process)
        memory.arena.hashKey = HashKey(3, 5)
        #expect(memory.arena.hashKey.words == (3, 5))
    }
}
