import Foundation
import Journal
import Storage
import Testing

/// A data directory on the real file system.
@Suite final class DataDirectoryTests {
    private let folder: URL
    private var path: String { folder.appendingPathComponent("data").path }

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("journeyd-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    private func text(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(fileURLWithPath: path + "/" + name)), as: UTF8.self)
    }

    private func put(_ name: String, _ text: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path + "/" + name))
    }

    private func mode(_ name: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path + name)[.posixPermissions] as? Int
    }

    @Test func onlyItsOwnerMayLookInside() throws {
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o755])
        let data = try DataDirectory.open(path)
        let writer = try JournalWriter(data.journal, after: JournalOpening(data.journal), settings: JournalSettings())
        try writer.append(JournalRecord(.end))
        try writer.synchronize()
        #expect(try mode("") == 0o700)
        #expect(try mode("/journal") == 0o700)
        #expect(try mode("/version") == 0o600)
        #expect(try mode("/journal/00000000000000000000.journal") == 0o600)
        #expect(try text("version") == "journeyd data 4\n")
        let scan = try JournalScan(data.journal)
        #expect(try scan.next()?.kind == .context)
        #expect(try scan.next()?.kind == .end)
        #expect(try scan.next() == nil)
    }

    @Test func oneProcessHasIt() throws {
        do {
            let first = try DataDirectory.open(path)
            #expect {
                try DataDirectory.open(path)
            } throws: { error in
                "\(error)".contains("used by another journeyd (process \(ProcessInfo.processInfo.processIdentifier))")
            }
            #expect(try DataDirectory.look(at: path).path == first.path)
        }
        _ = try DataDirectory.open(path)
    }

    @Test func aNewerVersionIsRefused() throws {
        _ = try DataDirectory.open(path)
        try put("version", "journeyd data 5\n")
        for open in [{ try DataDirectory.open(self.path) }, { try DataDirectory.look(at: self.path) }] {
            #expect {
                try open()
            } throws: { error in
                (error as? JournalFault)?.kind == .unusable && "\(error)".contains("is of version 5")
                    && "\(error)".contains("use a newer journeyd")
            }
        }
        #expect(try text("version") == "journeyd data 5\n")
        try put("version", "something else\n")
        #expect(throws: JournalFault.self) { try DataDirectory.open(path) }
    }

    @Test func theFirstVersionIsBroughtUp() throws {
        _ = try DataDirectory.open(path)
        try put("version", "journeyd data 1\n")
        #expect(throws: JournalFault.self) { try DataDirectory.look(at: path) }
        _ = try DataDirectory.open(path)
        #expect(try text("version") == "journeyd data 4\n")
    }

    /// Two made-up ways show that the way from the first version leads through both.
    @Test func anOlderVersionIsBroughtUpStepByStep() throws {
        _ = try DataDirectory.open(path)
        try put("version", "journeyd data 1\n")
        try put("a", "")
        let upgrades = [
            DataDirectory.Upgrade(from: 2) { folder throws(JournalFault) in
                do throws(SystemError) {
                    try folder.rename("b", to: "c")
                } catch {
                    throw JournalFault("renaming", "b", error)
                }
            },
            DataDirectory.Upgrade(from: 1) { folder throws(JournalFault) in
                do throws(SystemError) {
                    try folder.rename("a", to: "b")
                } catch {
                    throw JournalFault("renaming", "a", error)
                }
            },
        ]
        _ = try DataDirectory.open(path, version: 3, upgrades: upgrades)
        #expect(try text("version") == "journeyd data 3\n")
        #expect(try Folder(path).names().contains("c"))
        _ = try DataDirectory.open(path, version: 3, upgrades: upgrades)
        #expect {
            try DataDirectory.open(path, version: 5, upgrades: upgrades)
        } throws: { error in
            "\(error)".contains("does not know any more")
        }
    }

    @Test func aFolderOfOtherThingsIsLeftAlone() throws {
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o755])
        try put("thesis", "")
        #expect {
            try DataDirectory.open(path)
        } throws: { error in
            "\(error)".contains("holds other files")
        }
        #expect(try mode("") == 0o755)
        #expect(try Folder(path).names() == ["thesis"])
        #expect(throws: JournalFault.self) { try DataDirectory.look(at: path) }
    }
}
