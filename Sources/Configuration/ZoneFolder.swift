package import Expressions
import Storage
import Synchronization

/// The time zones of a machine, each read from its file when it is first asked for.
package final class ZoneFolder: Sendable {
    /// Where systems keep them.
    package static let system = ZoneFolder(path: "/usr/share/zoneinfo")

    /// The most bytes of a zone's file; the largest have some 4,000.
    private static let sizeLimit = 1 << 20
    private static let nameLimit = 64

    private let path: String
    private let known = Mutex<[ByteName: Zone]>([:])

    /// The zones of which there are files below the folder at `path`.
    package init(path: String) { self.path = path }

    /// The zone of an IANA name; nil where there is none of that name. Names that lead out of the folder name nothing.
    package func zone(named name: String) -> Zone? {
        guard Self.isName(name) else { return nil }
        return known.withLock { known in
            if let zone = known[name] { return zone }
            guard let bytes = bytes(of: path + "/" + name), let zone = Zone(file: bytes) else { return nil }
            known[name] = zone
            return zone
        }
    }

    /// Words of letters, digits and a few marks, with slashes between them.
    private static func isName(_ name: String) -> Bool {
        guard (1...nameLimit).contains(name.utf8.count) else { return false }
        return name.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { word in
            !word.isEmpty
                && word.utf8.allSatisfy { byte in
                    (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || "-+_".utf8.contains(byte)
                }
        }
    }

    private func bytes(of path: String) -> [UInt8]? {
        guard let file = try? Descriptor(reading: path), file.kind == .file else { return nil }
        let block = ByteBlock(capacity: 8 << 10)
        while block.count <= Self.sizeLimit {
            block.reserve(8 << 10)
            let got = block.read(from: file.number)
            if got == 0 { return block.bytes.copied }
            if got < 0 { return nil }
        }
        return nil
    }
}
