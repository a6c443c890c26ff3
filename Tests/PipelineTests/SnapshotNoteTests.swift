import Endpoints
import Foundation
import Journal
import Storage
import Testing

@testable import Pipeline

/// What a snapshot says of itself is held against what is expected before anything else of it is read.
@Suite struct SnapshotNoteTests {
    private static func note(_ position: UInt64, _ context: JournalContext) -> SnapshotNote {
        SnapshotNote(position: position, context: context, maxLine: 1 << 20, shardCount: 3, taken: .now)
    }

    /// Writes a snapshot with that note alone, and reads the note; nil where it is passed over, with what was said.
    private static func reread(
        _ note: SnapshotNote, layout: UInt32 = EnginePart.layout, name: UInt64
    ) throws -> (note: SnapshotNote?, said: [String]) {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("notes-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: url) }
        let store = SnapshotStore(Folder(url.path))
        try store.draft([note.part], layout: layout)
        try store.settle(name)
        var said: [String] = []
        let found = try store.newest(
            { found, position throws(StateFault) in try SnapshotNote(found, at: position) }, tell: { said.append($0) })
        return (found, said)
    }

    @Test func whatItSaysIsReadBack() throws {
        var context = JournalContext()
        context.configuration = RecordedConfiguration(files: [.init(path: "c.json5", bytes: Array("{}".utf8))])
        context.sources = [JournalSource(name: "in")]
        context.sources[0].lines = 7
        context.written = 64
        let (found, said) = try SnapshotNoteTests.reread(SnapshotNoteTests.note(64, context), name: 64)
        let note = try #require(found)
        #expect(said.isEmpty && note.position == 64 && note.context == context)
        #expect(note.maxLine == 1 << 20 && note.shardCount == 3)
    }

    @Test func anotherLayoutPlaceOrNoConfigurationIsPassedOver() throws {
        var context = JournalContext()
        let bare = try SnapshotNoteTests.reread(SnapshotNoteTests.note(64, context), name: 64)
        #expect(bare.note == nil && bare.said.first?.contains("its note makes no sense") == true)
        context.configuration = RecordedConfiguration(files: [])
        for layout in [EnginePart.layout + 1, EnginePart.layout - 1, EnginePart.layout - 1 << 16] {
            let other = try SnapshotNoteTests.reread(SnapshotNoteTests.note(64, context), layout: layout, name: 64)
            #expect(other.note == nil && other.said.first?.contains("as version \(layout) does") == true)
        }
        let moved = try SnapshotNoteTests.reread(SnapshotNoteTests.note(64, context), name: 128)
        #expect(moved.note == nil && moved.said.first?.contains("it has the name of another") == true)
    }
}
