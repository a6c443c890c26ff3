import Storage

/// State as a text of few bytes: the same words that stand in a snapshot, small ones in one byte.
///
/// A word is written seven bits a byte, the lowest first; all bytes of it but the last have their highest bit set. A list of
/// bytes follows the word that counts it.
final class PackedState {
    private(set) var bytes: [UInt8]
    private var at = 0

    init(_ bytes: [UInt8] = []) { self.bytes = bytes }

    var isAtEnd: Bool { at == bytes.count }

    func put(_ word: UInt64) {
        var rest = word
        while rest > 0x7F {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    func put(_ more: [UInt8]) {
        put(UInt64(more.count))
        bytes += more
    }

    func word() throws(StateFault) -> UInt64 {
        var word: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            guard at < bytes.count else { throw .truncated }
            let byte = bytes[at]
            at += 1
            word |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return word }
        }
        throw .unfit("a number is too long")
    }

    /// How many things of at least a byte each follow.
    func count() throws(StateFault) -> Int {
        let word = try word()
        guard word <= UInt64(bytes.count - at) else { throw .truncated }
        return Int(word)
    }

    func list() throws(StateFault) -> [UInt8] {
        let count = try count()
        defer { at += count }
        return Array(bytes[at..<at + count])
    }
}

/// Bytes as text (RFC 4648), with padding.
enum Base64 {
    private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func text(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let count = min(3, bytes.count - start)
            var bits: UInt32 = 0
            for index in 0..<3 { bits = bits << 8 | (index < count ? UInt32(bytes[start + index]) : 0) }
            for index in 0..<4 {
                text.append(index <= count ? digits[Int(bits >> UInt32(18 - 6 * index) & 63)] : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Nil for a text that is none.
    static func bytes(_ text: String) -> [UInt8]? {
        let given = Array(text.utf8)
        let padding = given.reversed().prefix { $0 == UInt8(ascii: "=") }.count
        guard given.count % 4 == 0, padding <= 2 else { return nil }
        var values = [UInt8](repeating: 255, count: 256)
        for (value, digit) in digits.enumerated() { values[Int(digit)] = UInt8(value) }
        var (bytes, bits, count): ([UInt8], UInt32, Int) = ([], 0, 0)
        for digit in given.dropLast(padding) {
            guard values[Int(digit)] < 64 else { return nil }
            bits = bits << 6 | UInt32(values[Int(digit)])
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        return bytes
    }
}
