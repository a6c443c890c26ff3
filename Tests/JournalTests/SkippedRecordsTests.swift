import Events
import Foundation
import Storage
import Testing

@testable import Journal

@Suite final class SkippedRecordsTests {
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("journeyd-" + UUID().uuidString)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    private func lines(_ text: String, at position: UInt64) -> JournalRecord {
        let block = ByteBlock(capacity: 64)
        block.append(Array(text.utf8))
        var record = JournalRecord(.lines, lineCount: text.split(separator: "\n").count, payload: block)
        record.position = position
        return record
    }

    private func text(_ record: JournalRecord?) -> String? {
        guard let block = record?.payload else { return nil }
        return withExtendedLifetime(block) { block.bytes.text }
    }

    @Test(arguments: ["0", "4096", "4096:1", "18446744073709551615:9"]) func placesReadAsTheyAreWritten(_ text: String)
    {
        #expect(RecordPlace(text)?.description == text)
    }

    @Test(arguments: ["", ":", "1:", "1:0", "-1", "+1", "1:2:3", "x", "18446744073709551616", "1: 2"])
    func whatIsNoPlaceIsNone(_ text: String) { #expect(RecordPlace(text) == nil) }

    @Test func whatIsPassedOverLeavesTheRestAsItIs() throws {
        var skipped = SkippedRecords()
        let record = lines("one\ntwo\r\nthree", at: 64)
        #expect(text(skipped.rest(of: record)) == "one\ntwo\r\nthree")
        skipped.add(RecordPlace(64, line: 2))
        skipped.add(RecordPlace(64, line: 3))
        #expect(text(skipped.rest(of: record)) == "one\n    \n     ")
        #expect(text(record) == "one\ntwo\r\nthree")
        #expect(skipped.contains(RecordPlace(64, line: 3)) && !skipped.contains(RecordPlace(64)))
        #expect(text(skipped.rest(of: lines("one", at: 128))) == "one")
        skipped.add(RecordPlace(64))
        #expect(skipped.rest(of: record) == nil && skipped.contains(RecordPlace(64, line: 1)))
        // What others need to be made sense of stays.
        var source = JournalRecord(.source)
        source.position = 64
        #expect(skipped.rest(of: source)?.kind == .source)
    }

    @Test func marksOutlastTheProcess() throws {
        var skipped = SkippedRecords()
        for place in [RecordPlace(64, line: 2), RecordPlace(64, line: 5), RecordPlace(4096)] { skipped.add(place) }
        do {
            let directory = try DataDirectory.open(folder.path)
            #expect(try SkippedRecords(in: directory) == SkippedRecords())
            try skipped.write(in: directory)
            let note = try RepetitionNote(in: directory)
            #expect(note.left == nil)
            note.take(.at(RecordPlace(123_456, line: 7)))
            note.take(.behind(64))
        }
        let directory = try DataDirectory.open(folder.path)
        #expect(try SkippedRecords(in: directory) == skipped)
        let note = try RepetitionNote(in: directory)
        #expect(note.left == .behind(64))
        note.take(.at(RecordPlace(64, line: 7)))
        #expect(try RepetitionNote(in: directory).left == .at(RecordPlace(64, line: 7)))
        note.remove()
        #expect(try RepetitionNote(in: directory).left == nil)
        try Data("64\nhere\n".utf8).write(to: folder.appendingPathComponent("skipped"))
        #expect {
            try SkippedRecords(in: directory)
        } throws: {
            "\($0)".contains("skipped: line 2 is not the place of a record")
        }
    }
}
