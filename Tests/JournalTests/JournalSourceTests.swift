import Events
import Storage
import Testing

@testable import Journal

@Suite struct JournalSourceTests {
    private var context: JournalContext {
        var context = JournalContext()
        context.written = 7
        var plain = JournalSource(name: "events.log")
        (plain.lines, plain.offset, plain.offsetLines) = (10, 2000, 9)
        plain.mark = PlaceMark(count: 2000, hash: 99)
        var followed = JournalSource(
            name: "events.log", file: Descriptor.Identity(device: 64_768, inode: 0x0102_0304_0506_0708))
        (followed.lines, followed.offset, followed.offsetLines) = (3, 300, 3)
        followed.mark = PlaceMark(count: 256, hash: 5)
        followed.time = Instant(microseconds: 1_800_000_000_000_000)
        context.sources = [plain, followed, JournalSource(name: "tcp://127.0.0.1:7 from process 1")]
        return context
    }

    @Test func aContextKeepsWhichFileASourceIs() throws {
        let payload = context.payload
        #expect(JournalContext(payload.bytes) == context)
        let bytes = context.sources[1].bytes
        #expect(View.of(bytes) { JournalSource($0).file } == context.sources[1].file)
    }

    /// Version 1 of the data directory had no marks, version 2 no times.
    @Test func earlierContextsAreRead() throws {
        var expected = context
        let payload = context.payload
        for index in expected.sources.indices { expected.sources[index].time = nil }
        payload.truncate(to: payload.count - 8 * expected.sources.count)
        #expect(JournalContext(payload.bytes) == expected)
        for index in expected.sources.indices { expected.sources[index].mark = PlaceMark() }
        payload.truncate(to: payload.count - 16 * expected.sources.count)
        #expect(JournalContext(payload.bytes) == expected)
        payload.truncate(to: payload.count - 1)
        #expect(JournalContext(payload.bytes) == nil)
    }

    @Test func mergedLinesSayHowFarFilesWereRead() throws {
        let origin = MergedOrigin(
            runs: [.init(first: 0, source: 1, line: 5), .init(first: 3, source: 0, line: 1)],
            rests: [
                .init(source: 0, lines: 4, offset: 100, offsetLines: 3, mark: PlaceMark(count: 100, hash: 77)),
                .init(source: 1, lines: 9, offset: 0, offsetLines: 0),
            ])
        let block = ByteBlock(capacity: 64)
        block.append(Array("one\ntwo\n".utf8))
        origin.append(to: block)
        let read = try #require(MergedOrigin(of: block))
        #expect(read.byteCount == 8)
        #expect(read.runs == origin.runs && read.rests == origin.rests)
        // Up to version 2 of the data directory nothing was said of what stands before the places.
        let earlier = ByteBlock(capacity: 64)
        earlier.append(Array("one\ntwo\n".utf8))
        for word in [0, 1, 5, 0, 4, 100, 3, 1, 9, 0, 0, 1, 2, 8] as [UInt64] { earlier.append(word: word) }
        let old = try #require(MergedOrigin(of: earlier))
        #expect(old.rests.map(\.offset) == [100, 0] && old.rests.allSatisfy { $0.mark == PlaceMark() })
        #expect(old.runs == Array(origin.runs.prefix(1)))
    }
}
