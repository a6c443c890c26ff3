import Storage

/// Finds out what a spool holds when it is opened, and cuts off what was not written whole.
enum SpoolRecovery {
    /// The segments of a folder from the first line that was not taken. Removes those that were taken.
    static func ledger(of folder: Folder, taken: Descriptor, limit: Int) throws(SystemError) -> SpoolLedger {
        let front = try takenPlace(taken)
        let starts = try folder.names().compactMap { SpoolFormat.start(ofSegment: $0) }.sorted()
        var segments: [SpoolLedger.Segment] = []
        for start in starts {
            let name = SpoolFormat.name(ofSegment: start)
            let found = try segment(folder.path(of: name), start: start, front: front, isLast: start == starts.last)
            if let found, found.lineCount > 0, found.start >= segments.last?.end ?? 0 {
                segments.append(found)
            } else {
                try folder.remove(name)
            }
        }
        var ledger = SpoolLedger(limit: limit, front: max(front, starts.last ?? 0))
        if let first = segments.first { ledger = SpoolLedger(limit: limit, front: max(front, first.start)) }
        for segment in segments { ledger.found(segment) }
        return ledger
    }

    private static func takenPlace(_ file: Descriptor) throws(SystemError) -> UInt64 {
        let block = ByteBlock(capacity: 16)
        let got = block.read(from: file.number, at: 0, most: 16)
        if got < 0 { throw SystemError(code: Int32(-got)) }
        return withExtendedLifetime(block) { SpoolFormat.taken(in: block.bytes) } ?? 0
    }

    /// What a segment's file holds; nil where it is none.
    private static func segment(
        _ path: String, start: UInt64, front: UInt64, isLast: Bool
    ) throws(SystemError) -> SpoolLedger.Segment? {
        let file = try Descriptor(changing: path)
        let block = ByteBlock(capacity: Int(file.size) + 1)
        while true {
            let got = block.read(from: file.number)
            if got == 0 { break }
            if got < 0 { throw SystemError(code: Int32(-got)) }
            block.reserve(1)
        }
        let bytes = block.bytes
        guard bytes.count >= SpoolFormat.segmentHeader,
            SpoolFormat.magic.indices.allSatisfy({ bytes[$0] == SpoolFormat.magic[$0] })
        else { return nil }
        var segment = SpoolLedger.Segment(start: start, end: start, lineCount: 0)
        var index = SpoolFormat.segmentHeader
        while case .line(let line) = SpoolFormat.frame(in: bytes, at: index, place: segment.end) {
            segment.end += UInt64(line.upperBound - index)
            index = line.upperBound
            if segment.end > front { segment.lineCount += 1 }
        }
        if isLast, index < bytes.count { try file.truncate(to: UInt64(index)) }
        return withExtendedLifetime(block) { segment }
    }
}
