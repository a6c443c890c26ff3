import Events
package import Storage

extension Value {
    /// How deep lists and maps are written.
    private static let depthLimit = 200
    /// How much is written. A list may hold another one many times, which may hold another: what is small in memory
    /// may be without end when it is written out.
    private static let sizeLimit = 16 << 20

    /// Appends the value as JSON: doubles the shortest form that reads back the same, always with a
    /// fraction or an exponent; times in RFC 3339, UTC, with milliseconds, or microseconds where
    /// there are any; spans of time as `"604800s"`; bytes in base64; types by name. False, with
    /// nothing appended, for what JSON has no form for: an error, a record, a number that is not
    /// finite. Within a map such a value is left out, within a list it becomes null.
    @discardableResult
    package func appendJSON(to output: inout [UInt8]) -> Bool {
        var left = Value.sizeLimit
        let start = output.count
        if append(to: &output, depth: 0, &left), left >= 0 { return true }
        output.removeLast(output.count - start)
        return false
    }

    /// `left` goes down with all that is written, and does not come up again where some of it is taken back.
    private func append(to output: inout [UInt8], depth: Int, _ left: inout Int) -> Bool {
        left -= cost
        guard left >= 0 else { return false }
        switch self {
        case .error, .record: return false
        case .null: output.append(contentsOf: "null".utf8)
        case .bool(let bool): output.append(contentsOf: (bool ? "true" : "false").utf8)
        case .int(let number): output.append(contentsOf: String(number).utf8)
        case .uint(let number): output.append(contentsOf: String(number).utf8)
        case .double(let number):
            guard number.isFinite else { return false }
            output.append(shortest: number)
        case .string(let text): output.append(jsonString: text)
        case .bytes(let bytes): output.append(base64: bytes)
        case .duration(let seconds, let nanos):
            output.append(UInt8(ascii: "\""))
            output.append(duration: seconds, nanos: nanos)
            output.append(UInt8(ascii: "\""))
        case .timestamp(let seconds, let nanos):
            output.append(UInt8(ascii: "\""))
            output.append(timestamp: seconds, nanos: nanos, places: nanos % 1_000_000 / 1000 == 0 ? 3 : 6)
            output.append(UInt8(ascii: "\""))
        case .json(let text): output.append(text)
        case .type(let type): output.append(contentsOf: "\"\(type.text)\"".utf8)
        case .list(let elements): return append(list: elements, to: &output, depth: depth, &left)
        case .map(let entries): return append(map: entries, to: &output, depth: depth, &left)
        }
        return true
    }

    /// About how many bytes the value takes by itself.
    private var cost: Int {
        switch self {
        case .string(let text), .bytes(let text), .json(let text): 8 + text.count
        default: 8
        }
    }

    private func append(list elements: View<Value>, to output: inout [UInt8], depth: Int, _ left: inout Int) -> Bool {
        guard depth < Value.depthLimit else { return false }
        output.append(UInt8(ascii: "["))
        for index in 0..<elements.count {
            if index > 0 { output.append(UInt8(ascii: ",")) }
            if !elements[index].append(to: &output, depth: depth + 1, &left) {
                guard left >= 0 else { return false }
                output.append(contentsOf: "null".utf8)
            }
        }
        output.append(UInt8(ascii: "]"))
        return true
    }

    private func append(map entries: View<Value>, to output: inout [UInt8], depth: Int, _ left: inout Int) -> Bool {
        guard depth < Value.depthLimit else { return false }
        output.append(UInt8(ascii: "{"))
        var isFirst = true
        for index in stride(from: 0, to: entries.count - 1, by: 2) {
            let before = output.count
            if !isFirst { output.append(UInt8(ascii: ",")) }
            entries[index].appendKey(to: &output, &left)
            output.append(UInt8(ascii: ":"))
            if entries[index + 1].append(to: &output, depth: depth + 1, &left) {
                isFirst = false
            } else {
                guard left >= 0 else { return false }
                output.removeLast(output.count - before)
            }
        }
        output.append(UInt8(ascii: "}"))
        return true
    }

    /// Keys of JSON objects are strings.
    private func appendKey(to output: inout [UInt8], _ left: inout Int) {
        if case .string(let text) = self {
            left -= cost
            output.append(jsonString: text)
        } else {
            output.append(UInt8(ascii: "\""))
            _ = append(to: &output, depth: 0, &left)
            output.append(UInt8(ascii: "\""))
        }
    }

    /// The value of JSON text that was validated before: objects and arrays stay as they are, a number without
    /// fraction and exponent that fits 64 bits is an int, any other a double. Strings with escapes are decoded into
    /// `scratch`. An error if the text holds no value.
    package init(json text: View<UInt8>, scratch: inout Scratch) {
        var reader = JSONReader(text)
        self = reader.value(&scratch) ?? .error(.malformedText)
    }
}

extension [UInt8] {
    /// Appends bytes as a JSON string in base64.
    mutating func append(base64 bytes: View<UInt8>) {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        append(UInt8(ascii: "\""))
        var index = 0
        while index < bytes.count {
            let left = Swift.min(3, bytes.count - index)
            var group: UInt32 = 0
            for offset in 0..<3 { group = group << 8 | (offset < left ? UInt32(bytes[index + offset]) : 0) }
            for digit in 0..<4 {
                let isPadding = digit > left
                append(isPadding ? UInt8(ascii: "=") : alphabet[Int(group >> UInt32(18 - 6 * digit) & 63)])
            }
            index += 3
        }
        append(UInt8(ascii: "\""))
    }
}
