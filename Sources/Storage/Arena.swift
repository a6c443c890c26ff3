public import CLinux
import Glibc
import Synchronization

/// Memory for the state of one shard: 64-bit words in blocks of a few sizes, named by handles of 32 bits.
///
/// Words are numbered from the beginning of the arena's space; a block's handle is half the number
/// of its first word, so a space holds up to 64 GiB. Chunks of 1 MiB are added as needed and never
/// move, which keeps views into a block valid until it is freed. Freed blocks wait on a list of
/// their size for the next of that size.
///
/// Where the system lets it, a space is one stretch of addresses, of which only the chunks that
/// there are can be used, and perhaps one more: a word is found by adding its number to where the
/// stretch begins. Its pages are large ones (`LargePages`). Where addresses are limited, chunks lie
/// wherever there was room, and a table says where.
///
/// Arenas of one space can hand over blocks to each other: a handle means the same in all of them,
/// and whoever frees a block has it for its own use from then on. Who takes a block over must come
/// to know of it from who gave it, through a lock.
///
/// Invariants: the space's first chunk belongs to no arena, is there from the beginning and holds
/// zeros, so the handle 0 means "none", and may be looked at all the same; a block is even in
/// length and zeroed when it is handed out. Every access is held against the stretch, whose other
/// pages cannot be touched, or the chunks that exist: a wrong handle stops the process rather than
/// reading foreign memory, though it may reach another block of this arena, or a chunk that nobody
/// has yet. Cost: allocate and free take constant time; a block is at most half larger than asked
/// for, or 2 words; one of more than a chunk is a whole number of chunks.
///
/// An arena is a few addresses and is copied freely, so that handing it about counts no references; its memory lives as
/// long as the `ArenaMemory` that it was taken from.
@safe
public struct Arena: BitwiseCopyable, @unchecked Sendable {
    // Sendable: an arena belongs to one shard, and a shard to one task at a time.
    static let chunkShift = 17
    static let chunkWords = 1 << chunkShift
    static let chunkBytes = chunkWords * 8
    static let chunkLimit = 1 << 16
    static let classLimit = 64
    /// How many words in front of those handed out fresh memory is asked for.
    private static let freshAhead = 64

    @safe @usableFromInline
    struct Counters {
        /// The numbers of the chunks that this arena has brought into its space, in their order.
        var owned: [Int] = []
        /// The next word of the newest chunk that was never handed out, and the end of that chunk.
        var fresh = 2
        var freshEnd = 0
        @usableFromInline var wordsInUse = 0
        @usableFromInline var tally = 0
        @usableFromInline var hashKey = HashKey.process
        /// The first block of each size that was freed.
        @usableFromInline let freeLists: UnsafeMutablePointer<UInt32>
        /// How many chunks the space has, and how many of its stretch are ready.
        let chunkCount: UnsafeMutablePointer<Atomic<Int>>
        let readyCount: UnsafeMutablePointer<Atomic<Int>>

        init(in space: ArenaSpace) {
            unsafe freeLists = .allocate(capacity: Arena.classLimit)
            unsafe freeLists.initialize(repeating: 0, count: Arena.classLimit)
            unsafe chunkCount = space.chunkCount
            unsafe readyCount = space.readyCount
        }
    }

    /// Where the space's stretch begins, and how many words lie in it: those of lower numbers.
    @usableFromInline let base: UnsafeMutablePointer<UInt64>
    @usableFromInline let reach: Int
    @usableFromInline let chunks: UnsafeMutablePointer<UnsafeMutablePointer<UInt64>?>
    @usableFromInline let counters: UnsafeMutablePointer<Counters>

    fileprivate init(in space: ArenaSpace) {
        unsafe chunks = space.chunks
        unsafe base = space.stretch
        reach = space.stretchChunks << Arena.chunkShift
        unsafe counters = .allocate(capacity: 1)
        unsafe counters.initialize(to: Counters(in: space))
    }

    fileprivate func end() {
        unsafe counters.pointee.freeLists.deallocate()
        unsafe counters.deinitialize(count: 1)
        unsafe counters.deallocate()
    }

    @usableFromInline var freeLists: UnsafeMutablePointer<UInt32> {
        @inline(__always) get { unsafe counters.pointee.freeLists }
    }
    var chunkCount: UnsafeMutablePointer<Atomic<Int>> { unsafe counters.pointee.chunkCount }

