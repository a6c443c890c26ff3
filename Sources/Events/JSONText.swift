import Storage

/// A position in JSON text that moves forward as it is read: the grammar of RFC 8259, nothing of its meaning.
///
/// Strings are passed over eight bytes at a time; nesting is held in a stack of bits, so that hostile depth costs
/// neither recursion nor memory.
///
/// Invariants: at least eight bytes may be read at any place up to `end`; `at` never exceeds `end` unless the text is
/// faulty, and the caller checks for that once, at the end of the line.
struct JSONText {
    /// The most objects and arrays within each other.
    static let depthLimit = 1024

    let bytes: View<UInt8>
    var at: Int

    /// What a string looks like from outside.
    struct StringSpan {
        /// The first byte behind the opening quote.
        var start: Int
        /// The closing quote.
        var end: Int
        var hasEscapes: Bool
    }

    static let malformed = LineFault(reason: .malformedJSON, detail: "")

    @inline(__always)
    mutating func skipSpace() {
        while true {
            let byte = bytes[at]
            if byte > 0x20 { return }
            if byte == 0x20 || byte == 0x09 || byte == 0x0D { at &+= 1 } else { return }
        }
    }

    /// Passes over space, but not beyond `end`, where a line's own end may look like space.
    @inline(__always)
    mutating func skipSpace(upTo end: Int) {
        while at < end, bytes[at] == 0x20 || bytes[at] == 0x09 || bytes[at] == 0x0D { at &+= 1 }
    }

    /// Marks, in the high bit of each byte of a word, where a string scan must look closer: a quote, a backslash, a
    /// control character, or a byte outside ASCII. Only the lowest mark is reliable.
    @inline(__always)
    private static func marks(_ word: UInt64) -> UInt64 {
        let low: UInt64 = 0x0101_0101_0101_0101
        let high: UInt64 = 0x8080_8080_8080_8080
        let quote = word ^ (low &* 0x22)
        let slash = word ^ (low &* 0x5C)
        let found = ((quote &- low) & ~quote) | ((slash &- low) & ~slash) | ((word &- low &* 0x20) & ~word) | word
        return found & high
    }

    /// Passes over a string whose opening quote is the current byte.
    @inline(__always)
    mutating func string() throws(LineFault) -> StringSpan {
        let start = at &+ 1
        var index = start
        var hasEscapes = false
        while true {
            let found = JSONText.marks(bytes.word(at: index))
            if found == 0 {
                index &+= 8
                continue
            }
            index &+= found.trailingZeroBitCount >> 3
            let byte = bytes[index]
            if byte == UInt8(ascii: "\"") {
                at = index &+ 1
                return StringSpan(start: start, end: index, hasEscapes: hasEscapes)
            }
            if byte == UInt8(ascii: "\\") {
                hasEscapes = true
                index = try escape(at: index)
            } else if byte >= 0x80 {
                let length = bytes.lengthOfUTF8(at: index)
                if length == 0 { throw LineFault(reason: .invalidUTF8, detail: "") }
                index &+= length
            } else {
                at = index
                throw JSONText.malformed
            }
        }
    }

    /// The place behind the escape that begins at `index`.
    private mutating func escape(at index: Int) throws(LineFault) -> Int {
        switch bytes[index + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return index + 2
        case UInt8(ascii: "u"):
            for place in index + 2..<index + 6 where bytes.hexDigit(at: place) == nil {
                at = place
                throw JSONText.malformed
            }
            return index + 6
        default:
            at = index
            throw JSONText.malformed
        }
    }

