import Foundation
import Glibc
import Testing

/// The program is killed at seeded instants, started again, and must come to what an uninterrupted run comes to.
///
/// `JOURNEYD_KILLS` sets how many kills there are; `JOURNEYD_SEED` which ones.
@Suite struct CrashTests {
    private static var kills: Int { ProcessInfo.processInfo.environment["JOURNEYD_KILLS"].flatMap { Int($0) } ?? 8 }
    private static var seed: UInt64 { ProcessInfo.processInfo.environment["JOURNEYD_SEED"].flatMap { UInt64($0) } ?? 1 }

    let shop: Workshop

    init() throws {
        shop = try Workshop()
        try shop.write("shop.json5", Durable.configuration)
        let made = try shop.run(
            """
            journeyd generate --events 8000 --customers 500 > events; sed -i '70a nonsense' events
            journeyd run shop.json5 events --output plain --rejects plain.rejects
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

    /// Has `body` kill the program as often as it is told, with a seed, as often as it takes; each time from nothing.
    private func inRounds(_ body: (_ kills: Int, _ seed: UInt64) throws -> Void) throws {
        var left = CrashTests.kills
        while left > 0 {
            for name in ["data", "out", "rejects", "log"] {
                try? FileManager.default.removeItem(at: shop.folder.appendingPathComponent(name))
            }
            let kills = min(left, CrashTests.killsOfOne)
            try body(kills, CrashTests.seed &* 1_000_003 &+ UInt64(left))
            left -= kills
        }
    }

    /// Starts the program again and again and kills it, each time a seeded while after its beginning; then lets it end.
    private func kill(_ kills: Int, _ arguments: [String], seed: UInt64) throws {
        var state = seed
        for _ in 0..<kills {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let process = try start(arguments + ["--shards", "\(1 + state >> 60 % 3)"])
            usleep(UInt32(state >> 33 % 400_000))
            Glibc.kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
        let process = try start(arguments)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }

    @Test func filesComeOutByteForByte() throws {
        try inRounds { kills, seed in
            try kill(
                kills,
                ["run", "shop.json5", "events", "--output", "out", "--rejects", "rejects", "--data-dir", "data"],
                seed: seed)
            #expect(try shop.read("out") == shop.read("plain"), "seed \(seed)")
            #expect(try shop.read("rejects") == shop.read("plain.rejects"), "seed \(seed)")
            let replayed = try shop.run("journeyd replay shop.json5 --data-dir data | cmp - plain && echo same")
            #expect(replayed.lines == ["same"], "seed \(seed)")
        }
    }

    @Test func otherOutputsGetEveryLineAtLeastOnce() throws {
        try inRounds { kills, seed in
            try kill(kills, ["run", "shop.json5", "events", "--data-dir", "data"], seed: seed)
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
