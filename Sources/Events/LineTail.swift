package import Storage

/// What one of many connections keeps between two reads: the beginning of its unfinished line, and nothing where there
/// is none. So thousands of idle connections hold no memory; they share the block that is read into.
///
/// A pure state machine, like `Framer`: somebody reads behind the content of `room(in:)` and then asks `whole(of:)` how
/// much of the block has become whole lines.
///
/// Memory: an unfinished line as it is, or twice that while it grows; at most the line limit, since a longer one is cut
/// and what follows up to its end is dropped as it comes. Cost: a short beginning is copied in front of what is read
/// next; a long one stays where it is and is read on to, so that a line is not copied again for each of its pieces.
package struct LineTail {
    /// From this length on a line's beginning stays in a block of its own.
    private static let ownBlockSize = 4096

    /// How many bytes of an unfinished line are kept.
    private let keptMost: Int
    private var kept: ByteBlock?
    /// How many bytes in front of what was read were there before.
    private var before = 0
    /// Whether further bytes of the kept line are dropped.
    private var isSkipping = false

    /// A tail of nothing yet, for lines of at most `lineLimit` bytes.
    package init(lineLimit: Int) { keptMost = Framer.keptMost(ofLine: lineLimit) }

    /// How many bytes of memory the unfinished line takes.
    package var size: Int { kept?.capacity ?? 0 }

    /// How many bytes of an unfinished line there are, as far as they are kept.
    package var count: Int { kept?.count ?? 0 }

    /// The block to read into, behind its content: `shared`, which is emptied, or one of its own. There is room for
    /// `most` bytes at least.
    package mutating func room(in shared: ByteBlock, most: Int) -> ByteBlock {
        before = count
        if let kept, before >= LineTail.ownBlockSize {
            kept.reserve(min(most, before))
            return kept
        }
        shared.truncate(to: 0)
        if let kept { shared.append(kept.bytes) }
        shared.reserve(most)
        return shared
    }

    /// The length of the whole lines at the beginning of the block that was read into; what follows them is kept. It is
    /// the caller's from now on: the whole lines in it do not change until the shared block is read into again.
    package mutating func whole(of block: ByteBlock) -> Int {
        if isSkipping {
            let end = block.bytes.firstIndex(of: 0x0A, from: before)
            block.remove(before..<end)
            isSkipping = block.count == before
        }
        let length = block.lastIndex(of: 0x0A, from: before).map { $0 + 1 } ?? 0
        if block.count - length > keptMost {
            block.truncate(to: length + keptMost)
            isSkipping = true
        }
        keep(block, from: length)
        return length
    }

    private mutating func keep(_ block: ByteBlock, from start: Int) {
        if start == 0, block === kept { return }
        guard start < block.count else {
            kept = nil
            return
        }
        let rest = ByteBlock(capacity: block.count - start)
        rest.append(block.bytes[start..<block.count])
        kept = rest
    }

    /// Takes the line that will not be finished any more, as it is.
    package mutating func rest() -> ByteBlock? {
        defer { kept = nil }
        return kept
    }
}
