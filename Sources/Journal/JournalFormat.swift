import Events
import Storage

// The journal's format, version 1.
//
// A journal is a row of *records*, each of which has a *position*: how many bytes of records were written before it,
// counted from the first record there ever was. It is cut into *segments*, files that hold neighbouring records each:
// their names are the position of their first record in 20 decimal digits, and ".journal". Old segments are removed
// from the front; records are never changed. All numbers are little-endian.
//
// A segment begins with 48 bytes:
//
//     0   8  the bytes "JOURNEYD"
//     8   4  the format's version, 1
//     12  4  1 where all records before this segment were durable when it was made, else 0
//     16  8  the position of its first record, as in its name
//     24  8  when it was made: microseconds since 1970-01-01T00:00:00Z
//     32  8  0
//     40  8  checksum of the 40 bytes before: Hash64, begun from 0
//
// It is a valid segment if and only if all of this holds. Its records follow without gaps, each
//
//     0   4  how many bytes the payload has, at most 2^30
//     4   1  kind: what the record is, from 1 to 8 (`JournalRecord.Kind`)
//     5   1  flags: 1 from a live input, 2 begins its input, 4 pending deadlines fire; the other bits are 0
//     6   2  the lowest four bits: how its checksum is made: 1, or 0 as programs did that wrote journals
//            before there was another; those above: how many words of zero stand before the payload
//     8   4  the number of the source that it is about, else 0
//     12  4  how many lines it has, else 0
//     16  8  its position
//     24  8  up to which position the journal was durable when it was written, at most its own
//     32  8  a time in microseconds since 1970-01-01T00:00:00Z: of arrival, or to which the clock has come
//     40  8  lines: the number of its first line in its source, from 1; else 0
//     48  8  lines: where in its source, in bytes, its last line ends; written: a position; else 0
//     56  8  checksum: Hash64 of the payload, begun from Hash64 of the 56 bytes before, begun from the
//            position; where byte 6 is 1, of the payload as `ofMany` makes it
//     64     words of zero, the payload, and zero bytes up to a multiple of eight
//
// A record is valid if and only if it lies whole in its segment, at the place that its position says, and all of this
// holds. What the payload means is its kind's business (`JournalRecord`).
//
// Segments are valid together if and only if each begins at the position at which the one before it ends. The first
// record of a segment is a `context`: what must be known to make sense of those that follow.
//
// The journal ends before its first record that is not valid. It has no record at all where its
// oldest segment does not begin at position 0, and no header or valid record says that the journal
// was durable up to there. When power is lost, records that were not durable may be there, in part
// or not, in any choice: what is behind the journal's end is cut off when it is next opened. But
// where a valid record behind its end says that the journal was durable beyond it, then that was
// not the loss of power: the journal is damaged, and is left alone.
//
// Cost: 64 bytes and at most 7 of padding for each block of lines that arrived together, beside the lines themselves;
// for a payload of 128 KiB or more that did not come live up to 4,088 bytes besides, so that it begins where a page of
// its file does: only then can it go to the disk as it is, past the system's cache.

/// The numbers of the format.
enum JournalFormat {
    static let version: UInt32 = 1
    static let segmentHeader = 48
    static let recordHeader = 64
    static let payloadMost = 1 << 30
    static let magic = Array("JOURNEYD".utf8)
    static let suffix = ".journal"

    /// How many bytes a record of so much payload takes that begins with so many words of zero.
    static func size(payload: Int, lead: Int) -> Int { recordHeader + lead * 8 + padded(payload) }

    /// How many words of zero stand before a payload of so many bytes, where its record begins at that place of a file.
    static func lead(ofPayload count: Int, at offset: UInt64) -> Int {
        guard count >= DirectFile.least else { return 0 }
        let before = (Int(offset % UInt64(DirectFile.page)) + recordHeader) % DirectFile.page
        return (DirectFile.page - before) % DirectFile.page / 8
    }

    /// A length with the zero bytes behind it.
    static func padded(_ length: Int) -> Int { (length + 7) & ~7 }

    /// What a segment is called whose first record has this position.
    static func name(first: UInt64) -> String {
        let digits = String(first)
        return String(repeating: "0", count: 20 - digits.utf8.count) + digits + suffix
    }

    /// The position of the first record of a segment of that name; nil where it is no segment's name.
    static func first(ofSegment name: String) -> UInt64? {
        guard name.hasSuffix(suffix), name.utf8.count == 20 + suffix.utf8.count,
            name.utf8.prefix(20).allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        return UInt64(name.dropLast(suffix.count))
    }

