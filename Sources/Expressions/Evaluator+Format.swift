import Storage

extension Evaluator {
    /// The most decimal places that `format` writes.
    static let placesLimit = 300

    /// `text.format(arguments)`: `%s %d %f %e %b %o %x %X %%`, with places as in `%.2f`.
    mutating func format(_ pattern: View<UInt8>, _ arguments: Value) -> Value {
        guard case .list(let values) = expand(arguments) else { return .error(.noSuchOverload) }
        var output: [UInt8] = []
        var next = 0
        var position = 0
        while position < pattern.count {
            guard pattern[position] == UInt8(ascii: "%") else {
                output.append(pattern[position])
                position += 1
                continue
            }
            position += 1
            if position < pattern.count, pattern[position] == UInt8(ascii: "%") {
                output.append(UInt8(ascii: "%"))
                position += 1
                continue
            }
            guard let clause = FormatClause(pattern, &position) else { return .error(.badFormat) }
            guard next < values.count else { return .error(.indexOutOfRange) }
            guard spend(1) else { return .error(.tooManySteps) }
            if let fault = append(values[next], clause, to: &output) { return .error(fault) }
            next += 1
            guard output.count <= limits.memory else { return tooLarge() }
        }
        return string(output)
    }

    private mutating func append(_ value: Value, _ clause: FormatClause, to output: inout [UInt8]) -> Fault? {
        switch clause.letter {
        case UInt8(ascii: "s"): return append(shown: value, to: &output, depth: 0)
        case UInt8(ascii: "d"):
            switch value {
            case .int, .uint, .double: return append(shown: value, to: &output, depth: 0)
            default: return .badFormat
            }
        case UInt8(ascii: "f"), UInt8(ascii: "e"):
            let isFixed = clause.letter == UInt8(ascii: "f")
            switch value {
            case .double(let number): append(number, isFixed, places: clause.places, to: &output)
            case .int(let number): append(Double(number), isFixed, places: clause.places, to: &output)
            case .uint(let number): append(Double(number), isFixed, places: clause.places, to: &output)
            default: return .badFormat
            }
            return nil
        default:
            return append(radix: clause.letter, value, to: &output)
        }
    }

    private func append(_ number: Double, _ isFixed: Bool, places: Int, to output: inout [UInt8]) {
        guard number.isFinite else {
            output.append(contentsOf: NumberText.shortest(number).utf8)
            return
        }
        if number.sign == .minus { output.append(UInt8(ascii: "-")) }
        var exact = ExactDecimal(number)
        output.append(contentsOf: (isFixed ? exact.fixed(places: places) : exact.scientific(places: places)).utf8)
    }

    private func append(radix letter: UInt8, _ value: Value, to output: inout [UInt8]) -> Fault? {
        let isUpper = letter == UInt8(ascii: "X")
        let radix: Int
        switch letter {
        case UInt8(ascii: "b"): radix = 2
        case UInt8(ascii: "o"): radix = 8
        default: radix = 16
        }
        switch value {
        case .int(let number): output.append(contentsOf: String(number, radix: radix, uppercase: isUpper).utf8)
        case .uint(let number): output.append(contentsOf: String(number, radix: radix, uppercase: isUpper).utf8)
        case .bool(let bool) where radix == 2: output.append(UInt8(ascii: bool ? "1" : "0"))
        case .string(let bytes) where radix == 16, .bytes(let bytes) where radix == 16:
            let digits = Array((isUpper ? "0123456789ABCDEF" : "0123456789abcdef").utf8)
            for index in 0..<bytes.count {
                output.append(digits[Int(bytes[index] >> 4)])
                output.append(digits[Int(bytes[index] & 15)])
            }
        default: return .badFormat
        }
        return nil
    }

    /// Any value as people read it; maps in the order of their keys.
    private mutating func append(shown value: Value, to output: inout [UInt8], depth: Int) -> Fault? {
        guard depth <= 50 else { return .tooDeep }
        guard spend(1) else { return .tooManySteps }
        switch expand(value) {
        case .error(let fault): return fault
        case .null: output.append(contentsOf: "null".utf8)
        case .bool(let bool): output.append(contentsOf: (bool ? "true" : "false").utf8)
        case .int(let number): output.append(contentsOf: String(number).utf8)
        case .uint(let number): output.append(contentsOf: String(number).utf8)
        case .double(let number): output.append(contentsOf: NumberText.shortest(number).utf8)
        case .string(let text): output.append(text)
        case .bytes(let bytes):
            guard bytes.isUTF8 else { return .notUTF8 }
            output.append(bytes)
        case .duration(let seconds, let nanos): output.append(duration: seconds, nanos: nanos)
        case .timestamp(let seconds, let nanos): output.append(timestamp: seconds, nanos: nanos, places: nil)
        case .type(let type): output.append(contentsOf: type.text.utf8)
        case .list(let elements):
            output.append(UInt8(ascii: "["))
            for index in 0..<elements.count {
                if index > 0 { output.append(contentsOf: ", ".utf8) }
                if let fault = append(shown: elements[index], to: &output, depth: depth + 1) { return fault }
            }
            output.append(UInt8(ascii: "]"))
        case .map(let entries): return append(map: entries, to: &output, depth: depth)
        case .record, .json: return .badFormat
        }
        if output.count > limits.memory { _ = tooLarge() }
        return exhausted
    }

    private mutating func append(map entries: View<Value>, to output: inout [UInt8], depth: Int) -> Fault? {
        var shown: [(key: [UInt8], position: Int)] = []
        for position in stride(from: 0, to: entries.count, by: 2) {
            var key: [UInt8] = []
            if let fault = append(shown: entries[position], to: &key, depth: depth + 1) { return fault }
            shown.append((key, position))
        }
        shown.sort { $0.key.lexicographicallyPrecedes($1.key) }
        output.append(UInt8(ascii: "{"))
        for (index, entry) in shown.enumerated() {
            if index > 0 { output.append(contentsOf: ", ".utf8) }
            output += entry.key
            output.append(contentsOf: ": ".utf8)
            if let fault = append(shown: entries[entry.position + 1], to: &output, depth: depth + 1) { return fault }
        }
        output.append(UInt8(ascii: "}"))
        return nil
    }
}

/// One `%` of a format, behind the percent sign: `.2f` and the like.
private struct FormatClause {
    var places = 6
    var letter: UInt8 = 0

    init?(_ pattern: View<UInt8>, _ position: inout Int) {
        if position < pattern.count, pattern[position] == UInt8(ascii: ".") {
            position += 1
            let start = position
            places = 0
            while position < pattern.count, isDigit(pattern[position]) {
                places = min(places * 10 + Int(pattern[position] - 0x30), 1_000_000)
                position += 1
            }
            guard position > start, places <= Evaluator.placesLimit else { return nil }
        }
        guard position < pattern.count, "sdfeboxX".utf8.contains(pattern[position]) else { return nil }
        letter = pattern[position]
        position += 1
    }
}
