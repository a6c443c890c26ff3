import Storage

/// The keys of one object, to be asked for one after the other.
///
/// Every key that is asked for, present or not, counts as known; `finish` reports the others. So reading an object
/// reads like the list of its keys. A key with a wrong value reads like one that is not there, after it was reported.
///
/// What may stand under a key is said by its entry (`KeyEntry`), by which the typed getters read.
package final class Fields<Key: SectionKey> {
    /// The object itself.
    package let reader: Reader
    private let entries: [Node.Entry]
    /// Which of the section's keys each entry has; nil for a name that is none.
    private let keys: [Key?]
    /// The keys that were asked for, some of them several times.
    private var known: [Key] = []
    /// Whether the keys that are not the section's were asked for.
    private var knowsOthers = false
    /// What is to be reported of keys that are not there, unless a misspelt one was meant for it.
    private var missing: [(keys: [String], message: String, code: MessageCode)] = []

    init(_ entries: [Node.Entry], of reader: Reader) {
        self.reader = reader
        self.entries = entries
        keys = entries.map { Key(rawValue: $0.key) }
    }

    private func index(of key: Key) -> Int? { keys.firstIndex(of: key) }

    /// The value under a key, or nil where the key is absent.
    package subscript(key: Key) -> Reader? {
        known.append(key)
        return index(of: key).map { index in
            Reader(entries[index].value, path: reader.path.appending(key.rawValue), diagnostics: reader.diagnostics)
        }
    }

    /// What stands under keys that are not the section's, but names that the user chose, in the order written.
    /// Counts as asking for them.
    package func others() -> [Definition] {
        knowsOthers = true
        return entries.indices.filter { keys[$0] == nil }.map { Definition(entries[$0], under: reader) }
    }

    /// The value under a key; its absence is reported, once it is known that no misspelt key stands in its place.
    /// - Parameter form: what to write, in the message.
    package func required(_ key: Key, as form: String? = nil) -> Reader? {
        if let value = self[key] { return value }
        let name = key.rawValue
        let isAlways = if case .required = key.entry.usual { true } else { false }
        missing.append(
            (
                [name], "\(Wording.quoted(name)) is missing; write { \(form ?? "\(name): …") }",
                isAlways ? .missingKey : .missingBeside
            ))
        return nil
    }

    /// Whether the key is there. Counts as asking for it.
    package func has(_ key: Key) -> Bool { self[key] != nil }

    /// Where a key stands, for reports about the key itself; the object's place where it is absent.
    package func place(of key: Key) -> Place {
        index(of: key).map { entries[$0].place } ?? reader.node.place
    }

    /// Reports an error at a key, such as one that does not go with another.
    package func error(at key: Key, _ message: String, code: MessageCode? = nil) {
        reader.diagnostics.error(at: place(of: key), path: reader.path.appending(key.rawValue), code: code, message)
    }

    /// The one of `keys` that is there. More than one is reported at each further one, and the first written is
    /// answered; with `required`, none is reported too.
    package func one(of keys: [Key], required: Bool = true) -> (key: Key, value: Reader)? {
        known += keys
        let present = self.keys.compactMap { $0 }.filter(keys.contains)
        guard let first = present.first, let value = self[first] else {
            let names = keys.map(\.rawValue)
            if required {
                let message = "one key of \(Wording.listed(names)) is missing; write one of them"
                missing.append((names, message, .keyChoice))
            }
            return nil
        }
        for further in present.dropFirst() {
            error(
                at: further,
                "\(Wording.quoted(further.rawValue)) does not go with \(Wording.quoted(first.rawValue)) at \(place(of: first)); keep one",
                code: .keyChoice)
        }
        return (first, value)
    }

    /// Reports each of `keys` that is there, because it makes no sense here; `reason` says why, and what
    /// would. Counts as asking.
    package func refuse(_ keys: [Key], _ reason: String) {
        for key in keys where has(key) {
            error(at: key, "\(Wording.quoted(key.rawValue)) does not belong here: \(reason)", code: .misplacedKey)
        }
    }

    private func isKnown(_ index: Int) -> Bool { keys[index].map(known.contains) ?? knowsOthers }

    /// Reports every key that was not asked for, with the nearest of those that were, and what is missing besides.
    package func finish() {
        let unknown = entries.indices.filter { !isKnown($0) }.map { entries[$0] }
        let known = unknown.isEmpty ? [] : known.map(\.rawValue)
        let meant = unknown.compactMap { NearestWord.of($0.key, in: known) }
        for (keys, message, code) in missing where !keys.contains(where: meant.names) {
            reader.error(message, code: code)
        }
        for entry in unknown {
            let remedy = NearestWord.remedy(for: entry.key, in: known, noun: "keys")
            reader.diagnostics.error(
                at: entry.place, path: reader.path.appending(entry.key), code: .unknownKey,
                "unknown key \(Wording.quoted(entry.key))\(remedy)")
        }
    }
}