    /// What the hashes begin from that are kept in the arena: the process's own key, unless it was given another.
    @inlinable
    public var hashKey: HashKey {
        @inline(__always) get { unsafe counters.pointee.hashKey }
        nonmutating set { unsafe counters.pointee.hashKey = newValue }
    }

    /// The words handed out and not freed. Where blocks come from another arena of the space, or go
    /// there, those that were freed elsewhere than they were handed out count at both: only the sum
    /// of all of a space means something then.
    public var wordsInUse: Int { unsafe counters.pointee.wordsInUse }

    /// A count that whoever owns the arena keeps of what is in it.
    @inlinable
    public var tally: Int {
        @inline(__always) get { unsafe counters.pointee.tally }
        nonmutating set { unsafe counters.pointee.tally = newValue }
    }

    /// The word of that number.
    @inlinable
    public subscript(word: Int) -> UInt64 {
        @inline(__always) get { unsafe place(of: word).pointee }
        @inline(__always) nonmutating set { unsafe place(of: word).pointee = newValue }
    }

    @inlinable @inline(__always)
    func place(of word: Int) -> UnsafeMutablePointer<UInt64> {
        if _fastPath(UInt(bitPattern: word) < UInt(bitPattern: reach)) { return unsafe base + word }
        let chunk = word >> 17
        precondition(UInt(bitPattern: chunk) < 1 << 16, "outside the arena")
        guard let base = unsafe chunks[chunk] else { preconditionFailure("outside the arena") }
        return unsafe base + (word & (1 << 17 - 1))
    }

    /// Has the memory of a word be near soon, without waiting for it. The word may be of any number.
    @inlinable @inline(__always)
    public func bringNear(_ word: Int) {
        if _fastPath(UInt(bitPattern: word) < UInt(bitPattern: reach)) { return unsafe bring_near(base + word) }
        let chunk = word >> 17
        guard UInt(bitPattern: chunk) < 1 << 16, let base = unsafe chunks[chunk] else { return }
        unsafe bring_near(base + (word & (1 << 17 - 1)))
    }

    /// Has what a block begins with be near soon: seven words, which begin anywhere in a line of
    /// memory and may end in the next.
    @inlinable @inline(__always)
    public func bringNear(block handle: UInt32) {
        let word = Arena.word(handle)
        bringNear(word)
        bringNear(word &+ 6)
    }

    /// The value that takes up whole words from that one on, all in one block of at most a chunk.
    @inlinable
    public subscript<Value: BitwiseCopyable>(word: Int, as type: Value.Type) -> Value {
        @inline(__always) get {
            checkWithin(word, bytes: MemoryLayout<Value>.size)
            return unsafe UnsafeRawPointer(place(of: word)).load(as: type)
        }
        @inline(__always) nonmutating set {
            checkWithin(word, bytes: MemoryLayout<Value>.size)
            unsafe UnsafeMutableRawPointer(place(of: word)).storeBytes(of: newValue, as: type)
        }
    }

    @inlinable @inline(__always)
    func checkWithin(_ word: Int, bytes: Int) {
        precondition(bytes & 7 == 0 && word & (1 << 17 - 1) + bytes >> 3 <= 1 << 17, "outside the block")
    }

    /// The number of the first word of the block that `handle` names.
    @inlinable @inline(__always)
    public static func word(_ handle: UInt32) -> Int { Int(handle) << 1 }

    /// How many words a block for `words` words really has.
    @inlinable @inline(__always)
    public static func capacity(_ words: Int) -> Int {
        if words <= 2 { return 2 }
        if words > 1 << 17 { return (words + (1 << 17 - 1)) & ~(1 << 17 - 1) }
        // Powers of two and one and a half times them, from 4 on: 2, 4, 6, 8, 12, 16, 24, …
        let power = 1 << (Int.bitWidth - (words - 1).leadingZeroBitCount)
        let between = power / 4 * 3
        return words <= between && between >= 6 ? between : power
    }

    @inlinable @inline(__always)
    static func sizeClass(_ capacity: Int) -> Int {
        let log = Int.bitWidth - 1 - capacity.leadingZeroBitCount
        return 2 * log + (capacity == 1 << log ? 0 : 1)
    }

    /// A zeroed block of at least `words` words.
    @inlinable @inline(__always)
    public func allocate(_ words: Int) -> UInt32 {
        let capacity = Arena.capacity(words)
        return take(capacity, sizeClass: Arena.sizeClass(capacity))
    }

