import Foundation
import TestSupport
import Testing

/// The wirings that are shipped to be pasted, with the programs that the machine has; each script says what it tried.
@Suite struct ExampleTests {
    private func run(_ script: String) throws -> Ran {
        let root = Repository.root.path
        return try Workshop().run("exec '\(root)/Scripts/examples/\(script)' \"$J\"")
    }

    @Test(.enabled(if: hasProgram("jq"))) func eventsComeIn() throws {
        let ran = try run("try-inputs")
        #expect(ran.status == 0, "\(ran.errors)")
        #expect(ran.lines.contains { $0.hasSuffix("followed through its rotation") })
        #expect(ran.lines.contains("ok: rsyslog") == hasProgram("rsyslogd") && hasProgram("logger"))
    }

    @Test(.enabled(if: hasProgram("python3"))) func decisionsGoOut() throws {
        let ran = try run("try-outputs")
        #expect(ran.status == 0, "\(ran.errors)")
        #expect(ran.lines.count { $0.hasPrefix("ok: ") } >= 4)
        #expect(ran.lines.contains("ok: Redis") == hasProgram("redis-server"))
    }
}

/// Whether a program is found on the search path or among those of the system.
private func hasProgram(_ name: String) -> Bool {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    return path.split(separator: ":").contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(name)") }
}
