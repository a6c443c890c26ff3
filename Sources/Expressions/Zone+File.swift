extension Zone {
    /// Reads a time zone file (RFC 9636, version 2 or later). Nil where the bytes are not one, or have more than
    /// 10,000 transitions.
    package init?(file bytes: [UInt8]) {
        guard let first = ZoneFileHeader(bytes, at: 0), first.version >= UInt8(ascii: "2"),
            let header = ZoneFileHeader(bytes, at: ZoneFileHeader.size + first.bodySize(timeSize: 4))
        else { return nil }
        let start = first.bodySize(timeSize: 4) + 2 * ZoneFileHeader.size
        let end = start + header.bodySize(timeSize: 8)
        guard end <= bytes.count, header.types >= 1 else { return nil }
        let indices = start + header.times * 8
        let types = indices + header.times
        func offset(_ type: Int) -> Int {
            Int(Int32(truncatingIfNeeded: ZoneFileHeader.number(bytes, types + type * 6, 4)))
        }
        var transitions: [Transition] = []
        for index in 0..<header.times {
            let type = Int(bytes[indices + index])
            guard type < header.types else { return nil }
            let from = ZoneFileHeader.number(bytes, start + index * 8, 8)
            transitions.append(Transition(from: from, offset: offset(type)))
        }
        var rule: ZoneRule?
        if end < bytes.count, bytes[end] == 10, let close = bytes[(end + 1)...].firstIndex(of: 10) {
            rule = ZoneRule(String(decoding: bytes[end + 1..<close], as: UTF8.self))
        }
        self.init(initialOffset: offset(0), transitions: transitions, rule: rule)
    }
}

/// The header before each of the two parts of a time zone file.
private struct ZoneFileHeader {
    static let size = 44

    let version: UInt8
    let utcMarks: Int
    let standardMarks: Int
    let leaps: Int
    let times: Int
    let types: Int
    let letters: Int

    init?(_ bytes: [UInt8], at start: Int) {
        guard start >= 0, start + ZoneFileHeader.size <= bytes.count,
            bytes[start..<start + 4].elementsEqual("TZif".utf8)
        else { return nil }
        version = bytes[start + 4]
        let counts = (0..<6).map { Int(ZoneFileHeader.number(bytes, start + 20 + $0 * 4, 4)) }
        guard counts.allSatisfy({ (0...10_000).contains($0) }) else { return nil }
        (utcMarks, standardMarks, leaps) = (counts[0], counts[1], counts[2])
        (times, types, letters) = (counts[3], counts[4], counts[5])
    }

    func bodySize(timeSize: Int) -> Int {
        times * timeSize + times + types * 6 + letters + leaps * (timeSize + 4) + standardMarks + utcMarks
    }

    /// A big-endian number; four bytes are read without sign.
    static func number(_ bytes: [UInt8], _ start: Int, _ count: Int) -> Int64 {
        guard start + count <= bytes.count else { return 0 }
        var value: UInt64 = 0
        for byte in bytes[start..<start + count] { value = value << 8 | UInt64(byte) }
        return Int64(bitPattern: value)
    }
}
