import Expressions
import Storage

/// The system's time zones, by their IANA names: the only place that knows where they lie.
enum ZoneFiles {
    private static let folder = "/usr/share/zoneinfo/"
    /// The largest of the system's files has about four thousand bytes.
    private static let sizeMost = 1 << 20

    /// The zone of a name such as `Europe/Madrid`; nil where there is none, or the system has no zones.
    static func zone(named name: String) -> Zone? {
        guard isName(name), let file = try? Descriptor(reading: folder + name), file.kind == .file else { return nil }
        let block = ByteBlock(capacity: 8 << 10)
        while block.count <= sizeMost {
            block.reserve(8 << 10)
            let got = block.read(from: file.number)
            if got < 0 { return nil }
            if got == 0 { return Zone(file: block.bytes.copied) }
        }
        return nil
    }

    /// Names come from expressions and events, so nothing but a name may lead to a file: no `..`, no root.
    private static func isName(_ name: String) -> Bool {
        guard let first = name.utf8.first, first != UInt8(ascii: "/"), name.utf8.count <= 255 else { return false }
        return name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            case UInt8(ascii: "/"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "+"): true
            default: false
            }
        }
    }
}
