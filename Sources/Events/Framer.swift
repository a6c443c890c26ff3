package import Storage

/// Cuts a stream of bytes, read in pieces of any size, into blocks of whole lines.
///
/// A pure state machine: somebody reads behind the content of `room()` and then asks `whole()` what has become
/// complete. A block is handed on as soon as a read completed a line, so at low load a block is one line and nothing
/// waits for a timer. What begins a further line is copied into the next block, and only that.
///
/// Memory: a line that outgrows the limit is cut, and what follows up to its end is dropped as it
/// comes, so a block never holds more than twice `capacity` and the line limit. Enough of it is
/// kept for the scanner to see that it is too long and to show its beginning.
package struct Framer: ~Copyable {
    /// How large blocks are, and where they are written to a journal: there fewer and larger ones
    /// are cheaper. With what stands behind them they are of sizes that memory comes in.
    package static let usualCapacity = 256 << 10 - ByteBlock.padding
    package static let journalCapacity = 1 << 20 - ByteBlock.padding

    /// A byte order mark, the CR of a line's end, and one byte beyond the limit stand besides the line.
    private static let slack = 5

    private let capacity: Int
    /// How many bytes of an unfinished line are kept.
    private let keptMost: Int
    private var block: ByteBlock
    /// How many bytes at the beginning of the block are known to hold no line's end.
    private var searched = 0
    /// Whether the block holds the beginning of a line whose further bytes are dropped.
    private var isSkipping = false
    /// How many bytes have been read, and how many of them are known to this framer and handed on as lines: where the
    /// last whole line ends in the input.
    private var readCount: UInt64 = 0
    package private(set) var completeCount: UInt64 = 0

    /// A framer for lines of at most `lineLimit` bytes, in blocks of about `capacity`.
    package init(lineLimit: Int, capacity: Int = usualCapacity) {
        self.capacity = capacity
        keptMost = Framer.keptMost(ofLine: lineLimit)
        block = ByteBlock(capacity: capacity)
    }

    /// How many bytes of an unfinished line are kept: enough for the scanner to see that it is too
    /// long, and to show its beginning.
    static func keptMost(ofLine lineLimit: Int) -> Int { max(lineLimit, Reject.rawLimit) + slack }

    /// The block to read into, behind its content; there is room for a good part of `capacity`.
    package func room() -> ByteBlock {
        block.reserve(capacity / 2)
        return block
    }

    /// The lines that the last read completed, if it completed any. What it hands out is not changed again.
    package mutating func whole() -> ByteBlock? {
        readCount += UInt64(block.count - searched)
        if isSkipping { dropRest() }
        let end = block.lastIndex(of: 0x0A, from: searched)
        if let end { completeCount = readCount - UInt64(block.count - end - 1) }
        let done = end.map { split(at: $0 + 1) }
        if block.count > keptMost {
            block.truncate(to: keptMost)
            isSkipping = true
        }
        searched = block.count
        return done
    }

    /// The last line, where the input ended without completing it.
    package mutating func rest() -> ByteBlock? {
        guard block.count > 0 else { return nil }
        completeCount = readCount
        let done = block
        block = ByteBlock(capacity: 64)
        searched = 0
        isSkipping = false
        return done
    }

    /// Drops the bytes of an overlong line that came behind its kept beginning.
    private mutating func dropRest() {
        let end = block.bytes.firstIndex(of: 0x0A, from: searched)
        block.remove(searched..<end)
        isSkipping = block.count == searched
    }

    /// Parts the whole lines from the tail. Few bytes are copied out, so that many small batches do
    /// not each hold on to a large block; many stay where they are, and the tail moves.
    private mutating func split(at length: Int) -> ByteBlock {
        if length < capacity / 4 {
            let done = ByteBlock(capacity: length)
            done.append(block.bytes[0..<length])
            block.remove(0..<length)
            return done
        }
        let done = block
        let tail = done.bytes[length..<done.count]
        block = ByteBlock(capacity: max(capacity, tail.count + capacity / 2))
        block.append(tail)
        done.truncate(to: length)
        return done
    }
}
