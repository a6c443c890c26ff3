import CLinux
import Glibc
import Synchronization

/// Memory in large pieces, for blocks of bytes and rows of a batch: what one no longer needs is kept
/// for the next of its size.
///
/// The system gives memory page by page, each with a fault at its first use, and an allocator gives
/// large pieces back to it between two batches of a stream. Sizes are few, so that a piece fits again:
/// four to each doubling, from `least` to `most`. A piece is never given another size, and its addresses
/// stay reserved; of what lies unused beyond `keptMost`, the system gets the memory.
/// Taking and giving back cost a lock.
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
    /// How many unused bytes are kept at most.
    private static let keptMost = 32 << 20

    private struct Kept {
        /// The unused pieces of each size. The one that was used last is at the end: it is the likeliest
        /// to be near the processor.
        var pieces = [[UInt]](repeating: [], count: sizeCount)
        /// How many pieces of each size hold memory, those at the ends, and how many bytes that is in all.
        var warm = [Int](repeating: 0, count: sizeCount)
        var bytes = 0
        /// The rest of the stretch that new pieces of less than a large page are cut from.
        var rest: Range<UInt> = 0..<0
        var isInSmallPages = false

        /// A piece of that size: one that was given back, or else a new one.
        mutating func take(_ number: Int, _ byteCount: Int) -> UInt {
            guard let piece = pieces[number].popLast() else { return cut(byteCount) }
            if warm[number] > 0 {
                warm[number] -= 1
                bytes -= byteCount
            }
            return piece
        }

        /// A new piece. Where the stretch has no room for it, its rest becomes a piece of another size.
        private mutating func cut(_ byteCount: Int) -> UInt {
            guard byteCount < LargePages.bytes else { return map(byteCount, inSmallPages: isInSmallPages) }
            if rest.count < byteCount {
                if let number = number(within: rest.count) { pieces[number].insert(rest.lowerBound, at: 0) }
                let stretch = map(LargePages.bytes, inSmallPages: isInSmallPages)
                rest = stretch..<stretch + UInt(LargePages.bytes)
            }
            defer { rest = rest.lowerBound + UInt(byteCount)..<rest.upperBound }
            return rest.lowerBound
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

    /// The largest size that so many bytes have room for; nil for less than the least.
    private static func number(within byteCount: Int) -> Int? {
        if byteCount < least { return nil }
        let (bytes, number) = size(for: byteCount)
        return number.map { bytes == byteCount ? $0 : $0 - 1 }
    }

    /// How many bytes a piece holds that is taken for so many.
    static func room(for byteCount: Int) -> Int { size(for: byteCount).bytes }

    /// A piece of at least so many bytes, which begins where a page does. What is in it is anything.
    func take(_ byteCount: Int) -> UnsafeMutableRawPointer {
        let (bytes, number) = BlockMemory.size(for: byteCount)
        let piece =
            number.map { number in kept.withLock { $0.take(number, bytes) } }
            ?? BlockMemory.map(bytes, inSmallPages: true)
        guard let memory = unsafe UnsafeMutableRawPointer(bitPattern: piece) else {
            preconditionFailure("no memory lies at 0")
        }
        return unsafe memory
    }

    /// Takes back a piece that was taken for so many bytes.
    func give(_ memory: UnsafeMutableRawPointer, _ byteCount: Int) {
        let (bytes, number) = BlockMemory.size(for: byteCount)
        guard let number else {
            unsafe munmap(memory, bytes)
            return
        }
        let piece = UInt(bitPattern: memory)
        kept.withLock { kept in
            if kept.bytes + bytes <= BlockMemory.keptMost {
                kept.pieces[number].append(piece)
                kept.warm[number] += 1
                kept.bytes += bytes
            } else {
                unsafe madvise(memory, bytes, MADV_DONTNEED)
                kept.pieces[number].insert(piece, at: 0)
            }
        }
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

    private static func map(_ byteCount: Int, inSmallPages: Bool) -> UInt {
        let (protection, flags) = (PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS)
        let made =
            unsafe inSmallPages
            ? mmap(nil, byteCount, protection, flags, -1, 0) : LargePages.map(byteCount, protection)
        guard let made = unsafe made, unsafe made != MAP_FAILED else {
            OutOfMemory.end(reserving: byteCount, for: "lines or state")
        }
        return UInt(bitPattern: made)
    }
}
