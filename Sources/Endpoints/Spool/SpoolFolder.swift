import Storage

/// A spool on disk: performs what `SpoolLedger` says. The format is in `SpoolFormat`. One party at a time uses it.
///
/// Cost: a line is written once and read once, in pieces of what came or is wanted together; taking lines costs one write
/// of 16 bytes.
final class SpoolFolder: LineStore {
    /// About how many bytes are written at once: what is written only in part, on a full disk, is taken back as a whole.
    private static let writeMost = 32 << 10

    private let folder: Folder
    private var ledger: SpoolLedger
    /// Holds the folder for this run.
    private let lock: Descriptor
    private let taken: Descriptor
    /// The last segment, to append to; nil where the next line begins one.
    private var last: Descriptor?
    /// The segment that was read last.
    private var reading: (start: UInt64, file: Descriptor)?
    /// The places behind the lines that were handed out and are not released, in order.
    private var outgoing: [UInt64] = []
    private var damaged = 0

    /// Opens a spool, or makes one.
    init(path: String, limit: Int) throws(EndpointFault) {
        folder = Folder(path)
        let isFree: Bool
        do throws(SystemError) {
            try SpoolFolder.makeParents(of: path)
            try folder.make()
            lock = try Descriptor(keeping: folder.path(of: "lock"))
            isFree = try lock.lock()
            taken = try Descriptor(keeping: folder.path(of: "taken"))
            ledger = SpoolLedger(limit: limit)
            if isFree { ledger = try SpoolRecovery.ledger(of: folder, taken: taken, limit: limit) }
            if let segment = ledger.segments.last {
                last = try Descriptor(
                    appendingTo: folder.path(of: SpoolFormat.name(ofSegment: segment.start)), isPrivate: true)
            }
        } catch {
            throw EndpointFault(.cannotOpen, "\(path): cannot be used as a spool: \(error)")
        }
        if !isFree {
            throw EndpointFault(.cannotOpen, "\(path): is the spool of another run; give each a folder of its own")
        }
    }

    /// Makes the folders that lead to a path, as far as they are not there.
    private static func makeParents(of path: String) throws(SystemError) {
        for index in path.indices.dropFirst() where path[index] == "/" { try Folder(String(path[..<index])).make() }
    }

    var lineCount: Int { ledger.lineCount }
    var byteCount: Int { ledger.byteCount }
    var front: UInt64 { ledger.front }

    // MARK: Adding

    func add(_ lines: [View<UInt8>], from start: Int) throws(SystemError) -> Int {
        var index = start
        while index < lines.count {
            let size = SpoolFormat.size(ofLine: lines[index])
            guard ledger.hasRoom(size) else { break }
            do throws(SystemError) {
                if last == nil || ledger.beginsSegment(size) { try beginSegment() }
                index = try appendFrames(lines, from: index)
            } catch {
                // What was written before this is kept; the fault is told when nothing more can be.
                if index == start { throw error }
                return index
            }
        }
        return index
    }

    /// Writes frames to the last segment while they fit there, at least one.
    private func appendFrames(_ lines: [View<UInt8>], from start: Int) throws(SystemError) -> Int {
        guard let last else { preconditionFailure("frames are written to a segment") }
        let block = ByteBlock(capacity: 4096)
        var index = start
        var added = ledger
        while index < lines.count, block.count < SpoolFolder.writeMost {
            let size = SpoolFormat.size(ofLine: lines[index])
            guard added.hasRoom(size), !added.beginsSegment(size) || index == start else { break }
            SpoolFormat.append(lines[index], place: added.end, to: block)
            added.grow(bytes: size, lines: 1)
            index += 1
        }
        try write(block, to: last)
        ledger = added
        return index
    }

    private func beginSegment() throws(SystemError) {
        // The one before is full: from now on it outlasts the loss of power.
        try? last?.synchronize()
        last = nil
        let name = SpoolFormat.name(ofSegment: ledger.end)
        let file = try Descriptor(appendingTo: folder.path(of: name), isPrivate: true)
        do throws(SystemError) {
            try file.truncate(to: 0)
            let header = ByteBlock(capacity: SpoolFormat.segmentHeader)
            header.append(SpoolFormat.magic)
            try write(header, to: file)
        } catch {
            try? folder.remove(name)
            throw error
        }
        ledger.begin()
        last = file
    }

    /// Writes the whole of a block to the end of a segment, or nothing.
    private func write(_ block: ByteBlock, to file: Descriptor) throws(SystemError) {
        let before = file.size
        var done = 0
        while done < block.count {
            let put = block.write(from: done, to: file.number)
            if put > 0 {
                done += put
            } else if put != -Int(SystemError.interrupted.code) {
                try? file.truncate(to: before)
                throw SystemError(code: Int32(-put))
            }
        }
    }

