import Foundation

/// What a shell script printed, and its exit status.
struct Ran {
    let status: Int32
    let output: String
    let errors: String

    var lines: [String] { output.split(separator: "\n").map(String.init) }
}

/// A folder of its own for one test, with a configuration that makes one line of each "ping".
final class Workshop {
    let folder: URL

    static let configuration = """
        { version: 1, moments: { seen: { kind: "opportunity", sequence: [{ as: "ping", on: "ping" }] } } }
        """

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("journeyd-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try write("config.json5", Workshop.configuration)
        try write("pings", Workshop.pings(1...3))
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// Events one second apart, one for each number.
    static func pings(_ numbers: ClosedRange<Int>) -> String {
        numbers.map { #"{"customer_id":"c\#($0)","event":"ping","timestamp":\#($0 * 1000),"id":"e\#($0)"}"# + "\n" }
            .joined()
    }

    func write(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: folder.appendingPathComponent(name))
    }

    func read(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: folder.appendingPathComponent(name)), as: UTF8.self)
    }

    /// Runs a script in the folder; `journeyd` is the program, and what hangs is ended after half a minute,
    /// or as many seconds as are given.
    func run(_ script: String, seconds: Int = 30) throws -> Ran {
        let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            .appendingPathComponent("journeyd").path
        // Whoever runs the tests may speak another language.
        let locale = "unset LC_ALL LC_MESSAGES; export LANG=C.UTF-8\n"
        try write("script", locale + "journeyd() { \"\(program)\" \"$@\"; }\nJ=\"\(program)\"\n" + script)
        let output = folder.appendingPathComponent("stdout")
        let errors = folder.appendingPathComponent("stderr")
        for url in [output, errors] { try Data().write(to: url) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        // A test beside this one may ignore broken pipes, and a child inherits that, too.
        process.arguments = ["--default-signal=PIPE,XFSZ", "timeout", "-k", "1", "\(seconds)", "bash", "script"]
        process.currentDirectoryURL = folder
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        // Threads of the tests block signals, and a child inherits that: what the script ends would not end.
        var (none, before) = (sigset_t(), sigset_t())
        unsafe sigemptyset(&none)
        unsafe pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
        try process.run()
        process.waitUntilExit()
        return Ran(status: process.terminationStatus, output: try read("stdout"), errors: try read("stderr"))
    }
}

extension Workshop {
    /// A decision on request, and a page view that is a moment.
    static let offers = """
        { version: 1, moments: { home: { sequence: [{ as: "ask", on: "ask", where: "event.properties.place == 'home'" }] },
                                 seen: { sequence: [{ as: "view", on: "page_view" }] } },
          actions: { coupon: { on: ["home"], channels: ["web"], propensity: 0.5, value: 10.0 } } }
        """
}
