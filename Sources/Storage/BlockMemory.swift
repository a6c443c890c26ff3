import CLinux
import Glibc
import Synchronization

/// Memory in large pieces, for blocks of bytes and rows of a batch: what one no longer needs is kept
/// for the next of its size.
///
/// The system gives memory page by page, each with a fault at its first use, and an allocator gives
/// large pieces back to it between two batches of a stream. Sizes are few, so that a piece fits again:
/// multiples of `step` up to a MiB, and powers of two above. A piece is never given another size, and
/// its addresses stay reserved; of what lies unused beyond `keptMost`, the system gets the memory.
/// Taking and giving back cost a lock.
package final class BlockMemory: Sendable {
    /// The memory of all blocks and columns.
    package static let shared = BlockMemory()

    /// What sizes up to a MiB are multiples of, and the least of them, in bytes: of smaller ones the
    /// allocator has enough at hand.
    #if ALLOCATOR_ALONE
        // The address sanitizer watches what the allocator gives.
        static let step = Int.max
    #else
        static let step = 32 << 10
    #endif
    private static let stepsMost = 32
    /// How many sizes above a MiB there are. What is larger than 16 MiB comes and goes as it is.
    private static let doublings = 4
    /// How many unused bytes are kept at most.
    private static let keptMost = 32 << 20

    private struct Kept {
        /// The unused pieces of each size. The one that was used last is at the end: it is the likeliest
        /// to be near the processor.
        var pieces = [[UInt]](repeating: [], count: stepsMost + doublings)
        /// How many pieces of each size hold memory, those at the ends, and how many bytes that is in all.
        var warm = [Int](repeating: 0, count: stepsMost + doublings)
        var bytes = 0
        /// The rest of the stretch that new pieces of up to a MiB are cut from.
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

        /// A new piece. Where the stretch has no room for it, its rest is left for pieces of that size.
        private mutating func cut(_ byteCount: Int) -> UInt {
            guard byteCount < LargePages.bytes else { return map(byteCount, inSmallPages: isInSmallPages) }
            if rest.count < byteCount {
                if !rest.isEmpty { pieces[rest.count / step - 1].insert(rest.lowerBound, at: 0) }
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
        let steps = (byteCount + step - 1) / step
        if steps <= stepsMost { return (steps * step, steps - 1) }
        let doubling = Int.bitWidth - ((steps - 1) / stepsMost).leadingZeroBitCount
        guard doubling <= doublings else { return (steps * step, nil) }
        return (stepsMost << doubling * step, stepsMost + doubling - 1)
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
            OutOfMemory.end(reserving: byteCount, for: "blocks of lines")
        }
        return UInt(bitPattern: made)
    }
}