/// Typed getters by key: nil where the key is absent, or wrong and reported. Bounds and words are those of the key's
/// entry; a key whose entry says another form is a mistake of ours.
extension Fields {
    /// `true` or `false`.
    package func bool(_ key: Key) -> Bool? { self[key]?.bool() }

    /// A text, which may be empty only where that is said.
    package func string(_ key: Key, allowEmpty: Bool = false) -> String? {
        self[key]?.string(allowEmpty: allowEmpty)
    }

    /// A text, or a list of texts.
    package func strings(_ key: Key) -> [String]? { self[key]?.strings() }

    /// A whole number within the bounds of the key's entry.
    package func integer(_ key: Key) -> Int64? {
        guard case .integer(let range) = key.entry.form else { Self.disagrees(key) }
        return self[key]?.integer(in: range)
    }

    /// A number within the bounds of the key's entry.
    package func number(_ key: Key) -> Double? {
        guard case .number(let range) = key.entry.form else { Self.disagrees(key) }
        return self[key]?.number(in: range)
    }

    /// In microseconds.
    package func duration(_ key: Key) -> Int64? {
        guard case .duration(let sign, let limit) = key.entry.form else { Self.disagrees(key) }
        return self[key]?.duration(sign, upTo: limit)
    }

    /// In bytes.
    package func size(_ key: Key) -> Int64? {
        guard case .size(let range) = key.entry.form else { Self.disagrees(key) }
        return self[key]?.size(in: range)
    }

    /// An expression's text and place; it is not compiled here.
    package func expression(_ key: Key) -> ExpressionText? { self[key]?.expression() }

    /// One of the words of the key's entry.
    package func word(_ key: Key) -> String? {
        switch key.entry.form {
        case .word(let words): self[key]?.word(of: words)
        case .translated(let words): self[key]?.word(of: words)
        default: Self.disagrees(key)
        }
    }

    /// A word that is one of the cases of a type.
    package func word<Word: RawRepresentable & CaseIterable>(_ key: Key, _ type: Word.Type = Word.self) -> Word?
    where Word.RawValue == String { self[key]?.word(type) }

    /// One word or a list of them, each a case of a type.
    package func words<Word: RawRepresentable & CaseIterable>(_ key: Key, _ type: Word.Type = Word.self) -> [Word]?
    where Word.RawValue == String { self[key]?.words(type) }

    /// Empty where the key is absent.
    package func list<Element>(_ key: Key, _ read: (Reader) -> Element?) -> [Element] { self[key]?.list(read) ?? [] }

    /// The section under a key, read by `read`; its unknown keys are reported.
    package func object<Inner: SectionKey, Value>(
        _ key: Key, _ read: (Fields<Inner>) -> Value?
    ) -> Value? { self[key]?.object(Inner.self, read) }

    /// The same, where the section's keys cannot be told from `read`.
    package func object<Inner: SectionKey, Value>(
        _ key: Key, _ keys: Inner.Type, _ read: (Fields<Inner>) -> Value?
    ) -> Value? { self[key]?.object(keys, read) }

    /// The names and what they stand for, in the order written; empty where the key is absent.
    package func definitions(_ key: Key) -> [Definition] { self[key]?.definitions() ?? [] }

    private static func disagrees(_ key: Key) -> Never {
        preconditionFailure("\(Key.self).\(key) is not read as its entry says")
    }
}
