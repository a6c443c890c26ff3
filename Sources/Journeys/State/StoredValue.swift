import Events
import Expressions
import Storage

/// A value kept in an arena: a word with its kind and length, then its number, or its bytes.
///
/// Lists and maps are kept as JSON text, which the evaluator reads back as what they were; whoever keeps a value has
/// them in that form already.
enum StoredValue {
    private enum Kind: UInt64 {
        case null = 1, no, yes, int, uint, double, duration, timestamp, string, bytes, json
    }

    /// How a value is kept: the first word, and the number or the bytes behind it.
    struct Encoding: BitwiseCopyable {
        var head: UInt64
        var number: UInt64 = 0
        var text = View<UInt8>()
        var hasBytes = false

        /// How many words the value takes.
        var words: Int { hasBytes ? 1 + (Int(head >> 8) + 7) / 8 : 2 }

        /// A hash of the value, never 0.
        func hash(_ key: HashKey) -> UInt64 {
            let kind = head & 0xFF
            return max(hasBytes ? key.hash(text, seed: kind) : key.hash(number, seed: kind), 1)
        }
    }

    /// The hash of a text, as its encoding has it.
    @inline(__always)
    static func hash(of text: View<UInt8>, _ key: HashKey) -> UInt64 {
        max(key.hash(text, seed: Kind.string.rawValue), 1)
    }

    /// The form in which a value is kept; nil for one that is no value, or that no later event may see.
    static func form(_ value: Value) -> Encoding? {
        func plain(_ kind: Kind, _ number: UInt64 = 0) -> Encoding { Encoding(head: kind.rawValue, number: number) }
        func text(_ kind: Kind, _ text: View<UInt8>) -> Encoding {
            Encoding(head: kind.rawValue | UInt64(text.count) << 8, text: text, hasBytes: true)
        }
        switch value {
        case .error, .record, .type, .list, .map: return nil
        case .null: return plain(.null)
        case .bool(let flag): return plain(flag ? .yes : .no)
        case .int(let number): return plain(.int, UInt64(bitPattern: number))
        case .uint(let number): return plain(.uint, number)
        case .double(let number): return plain(.double, number.bitPattern)
        case .duration(let seconds, let nanos):
            return plain(.duration, UInt64(bitPattern: seconds &* 1_000_000 &+ Int64(nanos / 1000)))
        case .timestamp(let seconds, let nanos):
            return plain(.timestamp, UInt64(bitPattern: seconds &* 1_000_000 &+ Int64(nanos / 1000)))
        case .string(let string): return text(.string, string)
        case .bytes(let bytes): return text(.bytes, bytes)
        case .json(let json): return text(.json, json)
        }
    }

    /// The form under which a value is looked for: one for all numbers that are equal, whatever their type, that of an
    /// int, or else a uint, where one is equal. Lists and maps are told apart by their text.
    static func sought(_ value: Value) -> Encoding? {
        switch value {
        case .double(let number):
            if let whole = Int64(exactly: number) { return form(.int(whole)) }
            if let whole = UInt64(exactly: number) { return form(.uint(whole)) }
        case .uint(let number):
            if let whole = Int64(exactly: number) { return form(.int(whole)) }
        default: break
        }
        return form(value)
    }

    /// Writes a value at `word`, which has room for `form.words`.
    static func write(_ form: Encoding, at word: Int, in arena: Arena) {
        arena[word] = form.head
        if form.hasBytes {
            arena.store(form.text, at: word + 1)
        } else {
            arena[word + 1] = form.number
        }
    }

    /// How many words the value at `word` takes.
    static func words(at word: Int, in arena: Arena) -> Int {
        let head = arena[word]
        return head & 0xFF >= Kind.string.rawValue ? 1 + (Int(head >> 8) + 7) / 8 : 2
    }

