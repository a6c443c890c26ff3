/// A JSON text as a tree, for what is read whole: files of models, and lines of logs.
///
/// The grammar is that of RFC 8259. Numbers stay as they are written until they are asked for, since single and double
/// precision round differently. Cost: one pass over the text, and some 24 bytes for each value.
package struct JSONDocument: Sendable {
    /// One value, with what is in it.
    package enum Value: Sendable {
        case null
        case flag(Bool)
        /// Where its text stands among the bytes.
        case number(Range<Int>)
        case text(String)
        case list([Value])
        /// In the order written; of keys that stand twice the first is found.
        case object([(key: String, value: Value)])

        /// What stands under a key of an object.
        package subscript(key: String) -> Value? {
            guard case .object(let entries) = self else { return nil }
            return entries.first { $0.key == key }?.value
        }

        package var text: String? {
            if case .text(let text) = self { text } else { nil }
        }
        package var flag: Bool? {
            if case .flag(let flag) = self { flag } else { nil }
        }
        package var list: [Value]? {
            if case .list(let list) = self { list } else { nil }
        }
    }

    /// Where the text is not JSON, and what is wrong there.
    package struct Fault: Error, Equatable {
        package let offset: Int
        package let detail: String
    }

    /// How deep lists and objects may be within each other.
    package static let depthMost = 64

    private let bytes: [UInt8]
    package private(set) var root = Value.null

    /// - Parameter allowsInfinity: whether `Infinity`, `-Infinity` and `NaN` are numbers, as some programs write them.
    package init(_ bytes: [UInt8], allowsInfinity: Bool = false) throws(Fault) {
        self.bytes = bytes
        var parser = Parser(bytes: bytes, allowsInfinity: allowsInfinity)
        root = try parser.value(depth: 0)
        parser.skipBlanks()
        if parser.at < bytes.count { throw parser.fault("there is something behind the end") }
    }

    /// A number to double precision; nil for what is none.
    package func double(_ value: Value?) -> Double? {
        guard case .number(let range)? = value else { return nil }
        return Double(String(decoding: bytes[range], as: UTF8.self))
    }

    /// A number to single precision, rounded once.
    package func float(_ value: Value?) -> Float? {
        guard case .number(let range)? = value else { return nil }
        return Float(String(decoding: bytes[range], as: UTF8.self))
    }

    /// A whole number without fraction and exponent.
    package func whole(_ value: Value?) -> Int? {
        guard case .number(let range)? = value else { return nil }
        return Int(String(decoding: bytes[range], as: UTF8.self))
    }

    private struct Parser {
        let bytes: [UInt8]
        let allowsInfinity: Bool
        var at = 0

        init(bytes: [UInt8], allowsInfinity: Bool) { (self.bytes, self.allowsInfinity) = (bytes, allowsInfinity) }

        private var byte: UInt8 { at < bytes.count ? bytes[at] : 0 }

        func fault(_ detail: String) -> Fault { Fault(offset: at, detail: detail) }

        mutating func skipBlanks() {
            while at < bytes.count, bytes[at] == 32 || bytes[at] == 10 || bytes[at] == 13 || bytes[at] == 9 { at += 1 }
        }

        private mutating func take(_ mark: Character) -> Bool {
            skipBlanks()
            guard at < bytes.count, bytes[at] == mark.asciiValue else { return false }
            at += 1
            return true
        }

        mutating func value(depth: Int) throws(Fault) -> Value {
            if depth > JSONDocument.depthMost { throw fault("it is nested too deep") }
            skipBlanks()
            switch byte {
            case UInt8(ascii: "{"): return try object(depth)
            case UInt8(ascii: "["): return try list(depth)
            case UInt8(ascii: "\""): return .text(try string())
            case UInt8(ascii: "t"): return try word("true", .flag(true))
            case UInt8(ascii: "f"): return try word("false", .flag(false))
            case UInt8(ascii: "n"): return try word("null", .null)
            default: return try number()
            }
        }

        private mutating func word(_ word: String, _ value: Value) throws(Fault) -> Value {
            for letter in word.utf8 {
                guard byte == letter else { throw fault("there is no value") }
                at += 1
            }
            return value
        }

        private mutating func object(_ depth: Int) throws(Fault) -> Value {
            at += 1
            var entries: [(key: String, value: Value)] = []
            if take("}") { return .object(entries) }
            repeat {
                skipBlanks()
                guard byte == UInt8(ascii: "\"") else { throw fault("a key is missing") }
                let key = try string()
                guard take(":") else { throw fault("a colon is missing") }
                entries.append((key, try value(depth: depth + 1)))
            } while take(",")
            guard take("}") else { throw fault("an object has no end") }
            return .object(entries)
        }

        private mutating func list(_ depth: Int) throws(Fault) -> Value {
            at += 1
            var members: [Value] = []
            if take("]") { return .list(members) }
            repeat { members.append(try value(depth: depth + 1)) } while take(",")
            guard take("]") else { throw fault("a list has no end") }
            return .list(members)
        }

        private mutating func digits() -> Bool {
            let start = at
            while byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { at += 1 }
            return at > start
        }

        private mutating func number() throws(Fault) -> Value {
            let start = at
            if byte == UInt8(ascii: "-") { at += 1 }
            if allowsInfinity {
                for word in ["Infinity", "NaN"] where bytes[at...].starts(with: word.utf8) {
                    at += word.utf8.count
                    return .number(start..<at)
                }
            }
            let isZero = byte == UInt8(ascii: "0")
            let first = at
            guard digits(), !isZero || at == first + 1 else { throw fault("there is no value") }
            if byte == UInt8(ascii: ".") {
                at += 1
                guard digits() else { throw fault("a number has no digits behind its point") }
            }
            if byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E") {
                at += 1
                if byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+") { at += 1 }
                guard digits() else { throw fault("a number has no digits in its exponent") }
            }
            return .number(start..<at)
        }

        private mutating func string() throws(Fault) -> String {
            at += 1
            let start = at
            while at < bytes.count, bytes[at] != UInt8(ascii: "\""), bytes[at] != UInt8(ascii: "\\") {
                if bytes[at] < 32 { throw fault("a text has a control character") }
                at += 1
            }
            if byte == UInt8(ascii: "\"") {
                defer { at += 1 }
                return String(decoding: bytes[start..<at], as: UTF8.self)
            }
            var text = Array(bytes[start..<at])
            while true {
                guard at < bytes.count else { throw fault("a text has no end") }
                let next = bytes[at]
                at += 1
                if next == UInt8(ascii: "\"") { return String(decoding: text, as: UTF8.self) }
                if next < 32 { throw fault("a text has a control character") }
                if next != UInt8(ascii: "\\") { text.append(next) } else { try escape(into: &text) }
            }
        }

        private mutating func escape(into text: inout [UInt8]) throws(Fault) {
            let letter = byte
            at += 1
            switch letter {
            case UInt8(ascii: "b"): text.append(8)
            case UInt8(ascii: "f"): text.append(12)
            case UInt8(ascii: "n"): text.append(10)
            case UInt8(ascii: "r"): text.append(13)
            case UInt8(ascii: "t"): text.append(9)
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(letter)
            case UInt8(ascii: "u"):
                var code = try unit()
                if code & 0xFC00 == 0xD800, byte == UInt8(ascii: "\\"), at + 1 < bytes.count,
                    bytes[at + 1] == UInt8(ascii: "u")
                {
                    at += 2
                    let low = try unit()
                    code = low & 0xFC00 == 0xDC00 ? 0x10000 + (code & 0x3FF) << 10 + low & 0x3FF : 0xFFFD
                }
                // A lone half of a pair is no character.
                let scalar = UnicodeScalar(code) ?? "\u{FFFD}"
                text += String(Character(scalar)).utf8
            default: throw fault("a text has an escape that is none")
            }
        }

        private mutating func unit() throws(Fault) -> UInt32 {
            var code: UInt32 = 0
            for _ in 0..<4 {
                guard let digit = Character(UnicodeScalar(byte)).hexDigitValue, byte < 128 else {
                    throw fault("a text has an escape that is none")
                }
                code = code << 4 | UInt32(digit)
                at += 1
            }
            return code
        }
    }
}
