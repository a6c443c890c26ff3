import Foundation
import Testing

/// `journeyd test` and `journeyd explain` as processes.
@Suite struct StoryCommandTests {
    /// A folder of its own for one test.
    private final class Place {
        let folder: URL

        init() throws {
            folder = FileManager.default.temporaryDirectory.appendingPathComponent("journeyd-" + UUID().uuidString)
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        }

        deinit { try? FileManager.default.removeItem(at: folder) }

        func write(_ name: String, _ text: String) throws {
            try Data(text.utf8).write(to: folder.appendingPathComponent(name))
        }

        func read(_ name: String) throws -> String {
            String(decoding: try Data(contentsOf: folder.appendingPathComponent(name)), as: UTF8.self)
        }

        /// Runs the program in the folder; what hangs is ended.
        func journeyd(_ words: String) throws -> (status: Int32, output: String, errors: String) {
            try write("stdout", "")
            let process = try begin(
                words, output: try FileHandle(forWritingTo: folder.appendingPathComponent("stdout")))
            process.waitUntilExit()
            return (process.terminationStatus, try read("stdout"), try read("stderr"))
        }

        /// The same with a terminal to write to, whose text comes back.
        func journeydOnATerminal(_ words: String) throws -> String {
            let screen = FileHandle(fileDescriptor: unsafe open("/dev/ptmx", O_RDWR | O_NOCTTY), closeOnDealloc: true)
            var (isLocked, number) = (0 as Int32, 0 as Int32)
            // TIOCSPTLCK and TIOCGPTN, for which there are functions that the Glibc module does not show.
            try #require(unsafe ioctl(screen.fileDescriptor, 0x4004_5431, &isLocked) == 0)
            try #require(unsafe ioctl(screen.fileDescriptor, 0x8004_5430, &number) == 0)
            let terminal = unsafe open("/dev/pts/\(number)", O_RDWR | O_NOCTTY)
            try #require(terminal >= 0)
            let process = try begin(words, output: FileHandle(fileDescriptor: terminal, closeOnDealloc: true))
            // The little that is written fits what a terminal holds.
            process.waitUntilExit()
            return String(decoding: screen.availableData, as: UTF8.self)
        }

        private func begin(_ words: String, output: FileHandle) throws -> Process {
            let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
                .appendingPathComponent("journeyd").path
            try write("stderr", "")
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            // What runs the tests may ask for no colours.
            process.arguments =
                ["-u", "NO_COLOR", "timeout", "-k", "1", "30", program] + words.split(separator: " ").map(String.init)
            process.currentDirectoryURL = folder
            process.standardInput = FileHandle.nullDevice
            process.standardOutput = output
            process.standardError = try FileHandle(forWritingTo: folder.appendingPathComponent("stderr"))
            try process.run()
            return process
        }
    }

    private let place: Place

    init() throws {
        place = try Place()
        try place.write("c.json5", #"{ version: 1, moments: { seen: { sequence: [{ as: "ping", on: "ping" }] } } }"#)
        try place.write("faulty.json5", "{ version: 2 }")
        try place.write("lone.json5", "{ version: 1 }")
        try place.write(
            "c.scenarios.json5",
            """
            { scenarios: {
              good: { events: [{ event: "ping" }], expect: [{ moment: "seen" }] },
              bad: { events: [{ event: "ping" }], nothing_else: true },
            } }
            """)
        try place.write(
            "good.json5", #"{ scenarios: { other: { events: [{ event: "x" }], never: [{ moment: "seen" }] } } }"#)
        try place.write("broken.json5", "{ scenarios: { other: { evnts: [] } } }")
        try place.write(
            "events",
            #"{"customer_id":"c1","event":"ping","timestamp":0,"id":"e1"}"# + "\n"
                + #"{"customer_id":"c2","event":"ping","timestamp":0,"id":"e2"}"# + "\n")
    }

    @Test(arguments: [
        ("test c.json5", 1, "1 not as expected"), ("test c.json5 good", 0, "all as expected"),
        ("test c.json5 bad", 1, "FAIL  bad (c.scenarios.json5:3:3)"), ("test c.json5 good.json5", 0, "ok    other"),
        ("test c.json5 good.json5 other c.scenarios.json5", 0, "1 scenario, all as expected"),
        ("explain c.json5 c1 events", 0, "1970-01-01T00:00:00.000Z  ping e1\n    moment seen\n"),
        ("explain c.json5 c1 events --json", 0, #"{"type":"event","time":"1970-01-01T00:00:00.000Z","id":"e1""#),
        ("explain c.json5 c1 events --at 1971-01-01T00:00:00Z", 0, "1971-01-01T00:00:00.000Z  as things stand"),
    ]) func theStatusSaysHowItWent(_ words: String, _ status: Int32, _ output: String) throws {
        let ran = try place.journeyd(words)
        #expect(ran.status == status)
        #expect(ran.output.contains(output), "\(ran.output)")
        #expect(ran.errors.isEmpty, "\(ran.errors)")
        #expect(!ran.output.contains("\u{1B}"))
        #expect(!ran.output.contains("e2"))
    }

    @Test(arguments: [
        ("test c.json5 nothing", 64, "there is no scenario \"nothing\""),
        ("test c.json5 godo", 64, "did you mean \"good\"?"),
        ("test c.json5 broken.json5", 65, "broken.json5:1:25: scenarios.other.evnts: unknown key"),
        ("test faulty.json5", 78, "faulty.json5:1:"), ("test missing.json5", 66, "missing.json5"),
        ("test lone.json5", 66, "lone.scenarios.json5"), ("test c.json5 missing.json5", 66, "missing.json5"),
        ("test c.json5 --junit no/such/folder", 69, "no/such/folder: cannot be written"),
        ("explain faulty.json5 c1 events", 78, "faulty.json5:1:"), ("explain c.json5 c1 missing", 66, "missing"),
        ("explain c.json5 c1 .", 66, "is a folder"),
        ("explain c.json5 c9 events", 0, "no event of customer \"c9\" came"),
    ]) func faultsHaveTheirStatusAndSayWhere(_ words: String, _ status: Int32, _ message: String) throws {
        let ran = try place.journeyd(words)
        #expect(ran.status == status)
        #expect(ran.errors.contains(message), "\(ran.errors)")
        #expect(ran.output.isEmpty)
    }

    @Test func coloursAreForTerminals() throws {
        let told = try place.journeydOnATerminal("explain c.json5 c1 events")
        #expect(told.contains("\u{1B}[36mping\u{1B}[0m e1"), "\(told)")
        #expect(try !place.journeydOnATerminal("explain c.json5 c1 events --json").contains("\u{1B}"))
    }

    @Test func whatWasRejectedIsSaid() throws {
        try place.write("some", "{}\nno\n" + #"{"customer_id":"c1","event":"ping","timestamp":0}"# + "\n")
        let ran = try place.journeyd("explain c.json5 c1 some")
        #expect(ran.errors.contains("2 lines were rejected (malformed_json 1, missing_field 1), of whichever customer"))
        #expect(ran.output.contains("moment seen"))
    }

    @Test func machinesGetTheirReport() throws {
        let ran = try place.journeyd("test c.json5 --junit report.xml")
        #expect(ran.status == 1)
        let report = try place.read("report.xml")
        #expect(
            report.hasPrefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"journeyd\" tests=\"2\""))
        #expect(report.contains("<failure message=\"not as expected\">+ 0s  moment seen"))
    }
}
