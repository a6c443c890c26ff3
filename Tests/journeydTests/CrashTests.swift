import Foundation
import Glibc
import TestSupport
import Testing

/// The program is killed at seeded instants, started again, and must come to what an uninterrupted run comes to.
///
/// Segments and snapshots are small, so that many kills fall where one is being made; every other round keeps as little
/// of the journal as it may. `JOURNEYD_KILLS` sets how many kills there are, of each kind a quarter (`KillMoment`);
/// `JOURNEYD_SEED` which ones. The two tests run one after the other, so that they do not take each other's time.
@Suite(.serialized) struct CrashTests {
    private static var kills: Int { ProcessInfo.processInfo.environment["JOURNEYD_KILLS"].flatMap { Int($0) } ?? 12 }
    private static var seed: UInt64 { ProcessInfo.processInfo.environment["JOURNEYD_SEED"].flatMap { UInt64($0) } ?? 1 }

    let shop: Workshop

    init() throws {
        shop = try Workshop()
        for (name, text) in [("whole", Durable.configuration), ("brief", Durable.brief)] {
            try shop.write(name, text)
        }
        // Enough input that it is rarely at its end before the last kill.
        let count = CrashTests.kills > 20 ? 48_000 : 16_000
        let made = try shop.run(
            """
            journeyd generate --events \(count) --customers 500 > events; sed -i '70a nonsense' events
            journeyd run whole events --output plain --rejects plain.rejects
            """)
        #expect(made.status == 0)
    }

    private var program: URL {
        URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            .appendingPathComponent("journeyd")
    }

    /// Starts the program in the folder, with its standard output appended to `log`.
    private func start(_ arguments: [String]) throws -> Process {
        let process = Process()
        process.executableURL = program
        process.arguments = arguments
        process.currentDirectoryURL = shop.folder
        process.standardInput = FileHandle.nullDevice
        let log = shop.folder.appendingPathComponent("log")
        if !FileManager.default.fileExists(atPath: log.path) { try Data().write(to: log) }
        let handle = try FileHandle(forWritingTo: log)
        try handle.seekToEnd()
        process.standardOutput = handle
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }

    /// How often it is killed before it is let come to its end: after so many times little of the input is left.
    private static let killsOfOne = 8

    /// Has `body` kill the program as often as it is told, with a seed and by a configuration, as
    /// often as it takes; each time from nothing.
    private func inRounds(_ body: (_ kills: Int, _ seed: UInt64, _ configuration: String) throws -> Void) throws {
        var left = CrashTests.kills
        while left > 0 {
            for name in ["data", "out", "rejects", "log"] {
                try? FileManager.default.removeItem(at: shop.folder.appendingPathComponent(name))
            }
            let kills = min(left, CrashTests.killsOfOne)
            let round = (CrashTests.kills - left) / CrashTests.killsOfOne
            try body(kills, CrashTests.seed &* 1_000_003 &+ UInt64(left), round % 2 == 0 ? "brief" : "whole")
            left -= kills
        }
    }

    /// Starts the program again and again and kills it, each time at a seeded instant; then lets it end.
    private func kill(_ kills: Int, _ arguments: [String], seed: UInt64) throws {
        var numbers = SeededNumbers(seed: seed)
        for number in 0..<kills {
            let moment = KillMoment(rawValue: number % KillMoment.allCases.count) ?? .anywhere
            let watch = DataWatch(shop.folder.appendingPathComponent("data"))
            let process = try start(arguments + ["--shards", "\(1 + numbers.below(3))"])
            watch.wait(for: moment, while: process, numbers.next() >> 20)
            Glibc.kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
        let process = try start(arguments)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }

    @Test func filesComeOutByteForByte() throws {
        try inRounds { kills, seed, configuration in
            try kill(
                kills,
                ["run", configuration, "events", "--output", "out", "--rejects", "rejects", "--data-dir", "data"],
                seed: seed)
            #expect(try shop.read("out") == shop.read("plain"), "seed \(seed)")
            #expect(try shop.read("rejects") == shop.read("plain.rejects"), "seed \(seed)")
            let replayed = try shop.run(
                """
                journeyd replay \(configuration) --data-dir data > past 2>/dev/null
                [ "$?" = 0 ] && cmp past <(tail -c $(stat -c %s past) plain) && echo same
                [ \(configuration) = brief ] || cmp past plain
                """)
            #expect(replayed.lines == ["same"] && replayed.errors.isEmpty, "seed \(seed): \(replayed.errors)")
        }
    }

    @Test func otherOutputsGetEveryLineAtLeastOnce() throws {
        try inRounds { kills, seed, configuration in
            try kill(kills, ["run", configuration, "events", "--data-dir", "data"], seed: seed)
            let expected = Set(try shop.read("plain").split(separator: "\n"))
            let found = Set(try shop.read("log").split(separator: "\n"))
            // What was being written when the program was killed may end in the middle of a line, and the next stand
            // behind it.
            let odd = found.subtracting(expected)
            #expect(odd.count <= kills, "seed \(seed)")
            let missing = expected.subtracting(found).filter { line in !odd.contains { $0.hasSuffix(line) } }
            #expect(missing.isEmpty, "seed \(seed)")
        }
    }
}

/// What the program is to be at when it is killed.
private enum KillMoment: Int, CaseIterable {
    /// Whatever it is at a while after its beginning.
    case anywhere
    /// A snapshot is being written, or settled.
    case snapshot
    /// A segment has just been begun.
    case rotation
    /// What an earlier run left is being taken up.
    case recovery
}

/// Looks at a data directory while a run works on it.
private struct DataWatch {
    private let folder: URL
    private let draftBefore: UInt64?
    private let segmentsBefore: [String]

    init(_ folder: URL) {
        self.folder = folder
        draftBefore = DataWatch.draft(in: folder)
        segmentsBefore = DataWatch.segments(in: folder)
    }

    /// The number of the file that a snapshot is being written to; nil where there is none.
    private static func draft(in folder: URL) -> UInt64? {
        let path = folder.appendingPathComponent("snapshots/writing.tmp").path
        return (try? FileManager.default.attributesOfItem(atPath: path))?[.systemFileNumber] as? UInt64
    }

    private static func segments(in folder: URL) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: folder.appendingPathComponent("journal").path))?.sorted()
            ?? []
    }

    /// Waits until it is time, half a second at most, and then a seeded while.
    func wait(for moment: KillMoment, while process: Process, _ chance: UInt64) {
        func look(_ isThere: () -> Bool) {
            for _ in 0..<1000 where process.isRunning && !isThere() { usleep(500) }
        }
        switch moment {
        case .anywhere: usleep(UInt32(chance % 400_000))
        case .snapshot:
            look { DataWatch.draft(in: folder).map { $0 != draftBefore } ?? false }
            usleep(UInt32(chance % 6_000))
        case .rotation:
            look { DataWatch.segments(in: folder).last.map { !segmentsBefore.contains($0) } ?? false }
            usleep(UInt32(chance % 1_000))
        case .recovery:
            // The lock's file is written anew when the data directory is opened.
            look { lockHolder == process.processIdentifier }
            usleep(UInt32(chance % 15_000))
        }
    }

    private var lockHolder: Int32? {
        (try? String(contentsOf: folder.appendingPathComponent("lock"), encoding: .utf8))
            .flatMap { Int32($0.split(separator: "\n").first ?? "") }
    }
}
