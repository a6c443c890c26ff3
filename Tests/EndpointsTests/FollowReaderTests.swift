import Events
import Foundation
import Storage
import Telemetry
import TestSupport
import Testing

@testable import Endpoints

/// Followed files, with all that may happen to them between two looks.
@Suite struct FollowReaderTests {
    @Test(arguments: [
        ("app.log.1", true), ("app.log-20260101", true), ("app.log.2026-01-01T00", true), ("app.1.log", true),
        ("app-2026-01-01.log", true), ("app.log.old", true), ("app.log", false), ("app.log.gz", false),
        ("app.log.1.gz", false), ("app.error.log", false), ("apple.1.log", false), ("app.log.bak", false),
        ("app2.log", false), ("other.log.1", false), ("app.log.", false), ("app.log-", false),
    ])
    func rotatedFilesAreKnownByTheirNames(_ name: String, _ isRotated: Bool) {
        #expect(RotatedName.is(name, of: "app.log") == isRotated)
    }

    @Test func ofNumberedFilesTheGreaterNumberIsOlder() {
        #expect(["l.1", "l.10", "l.2", "l.20260101"].map(RotatedName.age) == [1, 10, 2, 0])
    }

    /// A log, those who write to it, and who reads it.
    private final class World {
        let folder: URL
        let path: String
        let file: FollowedFile
        let metrics = Metrics()
        private var written = 0
        private var rotations = 0
        /// Writers that still have a file open that was replaced.
        private var olds: [FileHandle] = []
        private var current: FileHandle

        /// Whether it was emptied since it was last read.
        var isEmptied = false
        /// Whether it is copied and emptied rather than renamed.
        private let isCopied: Bool
        /// Whether each file is a table with a header.
        private let isTable: Bool

        init(isCopied: Bool, isTable: Bool) throws {
            self.isCopied = isCopied
            self.isTable = isTable
            folder = FileManager.default.temporaryDirectory.appendingPathComponent("follow-" + UUID().uuidString)
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            path = folder.appendingPathComponent("app.log").path
            current = try World.appending(path)
            let log = Log(level: .error, format: .logfmt, sink: { _ in })
            file = try FollowedFile(path: path, metrics: metrics, log: log)
        }

        deinit { try? FileManager.default.removeItem(at: folder) }

        private static func appending(_ path: String) throws -> FileHandle {
            if !FileManager.default.fileExists(atPath: path) {
                try #require(FileManager.default.createFile(atPath: path, contents: nil))
            }
            let handle = try #require(FileHandle(forWritingAtPath: path))
            try handle.seekToEnd()
            return handle
        }

        var lines: [String] { (0..<written).map { "line \($0) " + String(repeating: "x", count: $0 % 300) } }

        /// Rows of a table that come to these lines.
        private static func rows(_ lines: ArraySlice<String>) -> [String] {
            lines.map { $0.utf8.count % 3 == 0 ? "\"" + $0.replacing("x", with: "\n", maxReplacements: 1) + "\"" : $0 }
        }

        private func write(_ count: Int, to handle: FileHandle) throws {
            let from = written
            written += count
            let isEmpty = try handle.seekToEnd() == 0
            let rows = isTable ? (isEmpty ? ["note"] : []) + World.rows(lines[from...]) : Array(lines[from...])
            try handle.write(contentsOf: Data(rows.map { $0 + "\n" }.joined().utf8))
        }

        func begin() throws { try write(1, to: current) }

        /// Something happens to the log.
        func happen(_ chance: inout SeededNumbers) throws {
            switch Int.random(in: 0..<8, using: &chance) {
            case 0 where !isCopied:
                rotations += 1
                try FileManager.default.moveItem(atPath: path, toPath: path + ".\(9999 - rotations)")
                olds.append(current)
                if olds.count > 3 { olds.removeFirst() }
                current = try World.appending(path)
                try write(1, to: current)
            case 1 where isCopied:
                // More than once before anybody looks, what was there in between is lost to those who have not read it.
                if isEmptied { return }
                isEmptied = true
                rotations += 1
                try FileManager.default.copyItem(atPath: path, toPath: path + ".\(9999 - rotations)")
                try current.truncate(atOffset: 0)
                try write(1, to: current)
            case 2:
                if let old = olds.randomElement(using: &chance) { try write(1, to: old) }
            default: try write(Int.random(in: 1...20, using: &chance), to: current)
            }
        }
    }

    /// The lines of a reader until there are so many; what it has read, as an earlier run leaves it, is noted in `places`.
    private func read(_ count: Int, _ reader: inout FollowReader, _ got: inout [String], _ places: inout Places) throws
    {
        while got.count < count {
            guard let piece = try reader.next() else { return }
            got += piece.block.bytes.text.split(separator: "\n").map { FollowReaderTests.plain(String($0)) }
            places.note(piece)
        }
    }

    /// A line as it was meant, where it was a row of a table.
    private static func plain(_ line: String) -> String {
        if line.hasPrefix("\"") { return String(line.dropFirst().dropLast()) }
        guard line.hasPrefix("{\"note\":\"") else { return line }
        return String(line.dropFirst(9).dropLast(2)).replacing("\\n", with: "x")
    }

    /// What a journal would know.
    private struct Places {
        var known: [FollowedPlace] = []

        mutating func note(_ piece: InputReader.Piece) {
            guard case .all(let source, _) = piece.lines else { return }
            let lines = UInt64(piece.block.bytes.count(of: 0x0A))
            let place = FollowedPlace(
                file: source.file,
                start: InputStart(offset: piece.end, linesBefore: source.number(Int(lines)) + lines - 1),
                mark: TableHeader.keepsLines(piece.block.bytes) ? PlaceMark(behind: piece.block.bytes) : PlaceMark(),
                lastRead: piece.arrival)
            if let index = known.firstIndex(where: { $0.file == source.file }) {
                known[index] = place
            } else {
                known.append(place)
            }
        }
    }

    /// Renamed, copied and emptied, written to by others meanwhile, and read from time to time: every line comes once.
    @Test(arguments: 1...8, [false, true]) func everyLineComesOnce(_ seed: UInt64, isTable: Bool) throws {
        var chance = SeededNumbers(seed: seed)
        let world = try World(isCopied: seed % 2 == 0, isTable: isTable)
        let table = isTable ? TableSettings(delimiter: nil) : nil
        let stop = try StopSignal()
        let watchdog = Thread {
            Thread.sleep(forTimeInterval: 200)
            stop.request()
        }
        watchdog.start()
        var (got, places) = ([String](), Places())
        var reader = FollowReader(world.file, stop: stop, lineLimit: 1 << 16, table: table)
        try world.begin()
        try read(1, &reader, &got, &places)
        for _ in 0..<12 {
            for _ in 0..<Int.random(in: 1...4, using: &chance) { try world.happen(&chance) }
            // The times that files have are some milliseconds behind the clock.
            Thread.sleep(forTimeInterval: 0.03)
            try read(world.lines.count, &reader, &got, &places)
            if got.count < world.lines.count { break }
            world.isEmptied = false
            // A run that ends, and another one that goes on. Of a table whose rows were written anew it does not know what
            // stood before its place, so it would not notice that the file was emptied meanwhile.
            if Int.random(in: 0..<6, using: &chance) == 0, !isTable || seed % 2 == 1 {
                reader = FollowReader(
                    world.file, behind: places.known, stop: stop, lineLimit: 1 << 16, table: table)
            }
        }
        #expect(Set(got).count == got.count)
        #expect(Set(world.lines).subtracting(got).isEmpty)
    }
}
