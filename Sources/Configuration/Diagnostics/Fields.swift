import Storage

/// The keys of one object, to be asked for one after the other.
///
/// Every key that is asked for, present or not, counts as known; `finish` reports the others. So reading an object
/// reads like the list of its keys. A key with a wrong value reads like one that is not there, after it was reported.
package final class Fields {
    /// The object itself.
    package let reader: Reader
    private let entries: [Node.Entry]
    private let indices: [ByteName: Int]
    private var known: [String] = []
    private var asked: Set<ByteName> = []
    /// What is to be reported of keys that are not there, unless a misspelt one was meant for it.
    private var missing: [(keys: [String], message: String)] = []

    init(_ entries: [Node.Entry], of reader: Reader) {
        self.reader = reader
        self.entries = entries
        indices = Dictionary(entries.enumerated().map { (ByteName($1.key), $0) }) { first, _ in first }
    }

    /// The value under a key, or nil where the key is absent.
    package subscript(key: String) -> Reader? {
        know(key)
        return indices[key].map { index in
            Reader(entries[index].value, path: reader.path.appending(key), diagnostics: reader.diagnostics)
        }
    }

    /// The keys that are there, in the order written.
    package var keys: [String] { entries.map(\.key) }

    /// The value under a key; its absence is reported, once it is known that no misspelt key stands in its place.
    /// - Parameter form: what to write, in the message.
    package func required(_ key: String, as form: String? = nil) -> Reader? {
        if let value = self[key] { return value }
        missing.append(([key], "\(Wording.quoted(key)) is missing; write { \(form ?? "\(key): …") }"))
        return nil
    }

    /// Whether the key is there. Counts as asking for it.
    package func has(_ key: String) -> Bool { self[key] != nil }

    /// Where a key stands, for reports about the key itself; the object's place where it is absent.
    package func place(of key: String) -> Place {
        indices[key].map { entries[$0].place } ?? reader.node.place
    }

    /// Reports an error at a key, such as one that does not go with another.
    package func error(at key: String, _ message: String) {
        reader.diagnostics.error(at: place(of: key), path: reader.path.appending(key), message)
    }

    /// The one of `keys` that is there. More than one is reported at each further one, and the first written is
    /// answered; with `required`, none is reported too.
    package func one(of keys: [String], required: Bool = true) -> (key: String, value: Reader)? {
        for key in keys { know(key) }
        let present = entries.map(\.key).filter(keys.names)
        guard let first = present.first, let value = self[first] else {
            if required { missing.append((keys, "one key of \(Wording.listed(keys)) is missing; write one of them")) }
            return nil
        }
        for further in present.dropFirst() {
            error(
                at: further,
                "\(Wording.quoted(further)) does not go with \(Wording.quoted(first)) at \(place(of: first)); keep one")
        }
        return (first, value)
    }

    /// Reports each of `keys` that is there, because it makes no sense here; `reason` says why, and what
    /// would. Counts as asking.
    package func refuse(_ keys: [String], _ reason: String) {
        for key in keys where has(key) {
            error(at: key, "\(Wording.quoted(key)) does not belong here: \(reason)")
        }
    }

    private func know(_ key: String) {
        if asked.add(key) { known.append(key) }
    }

    /// Reports every key that was not asked for, with the nearest of those that were, and what is missing besides.
    package func finish() {
        let meant = entries.filter { !asked.contains($0.key) }.compactMap { NearestWord.of($0.key, in: known) }
        for (keys, message) in missing where !keys.contains(where: meant.names) { reader.error(message) }
        for entry in entries where !asked.contains(entry.key) {
            let remedy = NearestWord.remedy(for: entry.key, in: known, noun: "keys")
            reader.diagnostics.error(
                at: entry.place, path: reader.path.appending(entry.key),
                "unknown key \(Wording.quoted(entry.key))\(remedy)")
        }
    }
}

/// Typed getters by key: nil where the key is absent, or wrong and reported.
extension Fields {
    package func bool(_ key: String) -> Bool? { self[key]?.bool() }

    package func string(_ key: String, allowEmpty: Bool = false) -> String? {
        self[key]?.string(allowEmpty: allowEmpty)
    }

    package func strings(_ key: String) -> [String]? { self[key]?.strings() }

    package func integer(_ key: String, in range: ClosedRange<Int64> = .min ... .max) -> Int64? {
        self[key]?.integer(in: range)
    }

    package func number(_ key: String, in range: ClosedRange<Double> = -.infinity ... .infinity) -> Double? {
        self[key]?.number(in: range)
    }

    /// In microseconds.
    package func duration(_ key: String, _ sign: Reader.Sign = .positive) -> Int64? { self[key]?.duration(sign) }

    /// In bytes.
    package func size(_ key: String, in range: ClosedRange<Int64> = 1 ... .max) -> Int64? {
        self[key]?.size(in: range)
    }

    package func expression(_ key: String) -> ExpressionText? { self[key]?.expression() }

    package func word<Word: RawRepresentable & CaseIterable>(_ key: String, _ type: Word.Type = Word.self) -> Word?
    where Word.RawValue == String { self[key]?.word(type) }

    package func words<Word: RawRepresentable & CaseIterable>(_ key: String, _ type: Word.Type = Word.self) -> [Word]?
    where Word.RawValue == String { self[key]?.words(type) }

    /// Empty where the key is absent.
    package func list<Element>(_ key: String, _ read: (Reader) -> Element?) -> [Element] { self[key]?.list(read) ?? [] }

    package func object<Value>(_ key: String, _ read: (Fields) -> Value?) -> Value? { self[key]?.object(read) }

    /// The names and what they stand for, in the order written; empty where the key is absent.
    package func definitions(_ key: String) -> [Definition] { self[key]?.definitions() ?? [] }
}
