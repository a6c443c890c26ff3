import Events
import Storage

/// The segments of a disk, and records read from them in order.
///
/// Reads ahead in large pieces; memory is one piece or one record, whichever is larger.
package final class JournalScan {
    private static let piece = 1 << 20

    private let disk: any Disk
    /// The first positions of the segments that are left, the current one first.
    private var segments: [UInt64]
    private var file: (any DiskFile)?
    private var buffer = ByteBlock(capacity: JournalScan.piece)
    /// Where in the current file the buffer begins, and how much of it is done with.
    private var bufferOffset: UInt64 = 0
    private var done = 0
    /// The position of the next record.
    package private(set) var position: UInt64

    /// The first positions of the segments that are there, in order.
    package static func segments(of disk: any Disk) throws(JournalFault) -> [UInt64] {
        return try disk.names().compactMap { JournalFormat.first(ofSegment: $0) }.sorted()
    }

    /// Reads from the record at `start` on, or from the first there is.
    package init(_ disk: any Disk, from start: UInt64? = nil) throws(JournalFault) {
        self.disk = disk
        let all = try JournalScan.segments(of: disk)
        let first = start.flatMap { start in all.lastIndex { $0 <= start } } ?? 0
        segments = Array(all[first...])
        position = segments.first ?? start ?? 0
        guard let start, start > position, !segments.isEmpty else { return }
        // To the record itself: what is before it in its segment is passed over, as far as it can be read.
        while position < start, try next() != nil {}
    }

    /// The position at which the oldest segment begins; nil where there is none.
    package static func oldest(of disk: any Disk) throws(JournalFault) -> UInt64? { try segments(of: disk).first }

    /// The next record; nil where there is none that is valid, or none any more.
    package func next() throws(JournalFault) -> JournalRecord? {
        while let first = segments.first {
            if file == nil, try !enter(first) { return nil }
            if let record = try record() {
                position = record.end
                return record
            }
            guard segments.count > 1, segments[1] == position else { return nil }
            segments.removeFirst()
            file = nil
        }
        return nil
    }

    /// Where in its file the next record would stand.
    var offset: UInt64 { bufferOffset + UInt64(done) }

    /// The first position of the segment that the next record would stand in.
    var segment: UInt64? { segments.first }

    /// Opens a segment and reads its header; false where that is not valid.
    private func enter(_ first: UInt64) throws(JournalFault) -> Bool {
        let opened = try disk.open(JournalFormat.name(first: first), forReading: true)
        file = opened
        buffer = ByteBlock(capacity: JournalScan.piece)
        bufferOffset = 0
        done = 0
        guard try fill(JournalFormat.segmentHeader),
            let header = JournalFormat.SegmentHeader(buffer.bytes[0..<JournalFormat.segmentHeader]),
            header.first == first
        else { return false }
        done = JournalFormat.segmentHeader
        return true
    }

    private func record() throws(JournalFault) -> JournalRecord? {
        guard try fill(JournalFormat.recordHeader),
            let size = JournalFormat.size(ofRecord: rest(JournalFormat.recordHeader), position: position),
            try fill(size), let record = JournalFormat.record(rest(size), position: position)
        else { return nil }
        done += size
        return record
    }

    private func rest(_ count: Int) -> View<UInt8> { buffer.bytes[done..<done + count] }

    /// Has the buffer hold the next `count` bytes; false where the file ends before.
    private func fill(_ count: Int) throws(JournalFault) -> Bool {
        guard let file else { return false }
        if buffer.count - done >= count { return true }
        // A length that is not true must not cost memory.
        guard offset + UInt64(count) <= file.size else { return false }
        buffer.remove(0..<done)
        bufferOffset += UInt64(done)
        done = 0
        while buffer.count < count {
            let most = max(JournalScan.piece, count) - buffer.count
            if try file.read(into: buffer, at: bufferOffset + UInt64(buffer.count), most: most) == 0 { return false }
        }
        return true
    }
}

/// The search for what contradicts that a journal ends where it seems to.
enum DamageSearch {
    private static let piece = 1 << 20

    /// A position beyond `end` up to which a valid record says that the journal was durable, if there is one in the
    /// segment that begins at `first`, from the byte `offset` of its file on.
    static func claim(beyond end: UInt64, in disk: any Disk, segment first: UInt64, from offset: UInt64)
        throws(JournalFault) -> UInt64?
    {
        let file = try disk.open(JournalFormat.name(first: first), forReading: true)
        let size = file.size
        // Records begin at multiples of eight behind the segment's header.
        var at = max(offset, UInt64(JournalFormat.segmentHeader))
        var buffer = ByteBlock(capacity: piece)
        var bufferOffset = at
        while at + UInt64(JournalFormat.recordHeader) <= size {
            let place = Int(at - bufferOffset)
            if buffer.count - place < JournalFormat.recordHeader {
                buffer = ByteBlock(capacity: piece)
                bufferOffset = at
                if try file.read(into: buffer, at: at, most: piece) < JournalFormat.recordHeader { return nil }
                continue
            }
            let header = buffer.bytes[place..<place + JournalFormat.recordHeader]
            let position = first + at - UInt64(JournalFormat.segmentHeader)
            if let length = JournalFormat.size(ofRecord: header, position: position), header.word(at: 24) > end,
                at + UInt64(length) <= size
            {
                let whole = ByteBlock(capacity: length)
                while whole.count < length {
                    let most = length - whole.count
                    if try file.read(into: whole, at: at + UInt64(whole.count), most: most) == 0 { break }
                }
                if whole.count == length, let record = JournalFormat.record(whole.bytes, position: position) {
                    return record.durable
                }
            }
            at += 8
        }
        return nil
    }
}