    /// A block of at least `words` words, of at most a chunk, whose first `words` the caller is
    /// going to write, all of them: they hold anything. The others are zero only if the block was
    /// never used.
    @inlinable @inline(__always)
    public func allocateUncleared(_ words: Int) -> UInt32 {
        let capacity = Arena.capacity(words)
        let sizeClass = Arena.sizeClass(capacity)
        let reused = unsafe freeLists[sizeClass]
        if reused == 0 { return take(capacity, sizeClass: sizeClass) }
        unsafe counters.pointee.wordsInUse += capacity
        let next = UInt32(truncatingIfNeeded: self[Arena.word(reused)])
        // Whoever asks next for as much is going to write there.
        bringNear(Arena.word(next))
        unsafe freeLists[sizeClass] = next
        return reused
    }

    /// A zeroed block of a capacity that there is.
    @usableFromInline
    func take(_ capacity: Int, sizeClass: Int) -> UInt32 {
        unsafe counters.pointee.wordsInUse += capacity
        if capacity > Arena.chunkWords { return UInt32(run(of: capacity) >> 1) }
        let reused = unsafe freeLists[sizeClass]
        if reused != 0 {
            let place = unsafe place(of: Arena.word(reused))
            let next = unsafe UInt32(truncatingIfNeeded: place.pointee)
            bringNear(Arena.word(next))
            unsafe freeLists[sizeClass] = next
            unsafe place.update(repeating: 0, count: capacity)
            return reused
        }
        if unsafe counters.pointee.fresh + capacity > counters.pointee.freshEnd {
            addChunk()
            if unsafe counters.pointee.fresh + capacity > counters.pointee.freshEnd {
                unsafe counters.pointee.wordsInUse -= capacity
                return take(capacity, sizeClass: sizeClass)
            }
        }
        let first = unsafe counters.pointee.fresh
        unsafe counters.pointee.fresh += capacity
        bringNear(first + Arena.freshAhead)
        return UInt32(first >> 1)
    }

    /// Has fresh words, one chunk of them.
    private func addChunk() {
        let start = run(of: Arena.chunkWords)
        unsafe counters.pointee.fresh = start
        unsafe counters.pointee.freshEnd = start + Arena.chunkWords
    }

    /// Gives back a block that was allocated for `words` words.
    @inlinable @inline(__always)
    public func free(_ handle: UInt32, words: Int) {
        let capacity = Arena.capacity(words)
        giveBack(handle, capacity, sizeClass: Arena.sizeClass(capacity))
    }

    @usableFromInline
    func giveBack(_ handle: UInt32, _ capacity: Int, sizeClass: Int) {
        precondition(handle != 0)
        unsafe counters.pointee.wordsInUse -= capacity
        if capacity > Arena.chunkWords {
            // Blocks of more than a chunk are rare: their chunks are cut up into blocks of one chunk for later use.
            let lists = Arena.sizeClass(Arena.chunkWords)
            for start in stride(from: Arena.word(handle), to: Arena.word(handle) + capacity, by: Arena.chunkWords) {
                self[start] = unsafe UInt64(freeLists[lists])
                unsafe freeLists[lists] = UInt32(start >> 1)
            }
            return
        }
        self[Arena.word(handle)] = unsafe UInt64(freeLists[sizeClass])
        unsafe freeLists[sizeClass] = handle
    }

    /// Neighbouring chunks for `words` words, all zero; the number of the first word.
    private func run(of words: Int) -> Int {
        let count = words >> Arena.chunkShift
        var first = unsafe chunkCount.pointee.add(count, ordering: .relaxed).oldValue
        // Neighbours lie in the stretch, all of them, or behind it.
        while first < reach >> Arena.chunkShift, first + count > reach >> Arena.chunkShift {
            first = unsafe chunkCount.pointee.add(count, ordering: .relaxed).oldValue
        }
        precondition(first + count <= Arena.chunkLimit, "the state of all shards exceeds 64 GiB")
        _ = unsafe OutOfMemory.memory(words * 8, for: "state") { unsafe makeChunks(first..<first + count) }
        unsafe counters.pointee.owned += first..<first + count
        return first << Arena.chunkShift
    }

