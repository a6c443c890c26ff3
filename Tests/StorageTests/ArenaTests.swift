import Synchronization
import TestSupport
import Testing

@testable import Storage

/// Blocks of words, held against a plain dictionary of arrays.
@Suite struct ArenaTests {
    /// A block as it should be.
    private struct Block {
        let handle: UInt32
        let asked: Int
        var words: [UInt64]
    }

    private static func size(_ dice: inout SeededNumbers, most: UInt64) -> Int {
        dice.below(40) == 0 ? Int(dice.below(most)) + 1 : Int(dice.below(60)) + 1
    }

    private static func fill(_ block: inout Block, _ arena: Arena, _ dice: inout SeededNumbers) {
        for index in 0..<min(block.asked, 24) {
            block.words[index] = dice.next()
            arena[Arena.word(block.handle) + index] = block.words[index]
        }
    }

    private func check(_ block: Block, _ arena: Arena) {
        let words = arena.words(at: Arena.word(block.handle), count: block.asked)
        #expect(words.count == block.asked && block.words.indices.allSatisfy { words[$0] == block.words[$0] })
    }

    /// Takes and frees blocks; answers those that are there at the end.
    private func play(_ arena: Arena, _ dice: inout SeededNumbers, steps: Int) -> [Block] {
        var blocks: [Block] = []
        for _ in 0..<steps {
            if blocks.isEmpty || dice.below(100) < 60 {
                let asked = Self.size(&dice, most: 3_000)
                let handle = arena.allocate(asked)
                #expect(handle != 0 && Arena.capacity(asked) >= asked)
                var block = Block(handle: handle, asked: asked, words: Array(repeating: 0, count: asked))
                check(block, arena)
                Self.fill(&block, arena, &dice)
                blocks.append(block)
            } else {
                let block = blocks.remove(at: Int(dice.below(UInt64(blocks.count))))
                check(block, arena)
                arena.free(block.handle, words: block.asked)
            }
        }
        return blocks
    }

    /// Of seeds, some are played where addresses are limited, or there are few.
    private func space(_ seed: Int) -> ArenaSpace { ArenaSpace(stretch: [1 << 16, 0, 3][seed % 3]) }

    @Test(arguments: 0..<8) func keepsEveryBlockApartAndHandsItOutZeroed(seed: Int) {
        var dice = SeededNumbers(seed: UInt64(seed))
        let memory = ArenaMemory(in: space(seed))
        let blocks = play(memory.arena, &dice, steps: 1_500)
        for block in blocks { check(block, memory.arena) }
        #expect(memory.arena.wordsInUse == blocks.map { Arena.capacity($0.asked) }.reduce(0, +))
        for block in blocks { memory.arena.free(block.handle, words: block.asked) }
        #expect(memory.arena.wordsInUse == 0)
    }

    @Test(arguments: 0..<4) func isTheSameBehindItsImage(seed: Int) throws {
        var dice = SeededNumbers(seed: UInt64(seed) + 100)
        let memory = ArenaMemory(in: space(seed))
        let blocks = play(memory.arena, &dice, steps: 800)
        let image = StateImage()
        memory.arena.add(to: image)
        let other = ArenaMemory(in: space(seed / 2))
        let reader = StateReader(image.copied())
        try other.arena.restore(from: reader)
        #expect(reader.left == 0 && other.arena.wordsInUse == memory.arena.wordsInUse)
        for block in blocks { check(block, other.arena) }
        // What is freed and taken from then on must not meet what is there.
        let more = play(other.arena, &dice, steps: 400)
        for block in blocks + more { check(block, other.arena) }
    }

