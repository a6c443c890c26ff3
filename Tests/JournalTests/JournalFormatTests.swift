import Events
import Foundation
import Journal
import Storage
import TestSupport
import Testing

/// The journal's bytes, and what becomes of them when they are not as they were written.
@Suite struct JournalFormatTests {
    private let disk = SimulatedDisk(seed: 1)

    /// Writes a source and so many blocks of two lines each, and makes sure of each.
    private func write(_ blocks: Int, segment: UInt64 = 1 << 20) throws -> JournalWriter {
        var settings = JournalSettings()
        settings.segment = segment
        let writer = try JournalWriter(disk, after: JournalOpening(disk), settings: settings)
        let name = ByteBlock(capacity: 8)
        name.append(Array("feed".utf8))
        try writer.append(JournalRecord(.source, payload: name))
        for number in 0..<blocks {
            let lines = ByteBlock(capacity: 64)
            lines.append(Array("one \(number)\ntwo \(number)\n".utf8))
            var record = JournalRecord(
                .lines, lineCount: 2, time: Instant(microseconds: Int64(number)), payload: lines)
            record.line = UInt64(number * 2 + 1)
            record.offset = UInt64(number * 12 + 12)
            try writer.append(record)
            try writer.synchronize()
        }
        return writer
    }

    private func lines() throws -> [String] {
        let scan = try JournalScan(disk)
        var lines: [String] = []
        while let record = try scan.next() {
            guard record.kind == .lines else { continue }
            lines += record.payload.bytes.text.split(separator: "\n").map(String.init)
        }
        return lines
    }

    @Test func theBytesAreAsSpecified() throws {
        _ = try write(1)
        let names = try disk.names()
        #expect(names == ["00000000000000000000.journal"])
        let bytes = disk.content(of: names[0])
        #expect(Array(bytes.prefix(16)) == Array("JOURNEYD".utf8) + [1, 0, 0, 0, 1, 0, 0, 0])
        // The context: nothing written, no sources, no configuration.
        let context = bytes[48...]
        #expect(context.prefix(8) == [24, 0, 0, 0, 1, 0, 1, 0])
        // The source's name, padded.
        let source = bytes[(48 + 64 + 24)...]
        #expect(source.prefix(24) == [4, 0, 0, 0, 6, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 88, 0, 0, 0, 0, 0, 0, 0])
        #expect(Array(source.dropFirst(64).prefix(8)) == Array("feed".utf8) + [0, 0, 0, 0])
        let block = bytes[(48 + 64 + 24 + 72)...]
        #expect(block.prefix(16) == [12, 0, 0, 0, 2, 0, 1, 0, 0, 0, 0, 0, 2, 0, 0, 0])
        #expect(block.dropFirst(16).prefix(8) == [160, 0, 0, 0, 0, 0, 0, 0])
        #expect(block.dropFirst(40).prefix(16) == [1, 0, 0, 0, 0, 0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0])
        #expect(Array(block.dropFirst(64)) == Array("one 0\ntwo 0\n".utf8) + [0, 0, 0, 0])
    }

    /// Records of programs that knew one checksum only.
    @Test func aJournalWithFormerChecksumsIsRead() throws {
        _ = try write(5)
        let name = try disk.names()[0]
        var bytes = disk.content(of: name)
        var at = 48
        while at < bytes.count {
            let length = Int(bytes[at])
            bytes[at + 6] = 0
            let sum = View.of(bytes) { bytes in
                Hash64.of(
                    bytes[at + 64..<at + 64 + length],
                    seed: Hash64.of(bytes[at..<at + 56], seed: bytes.word(at: at + 16)))
            }
            for index in 0..<8 { bytes[at + 56 + index] = UInt8(truncatingIfNeeded: sum >> UInt64(index * 8)) }
            at += 64 + (length + 7) & ~7
        }
        let block = ByteBlock(capacity: bytes.count)
        block.append(bytes)
        let file = try disk.open(name, forReading: false)
        var written = 0
        while written < block.count {
            written += try file.write(block, ByteBlock(capacity: 0), bodyCount: 0, from: written, at: UInt64(written))
        }
        #expect(disk.content(of: name) == bytes)
        #expect(try lines().count == 10 && JournalOpening(disk).cutOff == 0)
    }

