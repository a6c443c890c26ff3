import Storage

extension Evaluator {
    /// The functions of the string extension. Positions count code points.
    mutating func textFunction(_ function: Function, _ text: View<UInt8>, _ arguments: Arguments) -> Value {
        guard spend(text.count / 64) else { return .error(.tooManySteps) }
        switch function {
        case .charAt: return character(of: text, at: arguments.second)
        case .indexOf: return indexOf(text, arguments)
        case .lastIndexOf: return lastIndexOf(text, arguments)
        case .lowerAscii: return mapBytes(text) { $0 &- 0x41 < 26 ? $0 | 0x20 : $0 }
        case .upperAscii: return mapBytes(text) { $0 &- 0x61 < 26 ? $0 & 0xDF : $0 }
        case .replace: return replace(text, arguments)
        case .split: return split(text, arguments)
        case .substring: return substring(text, arguments)
        case .trim: return .string(text.trimmed)
        case .reverse: return reverse(text)
        case .format: return format(text, arguments.second)
        case .quote: return quote(text)
        default: preconditionFailure("\(function) is not carried out")
        }
    }

    private func character(of text: View<UInt8>, at index: Value) -> Value {
        guard case .int(let number) = index else { return .error(.noSuchOverload) }
        guard let position = text.position(ofCodePoint: Int(number)) else { return .error(.indexOutOfRange) }
        if position == text.count { return .string(View()) }
        return .string(text[position..<min(position + View.width(text[position]), text.count)])
    }

    private mutating func indexOf(_ text: View<UInt8>, _ arguments: Arguments) -> Value {
        guard case .string(let part) = arguments.second else { return .error(.noSuchOverload) }
        var start = 0
        if arguments.count == 3 {
            guard case .int(let offset) = arguments.third else { return .error(.noSuchOverload) }
            guard let position = text.position(ofCodePoint: Int(offset)) else { return .error(.indexOutOfRange) }
            start = position
        }
        guard let found = find(part, in: text, from: start) else { return .int(-1) }
        return .int(Int64(text[0..<found].codePointCount))
    }

    private mutating func lastIndexOf(_ text: View<UInt8>, _ arguments: Arguments) -> Value {
        guard case .string(let part) = arguments.second else { return .error(.noSuchOverload) }
        var position = text.count
        if arguments.count == 3 {
            guard case .int(let offset) = arguments.third else { return .error(.noSuchOverload) }
            guard let start = text.position(ofCodePoint: Int(offset)) else { return .error(.indexOutOfRange) }
            position = start
        }
        position = min(position, text.count - part.count)
        while position >= 0 {
            guard spend(1 + part.count / 256) else { return .error(.tooManySteps) }
            let isBoundary = position == text.count || text[position] & 0xC0 != 0x80
            if isBoundary, text.has(part, at: position) { return .int(Int64(text[0..<position].codePointCount)) }
            position -= 1
        }
        return .int(-1)
    }

    private mutating func mapBytes(_ source: View<UInt8>, _ change: (UInt8) -> UInt8) -> Value {
        text.removeAll(keepingCapacity: true)
        text.reserveCapacity(source.count)
        for index in 0..<source.count { text.append(change(source[index])) }
        return string(text)
    }

    /// The limit that an optional last argument gives; a negative one is none. Nil if it is not an int.
    private func limit(_ value: Value, isGiven: Bool) -> Int? {
        if !isGiven { return Int.max }
        guard case .int(let number) = value else { return nil }
        return number < 0 ? Int.max : Int(number)
    }

    private mutating func replace(_ source: View<UInt8>, _ arguments: Arguments) -> Value {
        guard case .string(let old) = arguments.second, case .string(let new) = arguments.third,
            var left = limit(arguments.fourth, isGiven: arguments.count == 4)
        else { return .error(.noSuchOverload) }
        text.removeAll(keepingCapacity: true)
        var position = 0
        while left > 0, let found = find(old, in: source, from: position) {
            left -= 1
            guard spend(1 + new.count / 64) else { return .error(.tooManySteps) }
            guard text.count <= limits.memory else { return tooLarge() }
            text.append(source[position..<found])
            text.append(new)
            position = found + old.count
            guard old.isEmpty else { continue }
            // Nothing stands before every character and behind the last.
            guard position < source.count else { return string(text) }
            let width = min(View.width(source[position]), source.count - position)
            text.append(source[position..<position + width])
            position += width
        }
        text.append(source[position..<source.count])
        return string(text)
    }

