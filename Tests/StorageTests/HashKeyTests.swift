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

    /// Of many bytes each bit counts, each word's place, and how many there are.
    @Test func whatIsHashedInFourRowsIsTheSameOnlyWhereAllBytesAre() {
        var met: Set<UInt64> = []
        var count = 0
        func meet(_ bytes: [UInt8], seed: UInt64 = 0) {
            count += 1
            met.insert(View.of(bytes) { Hash64.ofMany($0, seed: seed) })
        }
        for length in [0, 1, 7, 31, 32, 33, 63, 64, 100, 257] {
            let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 41 &+ length) }
            meet(bytes)
            meet(bytes, seed: 1)
            meet(bytes, seed: .max)
            for place in 0..<length * 8 {
                var other = bytes
                other[place / 8] ^= 1 << UInt8(place % 8)
                meet(other)
            }
            for (one, another) in [(0, 8), (0, 32), (8, 24), (16, 56)] where another + 8 <= length {
                var other = bytes
                for index in 0..<8 { other.swapAt(one + index, another + index) }
                meet(other)
            }
        }
        for length in 1...300 { meet([UInt8](repeating: 0, count: length)) }
        // Nothing but zeros was among them once, of length 1 where its one bit was turned.
        #expect(met.count >= count - 1 && count > 4_000)
    }

    @Test func anArenaHasTheProcesssKeyUntilItIsGivenAnother() throws {
        let memory = ArenaMemory()
        #expect(memory.arena.hashKey == .process)
        memory.arena.hashKey = HashKey(3, 5)
        #expect(memory.arena.hashKey.words == (3, 5))
    }
}