    func dropOldest() -> Int? {
        guard let dropped = ledger.dropFirst() else { return nil }
        removeFiles([dropped.segment])
        if ledger.segments.isEmpty { last = nil }
        outgoing.removeAll { $0 <= ledger.front }
        return dropped.lines
    }

    // MARK: Taking

    func parcel(from place: UInt64, mostLines: Int, mostBytes: Int) throws(SystemError) -> Parcel? {
        var place = max(place, ledger.front)
        for segment in ledger.segments where segment.end > place {
            place = max(place, segment.start)
            let (parcel, isWhole) = try read(segment, from: place, mostLines: mostLines, mostBytes: mostBytes)
            if let parcel {
                for line in parcel.lines where line.next > outgoing.last ?? 0 { outgoing.append(line.next) }
                return parcel
            }
            if isWhole { return nil }
            passOver(segment)
        }
        return nil
    }

    /// Lines of one segment; nil and false where what is there cannot be read.
    private func read(
        _ segment: SpoolLedger.Segment, from place: UInt64, mostLines: Int, mostBytes: Int
    ) throws(SystemError) -> (parcel: Parcel?, isWhole: Bool) {
        let file = try self.file(of: segment)
        let left = Int(segment.end - place)
        let block = ByteBlock(capacity: min(left, mostBytes) + SpoolFormat.frameHeader)
        var parts: [Parcel.Line] = []
        var index = 0
        while index < left, parts.count < mostLines, parts.isEmpty || index < mostBytes {
            switch SpoolFormat.frame(in: block.bytes, at: index, place: place + UInt64(index)) {
            case .line(let line):
                index = line.upperBound
                parts.append(
                    Parcel.Line(start: line.lowerBound, end: line.upperBound, next: place + UInt64(line.upperBound)))
            case .needs(let count):
                let wanted = max(index + count, min(left, mostBytes)) - block.count
                guard index + count <= left, wanted > 0 else { return (nil, false) }
                // A further line that does not fit comes with the next parcel.
                if !parts.isEmpty, block.count >= min(left, mostBytes) { return (parcel(parts, block), true) }
                let offset = UInt64(SpoolFormat.segmentHeader) + place - segment.start + UInt64(block.count)
                let got = block.read(from: file.number, at: offset, most: wanted)
                if got == 0 { return (nil, false) }
                if got < 0, got != -Int(SystemError.interrupted.code) { throw SystemError(code: Int32(-got)) }
            case .broken: return parts.isEmpty ? (nil, false) : (parcel(parts, block), true)
            }
        }
        return (parts.isEmpty ? nil : parcel(parts, block), true)
    }

    private func parcel(_ parts: [Parcel.Line], _ block: ByteBlock) -> Parcel {
        withExtendedLifetime(block) { Parcel(bytes: block.bytes.copied, lines: parts) }
    }

    private func file(of segment: SpoolLedger.Segment) throws(SystemError) -> Descriptor {
        if let reading, reading.start == segment.start { return reading.file }
        let file = try Descriptor(reading: folder.path(of: SpoolFormat.name(ofSegment: segment.start)))
        reading = (segment.start, file)
        return file
    }

    /// Gives up a segment that was changed by somebody else: what is left of it cannot be told from anything.
    private func passOver(_ segment: SpoolLedger.Segment) {
        damaged += segment.lineCount
        removeFiles(ledger.release(before: segment.end, lines: segment.lineCount))
        if segment.end == ledger.end { last = nil }
        outgoing.removeAll { $0 <= ledger.front }
    }

    func release(before place: UInt64) {
        let count = outgoing.firstIndex { $0 > place } ?? outgoing.count
        guard count > 0 else { return }
        for line in outgoing.prefix(count) { removeFiles(ledger.release(before: line, lines: 1)) }
        if ledger.segments.isEmpty { last = nil }
        outgoing.removeFirst(count)
        let content = SpoolFormat.taken(ledger.front)
        // Where this fails, lines are delivered once more after a restart.
        _ = content.write(followedBy: ByteBlock(capacity: 0), 0, from: 0, to: taken.number, at: 0)
    }

    func takeDamage() -> Int {
        defer { damaged = 0 }
        return damaged
    }

    func settle() {
        try? last?.synchronize()
        try? taken.synchronize()
    }

    private func removeFiles(_ segments: [UInt64]) {
        for start in segments {
            if reading?.start == start { reading = nil }
            // One that stays is found to be taken when the spool is opened the next time.
            try? folder.remove(SpoolFormat.name(ofSegment: start))
        }
    }
}