    private mutating func split(_ source: View<UInt8>, _ arguments: Arguments) -> Value {
        guard case .string(let separator) = arguments.second,
            let most = limit(arguments.third, isGiven: arguments.count == 3)
        else { return .error(.noSuchOverload) }
        if most == 0 { return .list(View()) }
        if separator.isEmpty, source.isEmpty { return .list(View()) }
        var parts: [Value] = []
        var position = 0
        while parts.count < most - 1 {
            guard spend(1) else { return .error(.tooManySteps) }
            if separator.isEmpty {
                let width = min(View.width(source[position]), source.count - position)
                if position + width == source.count { break }
                parts.append(.string(source[position..<position + width]))
                position += width
            } else {
                guard let found = find(separator, in: source, from: position) else { break }
                parts.append(.string(source[position..<found]))
                position = found + separator.count
            }
        }
        parts.append(.string(source[position..<source.count]))
        return list(parts)
    }

    private func substring(_ text: View<UInt8>, _ arguments: Arguments) -> Value {
        guard case .int(let first) = arguments.second else { return .error(.noSuchOverload) }
        guard let start = text.position(ofCodePoint: Int(first)) else { return .error(.indexOutOfRange) }
        if arguments.count == 2 { return .string(text[start..<text.count]) }
        guard case .int(let last) = arguments.third else { return .error(.noSuchOverload) }
        guard let end = text.position(ofCodePoint: Int(last)), start <= end else { return .error(.indexOutOfRange) }
        return .string(text[start..<end])
    }

    private mutating func reverse(_ source: View<UInt8>) -> Value {
        text.removeAll(keepingCapacity: true)
        var end = source.count
        while end > 0 {
            var start = end - 1
            while start > 0, source[start] & 0xC0 == 0x80 { start -= 1 }
            text.append(source[start..<end])
            end = start
        }
        return string(text)
    }

    private mutating func quote(_ source: View<UInt8>) -> Value {
        text.removeAll(keepingCapacity: true)
        text.append(UInt8(ascii: "\""))
        let escapes: [(UInt8, Character)] = [
            (7, "a"), (8, "b"), (9, "t"), (10, "n"), (11, "v"), (12, "f"), (13, "r"), (0x22, "\""), (0x5C, "\\"),
        ]
        for index in 0..<source.count {
            if let (_, letter) = escapes.first(where: { $0.0 == source[index] }) {
                text.append(UInt8(ascii: "\\"))
                text.append(contentsOf: letter.utf8)
            } else {
                text.append(source[index])
            }
        }
        text.append(UInt8(ascii: "\""))
        return string(text)
    }

    /// `list.join(separator)`.
    mutating func joined(_ arguments: Arguments) -> Value {
        var separator = View<UInt8>()
        if arguments.count == 2 {
            guard case .string(let given) = arguments.second else { return .error(.noSuchOverload) }
            separator = given
        }
        guard case .list(let parts) = expand(arguments.first) else { return .error(.noSuchOverload) }
        text.removeAll(keepingCapacity: true)
        for index in 0..<parts.count {
            guard case .string(let part) = parts[index] else { return .error(.noSuchOverload) }
            guard spend(1 + (part.count + separator.count) / 64) else { return .error(.tooManySteps) }
            if index > 0 { text.append(separator) }
            text.append(part)
            guard text.count <= limits.memory else { return tooLarge() }
        }
        return string(text)
    }
}

extension View where Element == UInt8 {
    /// Without blanks, as Unicode has them, at both ends.
    var trimmed: View<UInt8> {
        var start = 0
        while start < count {
            let (scalar, width) = codePoint(at: start)
            guard View.isBlank(scalar) else { break }
            start += width
        }
        var end = count
        while end > start {
            var last = end - 1
            while last > start, self[last] & 0xC0 == 0x80 { last -= 1 }
            guard View.isBlank(codePoint(at: last).scalar) else { break }
            end = last
        }
        return self[start..<end]
    }

    private static func isBlank(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 9...13, 0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: true
        default: false
        }
    }
}
