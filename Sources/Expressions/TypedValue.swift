import Events
package import Storage

/// Values with their types written out, as the conformance cases have them: `{"int":"1"}`, `{"list":[…]}`.
///
/// The one key names the type: `null`, `bool`, `int` and `uint` (decimal strings), `double` (a number, or "nan",
/// "inf", "-inf"), `string`, `bytes` (hexadecimal), `list`, `map` (pairs), `type` (a name), `duration_ns` and
/// `timestamp_ns` (decimal strings).
package enum TypedValue {
    /// How deep lists and maps may be nested.
    static let depthLimit = 100

    /// The value that typed JSON text says, in memory that `scratch` gives. The text has been validated as JSON. Nil
    /// where it is not a typed value.
    package static func decode(_ text: View<UInt8>, into scratch: inout Scratch) -> Value? {
        decode(.json(text), into: &scratch, depth: 0)
    }

    private static func decode(_ value: Value, into scratch: inout Scratch, depth: Int) -> Value? {
        guard depth < depthLimit, case .json(let text) = value, let (type, content) = member(text, &scratch) else {
            return nil
        }
        switch (type, content) {
        case ("null", _): return .null
        case ("bool", .bool): return content
        case ("int", .string(let digits)): return NumberText.whole(digits).map { .int($0) }
        case ("int", .int): return content
        case ("uint", .string(let digits)): return NumberText.whole(digits).map { .uint($0) }
        case ("uint", .int(let number)): return UInt64(exactly: number).map { .uint($0) }
        case ("double", .double): return content
        case ("double", .int(let number)): return .double(Double(number))
        case ("double", .string(let name)): return NumberText.double(name).map { .double($0) }
        case ("string", .string): return content
        case ("bytes", .string(let digits)): return bytes(digits, into: &scratch)
        case ("type", .string(let name)): return TypeName(text: name.text).map { .type($0) }
        case ("duration_ns", _): return nanoseconds(content).map { TimeArithmetic.duration($0) }
        case ("timestamp_ns", _): return nanoseconds(content).map { TimeArithmetic.timestamp($0) }
        case ("list", .json(let elements)), ("map", .json(let elements)):
            return aggregate(elements, isMap: type == "map", into: &scratch, depth: depth + 1)
        default: return nil
        }
    }

    /// The key and the value of an object of one member.
    private static func member(_ text: View<UInt8>, _ scratch: inout Scratch) -> (String, Value)? {
        var reader = JSONReader(text)
        guard reader.take(UInt8(ascii: "{")), case .string(let key) = reader.value(&scratch),
            reader.take(UInt8(ascii: ":")), let value = reader.value(&scratch), reader.take(UInt8(ascii: "}"))
        else { return nil }
        return (key.text, value)
    }

    private static func nanoseconds(_ value: Value) -> Int128? {
        switch value {
        case .int(let number): Int128(number)
        case .string(let digits): NumberText.whole(digits)
        default: nil
        }
    }

    private static func bytes(_ digits: View<UInt8>, into scratch: inout Scratch) -> Value? {
        guard digits.count % 2 == 0 else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = hexDigit(digits[index]), let low = hexDigit(digits[index + 1]) else { return nil }
            bytes.append(UInt8(high << 4 | low))
        }
        return scratch.copy(bytes).map { .bytes($0) }
    }

    private static func aggregate(
        _ text: View<UInt8>, isMap: Bool, into scratch: inout Scratch, depth: Int
    ) -> Value? {
        var values: [Value] = []
        for element in elements(text, &scratch) ?? [] {
            if isMap {
                guard case .json(let pair) = element, let parts = elements(pair, &scratch), parts.count == 2,
                    let key = decode(parts[0], into: &scratch, depth: depth),
                    let value = decode(parts[1], into: &scratch, depth: depth)
                else { return nil }
                values += [key, value]
            } else {
                guard let value = decode(element, into: &scratch, depth: depth) else { return nil }
                values.append(value)
            }
        }
        return scratch.copy(values).map { isMap ? .map($0) : .list($0) }
    }

    private static func elements(_ text: View<UInt8>, _ scratch: inout Scratch) -> [Value]? {
        var reader = JSONReader(text)
        guard reader.take(UInt8(ascii: "[")) else { return nil }
        var values: [Value] = []
        while !reader.take(UInt8(ascii: "]")) {
            if !values.isEmpty { _ = reader.take(UInt8(ascii: ",")) }
            guard let value = reader.value(&scratch) else { return nil }
            values.append(value)
        }
        return values
    }
}

extension Evaluator {
    /// Appends a value with its type, as `TypedValue` describes. False, with the output in an undefined state, for an
    /// error, a record, and what is nested too deeply.
    package mutating func append(typed value: Value, to output: inout [UInt8]) -> Bool {
        append(typed: value, to: &output, depth: 0)
    }

    private mutating func append(typed value: Value, to output: inout [UInt8], depth: Int) -> Bool {
        guard depth < TypedValue.depthLimit else { return false }
        let value = expand(value)
        func member(_ key: String, _ text: String, quoted: Bool = true) {
            output.append(contentsOf: "{\"\(key)\":\(quoted ? "\"" : "")\(text)\(quoted ? "\"" : "")}".utf8)
        }
        switch value {
        case .error, .record, .json: return false
        case .null: member("null", "null", quoted: false)
        case .bool(let bool): member("bool", bool ? "true" : "false", quoted: false)
        case .int(let number): member("int", String(number))
        case .uint(let number): member("uint", String(number))
        case .double(let number):
            let isFinite = number.isFinite
            let text = isFinite ? number.description : number.isNaN ? "nan" : number < 0 ? "-inf" : "inf"
            member("double", text, quoted: !isFinite)
        case .string(let text):
            output.append(contentsOf: "{\"string\":".utf8)
            output.append(jsonString: text)
            output.append(UInt8(ascii: "}"))
        case .bytes(let bytes):
            member("bytes", bytes.copied.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())
        case .duration: member("duration_ns", value.nanoseconds.description)
        case .timestamp: member("timestamp_ns", value.nanoseconds.description)
        case .type(let type): member("type", type.text)
        case .list(let elements): return append(typed: elements, isMap: false, to: &output, depth: depth + 1)
        case .map(let entries): return append(typed: entries, isMap: true, to: &output, depth: depth + 1)
        }
        return true
    }

    private mutating func append(
        typed parts: View<Value>, isMap: Bool, to output: inout [UInt8], depth: Int
    ) -> Bool {
        output.append(contentsOf: (isMap ? "{\"map\":[" : "{\"list\":[").utf8)
        for index in 0..<parts.count {
            if index > 0, !isMap || index % 2 == 0 { output.append(UInt8(ascii: ",")) }
            if isMap { output.append(UInt8(ascii: index % 2 == 0 ? "[" : ",")) }
            guard append(typed: parts[index], to: &output, depth: depth) else { return false }
            if isMap, index % 2 == 1 { output.append(UInt8(ascii: "]")) }
        }
        output.append(contentsOf: "]}".utf8)
        return true
    }
}