    /// Has chunks of neighbouring numbers, all zero, which must not have been there; answers where
    /// they begin, nil for want of memory or of addresses.
    func makeChunks(_ numbers: Range<Int>) -> UnsafeMutablePointer<UInt64>? {
        let words = numbers.count << Arena.chunkShift
        let found: UnsafeMutablePointer<UInt64>?
        if numbers.lowerBound < reach >> Arena.chunkShift {
            guard numbers.upperBound <= reach >> Arena.chunkShift else { return nil }
            let isReady = unsafe numbers.upperBound <= counters.pointee.readyCount.pointee.load(ordering: .acquiring)
            unsafe found =
                isReady || ArenaSpace.open(numbers, of: base, most: reach >> Arena.chunkShift)
                ? base + numbers.lowerBound << Arena.chunkShift : nil
        } else {
            unsafe found = calloc(words, 8)?.bindMemory(to: UInt64.self, capacity: words)
        }
        guard let first = unsafe found else { return nil }
        for index in 0..<numbers.count {
            unsafe chunks[numbers.lowerBound + index] = first + index << Arena.chunkShift
        }
        return unsafe first
    }

    // MARK: Bytes and elements within a block

    /// The `count` bytes from the beginning of `word`, all in one block. Valid until the block changes.
    @inlinable @inline(__always)
    public func bytes(at word: Int, count: Int) -> View<UInt8> {
        if count == 0 { return View() }
        return unsafe View(base: pointer(word, bytes: count).assumingMemoryBound(to: UInt8.self), count: count)
    }

    /// The `count` elements of some words each from the beginning of `word`, all in one block.
    @inlinable @inline(__always)
    public func elements<Element: BitwiseCopyable>(at word: Int, count: Int, as type: Element.Type) -> View<Element> {
        let stride = MemoryLayout<Element>.stride
        precondition(stride & 7 == 0)
        if count == 0 { return View() }
        return unsafe View(
            base: pointer(word, bytes: count * stride).assumingMemoryBound(to: Element.self), count: count)
    }

    /// The `count` words from `word` on, all in one block. Valid until the block changes.
    @inlinable @inline(__always)
    public func words(at word: Int, count: Int) -> View<UInt64> {
        if count == 0 { return View() }
        return unsafe View(base: pointer(word, bytes: count * 8).assumingMemoryBound(to: UInt64.self), count: count)
    }

    /// Writes words from `word` on, into one block with room for them.
    public func store(_ words: View<UInt64>, at word: Int) {
        guard let source = unsafe words.base else { return }
        unsafe pointer(word, bytes: words.count * 8).copyMemory(from: source, byteCount: words.count * 8)
    }

    /// Writes bytes from the beginning of `word`, into one block with room for them.
    @inlinable @inline(__always)
    public func store(_ bytes: View<UInt8>, at word: Int, offset: Int = 0) {
        guard let source = unsafe bytes.base else { return }
        let target = unsafe pointer(word, bytes: offset + bytes.count) + offset
        unsafe Arena.copy(UnsafeRawPointer(source), to: target, bytes.count)
    }

    /// Copies bytes. Most texts are short: two words that may overlap take fewer steps than the
    /// call that copies anything.
    @inlinable @inline(__always)
    static func copy(_ source: UnsafeRawPointer, to target: UnsafeMutableRawPointer, _ count: Int) {
        if count > 16 || count < 4 {
            unsafe target.copyMemory(from: source, byteCount: count)
        } else if count >= 8 {
            let last = unsafe source.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self)
            unsafe target.storeBytes(of: source.loadUnaligned(as: UInt64.self), as: UInt64.self)
            unsafe target.storeBytes(of: last, toByteOffset: count &- 8, as: UInt64.self)
        } else {
            let last = unsafe source.loadUnaligned(fromByteOffset: count &- 4, as: UInt32.self)
            unsafe target.storeBytes(of: source.loadUnaligned(as: UInt32.self), as: UInt32.self)
            unsafe target.storeBytes(of: last, toByteOffset: count &- 4, as: UInt32.self)
        }
    }

    /// Where `bytes` bytes lie, more than none.
    @inlinable @inline(__always)
    func pointer(_ word: Int, bytes: Int) -> UnsafeMutableRawPointer {
        let last = word &+ (bytes &+ 7) >> 3 &- 1
        if _fastPath(word >= 0 && last >= word && last < reach) { return unsafe UnsafeMutableRawPointer(base + word) }
        return unsafe pointer(word, last: last)
    }

    /// The same in a space that is no stretch.
    @usableFromInline @inline(never)
    func pointer(_ word: Int, last: Int) -> UnsafeMutableRawPointer {
        precondition(word >= 0 && last >= word && last >> Arena.chunkShift < Arena.chunkLimit, "outside the arena")
        guard let chunk = unsafe chunks[word >> Arena.chunkShift], let end = unsafe chunks[last >> Arena.chunkShift]
        else { preconditionFailure("outside the arena") }
        let start = unsafe chunk + (word & (Arena.chunkWords - 1))
        // One block is one allocation; the ends of a wrong range would not lie this far apart.
        precondition(unsafe start + (last - word) == end + (last & (Arena.chunkWords - 1)), "outside the block")
        return UnsafeMutableRawPointer(start)
    }
}