    /// Blocks of one arena are freed by another of its space, which has them for its own use from then on.
    @Test(arguments: 0..<4) func blocksGoFromArenaToArena(seed: Int) throws {
        var dice = SeededNumbers(seed: UInt64(seed) + 200)
        let space = space(seed)
        let one = ArenaMemory(in: space)
        let other = ArenaMemory(in: space)
        let blocks = play(one.arena, &dice, steps: 500)
        var kept = play(other.arena, &dice, steps: 500)
        for block in blocks { check(block, other.arena) }
        for (index, block) in blocks.enumerated() {
            if index % 3 == 0 { other.arena.free(block.handle, words: block.asked) } else { kept.append(block) }
        }
        kept += play(other.arena, &dice, steps: 500) + play(one.arena, &dice, steps: 500)
        for block in kept { check(block, one.arena) }
        let words = kept.map { Arena.capacity($0.asked) }.reduce(0, +)
        #expect(one.arena.wordsInUse + other.arena.wordsInUse == words)
        one.arena.tally = 7
        let images = [one.arena, other.arena].map { arena in
            let image = StateImage()
            arena.add(to: image)
            return image
        }
        let copied = images.map { $0.copied() }
        let again = self.space(seed / 2)
        let first = ArenaMemory(in: again)
        let second = ArenaMemory(in: again)
        // In any order: what lies in another's chunks is there once both are.
        try second.arena.restore(from: StateReader(copied[1]))
        try first.arena.restore(from: StateReader(copied[0]))
        for block in kept { check(block, first.arena) }
        #expect(first.arena.tally == 7 && second.arena.tally == 0)
        for block in kept + play(first.arena, &dice, steps: 300) + play(second.arena, &dice, steps: 300) {
            check(block, second.arena)
        }
    }

    private final class Play: Sendable {
        let isOver = Atomic(false)
    }

