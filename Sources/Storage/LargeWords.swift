import Glibc

/// A growing row of words with one owner that is looked into at random, by the million.
///
/// From four MiB on it lies in large pages (`LargePages`). Growing copies, so this is for what is
/// filled once. Below that it begins where a line of the processor's caches begins, as it does
/// above.
@safe
public struct LargeWords: ~Copyable {
    /// How many words a line of the processor's caches has.
    public static let line = 8

    @usableFromInline var base: UnsafeMutablePointer<UInt64>
    private var capacity: Int
    @usableFromInline var length: Int

    /// No words, with room for so many.
    public init(capacity: Int = 64) {
        self.capacity = max(capacity, 8)
        unsafe base = Self.allocate(self.capacity)
        length = 0
    }

    /// So many words of zero.
    public init(zeros: Int) {
        self.init(capacity: zeros)
        appendZeros(zeros)
    }

    deinit { unsafe Self.deallocate(base, capacity) }

    /// How many words there are.
    @inlinable @inline(__always) public var count: Int { length }

    /// The word at `index`, which must be less than `count`.
    @inlinable @inline(__always)
    public subscript(index: Int) -> UInt64 {
        get {
            precondition(UInt(bitPattern: index) < UInt(bitPattern: length), "outside the words")
            return unsafe base[index]
        }
        set {
            precondition(UInt(bitPattern: index) < UInt(bitPattern: length), "outside the words")
            unsafe base[index] = newValue
        }
    }

    /// All words. Valid until these change or end.
    @inlinable @inline(__always)
    public var view: View<UInt64> { unsafe View(base: base, count: length) }

    /// Appends a word.
    public mutating func append(_ word: UInt64) {
        reserve(1)
        unsafe (base + length).initialize(to: word)
        length += 1
    }

    /// Appends so many words of zero.
    public mutating func appendZeros(_ count: Int) {
        reserve(count)
        unsafe (base + length).initialize(repeating: 0, count: count)
        length += count
    }

    /// Writes bytes over those that begin `offset` bytes behind the beginning of a word; all must be there.
    public mutating func write(_ bytes: [UInt8], at index: Int, offset: Int) {
        precondition(index >= 0 && offset >= 0 && index * 8 + offset + bytes.count <= length * 8)
        unsafe bytes.withUnsafeBytes { source in
            guard let from = source.baseAddress else { return }
            unsafe (UnsafeMutableRawPointer(base + index) + offset).copyMemory(from: from, byteCount: source.count)
        }
    }

    private mutating func reserve(_ more: Int) {
        guard length + more > capacity else { return }
        let wider = max(length + more, capacity * 2)
        let moved = unsafe Self.allocate(wider)
        unsafe moved.initialize(from: base, count: length)
        unsafe Self.deallocate(base, capacity)
        unsafe base = moved
        capacity = wider
    }

    // MARK: Memory

    private static func isMapped(_ capacity: Int) -> Bool { capacity * 8 >= 2 * LargePages.bytes }

    private static func bytes(_ capacity: Int) -> Int {
        (capacity * 8 + LargePages.bytes - 1) / LargePages.bytes * LargePages.bytes
    }

    private static func allocate(_ capacity: Int) -> UnsafeMutablePointer<UInt64> {
        guard isMapped(capacity) else {
            let memory = UnsafeMutableRawPointer.allocate(byteCount: capacity * 8, alignment: line * 8)
            return unsafe memory.bindMemory(to: UInt64.self, capacity: capacity)
        }
        let bytes = bytes(capacity)
        let start = unsafe OutOfMemory.memory(bytes, for: "a table") {
            unsafe LargePages.map(bytes, PROT_READ | PROT_WRITE)
        }
        return unsafe start.bindMemory(to: UInt64.self, capacity: capacity)
    }

    private static func deallocate(_ base: UnsafeMutablePointer<UInt64>, _ capacity: Int) {
        if isMapped(capacity) {
            unsafe munmap(base, bytes(capacity))
        } else {
            unsafe UnsafeMutableRawPointer(base).deallocate()
        }
    }
}

// Sendable: words are plain memory with one owner, and move between tasks as a whole or are shared unchanged.
extension LargeWords: @unchecked Sendable {}

extension View<UInt64> {
    /// The `count` bytes that begin `offset` bytes behind the beginning of a word, all of which
    /// must lie within the view.
    @inlinable @inline(__always)
    public func bytes(at index: Int, offset: Int, count: Int) -> View<UInt8> {
        let start = index &* 8 &+ offset
        precondition(index >= 0 && offset >= 0 && count >= 0 && start &+ count <= self.count &* 8, "outside the view")
        guard let base = unsafe base else { return View<UInt8>() }
        return unsafe View<UInt8>(
            base: UnsafeRawPointer(base).assumingMemoryBound(to: UInt8.self) + start, count: count)
    }

    /// Which of the eight words from `index` on, all of which must lie within the view, are the
    /// same as another from a bit on upward: the lowest bit says it of the first.
    @inlinable @inline(__always)
    public func alike(_ word: UInt64, aboveBit bit: UInt64, inLineAt index: Int) -> UInt64 {
        precondition(index >= 0 && index &+ LargeWords.line <= count, "outside the view")
        var found: UInt64 = 0
        for place in 0..<LargeWords.line {
            let isSame: UInt64 = unsafe (base.unsafelyUnwrapped[index &+ place] ^ word) &>> bit == 0 ? 1 : 0
            found |= isSame &<< UInt64(place)
        }
        return found
    }
}
