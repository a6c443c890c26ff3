/// What some state is at one instant, as a row of words: small values, which are copied as they are put in, and memory
/// that belongs to others, of which only the place is noted.
///
/// So an image of a gigabyte of state is made in no time. Whoever makes it keeps the owners alive and their memory
/// unchanged until the image is written or let go of.
/// `StateReader` reads back what was put in, in the same order.
@safe
public final class StateImage: @unchecked Sendable {
    // Sendable: it is filled by one task, and handed on.
    /// A stretch of the image.
    @safe enum Piece {
        /// Bytes of the image's own, by their places there.
        case own(Range<Int>)
        case memory(UnsafeRawPointer, count: Int)
    }

    private let own = ByteBlock(capacity: 256)
    private var pieces: [Piece] = []
    private var pieceStart = 0
    /// How many bytes the image has; always a multiple of eight.
    public private(set) var byteCount = 0

    /// An empty image.
    public init() {}

    /// Puts in one word.
    public func put(_ word: UInt64) {
        for shift in stride(from: UInt64(0), to: 64, by: 8) { own.append(UInt8(truncatingIfNeeded: word >> shift)) }
        byteCount += 8
    }

    /// Puts in a number.
    public func put(_ number: Int) { put(UInt64(bitPattern: Int64(number))) }

    /// Puts in a flag.
    public func put(_ flag: Bool) { put(flag ? 1 : 0) as Void }

    /// Puts in a label, which the reader expects at the same place.
    public func put(label: String) { put(Hash64.of(label)) }

    /// Puts in a copy of some bytes, with their number.
    public func put(_ bytes: View<UInt8>) {
        put(bytes.count)
        own.append(bytes)
        byteCount += bytes.count
        while byteCount & 7 != 0 {
            own.append(0)
            byteCount += 1
        }
    }

    /// Puts in a text.
    public func put(_ text: String) { View.of(Array(text.utf8)) { put($0) } }

    /// Puts in some numbers.
    public func put(_ numbers: [Int]) {
        put(numbers.count)
        for number in numbers { put(number) }
    }

    /// Puts in a column's elements, as they lie in memory; an element's size is a multiple of eight bytes.
    public func put<Element: BitwiseCopyable>(_ column: borrowing Column<Element>) {
        precondition(MemoryLayout<Element>.stride & 7 == 0)
        put(column.count)
        unsafe add(UnsafeRawPointer(column.base), count: column.count * MemoryLayout<Element>.stride)
    }

    /// Puts in a copy of a column's elements, for one that does not live as long.
    func put<Element: BitwiseCopyable>(copyOf column: borrowing Column<Element>) {
        precondition(MemoryLayout<Element>.stride & 7 == 0)
        put(column.count)
        let count = column.count * MemoryLayout<Element>.stride
        unsafe own.append(View(base: UnsafeRawPointer(column.base).assumingMemoryBound(to: UInt8.self), count: count))
        byteCount += count
    }

    /// Notes memory that belongs to somebody else.
    func add(_ memory: UnsafeRawPointer, count: Int) {
        precondition(count & 7 == 0)
        if count == 0 { return }
        cut()
        unsafe pieces.append(.memory(memory, count: count))
        byteCount += count
    }

    private func cut() {
        if own.count > pieceStart { pieces.append(.own(pieceStart..<own.count)) }
        pieceStart = own.count
    }

    /// Goes through the image's memory from its beginning to its end. Nothing may be put in any more.
    func forEachPiece(_ body: (UnsafeRawPointer, Int) -> Void) {
        cut()
        guard let base = unsafe own.bytes.base else { return }
        for piece in pieces {
            switch piece {
            case .own(let range): unsafe body(UnsafeRawPointer(base + range.lowerBound), range.count)
            case .memory(let memory, let count): unsafe body(memory, count)
            }
        }
    }

    /// The image's bytes as they are now.
    public func copied() -> [UInt8] {
        let block = ByteBlock(capacity: byteCount)
        unsafe forEachPiece { memory, count in
            unsafe block.append(View(base: memory.assumingMemoryBound(to: UInt8.self), count: count))
        }
        return withExtendedLifetime(block) { block.bytes.copied }
    }
}
