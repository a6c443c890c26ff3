import Glibc
import TestSupport
import Testing

@testable import Storage

/// Memory in large pieces. Where the sanitizer looks on, the allocator has them all.
@Suite(.enabled(if: BlockMemory.least < BlockMemory.most)) struct BlockMemoryTests {
    /// A piece that a test holds, and what it wrote at its ends.
    @safe
    private struct Held {
        private let memory: UnsafeMutableRawPointer
        private let byteCount: Int
        let stamp: UInt64
        private let giver: BlockMemory

        /// One that is written to, unless `stamp` is 0.
        init(_ byteCount: Int, of giver: BlockMemory = .shared, stamp: UInt64) {
            unsafe memory = giver.take(byteCount)
            (self.byteCount, self.stamp, self.giver) = (byteCount, stamp, giver)
            if stamp == 0 { return }
            unsafe memory.storeBytes(of: stamp, as: UInt64.self)
            unsafe last.storeBytes(of: ~stamp, as: UInt64.self)
        }

        private var last: UnsafeMutableRawPointer { unsafe memory + BlockMemory.room(for: byteCount) - 8 }
        var address: UInt { unsafe UInt(bitPattern: memory) }
        var first: UInt64 { unsafe memory.load(as: UInt64.self) }
        var isWhole: Bool { unsafe first == stamp && last.load(as: UInt64.self) == ~stamp }

        /// Whether the addresses of the piece are anybody's, from end to end.
        var isMapped: Bool {
            let byteCount = BlockMemory.room(for: byteCount)
            var pages = [UInt8](repeating: 0, count: byteCount / 4096)
            return unsafe mincore(memory, byteCount, &pages) == 0
        }

        func end() { unsafe giver.give(memory, byteCount) }
    }

    @Test func sizesAreFewAndHoldWhatIsAskedFor() {
        var dice = SeededNumbers(seed: 5)
        var rooms: Set<Int> = []
        for _ in 0..<2_000 {
            let asked = BlockMemory.least + Int(dice.below(UInt64(BlockMemory.most - BlockMemory.least + 1)))
            let room = BlockMemory.room(for: asked)
            #expect(room >= asked && 4 * room < 5 * asked && room % 4096 == 0)
            #expect(BlockMemory.room(for: room) == room)
            rooms.insert(room)
        }
        #expect(rooms.count <= 37)
        // Whole blocks of files are pieces to the last byte.
        #expect(BlockMemory.room(for: 256 << 10) == 256 << 10 && BlockMemory.room(for: 1 << 20) == 1 << 20)
        #expect(BlockMemory.room(for: BlockMemory.least) == BlockMemory.least)
        #expect(BlockMemory.room(for: BlockMemory.most) == BlockMemory.most)
        #expect(BlockMemory.room(for: 1 << 20 + 1) == 5 << 18 && BlockMemory.room(for: 100 << 20 - 5) == 100 << 20)
    }

    /// Whoever holds pieces, of whatever sizes, finds in them what it wrote, while others take and give theirs.
    @Test func nobodyElseWritesToAPiece() async {
        let areWhole = await withTaskGroup(of: Bool.self) { group in
            for seed in 0..<4 {
                group.addTask {
                    var dice = SeededNumbers(seed: UInt64(seed))
                    var held: [Held] = []
                    var isWhole = true
                    for _ in 0..<4_000 {
                        if held.count < 12, dice.isTrue(1, of: 2) {
                            let most: UInt64 = dice.isTrue(1, of: 20) ? 18 << 20 : 2 << 20
                            held.append(Held(BlockMemory.least + Int(dice.below(most)), stamp: dice.next()))
                        } else if !held.isEmpty {
                            let one = held.remove(at: Int(dice.below(UInt64(held.count))))
                            isWhole = isWhole && one.isWhole
                            one.end()
                        }
                    }
                    for one in held {
                        isWhole = isWhole && one.isWhole
                        one.end()
                    }
                    return isWhole
                }
            }
            return await group.reduce(true) { $0 && $1 }
        }
        #expect(areWhole)
    }

    /// The next gets what was given back last; much that lies unused goes to the system.
    @Test(arguments: [false, true]) func piecesAreUsedAgain(inSmallPages: Bool) {
        let giver = BlockMemory()
        let first = Held(40_000, of: giver, stamp: 3)
        if inSmallPages { giver.useSmallPages() }
        let one = Held(15 << 20, of: giver, stamp: 7)
        one.end()
        let again = Held(16 << 20, of: giver, stamp: 0)
        #expect(again.address == one.address && again.address % 4096 == 0)
        again.end()

        let all = (1...4).map { Held(16 << 20, of: giver, stamp: $0) }
        for each in all { each.end() }
        let taken = (1...4).map { _ in Held(16 << 20, of: giver, stamp: 0) }
        #expect(taken.map { $0.first != 0 } == [true, true, false, false])
        for each in taken { each.end() }
        #expect(first.isWhole)
        first.end()
    }

    /// Where little may lie unused, or nothing any more, the rest of what was taken has no addresses left, and what is
    /// in use is as it was.
    @Test(arguments: [false, true]) func whatLiesUnusedIsGivenBack(all: Bool) {
        let giver = BlockMemory()
        // Of stretches that are cut, with rests, and of sizes that come alone.
        let byteCounts = [40_000, 300_000, 1_500_000, 900_000, 3 << 20, 33_000, 16 << 20, 1 << 20]
        let kept = byteCounts.map { Held($0, of: giver, stamp: UInt64($0)) }
        let unused = byteCounts.map { Held($0, of: giver, stamp: UInt64($0)) }
        if !all { giver.limit(to: 64 << 20) }
        for one in unused { one.end() }
        if all { giver.giveBackUnused() }
        let stay = unused.filter(\.isMapped)
        let byteCount = stay.reduce(0) { $0 + BlockMemory.room(for: Int($1.stamp)) }
        #expect(byteCount >= (all ? 0 : 1 << 20) && byteCount <= (all ? 0 : 2 << 20))
        #expect(kept.filter(\.isMapped).filter(\.isWhole).count == kept.count)
        // And it goes on from there.
        let more = byteCounts.map { Held($0, of: giver, stamp: UInt64($0) + 1) }
        #expect((kept + more).filter(\.isWhole).count == 2 * byteCounts.count)
        #expect(Set((kept + more).map(\.address)).count == 2 * byteCounts.count)
        for one in kept + more { one.end() }
    }

    /// What the system refuses is asked for again once nothing lies unused any more.
    @Test func whatIsRefusedIsAskedForAgain() {
        let giver = BlockMemory()
        let unused = Held(3 << 20, of: giver, stamp: 1)
        unused.end()
        var wasMapped: [Bool] = []
        let given = OutOfMemory.memory(1, for: "nothing", beside: giver) { () -> Int? in
            wasMapped.append(unused.isMapped)
            return wasMapped.count == 2 ? 7 : nil
        }
        #expect(given == 7)
        #expect(wasMapped == [true, false])
    }

    /// Blocks and columns grow from the allocator's memory through all sizes of pieces.
    @Test func growingChangesNothing() {
        var dice = SeededNumbers(seed: 9)
        let block = ByteBlock(capacity: 64)
        var column = Column<UInt64>()
        var all: [UInt64] = []
        while all.count < 400_000 {
            all.append(dice.next())
            block.append(word: all[all.count - 1])
            column.append(all[all.count - 1])
        }
        #expect(block.count == all.count * 8 && block.capacity >= block.count && column.count == all.count)
        #expect(all.indices.allSatisfy { block.bytes.word(at: $0 * 8) == all[$0] && column[$0] == all[$0] })
        #expect(block.padded.word(at: block.count) == 0)
    }
}