    /// The value at `word`. Its text stays valid until the block changes.
    static func read(at word: Int, in arena: Arena) -> Value {
        let head = arena[word]
        let kind = Kind(rawValue: head & 0xFF)
        if head & 0xFF >= Kind.string.rawValue {
            let text = arena.bytes(at: word + 1, count: Int(head >> 8))
            return kind == .string ? .string(text) : kind == .bytes ? .bytes(text) : .json(text)
        }
        return read(head, arena[word + 1])
    }

    /// The value of a head and a number; null for one of bytes.
    private static func read(_ head: UInt64, _ number: UInt64) -> Value {
        switch Kind(rawValue: head & 0xFF) {
        case .no: return .bool(false)
        case .yes: return .bool(true)
        case .int: return .int(Int64(bitPattern: number))
        case .uint: return .uint(number)
        case .double: return .double(Double(bitPattern: number))
        case .duration: return .duration(microseconds: Int64(bitPattern: number))
        case .timestamp: return .timestamp(microseconds: Int64(bitPattern: number))
        default: return .null
        }
    }

    // MARK: A value in two words

    /// Keeps a value as its head and either its number or the handle of a block with the whole of it.
    static func keep(_ form: Encoding, in arena: Arena) -> (UInt64, UInt64) {
        guard form.hasBytes else { return (form.head, form.number) }
        let handle = arena.allocate(form.words)
        write(form, at: Arena.word(handle), in: arena)
        return (form.head, UInt64(handle))
    }

    /// The value whose two words begin at `word`; null where nothing was kept.
    static func kept(at word: Int, in arena: Arena) -> Value {
        guard arena[word] & 0xFF >= Kind.string.rawValue else { return read(at: word, in: arena) }
        return read(at: Arena.word(UInt32(truncatingIfNeeded: arena[word + 1])), in: arena)
    }

    /// The same of two words that stand apart.
    static func kept(_ head: UInt64, _ number: UInt64, in arena: Arena) -> Value {
        if hasBytes(head) { return read(at: Arena.word(UInt32(truncatingIfNeeded: number)), in: arena) }
        return read(head, number)
    }

    /// Whether a value with that head is kept as a block of bytes.
    static func hasBytes(_ head: UInt64) -> Bool { head & 0xFF >= Kind.string.rawValue }

    /// Frees what the two words lead to.
    static func release(at word: Int, in arena: Arena) {
        guard arena[word] & 0xFF >= Kind.string.rawValue else { return }
        let handle = UInt32(truncatingIfNeeded: arena[word + 1])
        arena.free(handle, words: words(at: Arena.word(handle), in: arena))
    }

    /// Whether the two words at `word` keep the value of that form.
    static func isKept(_ form: Encoding, at word: Int, in arena: Arena) -> Bool {
        guard arena[word] == form.head else { return false }
        guard form.hasBytes else { return arena[word + 1] == form.number }
        return isSame(form, at: Arena.word(UInt32(truncatingIfNeeded: arena[word + 1])), in: arena)
    }

    /// Whether the value at `word` is the one of that form.
    static func isSame(_ form: Encoding, at word: Int, in arena: Arena) -> Bool {
        guard arena[word] == form.head else { return false }
        if !form.hasBytes { return arena[word + 1] == form.number }
        return arena.bytes(at: word + 1, count: Int(form.head >> 8)).holdsSameBytes(as: form.text)
    }
}

extension Texts {
    /// The value of an event's field, as expressions see it; its text is one of these.
    @inline(__always)
    func value(of field: Field) -> Value {
        switch field.kind {
        case .null: .null
        case .no: .bool(false)
        case .yes: .bool(true)
        case .int: .int(Int64(bitPattern: field.payload))
        case .uint: .uint(field.payload)
        case .double: .double(Double(bitPattern: field.payload))
        case .string: .string(text(of: field))
        case .json: .json(text(of: field))
        }
    }

    @inline(__always)
    private func text(of field: Field) -> View<UInt8> {
        self[TextRange(offset: UInt32(truncatingIfNeeded: field.payload), length: field.length)]
    }
}