    /// Passes over a number, whose first byte is the current one; says whether it has neither fraction nor exponent.
    @inline(__always)
    mutating func number() throws(LineFault) -> Bool {
        if bytes[at] == UInt8(ascii: "-") { at &+= 1 }
        if bytes[at] == UInt8(ascii: "0") {
            at &+= 1
        } else if try !digits() {
            throw JSONText.malformed
        }
        var isWhole = true
        if bytes[at] == UInt8(ascii: ".") {
            isWhole = false
            at &+= 1
            if try !digits() { throw JSONText.malformed }
        }
        if bytes[at] | 0x20 == UInt8(ascii: "e") {
            isWhole = false
            at &+= 1
            if bytes[at] == UInt8(ascii: "+") || bytes[at] == UInt8(ascii: "-") { at &+= 1 }
            if try !digits() { throw JSONText.malformed }
        }
        return isWhole
    }

    @inline(__always)
    private mutating func digits() throws(LineFault) -> Bool {
        let start = at
        while bytes[at] &- UInt8(ascii: "0") < 10 { at &+= 1 }
        return at > start
    }

    /// Passes over `true`, `false` or `null`, by its first letter; answers which field kind it is.
    @inline(__always)
    mutating func word() throws(LineFault) -> Field.Kind {
        let letters = bytes.word(at: at)
        if UInt32(truncatingIfNeeded: letters) == 0x6575_7274 {
            at &+= 4
            return .yes
        }
        if UInt32(truncatingIfNeeded: letters) == 0x6C6C_756E {
            at &+= 4
            return .null
        }
        if letters & 0xFF_FFFF_FFFF == 0x65_736C_6166 {
            at &+= 5
            return .no
        }
        throw JSONText.malformed
    }

    /// Passes over the bracket that opens an object or array; false where it is closed at once, and passed over as well.
    @inline(__always)
    mutating func enters(closing bracket: UInt8) -> Bool {
        at &+= 1
        skipSpace()
        guard bytes[at] == bracket else { return true }
        at &+= 1
        return false
    }

    /// Behind a value: passes over the comma behind which the next one comes, or over the closing bracket.
    @inline(__always)
    mutating func goesOn(closing bracket: UInt8) throws(LineFault) -> Bool {
        skipSpace()
        let byte = bytes[at]
        at &+= 1
        if byte == bracket { return false }
        if byte == UInt8(ascii: ",") { return true }
        at &-= 1
        throw JSONText.malformed
    }

    /// Passes over one value of any kind, validating all of it.
    mutating func skipValue() throws(LineFault) {
        switch bytes[at] {
        case UInt8(ascii: "\""): _ = try string()
        case UInt8(ascii: "{"), UInt8(ascii: "["): try skipNested()
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): _ = try number()
        default: _ = try word()
        }
    }

    /// Passes over an object or array, whose opening bracket is the current byte.
    private mutating func skipNested() throws(LineFault) {
        var stack = BitStack()
        while true {
            // At the beginning of a value.
            skipSpace()
            let byte = bytes[at]
            if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") {
                let isObject = byte == UInt8(ascii: "{")
                at &+= 1
                skipSpace()
                if bytes[at] == (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) {
                    at &+= 1
                } else {
                    guard stack.depth < JSONText.depthLimit else {
                        throw LineFault(
                            reason: .malformedJSON, detail: "nested deeper than \(JSONText.depthLimit) levels")
                    }
                    stack.push(isObject)
                    if isObject { try key() }
                    continue
                }
            } else {
                try skipValue()
            }
            if try closes(&stack) { return }
        }
    }

    /// Behind a value: passes over closing brackets and one comma; true where the outermost value has ended.
    private mutating func closes(_ stack: inout BitStack) throws(LineFault) -> Bool {
        while stack.depth > 0 {
            skipSpace()
            let byte = bytes[at]
            if byte == UInt8(ascii: ",") {
                at &+= 1
                if stack.top { try key() }
                return false
            }
            guard byte == (stack.top ? UInt8(ascii: "}") : UInt8(ascii: "]")) else { throw JSONText.malformed }
            at &+= 1
            stack.pop()
        }
        return true
    }

    /// Passes over a key and its colon.
    private mutating func key() throws(LineFault) {
        skipSpace()
        guard bytes[at] == UInt8(ascii: "\"") else { throw JSONText.malformed }
        _ = try string()
        skipSpace()
        guard bytes[at] == UInt8(ascii: ":") else { throw JSONText.malformed }
        at &+= 1
    }
}

