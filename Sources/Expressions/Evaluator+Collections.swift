import Storage

extension Evaluator {
    /// A JSON object as a map and a JSON array as a list, one level of it; any other value as it is.
    mutating func expand(_ value: Value) -> Value {
        guard case .json(let text) = value else { return value }
        guard spend(text.count / 64) else { return .error(.tooManySteps) }
        var reader = JSONReader(text)
        var elements: [Value] = []
        let isMap = reader.take(UInt8(ascii: "{"))
        guard isMap || reader.take(UInt8(ascii: "[")) else { return .error(.malformedText) }
        let end = UInt8(ascii: isMap ? "}" : "]")
        while !reader.take(end) {
            if !elements.isEmpty { _ = reader.take(UInt8(ascii: ",")) }
            guard let part = reader.value(&scratch) else { return .error(.malformedText) }
            if case .error(.tooMuchMemory) = part { exhaust(.tooMuchMemory) }
            if isMap, elements.count % 2 == 0 { _ = reader.take(UInt8(ascii: ":")) }
            elements.append(part)
        }
        if isMap {
            guard let entries = copy(withoutRepeats(elements)) else { return .error(.tooMuchMemory) }
            return .map(entries)
        }
        return list(elements)
    }

    /// Of entries with the same key the last one stays, as nearly all readers of JSON have it.
    private mutating func withoutRepeats(_ entries: [Value]) -> [Value] {
        var kept: [Value] = []
        kept.reserveCapacity(entries.count)
        var seen: [[UInt8]: Int] = [:]
        for index in stride(from: 0, to: entries.count - 1, by: 2) {
            guard case .string(let key) = entries[index] else { continue }
            if let earlier = seen.updateValue(kept.count, forKey: key.copied) {
                kept[earlier + 1] = entries[index + 1]
                seen[key.copied] = earlier
            } else {
                kept.append(entries[index])
                kept.append(entries[index + 1])
            }
        }
        return kept
    }

    /// `operand.key`.
    mutating func select(_ operand: Value, _ key: Value) -> Value {
        switch operand {
        case .json(let text):
            guard case .string(let name) = key else { return .error(.noSuchKey) }
            return member(name, of: text)
        case .map(let entries): return find(key, in: entries) ?? .error(.noSuchKey)
        case .error: return operand
        default: return .error(.noSuchOverload)
        }
    }

    private mutating func member(_ name: View<UInt8>, of text: View<UInt8>) -> Value {
        guard spend(text.count / 64) else { return .error(.tooManySteps) }
        var reader = JSONReader(text)
        guard reader.take(UInt8(ascii: "{")) else { return .error(.noSuchOverload) }
        var found: Int?
        while !reader.take(UInt8(ascii: "}")) {
            _ = reader.take(UInt8(ascii: ","))
            guard let isSame = reader.key(is: name, &scratch), reader.take(UInt8(ascii: ":")) else {
                return .error(.malformedText)
            }
            if isSame { found = reader.position }
            guard reader.skip() else { return .error(.malformedText) }
        }
        guard let found else { return .error(.noSuchKey) }
        reader = JSONReader(text[found..<text.count])
        return reader.value(&scratch) ?? .error(.malformedText)
    }

    /// `has(operand.key)`.
    mutating func has(_ operand: Value, _ key: Value) -> Value {
        switch operand {
        case .json, .map:
            switch select(operand, key) {
            case .error(.noSuchKey): return .bool(false)
            case .error(let fault): return .error(fault)
            default: return .bool(true)
            }
        case .error: return operand
        default: return .error(.noSuchOverload)
        }
    }

    /// `operand[key]`.
    mutating func index(_ operand: Value, _ key: Value) -> Value {
        if case .error = operand { return operand }
        if case .error = key { return key }
        if case .json = operand, case .string = key { return select(operand, key) }
        switch expand(operand) {
        case .list(let elements):
            let position: Int?
            switch key {
            case .int(let number): position = Int(exactly: number)
            case .uint(let number): position = Int(exactly: number)
            case .double(let number): position = Int(exactly: number)
            default: return .error(.noSuchOverload)
            }
            guard let position, position >= 0, position < elements.count else { return .error(.indexOutOfRange) }
            return elements[position]
        case .map(let entries): return find(key, in: entries) ?? .error(.noSuchKey)
        case .error(let fault): return .error(fault)
        default: return .error(.noSuchOverload)
        }
    }

    /// A map of keys and values in turn, if the keys are such as a map may have and each is there once.
    mutating func map(_ entries: borrowing [Value]) -> Value {
        guard spend(entries.count) else { return .error(.tooManySteps) }
        for index in stride(from: 0, to: entries.count, by: 2) {
            switch entries[index] {
            case .bool, .int, .uint, .string: break
            default: return .error(.unsupportedKey)
            }
        }
        if hasRepeatedKey(entries) { return .error(.duplicateKey) }
        guard let view = copy(entries) else { return .error(.tooMuchMemory) }
        return .map(view)
    }

    private mutating func hasRepeatedKey(_ entries: borrowing [Value]) -> Bool {
        for index in stride(from: 2, to: entries.count, by: 2) {
            for earlier in stride(from: 0, to: index, by: 2) {
                guard spend(1) else { return false }
                if equal(entries[index], entries[earlier]) { return true }
            }
        }
        return false
    }

    /// How many elements, entries, code points or bytes there are.
    mutating func size(_ operand: Value) -> Value {
        switch expand(operand) {
        case .string(let text):
            return spend(looking: text.count) ? .int(Int64(text.codePointCount)) : .error(.tooManySteps)
        case .bytes(let bytes): return .int(Int64(bytes.count))
        case .list(let elements): return .int(Int64(elements.count))
        case .map(let entries): return .int(Int64(entries.count / 2))
        case .error(let fault): return .error(fault)
        default: return .error(.noSuchOverload)
        }
    }
}
