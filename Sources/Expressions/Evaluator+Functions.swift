import Storage

extension Evaluator {
    /// Calls a function. No argument is an error; their number is one that the function takes.
    mutating func apply(_ function: Function, _ arguments: Arguments) -> Value {
        let first = arguments.first
        switch function {
        case .size: return size(first)
        case .type: return first.typeName.map { .type($0) } ?? .error(.noSuchOverload)
        case .dyn: return first
        case .bool, .int, .uint, .double, .string, .bytes, .duration, .timestamp: return convert(first, to: function)
        case .contains, .startsWith, .endsWith, .matches:
            guard case .string(let text) = first, case .string(let part) = arguments.second else {
                return .error(.noSuchOverload)
            }
            return test(function, text, part)
        case .join: return joined(arguments)
        case .greatest, .least: return extreme(first, isGreatest: function == .greatest)
        default: return applyFamily(function, arguments)
        }
    }

    private mutating func applyFamily(_ function: Function, _ arguments: Arguments) -> Value {
        switch function.family {
        case .general: preconditionFailure("\(function) is not carried out")
        case .time: return timePart(function, arguments)
        case .mathematics: return mathematics(function, arguments.first, arguments.second)
        case .text:
            guard case .string(let text) = arguments.first else { return .error(.noSuchOverload) }
            return textFunction(function, text, arguments)
        }
    }

    private mutating func test(_ function: Function, _ text: View<UInt8>, _ part: View<UInt8>) -> Value {
        switch function {
        case .startsWith: .bool(spend(looking: part.count) && text.has(part, at: 0))
        case .endsWith: .bool(spend(looking: part.count) && text.has(part, at: text.count - part.count))
        case .matches: matches(text, text: part)
        default: .bool(find(part, in: text, from: 0) != nil)
        }
    }

    /// Where `part` first begins in `text`, at byte `start` or after.
    mutating func find(_ part: View<UInt8>, in text: View<UInt8>, from start: Int) -> Int? {
        if part.isEmpty { return start }
        let first = part[0]
        var position = start
        var work = 0
        while true {
            let begin = position
            position = text.firstIndex(of: first, from: position)
            guard spend(looking: position - begin), position + part.count <= text.count else { return nil }
            if text.has(part, at: position) { return position }
            position += 1
            // A part that nearly fits at every place is what makes the search slow.
            work += 1 + part.count / 16
            if work >= 256 {
                guard spend(work / 16) else { return nil }
                work = 0
            }
        }
    }

    private mutating func convert(_ value: Value, to function: Function) -> Value {
        switch (function, value) {
        case (.bool, .bool), (.int, .int), (.uint, .uint), (.double, .double), (.string, .string), (.bytes, .bytes),
            (.duration, .duration), (.timestamp, .timestamp):
            value
        case (.int, _): integer(value)
        case (.uint, _): unsigned(value)
        case (.double, .int(let number)): .double(Double(number))
        case (.double, .uint(let number)): .double(Double(number))
        case (.double, .string(let text)): NumberText.double(text).map { .double($0) } ?? .error(.malformedText)
        case (.bool, .string(let text)): bool(text)
        case (.bytes, .string(let text)): .bytes(text)
        case (.string, .bytes(let bytes)):
            spend(bytes.count / 64) && bytes.isUTF8 ? .string(bytes) : .error(.notUTF8)
        case (.string, _): string(of: value)
        case (.duration, .string(let text)): TimeText.duration(text)
        case (.timestamp, .string(let text)): TimeText.timestamp(text)
        case (.timestamp, .int(let seconds)): TimeArithmetic.timestamp(Int128(seconds) * 1_000_000_000)
        default: .error(.noSuchOverload)
        }
    }

    private func integer(_ value: Value) -> Value {
        switch value {
        case .uint(let number): Int64(exactly: number).map { .int($0) } ?? .error(.outOfRange)
        case .double(let number):
            // Both ends are left out: at them the double no longer tells which integer was meant.
            number > -0x1p63 && number < 0x1p63 ? .int(Int64(number)) : .error(.outOfRange)
        case .string(let text): NumberText.whole(text).map { .int($0) } ?? .error(.malformedText)
        case .timestamp(let seconds, _): .int(seconds)
        default: .error(.noSuchOverload)
        }
    }

    private func unsigned(_ value: Value) -> Value {
        switch value {
        case .int(let number): UInt64(exactly: number).map { .uint($0) } ?? .error(.outOfRange)
        case .double(let number): number >= 0 && number < 0x1p64 ? .uint(UInt64(number)) : .error(.outOfRange)
        case .string(let text): NumberText.whole(text).map { .uint($0) } ?? .error(.malformedText)
        default: .error(.noSuchOverload)
        }
    }

    private func bool(_ text: View<UInt8>) -> Value {
        switch text.count > 5 ? "" : text.text {
        case "1", "t", "true", "TRUE", "True": .bool(true)
        case "0", "f", "false", "FALSE", "False": .bool(false)
        default: .error(.malformedText)
        }
    }

    private mutating func string(of value: Value) -> Value {
        text.removeAll(keepingCapacity: true)
        switch value {
        case .bool(let bool): text.append(contentsOf: (bool ? "true" : "false").utf8)
        case .int(let number): text.append(contentsOf: String(number).utf8)
        case .uint(let number): text.append(contentsOf: String(number).utf8)
        case .double(let number): text.append(contentsOf: NumberText.shortest(number).utf8)
        case .duration(let seconds, let nanos): text.append(duration: seconds, nanos: nanos)
        case .timestamp(let seconds, let nanos): text.append(timestamp: seconds, nanos: nanos, places: nil)
        default: return .error(.noSuchOverload)
        }
        return string(text)
    }
}
