/// Which segments a spool has, and what of them still waits: the logic of a spool, without its files. Pure.
///
/// Invariants: segments are in order and do not overlap; `front` lies in the first segment or at its end; only the last
/// one grows. The bytes of all segments, headers included, stay within `limit`, as do those already taken in a segment of
/// which the rest waits.
struct SpoolLedger {
    /// One file.
    struct Segment: Equatable {
        let start: UInt64
        var end: UInt64
        /// How many lines of it wait.
        var lineCount: Int

        var byteCount: Int { Int(end - start) + SpoolFormat.segmentHeader }
    }

    /// The smallest and the largest that a segment grows before the next is begun.
    private static let segmentLeast = 4 << 10
    private static let segmentMost = 16 << 20

    let limit: Int
    private(set) var segments: [Segment] = []
    /// The place of the first line that waits, or that of the next one to come.
    private(set) var front: UInt64

    /// An empty spool whose first line will have the place `front`.
    init(limit: Int, front: UInt64 = 0) {
        self.limit = limit
        self.front = front
    }

    var lineCount: Int { segments.reduce(0) { $0 + $1.lineCount } }
    var byteCount: Int { segments.reduce(0) { $0 + $1.byteCount } }
    /// The place of the next line.
    var end: UInt64 { segments.last?.end ?? front }

    /// How large a segment may grow: an eighth of all, so that little goes with the oldest one.
    private var segmentSize: Int { min(max(limit / 8, SpoolLedger.segmentLeast), SpoolLedger.segmentMost) }

    /// Whether the next frame of that many bytes begins a segment.
    func beginsSegment(_ size: Int) -> Bool {
        guard let last = segments.last else { return true }
        return last.byteCount + size > segmentSize && last.end > last.start
    }

    /// Whether a frame of that many bytes fits.
    func hasRoom(_ size: Int) -> Bool {
        byteCount + size + (beginsSegment(size) ? SpoolFormat.segmentHeader : 0) <= limit
    }

    /// Takes in a segment that was found, from the front on; `lineCount` of its lines wait.
    mutating func found(_ segment: Segment) {
        precondition(segment.start >= end || segments.isEmpty, "segments come in order")
        if segments.isEmpty { front = max(front, segment.start) }
        segments.append(segment)
    }

    /// Begins a segment at the end.
    mutating func begin() {
        segments.append(Segment(start: end, end: end, lineCount: 0))
    }

    /// Notes that the last segment has grown.
    mutating func grow(bytes: Int, lines: Int) {
        segments[segments.count - 1].end += UInt64(bytes)
        segments[segments.count - 1].lineCount += lines
    }

    /// Notes that so many `lines` before `place`, all of one segment, have been taken.
    /// - Returns: the segments whose files are to be removed.
    mutating func release(before place: UInt64, lines: Int) -> [UInt64] {
        guard place > front else { return [] }
        front = min(place, end)
        if let index = segments.lastIndex(where: { $0.start < front }) {
            segments[index].lineCount = max(0, segments[index].lineCount - lines)
        }
        return removeTaken()
    }

    /// Lets go of the first segment, whatever waits in it; of the last one too, where it is the only one.
    mutating func dropFirst() -> (segment: UInt64, lines: Int)? {
        guard let first = segments.first else { return nil }
        segments.removeFirst()
        front = max(front, first.end)
        return (first.start, first.lineCount)
    }

    /// Takes out the segments that end before the front. The last one stays, to be appended to, unless it is full.
    private mutating func removeTaken() -> [UInt64] {
        var removed: [UInt64] = []
        while let first = segments.first, first.end <= front, segments.count > 1 || beginsSegment(1) {
            removed.append(first.start)
            segments.removeFirst()
        }
        return removed
    }
}
