import Events
import Storage

// The spool's format, version 1.
//
// A spool is a folder in which the lines of one output wait. Each line has a *place*: how many bytes of frames were
// written before it, from the first there ever was. The frames are cut into *segments*, files that hold neighbouring
// frames each: their names are the place of their first frame in 20 decimal digits, and ".spool". Segments are only
// appended to, and removed from the front. All numbers are little-endian.
//
// A segment begins with 16 bytes: "JOURNEYSPOOL", and the version in four. A frame is
//
//     0   4  how many bytes the line has, at least 1 and at most 2^28
//     4   8  checksum: Hash64 of the line, begun from its place
//     12     the line, without a line end
//
// The file "taken" says how far the lines have been taken: 16 bytes, the place behind the last line taken and Hash64 of
// those eight bytes, begun from 1. It is written over in place; where it is not valid, nothing has been taken. It is
// written after the receiver has taken the lines, so that a line is delivered once more rather than not at all.
//
// A segment ends before its first frame that is not whole or whose checksum is wrong: that is what is left of a write
// that was cut short, and is cut off when the spool is opened. The next segment may begin further on. What was written
// outlasts the end of the process, however sudden, at once; the loss of power as soon as its segment is full, or the run
// has ended.
//
// The file "lock" is locked by the run that uses the spool.

/// The numbers of the format.
enum SpoolFormat {
    static let suffix = ".spool"
    static let magic = Array("JOURNEYSPOOL".utf8) + [1, 0, 0, 0]
    static let segmentHeader = 16
    static let frameHeader = 12
    static let lineMost = 1 << 28

    /// The name of the segment that begins at a place.
    static func name(ofSegment start: UInt64) -> String {
        let digits = String(start)
        return String(repeating: "0", count: 20 - digits.count) + digits + suffix
    }

    /// The place at which a segment of that name begins; nil for what is none.
    static func start(ofSegment name: String) -> UInt64? {
        guard name.hasSuffix(suffix), name.utf8.count == 20 + suffix.utf8.count else { return nil }
        return UInt64(name.dropLast(suffix.count))
    }

    static func size(ofLine line: View<UInt8>) -> Int { frameHeader + line.count }

    /// Appends a line's frame.
    static func append(_ line: View<UInt8>, place: UInt64, to block: ByteBlock) {
        for shift: UInt32 in [0, 8, 16, 24] { block.append(UInt8(truncatingIfNeeded: UInt32(line.count) >> shift)) }
        block.append(word: Hash64.of(line, seed: place))
        block.append(line)
    }

    /// What stands at a place of some bytes.
    enum Frame {
        /// A line: its bytes, and where its frame ends.
        case line(Range<Int>)
        /// So many bytes are needed to tell.
        case needs(Int)
        /// Nothing that was written whole.
        case broken
    }

    /// The frame that begins at `index`; its place in the spool is `place`.
    static func frame(in bytes: View<UInt8>, at index: Int, place: UInt64) -> Frame {
        guard index + frameHeader <= bytes.count else { return .needs(frameHeader) }
        let count = Int(bytes.half(at: index))
        guard (1...lineMost).contains(count) else { return .broken }
        guard index + frameHeader + count <= bytes.count else { return .needs(frameHeader + count) }
        let line = index + frameHeader..<index + frameHeader + count
        return bytes.word(at: index + 4) == Hash64.of(bytes[line], seed: place) ? .line(line) : .broken
    }

    /// The content of the file "taken".
    static func taken(_ place: UInt64) -> ByteBlock {
        let block = ByteBlock(capacity: 16)
        block.append(word: place)
        block.append(word: Hash64.of(place, seed: 1))
        return block
    }

    /// What the file "taken" says; nil where it says nothing.
    static func taken(in bytes: View<UInt8>) -> UInt64? {
        guard bytes.count >= 16 else { return nil }
        let place = bytes.word(at: 0)
        return bytes.word(at: 8) == Hash64.of(place, seed: 1) ? place : nil
    }
}
