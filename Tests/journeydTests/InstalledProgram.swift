import Foundation

/// Programs of others that tests send with, where this machine has them. `Scripts/install-clients` puts them there, and
/// says at the end of `.ci/run` which are missing.
enum InstalledProgram {
    /// Whether all of these are there.
    static func has(_ names: String...) -> Bool { names.allSatisfy { path(of: $0) != nil } }

    private static func path(of name: String) -> String? {
        let given = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let folders: [String] = given.split(separator: ":").map { String($0) } + ["/usr/sbin"]
        return folders.map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }
}