/// A stack of bits: which of the open brackets are objects. The innermost 64 at most are at hand in one word; the words
/// before it are only touched where nesting is deeper.
private struct BitStack {
    private var word: UInt64 = 0
    private(set) var depth = 0
    private var outer: [UInt64] = []

    var top: Bool { word & 1 == 1 }

    @inline(__always)
    mutating func push(_ bit: Bool) {
        if depth & 63 == 0, depth > 0 { outer.append(word) }
        word = word << 1 | (bit ? 1 : 0)
        depth &+= 1
    }

    @inline(__always)
    mutating func pop() {
        word >>= 1
        depth &-= 1
        if depth & 63 == 0, let before = outer.popLast() { word = before }
    }
}

extension View<UInt8> {
    /// How many bytes the UTF-8 character at `index` has, or 0 where there is none. Three more bytes can be read.
    func lengthOfUTF8(at index: Int) -> Int {
        let first = self[index]
        if first < 0x80 { return 1 }
        guard first >= 0xC2, first < 0xF5, index + 3 < count else { return 0 }
        let second = self[index + 1]
        guard second & 0xC0 == 0x80 else { return 0 }
        if first < 0xE0 { return 2 }
        guard self[index + 2] & 0xC0 == 0x80 else { return 0 }
        if first < 0xF0 {
            // No overlong forms, and no surrogates.
            if first == 0xE0, second < 0xA0 { return 0 }
            if first == 0xED, second > 0x9F { return 0 }
            return 3
        }
        guard self[index + 3] & 0xC0 == 0x80 else { return 0 }
        if first == 0xF0, second < 0x90 { return 0 }
        if first == 0xF4, second > 0x8F { return 0 }
        return 4
    }

    /// The value of the hexadecimal digit at `index`.
    func hexDigit(at index: Int) -> UInt32? {
        switch self[index] {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(self[index] - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(self[index] - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(self[index] - UInt8(ascii: "A") + 10)
        default: nil
        }
    }

    /// The text of a JSON string's inside with its escapes resolved. A surrogate without its partner becomes U+FFFD.
    /// The inside must have been validated.
    package func unescaped() -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(count)
        var index = 0
        while index < count {
            let byte = self[index]
            guard byte == UInt8(ascii: "\\") else {
                output.append(byte)
                index += 1
                continue
            }
            index += 2
            switch self[index - 1] {
            case UInt8(ascii: "b"): output.append(0x08)
            case UInt8(ascii: "f"): output.append(0x0C)
            case UInt8(ascii: "n"): output.append(0x0A)
            case UInt8(ascii: "r"): output.append(0x0D)
            case UInt8(ascii: "t"): output.append(0x09)
            case UInt8(ascii: "u"):
                var scalar = codeUnit(at: index)
                index += 4
                if scalar >> 10 == 0x36, index + 6 <= count, self[index] == UInt8(ascii: "\\"),
                    self[index + 1] == UInt8(ascii: "u"), codeUnit(at: index + 2) >> 10 == 0x37
                {
                    scalar = 0x10000 + (scalar & 0x3FF) << 10 + codeUnit(at: index + 2) & 0x3FF
                    index += 6
                }
                let character = Unicode.Scalar(scalar) ?? "\u{FFFD}"
                output.append(contentsOf: String(Character(character)).utf8)
            case let other: output.append(other)
            }
        }
        return output
    }

    private func codeUnit(at index: Int) -> UInt32 {
        var unit: UInt32 = 0
        for place in index..<index + 4 { unit = unit << 4 | (hexDigit(at: place) ?? 0) }
        return unit
    }
}