    @Test func segmentsFollowEachOther() throws {
        let writer = try write(40, segment: 600)
        #expect(try disk.names().count > 5)
        #expect(try lines() == (0..<40).flatMap { ["one \($0)", "two \($0)"] })
        let middle = try JournalScan(disk, from: writer.end / 2)
        #expect(try middle.next() != nil)
        #expect(middle.position > writer.end / 2)
        #expect(try JournalOpening(disk).context.sources == writer.context.sources)
    }

    /// Any byte of the last record may be wrong, if the journal was never made sure of behind it.
    @Test(arguments: 0..<80) func aTornLastRecordIsCutOff(_ place: Int) throws {
        _ = try write(3)
        let name = try #require(try disk.names().last)
        disk.spoil(name, at: disk.content(of: name).count - 80 + place)
        let opening = try JournalOpening(disk)
        #expect(opening.cutOff == 80)
        #expect(try lines().count == 4)
        #expect(opening.context.sources.first?.lines == 4)
        #expect(opening.context.sources.first?.offset == 24)
        let writer = try JournalWriter(disk, after: opening, settings: JournalSettings())
        #expect(writer.end == opening.end)
    }

    @Test(arguments: 0..<80) func aJournalThatWasDurableFurtherIsLeftAlone(_ place: Int) throws {
        _ = try write(3)
        let name = try #require(try disk.names().last)
        let count = disk.content(of: name).count
        disk.spoil(name, at: count - 160 + place)
        let before = disk.content(of: name)
        #expect {
            try JournalOpening(disk)
        } throws: { error in
            (error as? JournalFault)?.kind == .damaged && "\(error)".contains("was durable up to")
        }
        #expect(disk.content(of: name) == before)
    }

    @Test func anUnfinishedSegmentIsBegunAnew() throws {
        let writer = try write(3)
        let file = try disk.make(segmentName(writer.end))
        let half = ByteBlock(capacity: 16)
        half.append(Array("JOURNE".utf8))
        _ = try file.write(half, ByteBlock(capacity: 0), bodyCount: 0, from: 0, at: 0)
        let opening = try JournalOpening(disk)
        #expect(opening.end == writer.end)
        #expect(try disk.names().count == 1)
        let next = try JournalWriter(disk, after: opening, settings: JournalSettings())
        try next.append(JournalRecord(.end))
        #expect(try JournalOpening(disk).end == next.end)
    }

    private func segmentName(_ first: UInt64) -> String {
        String(repeating: "0", count: 20 - "\(first)".count) + "\(first).journal"
    }

    @Test func onlyWhatIsNeitherNeededNorKeptIsRemoved() throws {
        let writer = try write(40, segment: 600)
        let all = try disk.names()
        // 4 GiB are kept.
        #expect(try writer.retain(from: writer.end, now: Instant(microseconds: .max)) == 0)
        var settings = JournalSettings()
        settings.segment = 600
        settings.keepSize = 1000
        let frugal = try JournalWriter(disk, after: JournalOpening(disk), settings: settings)
        let third = try #require(UInt64(all[2].prefix(20)))
        #expect(try frugal.retain(from: third + 8, now: Instant(microseconds: 0)) == 2)
        #expect(try disk.names() == Array(all.dropFirst(2)))
        #expect(try frugal.retain(from: frugal.end, now: Instant(microseconds: 0)) > 0)
        let left = try #require(try disk.names().first.flatMap { UInt64($0.prefix(20)) })
        #expect(frugal.end - left >= 1000 && frugal.end - left < 2200)
        settings.keepSize = nil
        settings.keepAge = 1
        let quick = try JournalWriter(disk, after: JournalOpening(disk), settings: settings)
        #expect(try quick.retain(from: quick.end, now: .distantFuture) > 0)
        #expect(try disk.names().count == 1)
    }

    @Test func aJournalIsReadWhileItIsWritten() throws {
        let writer = try write(2)
        let scan = try JournalScan(disk)
        while try scan.next() != nil {}
        #expect(scan.position == writer.end)
        try writer.append(JournalRecord(.end))
        #expect(try scan.next()?.kind == .end)
        #expect(try scan.next() == nil)
    }

    private func block(_ count: Int, seed: Int) -> ByteBlock {
        let block = ByteBlock(capacity: count)
        var bytes = [UInt8](repeating: 0x61, count: count)
        var chance = SeededNumbers(seed: UInt64(seed))
        for index in stride(from: 0, to: count - 1, by: 7) {
            bytes[index] = UInt8.random(in: 0x20...0x7E, using: &chance)
        }
        bytes[count - 1] = 0x0A
        block.append(bytes)
        return block
    }

    /// Payloads of any size, at any place of a file, on a real disk: those that go there past the system's cache and
    /// those that do not are read alike, by whoever opens the journal again, and a line can be erased from any.
    @Test func largePayloadsBeginWhereAPageDoes() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("journeyd-" + UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.path
        let least = DirectFile.least
        let sizes = [least - 1, least, 5, least + 1, 200_003, 4096, 1 << 20, 77, (1 << 20) + 4095, least + 4096]
        var settings = JournalSettings()
        settings.segment = 3 << 20
        var expected: [ByteBlock] = []
        for life in 0..<3 {
            let data = try DataDirectory.open(path)
            let writer = try JournalWriter(data.journal, after: JournalOpening(data.journal), settings: settings)
            if life == 0 {
                let name = ByteBlock(capacity: 8)
                name.append(Array("feed".utf8))
                try writer.append(JournalRecord(.source, payload: name))
            }
            for size in sizes {
                let payload = block(size, seed: expected.count)
                var record = JournalRecord(.lines, lineCount: 1, payload: payload)
                record.line = UInt64(expected.count + 1)
                try writer.append(record)
                expected.append(payload)
            }
            if life > 0 { try writer.synchronize() }
        }
        var found: [JournalRecord] = []
        var scan = try JournalScan(FolderDisk(path: path + "/journal"))
        while let record = try scan.next() { if record.kind == .lines { found.append(record) } }
        #expect(found.count == expected.count)
        #expect(zip(found, expected).allSatisfy { $0.payload.bytes.holdsSameBytes(as: $1.bytes) })

        // Where each lies in its file: a payload's last bytes stand before what fills its record up.
        let segments = try JournalScan.segments(of: FolderDisk(path: path + "/journal"))
        for record in found where record.payload.count >= least {
            let first = segments.last { $0 <= record.position } ?? 0
            let file = 48 + record.end - first
            let start = file - UInt64((record.payload.count + 7) & ~7)
            #expect(start % UInt64(DirectFile.page) == 0)
        }

        let gone = found.filter { [least, 200_003].contains($0.payload.count) }
        var erasing = JournalErasing(
            Dictionary(uniqueKeysWithValues: gone.map { ($0.position, [1]) }), doubtful: [:], of: PersonIds([]))
        try erasing.perform(in: DataDirectory.open(path))
        scan = try JournalScan(FolderDisk(path: path + "/journal"))
        var number = 0
        while let record = try scan.next() {
            guard record.kind == .lines else { continue }
            let before = expected[number]
            number += 1
            if gone.contains(where: { $0.position == record.position }) {
                let blanks = [UInt8](repeating: 0x20, count: before.count - 1) + [0x0A]
                #expect(record.payload.bytes.copied == blanks)
            } else {
                #expect(record.payload.bytes.holdsSameBytes(as: before.bytes))
            }
        }
        #expect(number == expected.count)
    }

    /// A byte among the zeros before a payload is damage like any other.
    @Test func whatStandsBeforeAPayloadIsZero() throws {
        let writer = try write(0)
        try writer.append(JournalRecord(.lines, lineCount: 1, payload: block(DirectFile.least, seed: 1)))
        #expect(try lines().count >= 1)
        // The context and the source, and this one's header.
        disk.spoil(try disk.names()[0], at: 48 + 88 + 72 + 64 + 100)
        #expect(try lines().isEmpty)
    }
}