    /// Memory that is made ready meanwhile, by another thread, is zeroed and belongs to whoever asked for it.
    @Test(arguments: 0..<3) func memoryIsMadeReadyWhileBlocksAreTaken(seed: Int) async {
        let space = space(seed)
        let play = Play()
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                while !play.isOver.load(ordering: .relaxed) {
                    _ = space.makeReady()
                    await Task.yield()
                }
            }
            await withTaskGroup(of: Void.self) { players in
                for player in 0..<2 {
                    players.addTask {
                        var dice = SeededNumbers(seed: UInt64(seed * 2 + player) + 900)
                        let memory = ArenaMemory(in: space)
                        var blocks = self.play(memory.arena, &dice, steps: 300)
                        for _ in 0..<30 {
                            let asked = Int(dice.below(200_000)) + 100
                            let handle = memory.arena.allocate(asked)
                            var block = Block(handle: handle, asked: asked, words: Array(repeating: 0, count: asked))
                            self.check(block, memory.arena)
                            Self.fill(&block, memory.arena, &dice)
                            blocks.append(block)
                        }
                        for block in blocks { self.check(block, memory.arena) }
                    }
                }
            }
            play.isOver.store(true, ordering: .relaxed)
        }
    }

    /// Numbers are given out before the chunks are there, and while others are made ready.
    @Test func whoTakesAChunkMeanwhileHasItToUse() {
        let space = ArenaSpace()
        let memory = ArenaMemory(in: space)
        for _ in 0..<3 { _ = memory.arena.allocate(Arena.chunkWords) }
        // Two lie in one large page, which is there as a whole.
        let given = unsafe space.chunkCount.pointee.add(2, ordering: .relaxed).oldValue
        let places = stride(from: 8 * Arena.chunkWords, to: 9 * Arena.chunkWords, by: 512)
        #expect(unsafe memory.arena.makeChunks(8..<9) != nil)
        for place in places { memory.arena[place] = 7 }
        #expect(given == 4 && space.makeReady() && space.readyChunks > 9)
        #expect(unsafe memory.arena.makeChunks(given..<given + 1) != nil)
        memory.arena[given * Arena.chunkWords] = 9
        #expect(places.allSatisfy { memory.arena[$0] == 7 } && memory.arena[given * Arena.chunkWords] == 9)
    }

    /// As much is made ready as was needed since the last call, twice, and no more while nothing grows.
    @Test func whatIsReadyIsWhatIsLikelyToBeNeeded() {
        let space = ArenaSpace()
        #expect(!space.makeReady() && space.readyChunks == 0)
        let memory = ArenaMemory(in: space)
        for _ in 0..<5 { _ = memory.arena.allocate(Arena.chunkWords) }
        #expect(space.makeReady() && space.readyChunks == 6 + 10)
        #expect(!space.makeReady() && space.readyChunks == 16)
        for _ in 0..<100 { _ = memory.arena.allocate(Arena.chunkWords) }
        #expect(space.makeReady() && space.readyChunks == 106 + 32 && memory.arena.wordsInUse > 0)
        // Where chunks lie anywhere, the system's allocator sees to it.
        let scattered = ArenaSpace(stretch: 0)
        let apart = ArenaMemory(in: scattered)
        _ = apart.arena.allocate(Arena.chunkWords)
        #expect(!scattered.makeReady() && scattered.readyChunks == 0 && apart.arena.wordsInUse > 0)
    }

    /// What "none" leads to is looked at ahead of need, so it must be there before any block is.
    @Test(arguments: 0..<3) func whatStandsForNoBlockCanBeLookedAtInEveryArena(seed: Int) {
        let space = space(seed)
        let one = ArenaMemory(in: space)
        let other = ArenaMemory(in: space)
        #expect(one.arena[0] == 0 && other.arena[1] == 0)
        let large = one.arena.allocate(2 * Arena.chunkWords)
        let small = other.arena.allocate(2)
        #expect(large != 0 && small != 0)
        other.arena[Arena.word(small)] = 7
        #expect(one.arena[0] == 0 && one.arena[1] == 0)
    }

    @Test(arguments: 0..<3) func anImageIsNotReadIntoChunksThatAreThere(seed: Int) throws {
        let space = space(seed)
        let one = ArenaMemory(in: space)
        let other = ArenaMemory(in: space)
        _ = one.arena.allocate(4)
        let image = StateImage()
        one.arena.add(to: image)
        #expect(throws: StateFault.unfit("two arenas have one chunk")) {
            try other.arena.restore(from: StateReader(image.copied()))
        }
    }

    @Test(arguments: 0..<3) func takesBlocksOfSeveralChunksAndUsesTheirRoomAgain(seed: Int) {
        let memory = ArenaMemory(in: space(seed))
        let words = 1 << 17
        let large = memory.arena.allocate(3 * words - 5)
        memory.arena[Arena.word(large) + 3 * words - 6] = 7
        #expect(memory.arena.wordsInUse == 3 * words)
        memory.arena.free(large, words: 3 * words - 5)
        let pieces = (0..<3).map { _ in memory.arena.allocate(words) }
        #expect(Set(pieces).count == 3 && memory.arena.wordsInUse == 3 * words)
        let range = Arena.word(large)..<Arena.word(large) + 3 * words
        for piece in pieces {
            #expect(range.contains(Arena.word(piece)))
            #expect(memory.arena[Arena.word(piece)] == 0 && memory.arena[Arena.word(piece) + words - 1] == 0)
        }
    }

    @Test(arguments: [1, 2, 3, 7, 8, 9, 100, 513]) func storesBytesWhereTheyWereAsked(count: Int) {
        let memory = ArenaMemory()
        let handle = memory.arena.allocate((count + 3 + 7) / 8)
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ 7) }
        View.of(bytes) { memory.arena.store($0, at: Arena.word(handle), offset: 3) }
        let read = memory.arena.bytes(at: Arena.word(handle), count: count + 3).copied
        #expect(read == [0, 0, 0] + bytes)
    }

    /// Addresses are given back as well: there are fewer of them than these spaces would take together.
    @Test func spacesThatHaveEndedLeaveNothing() {
        for _ in 0..<4_000 {
            let memory = ArenaMemory()
            let block = memory.arena.allocate(2)
            memory.arena[Arena.word(block)] = 7
            #expect(memory.arena[Arena.word(block)] == 7 && memory.space.stretchChunks == 1 << 16)
        }
    }

    @Test func capacitiesAreAtMostHalfTooLarge() {
        for words in 3...5_000 {
            let capacity = Arena.capacity(words)
            #expect(capacity >= words && capacity % 2 == 0 && capacity * 2 <= words * 3 + 2)
        }
    }
}
