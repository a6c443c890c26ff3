import Storage

/// A list of objects that each hold a key and a value, as analysts' exports write properties.
enum KeyValueList {
    /// The value of an entry: a text without escapes, a number, a word, or JSON.
    struct Value {
        var kind: Field.Kind
        var text: [UInt8]
    }

    /// Calls `body` for each entry that has a key and a value that is not null, in order.
    static func each(
        of capture: Capture, _ list: MappingProgram.List, _ line: View<UInt8>, _ body: (View<UInt8>, Value) -> Void
    ) {
        guard capture.kind == .json, line[Int(capture.start)] == UInt8(ascii: "[") else { return }
        JSONWalk.elements(of: line, from: Int(capture.start)) { start, _ in
            guard line[start] == UInt8(ascii: "{"), let key = JSONWalk.value(in: line, at: start, list.key[...]),
                line[key.start] == UInt8(ascii: "\"")
            else { return }
            for place in list.value {
                guard case .pointer(let pointer) = place.source,
                    let found = JSONWalk.value(in: line, at: start, pointer.tokens[...]),
                    let value = value(line, found.start, found.end, isNumber: place.isNumber)
                else { continue }
                View.of(line[key.start + 1..<key.end - 1].unescaped()) { body($0, value) }
                return
            }
        }
    }

    private static func value(_ line: View<UInt8>, _ start: Int, _ end: Int, isNumber: Bool) -> Value? {
        switch line[start] {
        case UInt8(ascii: "n"): return nil
        case UInt8(ascii: "t"): return Value(kind: .yes, text: [])
        case UInt8(ascii: "f"): return Value(kind: .no, text: [])
        case UInt8(ascii: "{"), UInt8(ascii: "["): return Value(kind: .json, text: line[start..<end].copied)
        case UInt8(ascii: "\""):
            let text = line[start + 1..<end - 1].unescaped()
            guard isNumber, let isWhole = wholeness(text) else { return Value(kind: .string, text: text) }
            return Value(kind: isWhole ? .int : .double, text: text)
        default:
            let text = line[start..<end].copied
            return Value(kind: wholeness(text) == true ? .int : .double, text: text)
        }
    }

    /// Whether a JSON number has neither fraction nor exponent; nil where it is none.
    static func wholeness(_ text: [UInt8]) -> Bool? {
        let block = ByteBlock(capacity: text.count)
        block.append(text)
        var reader = JSONText(bytes: block.padded, at: 0)
        guard let isWhole = try? reader.number(), reader.at == text.count else { return nil }
        return isWhole
    }
}

/// Steps through JSON text that has been validated.
enum JSONWalk {
    /// Calls `body` with where each element of the array at `start` begins and ends.
    static func elements(of bytes: View<UInt8>, from start: Int, _ body: (_ start: Int, _ end: Int) -> Void) {
        var text = JSONText(bytes: bytes, at: start + 1)
        text.skipSpace()
        if text.bytes[text.at] == UInt8(ascii: "]") { return }
        while true {
            text.skipSpace()
            let first = text.at
            guard (try? text.skipValue()) != nil else { return }
            body(first, text.at)
            text.skipSpace()
            guard text.bytes[text.at] == UInt8(ascii: ",") else { return }
            text.at += 1
        }
    }

    /// Calls `body` with each member of the object at `start`: where its key stands, in quotes, and its value.
    static func members(
        of bytes: View<UInt8>, from start: Int, _ body: (_ key: Range<Int>, _ value: Range<Int>) -> Void
    ) {
        var text = JSONText(bytes: bytes, at: start + 1)
        text.skipSpace()
        if text.bytes[text.at] == UInt8(ascii: "}") { return }
        while true {
            text.skipSpace()
            let first = text.at
            guard (try? text.string()) != nil else { return }
            let key = first..<text.at
            text.skipSpace()
            text.at += 1
            text.skipSpace()
            let value = text.at
            guard (try? text.skipValue()) != nil else { return }
            body(key, value..<text.at)
            text.skipSpace()
            guard text.bytes[text.at] == UInt8(ascii: ",") else { return }
            text.at += 1
        }
    }

    /// Where the value stands that `tokens` lead to from the value at `start`; of equal keys the last counts.
    static func value(in bytes: View<UInt8>, at start: Int, _ tokens: ArraySlice<String>) -> Range<Int>? {
        guard let token = tokens.first else {
            var text = JSONText(bytes: bytes, at: start)
            guard (try? text.skipValue()) != nil else { return nil }
            return start..<text.at
        }
        var found: Range<Int>?
        if bytes[start] == UInt8(ascii: "{") {
            let name = Array(token.utf8)
            members(of: bytes, from: start) { key, value in
                if isKey(bytes, key, name) { found = value }
            }
        } else if bytes[start] == UInt8(ascii: "["), let index = Int(token), String(index) == token {
            var count = 0
            elements(of: bytes, from: start) { first, end in
                if count == index { found = first..<end }
                count += 1
            }
        }
        guard let found else { return nil }
        return tokens.count == 1 ? found : value(in: bytes, at: found.lowerBound, tokens.dropFirst())
    }

    static func isKey(_ bytes: View<UInt8>, _ key: Range<Int>, _ name: [UInt8]) -> Bool {
        let inside = bytes[key.lowerBound + 1..<key.upperBound - 1]
        if inside.firstIndex(of: UInt8(ascii: "\\"), from: 0) < inside.count { return inside.unescaped() == name }
        return inside.count == name.count && View.of(name) { $0.holdsSameBytes(as: inside) }
    }
}

extension Range<Int> {
    var start: Int { lowerBound }
    var end: Int { upperBound }
}
