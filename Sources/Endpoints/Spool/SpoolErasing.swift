package import Events
import Storage

/// Takes lines out of a spool that no run uses.
package enum SpoolErasing {
    /// Removes the lines that name a person, and those that were taken already.
    ///
    /// Each segment is written anew, with places that follow from its first one. Where this is interrupted, lines that were
    /// taken may be delivered once more.
    /// - Returns: how many lines that wait were removed.
    package static func erase(_ ids: PersonIds, in path: String) throws(EndpointFault) -> Int {
        let erased = try erase(ids, in: Folder(path), path)
        guard let erased else {
            throw EndpointFault(.cannotOpen, "\(path): is the spool of a run that goes on; end that first")
        }
        return erased
    }

    /// The same; nil where a run uses the spool.
    private static func erase(_ ids: PersonIds, in folder: Folder, _ path: String) throws(EndpointFault) -> Int? {
        do throws(SystemError) {
            guard let names = try names(of: folder) else { return 0 }
            let lock = try Descriptor(keeping: folder.path(of: "lock"))
            guard try lock.lock() else { return nil }
            defer { withExtendedLifetime(lock) {} }
            let taken = try Descriptor(keeping: folder.path(of: "taken"))
            let known = ByteBlock(capacity: 16)
            _ = known.read(from: taken.number, at: 0, most: 16)
            let front = SpoolFormat.taken(in: known.bytes) ?? 0
            var erased = 0
            for start in names.compactMap({ SpoolFormat.start(ofSegment: $0) }).sorted() {
                let name = SpoolFormat.name(ofSegment: start)
                let (left, count) = try rest(of: folder.path(of: name), from: start, behind: front, ids)
                erased += count
                // What is written anew has no line that was taken.
                if start < front {
                    _ = SpoolFormat.taken(start).write(
                        followedBy: ByteBlock(capacity: 0), 0, from: 0, to: taken.number, at: 0)
                    try taken.synchronize()
                }
                if let left { try folder.replace(name, by: left) } else { try folder.remove(name) }
            }
            return erased
        } catch {
            throw EndpointFault(.cannotOpen, "\(path): its lines cannot be erased: \(error)")
        }
    }

    private static func names(of folder: Folder) throws(SystemError) -> [String]? {
        do throws(SystemError) {
            return try folder.names()
        } catch {
            if error == .noSuchFile { return nil }
            throw error
        }
    }

    /// What a segment is to hold; nil where that is nothing.
    private static func rest(
        of path: String, from start: UInt64, behind front: UInt64, _ ids: PersonIds
    ) throws(SystemError) -> (ByteBlock?, erased: Int) {
        let whole = try Descriptor(reading: path).content()
        let bytes = whole.bytes
        let left = ByteBlock(capacity: whole.count)
        left.append(SpoolFormat.magic)
        var (index, place, next, erased) = (SpoolFormat.segmentHeader, start, start, 0)
        while case .line(let line) = SpoolFormat.frame(in: bytes, at: index, place: place) {
            place += UInt64(line.upperBound - index)
            index = line.upperBound
            if place <= front { continue }
            if ids.isNamed(in: bytes[line]) {
                erased += 1
                continue
            }
            SpoolFormat.append(bytes[line], place: next, to: left)
            next += UInt64(SpoolFormat.size(ofLine: bytes[line]))
        }
        return withExtendedLifetime(whole) { (next > start ? left : nil, erased) }
    }
}

/// Takes lines out of files that no run writes.
package enum FileErasing {
    private static let piece = 1 << 20

    /// Overwrites with blanks the lines of a file that name a person; it keeps its length. A file that is not there has none.
    /// - Parameter type: only of this type; nil for any.
    /// - Returns: how many lines those were.
    package static func erase(_ ids: PersonIds, in path: String, of type: String? = nil) throws(EndpointFault) -> Int {
        do throws(SystemError) {
            return try erase(ids, file: Descriptor(changing: path), beginning: type.map { "{\"type\":\"\($0)\"" } ?? "")
        } catch {
            if error == .noSuchFile { return 0 }
            throw EndpointFault(.cannotOpen, "\(path): its lines cannot be erased: \(error)")
        }
    }

    private static func erase(
        _ ids: PersonIds, file: Descriptor, beginning: String
    ) throws(SystemError) -> Int {
        let opening = Array(beginning.utf8)
        let buffer = ByteBlock(capacity: piece)
        var (offset, erased): (UInt64, Int) = (0, 0)
        while true {
            let got = buffer.read(from: file.number, at: offset + UInt64(buffer.count), most: piece)
            if got < 0 { throw SystemError(code: Int32(-got)) }
            var start = 0
            while start < buffer.count {
                let end = buffer.bytes.firstIndex(of: 0x0A, from: start)
                if end == buffer.count, got > 0 { break }
                let line = buffer.bytes[start..<end]
                let isOfType = line.count >= opening.count && line[0..<opening.count].copied == opening
                if isOfType, ids.isNamed(in: line) {
                    try file.blank(end - start, at: offset + UInt64(start))
                    erased += 1
                }
                start = end + 1
            }
            if got == 0 { break }
            let done = min(start, buffer.count)
            offset += UInt64(done)
            buffer.remove(0..<done)
        }
        if erased > 0 { try file.synchronize() }
        return erased
    }
}