/// The numbers that several arenas have in common, and their chunks, which end with the last of their owners.
@safe
public final class ArenaSpace: @unchecked Sendable {
    // Sendable: numbers are given out by an atomic count, and each place of the table is written
    // once, by whom the number was given to; who reads it has learnt of the number through a lock.
    let chunks: UnsafeMutablePointer<UnsafeMutablePointer<UInt64>?>
    let chunkCount: UnsafeMutablePointer<Atomic<Int>>
    /// How many chunks of the stretch, from the first on, can be used without asking the system.
    fileprivate let readyCount: UnsafeMutablePointer<Atomic<Int>>
    /// How many chunks there were when some were last made ready.
    private let countBefore = Atomic(0)
    private let isInSmallPages = Atomic(false)
    /// Where the stretch begins, which holds the chunks of lower numbers than so many; where there are none, the first.
    let stretch: UnsafeMutablePointer<UInt64>
    let stretchChunks: Int

    /// A space without arenas.
    /// - Parameter most: how many chunks its stretch may hold; where addresses are limited it holds none.
    public init(stretch most: Int = 1 << 16) {
        guard let table = unsafe calloc(Arena.chunkLimit, MemoryLayout<UnsafeMutablePointer<UInt64>?>.stride) else {
            OutOfMemory.end(reserving: Arena.chunkLimit * 8, for: "state")
        }
        unsafe chunks = table.bindMemory(to: UnsafeMutablePointer<UInt64>?.self, capacity: Arena.chunkLimit)
        // What stands for no block is looked at ahead of need, by any of the arenas, whichever has
        // chunks of its own already.
        var held = MemoryLimit.addressSpace == nil ? min(most, Arena.chunkLimit) : 0
        var zeros: UnsafeMutablePointer<UInt64>?
        while held > 0 {
            unsafe zeros = ArenaSpace.reserve(chunks: held)
            if unsafe zeros != nil { break }
            held /= 8
        }
        stretchChunks = held
        guard let zeros = unsafe zeros ?? calloc(Arena.chunkWords, 8)?.bindMemory(to: UInt64.self, capacity: 1) else {
            OutOfMemory.end(reserving: Arena.chunkBytes, for: "state")
        }
        unsafe stretch = zeros
        unsafe chunks[0] = zeros
        unsafe chunkCount = .allocate(capacity: 1)
        unsafe chunkCount.initialize(to: Atomic(1))
        unsafe readyCount = .allocate(capacity: 1)
        unsafe readyCount.initialize(to: Atomic(0))
        ReadyMemory.follow(self)
    }

    /// Addresses for so many chunks, of which the first can be looked at.
    private static func reserve(chunks: Int) -> UnsafeMutablePointer<UInt64>? {
        let byteCount = chunks * Arena.chunkBytes
        // Addresses alone: pages that nothing may touch count against no limit of memory.
        guard let found = unsafe LargePages.map(byteCount, PROT_NONE, MAP_NORESERVE) else { return nil }
        guard unsafe mprotect(found, Arena.chunkBytes, PROT_READ) == 0 else {
            unsafe munmap(found, byteCount)
            return nil
        }
        return unsafe found.bindMemory(to: UInt64.self, capacity: byteCount / 8)
    }

