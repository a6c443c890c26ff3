import CLinux
import Glibc
import Synchronization

/// Memory in large pieces, for blocks of bytes and rows of a batch: what one no longer needs is kept
/// for the next of its size.
///
/// The system gives memory page by page, each with a fault at its first use, and an allocator gives
/// large pieces back to it between two batches of a stream. Sizes are few, so that a piece fits again:
/// four to each doubling, from `least` to `most`. The system gets what would lie unused beyond a bound,
/// and all that lies unused where it refuses more. Taking and giving back cost a lock.
package final class BlockMemory: Sendable {
    /// The memory of all blocks and columns.
    package static let shared = BlockMemory()

    /// The powers of two from the least size to the largest.
    private static let doublings = 15...24
    /// The least size of a piece, in bytes: of less the allocator has enough at hand.
    #if ALLOCATOR_ALONE
        // The address sanitizer watches what the allocator gives.
        static let least = Int.max
    #else
        static let least = 1 << doublings.lowerBound
    #endif
    /// The largest size. What is larger comes and goes as it is.
    static let most = 1 << doublings.upperBound
    private static let sizeCount = 4 * (doublings.count - 1) + 1

    private struct Kept {
        /// The unused pieces of each size. The one that was used last is at the end: it is the likeliest
        /// to be near the processor.
        var pieces = [[UInt]](repeating: [], count: sizeCount)
        /// How many bytes these are, and how many they may be.
        var bytes = 0
        var most = 32 << 20
        /// The rest of the stretch that new pieces of less than a large page are cut from.
        var rest: Range<UInt> = 0..<0
        var isInSmallPages = false

        /// A piece of that size: one that was given back, or else a new one; nil where the system
        /// refuses.
        mutating func take(_ number: Int, _ byteCount: Int) -> UInt? {
            guard let piece = pieces[number].popLast() else { return cut(byteCount) }
            bytes -= byteCount
            return piece
        }

        /// Keeps a piece, or lets the system have it.
        mutating func give(_ piece: UInt, _ number: Int, _ byteCount: Int, isCold: Bool = false) {
            guard bytes + byteCount <= most else { return unmap(piece, byteCount) }
            pieces[number].insert(piece, at: isCold ? 0 : pieces[number].endIndex)
            bytes += byteCount
        }

        /// A new piece. Where the stretch has no room for it, its rest becomes a piece of another size.
        private mutating func cut(_ byteCount: Int) -> UInt? {
            guard byteCount < LargePages.bytes else { return map(byteCount, inSmallPages: isInSmallPages) }
            if rest.count < byteCount {
                guard let stretch = map(LargePages.bytes, inSmallPages: isInSmallPages) else { return nil }
                endStretch()
                rest = stretch..<stretch + UInt(LargePages.bytes)
            }
            defer { rest = rest.lowerBound + UInt(byteCount)..<rest.upperBound }
            return rest.lowerBound
        }

        /// Has no rest of a stretch any more: it becomes a piece, and what is less than that goes.
        private mutating func endStretch() {
            if let size = largestSize(within: rest.count) {
                give(rest.lowerBound, size.number, size.bytes, isCold: true)
                rest = rest.lowerBound + UInt(size.bytes)..<rest.upperBound
            }
            unmap(rest.lowerBound, rest.count)
            rest = 0..<0
        }

        /// Has no unused pieces any more, and no rest.
        mutating func giveAllBack() {
            for number in pieces.indices {
                for piece in pieces[number] { unmap(piece, pieceBytes(ofSize: number)) }
                pieces[number] = []
            }
            unmap(rest.lowerBound, rest.count)
            (bytes, rest) = (0, 0..<0)
        }
    }

    private let kept = Mutex(Kept())

    init() {}

    /// The size of a piece that holds so many bytes, and the number of that size, if it is one of those
    /// that are kept.
    private static func size(for byteCount: Int) -> (bytes: Int, number: Int?) {
        if byteCount > most { return ((byteCount + DirectFile.page - 1) & ~(DirectFile.page - 1), nil) }
        // Of the doubling that it lies in, a quarter: the power of two below it is 4 of these.
        let doubling = Int.bitWidth - 1 - (max(byteCount, least + 1) - 1).leadingZeroBitCount
        let quarter = 1 << (doubling - 2)
        let quarters = (max(byteCount, least) + quarter - 1) / quarter
        return (quarters * quarter, 4 * (doubling - doublings.lowerBound) + quarters - 4)
    }

    /// How many bytes a piece holds whose size has that number.
    private static func pieceBytes(ofSize number: Int) -> Int {
        (4 + number % 4) << (doublings.lowerBound - 2 + number / 4)
    }

    /// The largest size that so many bytes have room for; nil for less than the least.
    private static func largestSize(within byteCount: Int) -> (bytes: Int, number: Int)? {
        guard byteCount >= least, let next = size(for: byteCount + 1).number else { return nil }
        return (pieceBytes(ofSize: next - 1), next - 1)
    }

    /// How many bytes a piece holds that is taken for so many.
    static func room(for byteCount: Int) -> Int { size(for: byteCount).bytes }

    /// A piece of at least so many bytes, which begins where a page does. What is in it is anything.
    func take(_ byteCount: Int) -> UnsafeMutableRawPointer {
        let (bytes, number) = BlockMemory.size(for: byteCount)
        let piece = number.flatMap { number in kept.withLock { $0.take(number, bytes) } } ?? mapAtLast(bytes)
        guard let memory = unsafe UnsafeMutableRawPointer(bitPattern: piece) else {
            preconditionFailure("no memory lies at 0")
        }
        return unsafe memory
    }

    /// Takes back a piece that was taken for so many bytes.
    func give(_ memory: UnsafeMutableRawPointer, _ byteCount: Int) {
        let (bytes, number) = BlockMemory.size(for: byteCount)
        let piece = UInt(bitPattern: memory)
        guard let number else { return BlockMemory.unmap(piece, bytes) }
        kept.withLock { $0.give(piece, number, bytes) }
    }

    /// Lets the system have all that lies unused.
    func giveBackUnused() { kept.withLock { $0.giveAllBack() } }

    /// Where the whole program may have so many bytes and no more, little of that lies unused.
    func limit(to byteCount: Int) {
        kept.withLock { $0.most = min($0.most, byteCount / 32) }
    }

    /// From now on new memory comes in small pages: the first write to a large one may take the system
    /// milliseconds (`ReadyMemory`), which is too long where decisions are to come at once.
    package func useSmallPages() {
        kept.withLock { kept in
            kept.isInSmallPages = true
            guard let rest = unsafe UnsafeMutableRawPointer(bitPattern: kept.rest.lowerBound) else { return }
            unsafe madvise(rest, kept.rest.count, MADV_NOHUGEPAGE)
        }
    }

    /// Just so much memory as is needed, for which all goes that lies unused.
    private func mapAtLast(_ byteCount: Int) -> UInt {
        OutOfMemory.memory(byteCount, for: "lines or state", beside: self) {
            BlockMemory.map(byteCount, inSmallPages: true)
        }
    }

    /// New memory; nil where the system refuses.
    private static func map(_ byteCount: Int, inSmallPages: Bool) -> UInt? {
        let (protection, flags) = (PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS)
        let made =
            unsafe inSmallPages
            ? mmap(nil, byteCount, protection, flags, -1, 0) : LargePages.map(byteCount, protection)
        guard let made = unsafe made, unsafe made != MAP_FAILED else { return nil }
        return UInt(bitPattern: made)
    }

    private static func unmap(_ piece: UInt, _ byteCount: Int) {
        guard byteCount > 0, let memory = unsafe UnsafeMutableRawPointer(bitPattern: piece) else { return }
        unsafe munmap(memory, byteCount)
    }
}