    /// A segment's first bytes.
    static func segmentHeader(first: UInt64, followsDurable: Bool, made: Instant) -> ByteBlock {
        let block = ByteBlock(capacity: segmentHeader)
        block.append(magic)
        block.append(word: UInt64(version) | (followsDurable ? 1 << 32 : 0))
        block.append(word: first)
        block.append(word: UInt64(bitPattern: made.microseconds))
        block.append(word: 0)
        block.append(word: Hash64.of(block.bytes))
        return block
    }

    /// What a segment's header says.
    struct SegmentHeader {
        let first: UInt64
        let followsDurable: Bool
        let made: Instant

        /// Reads a header; nil where it is not valid.
        init?(_ bytes: View<UInt8>) {
            guard bytes.count >= segmentHeader, bytes[0..<8].copied == magic, bytes.half(at: 8) == version,
                bytes.half(at: 12) <= 1, bytes.word(at: 32) == 0,
                bytes.word(at: 40) == Hash64.of(bytes[0..<40])
            else { return nil }
            first = bytes.word(at: 16)
            followsDurable = bytes.half(at: 12) == 1
            made = Instant(microseconds: Int64(bitPattern: bytes.word(at: 24)))
        }
    }

    /// A record's first bytes, into an empty block.
    static func append(header record: JournalRecord, position: UInt64, durable: UInt64, to block: ByteBlock) {
        precondition(record.lead >= 0 && record.lead < 1 << 12)
        let flags = (record.isLive ? 1 : 0) | (record.isFirst ? 2 : 0) | (record.flushes ? 4 : 0)
        block.append(
            word: UInt64(record.payload.count) | UInt64(record.kind.rawValue) << 32 | UInt64(flags) << 40 | 1 << 48
                | UInt64(record.lead) << 52)
        block.append(word: UInt64(record.source) | UInt64(record.lineCount) << 32)
        block.append(word: position)
        block.append(word: durable)
        block.append(word: UInt64(bitPattern: record.time.microseconds))
        block.append(word: record.line)
        block.append(word: record.offset)
        block.append(word: checksum(header: block.bytes, payload: record.payload.bytes, position: position))
        for _ in 0..<record.lead { block.append(word: 0) }
    }

    /// Over the first 56 bytes of a record's header, and its payload, in the way that the header says.
    static func checksum(header: View<UInt8>, payload: View<UInt8>, position: UInt64) -> UInt64 {
        let seed = Hash64.of(header[0..<56], seed: position)
        return header[6] & 15 == 0 ? Hash64.of(payload, seed: seed) : Hash64.ofMany(payload, seed: seed)
    }

    /// How many bytes the record that begins with these has in all, if they can begin one at `position`.
    static func size(ofRecord bytes: View<UInt8>, position: UInt64) -> Int? {
        guard bytes.count >= recordHeader, bytes.word(at: 16) == position else { return nil }
        let length = Int(bytes.half(at: 0))
        guard length <= payloadMost, bytes[5] < 8, bytes[6] & 15 < 2, bytes.word(at: 24) <= position,
            JournalRecord.Kind(rawValue: bytes[4]) != nil
        else { return nil }
        return size(payload: length, lead: lead(ofRecord: bytes))
    }

    /// How many words of zero stand between a record's header and its payload.
    private static func lead(ofRecord bytes: View<UInt8>) -> Int { Int(bytes[6] >> 4) | Int(bytes[7]) << 4 }

    /// Where in a record its payload lies.
    static func payload(ofRecord bytes: View<UInt8>) -> Range<Int> {
        let start = recordHeader + lead(ofRecord: bytes) * 8
        return start..<start + Int(bytes.half(at: 0))
    }

    /// The record that these bytes, as many as `size(ofRecord:position:)` says, are; nil where they are not valid.
    static func record(_ bytes: View<UInt8>, position: UInt64) -> JournalRecord? {
        guard let kind = JournalRecord.Kind(rawValue: bytes[4]) else { return nil }
        let place = payload(ofRecord: bytes)
        let payload = bytes[place]
        guard bytes.word(at: 56) == checksum(header: bytes, payload: payload, position: position) else { return nil }
        for index in recordHeader..<place.lowerBound where bytes[index] != 0 { return nil }
        for index in place.upperBound..<bytes.count where bytes[index] != 0 { return nil }
        let block = ByteBlock(capacity: place.count)
        block.append(payload)
        var record = JournalRecord(
            kind, source: Int(bytes.half(at: 8)), lineCount: Int(bytes.half(at: 12)),
            time: Instant(microseconds: Int64(bitPattern: bytes.word(at: 32))), payload: block)
        record.isLive = bytes[5] & 1 != 0
        record.isFirst = bytes[5] & 2 != 0
        record.flushes = bytes[5] & 4 != 0
        record.line = bytes.word(at: 40)
        record.offset = bytes.word(at: 48)
        record.position = position
        record.lead = lead(ofRecord: bytes)
        record.durable = bytes.word(at: 24)
        return record
    }
}
