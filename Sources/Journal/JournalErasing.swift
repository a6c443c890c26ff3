package import Events
import Storage

/// Overwrites lines in the segments of a journal that nobody writes: every record stays where it is, and valid.
///
/// A segment is written anew beside the old one and takes its place at once, so that whatever is interrupted leaves a journal
/// that is whole; then what the old one held is overwritten. Lines become blanks, which nobody reads.
package struct JournalErasing {
    private let lines: [UInt64: Set<Int>]
    private let doubtful: [UInt64: Set<Int>]
    private let ids: PersonIds
    /// How many lines were overwritten that hold no event.
    package private(set) var refused = 0

    /// - Parameters:
    ///   - lines: by the positions of records, the numbers of lines that go, from 1.
    ///   - doubtful: those that go where they name the person.
    package init(_ lines: [UInt64: Set<Int>], doubtful: [UInt64: Set<Int>], of ids: PersonIds) {
        (self.lines, self.doubtful, self.ids) = (lines, doubtful, ids)
    }

    /// Overwrites the lines in a data directory whose lock is held.
    package mutating func perform(in directory: DataDirectory) throws(JournalFault) {
        let folder = Folder(directory.path + "/journal")
        let positions = Set(lines.keys).union(doubtful.keys).sorted()
        let segments = try JournalScan.segments(of: directory.journal)
        for (index, first) in segments.enumerated() {
            let end = index + 1 < segments.count ? segments[index + 1] : .max
            guard positions.contains(where: { $0 >= first && $0 < end }) else { continue }
            let name = JournalFormat.name(first: first)
            do throws(SystemError) {
                let whole = try Descriptor(reading: folder.path(of: name)).content()
                guard let changed = changed(whole, first: first) else { continue }
                try folder.replace(name, by: changed)
            } catch {
                throw JournalFault("erasing lines", folder.path(of: name), error)
            }
        }
    }

    /// A segment without the lines; nil where it has none of them.
    private mutating func changed(_ segment: ByteBlock, first: UInt64) -> ByteBlock? {
        let output = ByteBlock(capacity: segment.count)
        let bytes = segment.bytes
        var at = JournalFormat.segmentHeader
        output.append(bytes[0..<min(at, bytes.count)])
        var isChanged = false
        while at < bytes.count {
            let position = first + UInt64(at - JournalFormat.segmentHeader)
            guard let size = JournalFormat.size(ofRecord: bytes[at..<bytes.count], position: position),
                at + size <= bytes.count
            else { break }
            let record = bytes[at..<at + size]
            if let payload = self.payload(of: record, position: position) {
                isChanged = true
                View.of(payload) { payload in
                    let (header, place) = (record[0..<56], JournalFormat.payload(ofRecord: record))
                    output.append(header)
                    output.append(
                        word: JournalFormat.checksum(header: header, payload: payload, position: position))
                    output.append(record[JournalFormat.recordHeader..<place.lowerBound])
                    output.append(payload)
                    output.append(record[place.upperBound..<size])
                }
            } else {
                output.append(record)
            }
            at += size
        }
        output.append(bytes[at..<bytes.count])
        return withExtendedLifetime(segment) { isChanged ? output : nil }
    }

    /// What a record is to hold; nil where it stays as it is.
    private mutating func payload(of bytes: View<UInt8>, position: UInt64) -> [UInt8]? {
        let (gone, doubted) = (lines[position] ?? [], doubtful[position] ?? [])
        guard !gone.isEmpty || !doubted.isEmpty, let record = JournalFormat.record(bytes, position: position),
            record.holdsLines
        else { return nil }
        var payload = record.payload.bytes.copied
        let end = record.kind == .merged ? MergedOrigin(of: record.payload)?.byteCount ?? 0 : payload.count
        var (number, start, isChanged) = (1, 0, false)
        while start < end {
            let next = min(record.payload.bytes.firstIndex(of: 0x0A, from: start), end)
            let isRefused =
                !gone.contains(number) && doubted.contains(number)
                && ids.isNamed(in: record.payload.bytes[start..<next])
            if gone.contains(number) || isRefused {
                for index in start..<next { payload[index] = 0x20 }
                isChanged = true
                refused += isRefused ? 1 : 0
            }
            number += 1
            start = next + 1
        }
        return isChanged ? payload : nil
    }
}
