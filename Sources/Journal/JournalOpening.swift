import Events
import Storage

/// A journal as it is found: where it ends, and what must be known to go on.
package struct JournalOpening: Sendable {
    /// The position of the next record to be written.
    package let end: UInt64
    /// The position of the oldest record that is there.
    package let start: UInt64
    package let context: JournalContext
    /// How many bytes behind the end were cut off.
    package let cutOff: UInt64
    /// Up to where the journal says that it was durable.
    let durable: UInt64
    /// The segment to go on with, and how many of its bytes are good; nil where a new one is to be begun.
    let last: (first: UInt64, length: UInt64)?

    /// Finds the journal's end, and cuts off what is behind it.
    ///
    /// Only segments that may have been written since the journal was last made sure of are read.
    package init(_ disk: any Disk) throws(JournalFault) {
        let segments = try JournalScan.segments(of: disk)
        var context = JournalContext()
        guard let oldest = segments.first else {
            (end, start, self.context, cutOff, durable, last) = (0, 0, context, 0, 0, nil)
            return
        }
        var durable: UInt64 = 0
        var from = segments.count
        repeat {
            from -= 1
            guard let claim = try JournalOpening.claim(disk, segments[from]) else { continue }
            durable = max(durable, claim)
            if segments[from] <= durable { break }
        } while from > 0
        let scan = try JournalScan(disk, from: segments[from])
        while let record = try scan.next() {
            durable = max(durable, record.durable)
            guard context.follow(record) else {
                throw JournalFault(
                    .damaged, "\(JournalFormat.name(first: segments[from])): its records do not make sense together")
            }
        }
        // What came before the oldest segment is lost, and that was not durable: neither is anything that follows from it.
        if oldest > durable {
            (end, start, self.context, self.durable, last) = (0, 0, JournalContext(), 0, nil)
            cutOff = try JournalOpening.cut(disk, segments, end: 0, at: nil)
            return
        }
        start = oldest
        self.context = context
        self.durable = durable
        end = scan.position
        let current = scan.segment ?? segments[from]
        // A segment whose context is missing is begun anew.
        let hasContext = scan.offset > UInt64(JournalFormat.segmentHeader)
        last = hasContext ? (current, scan.offset) : nil
        cutOff = try JournalOpening.cut(disk, segments.filter { $0 >= current }, end: scan.position, at: last?.length)
    }

    /// Up to where the journal was durable when a segment was begun; nil where the segment does not begin as one must.
    private static func claim(_ disk: any Disk, _ first: UInt64) throws(JournalFault) -> UInt64? {
        let file = try disk.open(JournalFormat.name(first: first), forReading: true)
        let block = ByteBlock(capacity: JournalFormat.segmentHeader)
        while block.count < JournalFormat.segmentHeader {
            let most = JournalFormat.segmentHeader - block.count
            if try file.read(into: block, at: UInt64(block.count), most: most) == 0 { return nil }
        }
        guard let header = JournalFormat.SegmentHeader(block.bytes), header.first == first,
            let record = try JournalScan(disk, from: first).next(), record.kind == .context
        else { return nil }
        return header.followsDurable ? first : record.durable
    }

    /// Cuts the first of `segments` at a length, or removes it, and removes the others; but where anything in them says
    /// that the journal was durable beyond its end, nothing is touched.
    private static func cut(_ disk: any Disk, _ segments: [UInt64], end: UInt64, at length: UInt64?)
        throws(JournalFault)
        -> UInt64
    {
        var dropped: UInt64 = 0
        for (index, first) in segments.enumerated() {
            let file = try disk.open(JournalFormat.name(first: first), forReading: true)
            let kept = index == 0 ? length ?? 0 : 0
            dropped += file.size - min(file.size, kept)
            guard file.size > kept,
                let claim = try DamageSearch.claim(beyond: end, in: disk, segment: first, from: kept)
            else { continue }
            throw JournalFault(
                .damaged,
                "\(JournalFormat.name(first: first)): the journal was durable up to position \(claim), but cannot be read beyond \(end): the disk or something else has changed it; bring the data directory back from a copy, or move it away to begin anew"
            )
        }
        for (index, first) in segments.enumerated() {
            if index == 0, let length {
                let file = try disk.open(JournalFormat.name(first: first), forReading: false)
                if file.size > length {
                    try file.truncate(to: length)
                    try file.synchronize()
                }
            } else {
                try disk.remove(JournalFormat.name(first: first))
            }
        }
        if segments.count > 1 || length == nil { try disk.synchronizeNames() }
        return dropped
    }
}
