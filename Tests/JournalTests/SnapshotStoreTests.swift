import Foundation
import Storage
import Synchronization
import Testing

@testable import Journal

/// Snapshots in files: nothing damaged is taken for whole, and nothing whole is lost for what was interrupted.
@Suite struct SnapshotStoreTests {
    /// A folder of its own.
    private final class Place {
        let url: URL
        var folder: Folder { Folder(url.path) }
        var store: SnapshotStore { SnapshotStore(folder) }

        init() throws {
            url = FileManager.default.temporaryDirectory.appendingPathComponent("snapshots-" + UUID().uuidString)
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        }

        deinit { try? FileManager.default.removeItem(at: url) }

        func bytes(_ position: UInt64) throws -> [UInt8] {
            try [UInt8](Data(contentsOf: url.appendingPathComponent(SnapshotStore.name(position))))
        }

        func write(_ bytes: [UInt8], _ position: UInt64) throws {
            try Data(bytes).write(to: url.appendingPathComponent(SnapshotStore.name(position)))
        }
    }

    /// What a section says, put into an image and read back.
    private static func parts(_ text: String, numbers: [Int] = [1, 2, 3]) -> [ImageFile.Part] {
        (0..<2).map { index in
            let image = StateImage()
            image.put(text)
            image.put(numbers)
            image.put(numbers)
            return ImageFile.Part(kind: 7, index: UInt32(index), image: image)
        }
    }

    private static func text(_ found: FoundImages) throws(StateFault) -> String {
        var texts: [String] = []
        for index in 0..<UInt32(found.count(of: 7)) {
            let reader = try found.reader(7, index)
            texts.append(try reader.text())
            let numbers = try reader.numbers()
            let again = try reader.numbers()
            guard numbers == again, reader.left == 0 else { throw .unfit("else") }
        }
        return texts.joined(separator: "+")
    }

    private static func write(_ store: SnapshotStore, _ parts: [ImageFile.Part], at position: UInt64) throws {
        try store.draft(parts, layout: 1)
        try store.settle(position)
    }

    private static func newest(_ store: SnapshotStore) throws -> (text: String?, told: [String]) {
        var told: [String] = []
        let text = try store.newest({ found, _ throws(StateFault) in try SnapshotStoreTests.text(found) }) {
            told.append($0)
        }
        return (text, told)
    }

    @Test func theNewestIsFoundAndTwoAreKept() throws {
        let place = try Place()
        #expect(try SnapshotStoreTests.newest(place.store).text == nil)
        for position: UInt64 in [8, 64, 120, 4096] {
            try SnapshotStoreTests.write(place.store, SnapshotStoreTests.parts("at \(position)"), at: position)
            let (text, told) = try SnapshotStoreTests.newest(place.store)
            #expect(text == "at \(position)+at \(position)" && told.isEmpty)
        }
        #expect(try place.store.positions() == [4096, 120])
    }

    @Test func anyOtherByteAndAnyOtherLengthIsNoticed() throws {
        let place = try Place()
        try SnapshotStoreTests.write(place.store, SnapshotStoreTests.parts("one before"), at: 1)
        try SnapshotStoreTests.write(place.store, SnapshotStoreTests.parts("newest"), at: 2)
        let whole = try place.bytes(2)
        func fallsBack(_ bytes: [UInt8]) throws -> Bool {
            try place.write(bytes, 2)
            let (text, told) = try SnapshotStoreTests.newest(place.store)
            return text == "one before+one before" && told.count == 1 && told[0].contains(SnapshotStore.name(2))
        }
        for index in whole.indices {
            for bit in [0, 7] {
                var damaged = whole
                damaged[index] ^= 1 << UInt8(bit)
                let isNoticed = try fallsBack(damaged)
                #expect(isNoticed, "byte \(index), bit \(bit)")
            }
        }
        for length in whole.indices {
            let isNoticed = try fallsBack(Array(whole.prefix(length)))
            #expect(isNoticed, "\(length) bytes")
        }
        let isLongerNoticed = try fallsBack(whole + [UInt8](repeating: 0, count: 24))
        #expect(isLongerNoticed)
        try place.write(whole, 2)
        #expect(try SnapshotStoreTests.newest(place.store).text == "newest+newest")
    }

    @Test func aNewerVersionIsNamed() throws {
        let place = try Place()
        try SnapshotStoreTests.write(place.store, SnapshotStoreTests.parts("x"), at: 1)
        var bytes = try place.bytes(1)
        bytes[8] = 9
        try place.write(bytes, 1)
        let (text, told) = try SnapshotStoreTests.newest(place.store)
        #expect(text == nil && told.count == 1)
        #expect(told.first?.contains("version 9, which is newer") == true)
    }

    @Test func whatIsNotSettledIsNotFound() throws {
        let place = try Place()
        let memory = ArenaMemory()
        var handles: [UInt32] = []
        for number in 0..<5000 {
            handles.append(memory.arena.allocate(40))
            memory.arena[Arena.word(handles[number])] = UInt64(number)
        }
        let image = StateImage()
        memory.arena.add(to: image)
        try place.store.draft([ImageFile.Part(kind: 1, index: 0, image: image)], layout: 3)
        #expect(try place.store.positions() == [])
        #expect(place.store.draftSize > 5000 * 40 * 8)
        try place.store.settle(77)
        let isRestored = try place.store.newest({ found, position throws(StateFault) in
            let other = ArenaMemory()
            try other.arena.restore(from: try found.reader(1))
            return found.layout == 3 && position == 77 && other.arena.wordsInUse == memory.arena.wordsInUse
                && handles.indices.allSatisfy { other.arena[Arena.word(handles[$0])] == UInt64($0) }
        }) { _ in }
        #expect(isRestored == true)
        try place.store.draft([], layout: 3)
        place.store.abandon()
        #expect(try place.folder.names().count == 1 && place.store.draftSize == 0)
    }

    /// Files that were left unfinished change nothing, and the next one takes their place.
    @Test func whatWasLeftUnfinishedIsOfNoUse() throws {
        let place = try Place()
        try SnapshotStoreTests.write(place.store, SnapshotStoreTests.parts("good"), at: 5)
        let whole = try place.bytes(5)
        for length in stride(from: 0, to: whole.count, by: 16) {
            try Data(whole.prefix(length)).write(to: place.url.appendingPathComponent("writing.tmp"))
            #expect(try SnapshotStoreTests.newest(place.store).text == "good+good")
        }
        try SnapshotStoreTests.write(place.store, SnapshotStoreTests.parts("next"), at: 6)
        #expect(try SnapshotStoreTests.newest(place.store).text == "next+next")
        #expect(try place.folder.names().count == 2)
    }
}
