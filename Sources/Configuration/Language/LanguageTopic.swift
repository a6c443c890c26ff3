package import Languages
import Storage

/// What the reference says of one section or key, for a terminal: `moments`, `moments.cooldown`, `policy.caps.max`.
package struct LanguageTopic {
    private let language: Language

    private var speech: Speech { Speech(language) }

    /// What may stand there: one way, or several.
    private func ways(_ words: String) -> String {
        let ways = words.split(separator: ", or ").map { speech(String($0)) }
        return ways.joined(separator: language == .spanish ? ", o " : ", or ")
    }

    /// What the reference says, in the language.
    private func said(_ english: String) -> String {
        let text = language == .spanish ? SpanishReference.text(of: english) ?? english : english
        return LanguageReference.plain(text)
    }

    /// The text on what the path leads to, from a language's root; nil where it leads nowhere. Names that users choose
    /// are passed over: `windows.over` and `windows.orders.over` are the same key.
    package static func text(
        _ path: String, of root: any SectionKey.Type, in language: Language = .english
    ) -> String? {
        LanguageTopic(language: language).text(path.split(separator: ".").map(String.init)[...], path, in: root)
    }

    /// The sections at the top.
    package static func names(of root: any SectionKey.Type) -> [String] { names(root) }

    private static func names<Key: SectionKey>(_ section: Key.Type) -> [String] { section.allCases.map(\.rawValue) }

    private func text(_ path: ArraySlice<String>, _ whole: String, in section: any SectionKey.Type) -> String? {
        search(path, whole, in: section)
    }

    private func search<Key: SectionKey>(
        _ path: ArraySlice<String>, _ whole: String, in section: Key.Type
    ) -> String? {
        guard let name = path.first else { return page(of: section, whole) }
        guard let key = Key(rawValue: name) else { return nil }
        let entry = key.entry
        let inner = sections(of: entry.form)
        let rest = path.dropFirst()
        if rest.isEmpty { return page(of: key, whole) + inner.map { "\n" + page(of: $0, whole) }.joined() }
        for section in inner {
            if let found = text(rest, whole, in: section) { return found }
            // A name that the user chose.
            if rest.count > 1, let found = text(rest.dropFirst(), whole, in: section) { return found }
        }
        return nil
    }

    private func sections(of form: ValueForm) -> [any SectionKey.Type] {
        switch form {
        case .object(let section): [section]
        case .named(let value), .list(let value), .oneOrMore(let value): sections(of: value)
        case .either(let first, let second): sections(of: first) + sections(of: second)
        default: []
        }
    }

    private func page<Key: SectionKey>(of key: Key, _ path: String) -> String {
        let entry = key.entry
        var rows = [("may be", ways(LanguageReference.plainWords(for: entry.form)))]
        switch entry.usual {
        case .required: rows.append(("default", speech("none: it is required")))
        case .nothing: break
        case .value(let value): rows.append(("default", value))
        case .described(let words): rows.append(("default", speech(LanguageReference.plain(words))))
        }
        rows.append(("example", "\(key.rawValue): \(entry.example)"))
        return "\(path)\n  \(said(entry.meaning))\n\n"
            + rows.map { "  \(speech($0.0)): \($0.1)\n" }.joined()
    }

    private func page<Key: SectionKey>(of section: Key.Type, _ path: String) -> String {
        let keys = section.allCases.filter { if case .later = $0.entry.form { false } else { true } }
        let width = keys.reduce(0) { max($0, $1.rawValue.count) } + 2
        let rows = keys.map { key in
            "  " + key.rawValue + String(repeating: " ", count: width - key.rawValue.count)
                + said(key.entry.meaning) + "\n"
        }
        return said(section.about) + "\n\n" + speech("Keys:") + "\n" + rows.joined()
    }
}

extension LanguageReference {
    /// The words for a form, without links.
    fileprivate static func plainWords(for form: ValueForm) -> String {
        var reference = LanguageReference()
        return plain(reference.words(for: form, at: ""))
    }

    /// Markdown's text without its links and marks of code.
    fileprivate static func plain(_ text: String) -> String {
        var plain = ""
        var rest = text[...]
        while let open = rest.firstIndex(of: "[") {
            guard let close = rest[open...].firstIndex(of: "]"), rest[close...].dropFirst().first == "(",
                let end = rest[close...].firstIndex(of: ")")
            else { break }
            plain += rest[..<open] + rest[rest.index(after: open)..<close]
            rest = rest[rest.index(after: end)...]
        }
        return (plain + rest).filter { $0 != "`" }
    }
}
