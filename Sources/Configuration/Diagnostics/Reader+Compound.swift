import Storage

/// The source text of an expression and the value it was read from, for reporting where it goes wrong.
package struct ExpressionText {
    package let text: String
    package let reader: Reader

    /// Reports an error at the byte `offset` of the text.
    package func error(atByte offset: Int, _ message: String) {
        reader.error(atByte: offset, message, code: .expressionFault)
    }
}

extension Reader {
    /// An expression: text, or a plain number or boolean, which means itself.
    package func expression() -> ExpressionText? {
        switch node.value {
        case .string(let text) where text.unicodeScalars.allSatisfy(JSON5Name.isSpace):
            error(
                "the expression is empty; write one, such as \"event.channel == 'web'\", or leave the key out",
                code: .empty)
        case .string(let text): return ExpressionText(text: text, reader: self)
        case .bool(let flag): return ExpressionText(text: flag ? "true" : "false", reader: self)
        case .integer(let number): return ExpressionText(text: "\(number)", reader: self)
        case .number(let number) where number.isFinite: return ExpressionText(text: "\(number)", reader: self)
        case .number:
            error("\(node.summary) is not a finite number; write one, or an expression in quotes", code: .outOfRange)
        default:
            error(
                "\(node.summary) is not an expression; write one in quotes, such as \"event.channel == 'web'\"",
                code: .wrongKind)
        }
        return nil
    }

    /// A list's elements; without `allowEmpty`, of at least one.
    package func list(allowEmpty: Bool = true) -> [Reader]? {
        guard case .list(let nodes) = node.value else {
            error("\(node.summary) is not a list; put it in brackets: [ … ]", code: .wrongKind)
            return nil
        }
        if nodes.isEmpty, !allowEmpty {
            error("the list is empty; write at least one element, or leave the key out", code: .empty)
            return nil
        }
        return nodes.enumerated().map { index, node in
            Reader(node, path: path.appending(index), diagnostics: diagnostics)
        }
    }

    /// A list's elements, each as `read` makes it; what it makes nil is left out.
    package func list<Element>(allowEmpty: Bool = true, _ read: (Reader) -> Element?) -> [Element]? {
        list(allowEmpty: allowEmpty)?.compactMap(read)
    }

    /// One text, or a list of at least one. Wrong elements are reported and left out.
    package func strings() -> [String]? {
        switch node.value {
        case .string: string().map { [$0] }
        case .list: list(allowEmpty: false) { $0.string() }
        default:
            {
                error(
                    "\(node.summary) is neither text nor a list of texts; write \"…\" or [\"…\", \"…\"]",
                    code: .wrongKind)
                return nil
            }()
        }
    }

    /// One word, or a list of at least one. Wrong elements are reported and left out.
    package func words<Word: RawRepresentable & CaseIterable>(_ type: Word.Type = Word.self) -> [Word]?
    where Word.RawValue == String {
        if case .list = node.value { return list(allowEmpty: false) { $0.word(type) } }
        return word(type).map { [$0] }
    }

    /// An object, read key by key by `read`. Keys that it does not ask for are reported as unknown.
    package func object<Key: SectionKey, Value>(_ read: (Fields<Key>) -> Value?) -> Value? {
        object(Key.self, read)
    }

    /// The same, where the closure alone does not say which section's keys they are.
    package func object<Key: SectionKey, Value>(_ keys: Key.Type, _ read: (Fields<Key>) -> Value?) -> Value? {
        guard case .object(let entries) = node.value else {
            error("\(node.summary) is not an object; write { … }", code: .wrongKind)
            return nil
        }
        let fields = Fields<Key>(entries, of: self)
        let value = read(fields)
        fields.finish()
        return value
    }

    /// The same object with those of its keys put right that are near to one of `keys` which is not there: each is
    /// reported, and its value read as if it had been written well. The keys of anything else are left alone.
    package func mending(_ keys: [String]) -> Reader {
        guard case .object(let entries) = node.value else { return self }
        var written = Set(entries.map { ByteName($0.key) })
        let mended = entries.map { entry in
            guard !keys.names(entry.key), let near = NearestWord.of(entry.key, in: keys),
                written.add(near)
            else { return entry }
            diagnostics.error(
                at: entry.place, path: path.appending(entry.key), code: .unknownKey,
                "unknown key \(Wording.quoted(entry.key))\(NearestWord.remedy(for: entry.key, in: keys, noun: "keys"))")
            return Node.Entry(key: near, value: entry.value, source: entry.source, start: entry.start)
        }
        return Reader(
            Node(value: .object(mended), source: node.source, range: node.range), path: path, diagnostics: diagnostics)
    }

    /// An object whose keys are names that the user chose, in the order written.
    package func definitions() -> [Definition]? {
        guard case .object(let entries) = node.value else {
            error("\(node.summary) is not an object; write { NAME: …, … }", code: .wrongKind)
            return nil
        }
        return entries.map { Definition($0, under: self) }
    }
}

/// A name that the user chose, and what it stands for.
package struct Definition {
    package let name: String
    private let entry: Node.Entry
    package let reader: Reader

    init(_ entry: Node.Entry, under parent: Reader) {
        name = entry.key
        self.entry = entry
        reader = Reader(entry.value, path: parent.path.appending(entry.key), diagnostics: parent.diagnostics)
    }

    /// Where the name stands.
    package var place: Place { entry.place }

    /// Reports an error at the name, not at what it stands for.
    package func error(_ message: String, code: MessageCode? = nil) {
        reader.diagnostics.error(at: entry.place, path: reader.path, code: code, message)
    }

    /// Reports a note at the name.
    package func note(_ message: String, code: MessageCode? = nil) {
        reader.diagnostics.note(at: entry.place, path: reader.path, code: code, message)
    }
}