    /// Makes chunks of the stretch accessible, and those that share a large page with them: there is
    /// one only where all of it can be used. The space's first chunk is not to be written.
    fileprivate static func open(_ numbers: Range<Int>, of stretch: UnsafeMutablePointer<UInt64>, most: Int) -> Bool {
        let first = max(numbers.lowerBound & ~1, 1)
        let bytes = (min((numbers.upperBound + 1) & ~1, most) - first) * Arena.chunkBytes
        return unsafe mprotect(stretch + first << Arena.chunkShift, bytes, PROT_READ | PROT_WRITE) == 0
    }

    /// Has the system give the memory of chunks that will be asked for before the next call, if as
    /// much is needed as since the last one: twice that many. From the first call on the stretch gets
    /// small pages, since no other thread runs on a processor that is waiting for a large one.
    /// - Parameter pause: how long to wait after each part of a chunk that is not needed at once, in microseconds.
    /// - Returns: whether there are more chunks than at the last call.
    func makeReady(pause: UInt32 = 0) -> Bool {
        let count = unsafe min(chunkCount.pointee.load(ordering: .acquiring), stretchChunks)
        let grown = count - countBefore.exchange(count, ordering: .relaxed)
        let ready = unsafe readyCount.pointee.load(ordering: .relaxed)
        if stretchChunks > 0, !isInSmallPages.exchange(true, ordering: .relaxed) {
            unsafe madvise(stretch, stretchChunks * Arena.chunkBytes, MADV_NOHUGEPAGE)
        }
        // One that has not begun to grow may never.
        guard count > 1 else { return false }
        let end = min(count + min(max(2 * grown, 2), ArenaSpace.readyMost), stretchChunks)
        // Whoever has taken a chunk by now may not have made it accessible yet, and need not then.
        guard max(ready, count) < end, unsafe ArenaSpace.open(ready..<end, of: stretch, most: stretchChunks) else {
            return grown > 0
        }
        for number in max(ready, count)..<end {
            let chunk = unsafe UnsafeMutableRawPointer(stretch + number << Arena.chunkShift)
            for offset in stride(from: 0, to: Arena.chunkBytes, by: ArenaSpace.readyPart) {
                if Task.isCancelled { return grown > 0 }
                let ahead = unsafe number - chunkCount.pointee.load(ordering: .relaxed)
                // Whoever has it by now has asked for its memory, too.
                if ahead < 0 { break }
                unsafe LargePages.touch(chunk + offset, ArenaSpace.readyPart)
                if pause > 0, ahead > 0 { usleep(pause) }
            }
            unsafe readyCount.pointee.store(number + 1, ordering: .releasing)
        }
        return grown > 0
    }

    /// How many chunks are ready, from the first on.
    var readyChunks: Int { unsafe readyCount.pointee.load(ordering: .acquiring) }

    /// Up to how many chunks are made ready at once.
    private static var readyMost: Int { 32 }
    /// How much memory is asked for at a time, in bytes: up to a tenth of a millisecond, where a whole
    /// chunk would keep a processor for several.
    private static var readyPart: Int { 64 << 10 }

    deinit {
        freeChunks()
        if stretchChunks > 0 { unsafe munmap(stretch, stretchChunks * Arena.chunkBytes) }
        unsafe free(chunks)
        unsafe chunkCount.deinitialize(count: 1)
        unsafe chunkCount.deallocate()
        unsafe readyCount.deinitialize(count: 1)
        unsafe readyCount.deallocate()
    }

    private func freeChunks() {
        var behind: UnsafeMutablePointer<UInt64>?
        let count = unsafe min(chunkCount.pointee.load(ordering: .acquiring), Arena.chunkLimit)
        for index in stretchChunks..<max(count, stretchChunks) {
            guard let chunk = unsafe chunks[index] else { continue }
            // Neighbouring chunks of one run were allocated together: only the first is freed. Two runs never touch,
            // because the system's allocator keeps its own words between them.
            if unsafe chunk != behind { unsafe free(chunk) }
            unsafe behind = unsafe chunk + Arena.chunkWords
        }
    }
}

/// The owner of an arena's memory, which ends with it; chunks end with the space.
public struct ArenaMemory: ~Copyable {
    /// The arena. Not to be used once the owner has ended.
    public let arena: Arena
    /// What the arena's handles are numbers in.
    public let space: ArenaSpace

    /// An empty arena's memory.
    /// - Parameter space: shared with the arenas that blocks are to be handed over to, or come from.
    public init(in space: ArenaSpace = ArenaSpace()) {
        self.space = space
        arena = Arena(in: space)
    }

    deinit { arena.end() }
}
