import Events
import Journal
import Storage
import TestSupport
import Testing

/// The journal on a disk at its worst, against a list of what was written.
@Suite struct JournalModelTests {
    /// What a record says, in a form that can be compared.
    struct Entry: Equatable {
        let kind: JournalRecord.Kind
        let source: Int
        let lineCount: Int
        let time: Instant
        let line: UInt64
        let offset: UInt64
        let isLive: Bool
        let payload: [UInt8]

        init(_ record: JournalRecord) {
            kind = record.kind
            source = record.source
            lineCount = record.lineCount
            time = record.time
            line = record.line
            offset = record.offset
            isLive = record.isLive
            payload = record.payload.bytes.copied
        }
    }

    /// One journal through several lives of its process, each of which ends badly.
    struct Story {
        let disk: SimulatedDisk
        let settings: JournalSettings
        var chance: SeededNumbers
        /// All that was ever appended and not lost, with the position behind each.
        var written: [(entry: Entry, end: UInt64)] = []
        /// How many of them must not be lost, in the worst case and where only the process ends.
        var durableCount = 0
        /// The position of the first record that may not be missing.
        var needed: UInt64 = 0
        var lines: UInt64 = 0

        init(seed: UInt64) {
            disk = SimulatedDisk(seed: seed)
            chance = SeededNumbers(seed: seed ^ 0xABCD)
            var settings = JournalSettings()
            settings.fsync = JournalSettings.Synchronization.allCases[Int(seed % 3)]
            settings.segment = UInt64.random(in: 300...3000, using: &chance)
            settings.keepSize = seed % 2 == 0 ? 1000 : nil
            self.settings = settings
        }

        /// Reads all there is and compares it with what was written.
        mutating func check(_ opening: JournalOpening, atLeast count: Int) throws {
            let scan = try JournalScan(disk)
            #expect(scan.position <= needed, "what is needed was removed")
            let first = scan.position
            var found: [(entry: Entry, end: UInt64)] = []
            while let record = try scan.next() {
                if record.kind != .context { found.append((Entry(record), record.end)) }
            }
            #expect(scan.position == opening.end)
            let expected = written.filter { $0.end > first }
            let missing = written.count - expected.count
            #expect(missing + found.count >= count, "something durable is missing")
            #expect(found.count <= expected.count)
            for (one, other) in zip(found, expected) {
                #expect(one.entry == other.entry)
                #expect(one.end == other.end)
            }
            written.removeLast(expected.count - found.count)
            lines = written.last { $0.entry.kind == .lines }.map { $0.entry.line + UInt64($0.entry.lineCount) - 1 } ?? 0
            if written.contains(where: { $0.entry.kind == .source }) {
                #expect(opening.context.sources.first?.lines == lines)
                #expect(opening.context.sources.first?.name == "feed")
            } else {
                #expect(opening.context.sources.isEmpty)
            }
        }

        mutating func record() -> JournalRecord {
            if !written.contains(where: { $0.entry.kind == .source }) {
                let name = ByteBlock(capacity: 8)
                name.append(Array("feed".utf8))
                return JournalRecord(.source, payload: name)
            }
            if chance.isTrue(of: 5) {
                return JournalRecord(.time, time: Instant(microseconds: Int64.random(in: 0...1 << 50, using: &chance)))
            }
            let count = Int.random(in: 1...5, using: &chance)
            let block = ByteBlock(capacity: 64)
            // Now and then one that begins at a page of its file.
            if chance.isTrue(of: 60) {
                let most = DirectFile.least + Int.random(in: 0...9000, using: &chance)
                block.append([UInt8](repeating: UInt8(ascii: "b"), count: most))
            }
            for _ in 0..<count {
                block.append([UInt8](repeating: UInt8(ascii: "a"), count: Int.random(in: 0...60, using: &chance)))
                block.append(UInt8(ascii: "\n"))
            }
            var record = JournalRecord(.lines, source: 0, lineCount: count, payload: block)
            record.isLive = chance.isTrue(of: 2)
            record.line = lines + 1
            record.offset = lines * 10
            return record
        }

        /// From opening to a bad end.
        mutating func live() throws {
            let opening = try JournalOpening(disk)
            try check(opening, atLeast: durableCount)
            if chance.isTrue(of: 2) {
                disk.arrange(.allCases.randomElement(using: &chance), after: Int.random(in: 1...60, using: &chance))
            }
            do {
                let writer = try JournalWriter(disk, after: opening, settings: settings)
                durableCount = written.count
                try work(writer)
            } catch {
                #expect(disk.hasFailed, "\(error)")
            }
            disk.arrange(nil, after: 0)
            if chance.isTrue(of: 3) {
                // The process ends, the machine goes on: what was handed to the system is there, if that did not fail.
                return
            }
            disk.losePower()
        }

        private mutating func work(_ writer: JournalWriter) throws {
            for _ in 0..<Int.random(in: 0...60, using: &chance) {
                switch Int.random(in: 0..<10, using: &chance) {
                case 0..<7:
                    let record = record()
                    // Where appending fails, the record may be there or not.
                    written.append((Entry(record), 0))
                    if record.kind == .lines { lines += UInt64(record.lineCount) }
                    do {
                        written[written.count - 1].end = try writer.append(record)
                    } catch {
                        written[written.count - 1].end = writer.end + UInt64((64 + record.payload.count + 7) & ~7)
                        try failsForEver(writer, with: "\(error)")
                        throw error
                    }
                case 7:
                    let count = written.count
                    do {
                        let durable = try writer.synchronize()
                        #expect(durable == writer.end && writer.durable == durable)
                    } catch {
                        try failsForEver(writer, with: "\(error)")
                        throw error
                    }
                    durableCount = count
                case 8:
                    needed = max(needed, writer.durable == writer.end ? writer.end : needed)
                    try writer.retain(from: needed, now: Instant(microseconds: 0))
                default:
                    // Whatever is durable by itself, as at the beginning of a segment, counts as well.
                    let durable = writer.durable
                    durableCount = max(durableCount, written.prefix { $0.end <= durable }.count)
                }
            }
        }

        /// A journal that failed once says the same ever after, and does not touch the disk.
        private func failsForEver(_ writer: JournalWriter, with message: String) throws {
            let names = try disk.names()
            let before = names.map(disk.content(of:))
            let durable = writer.durable
            #expect(throws: JournalFault.self) { try writer.synchronize() }
            #expect(throws: JournalFault.self) { try writer.append(JournalRecord(.end)) }
            #expect(writer.durable == durable)
            #expect(try disk.names() == names)
            #expect(names.map(disk.content(of:)) == before)
        }
    }

    @Test(arguments: 0..<16) func whatWasMadeSureOfIsThere(_ group: UInt64) throws {
        for seed in group * 25..<(group + 1) * 25 {
            var story = Story(seed: seed)
            for _ in 0..<8 { try story.live() }
        }
    }
}
