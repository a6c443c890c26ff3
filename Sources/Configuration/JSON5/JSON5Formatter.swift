import Events
import Storage

/// Writes a JSON5 file anew in one form: two blanks a level, one member a line, comments and single blank lines kept.
///
/// What stood in one line stays in one where it fits; what was spread, with the first member in a line of its own, stays
/// spread. Quotes become double ones where that takes no escape, and keys lose theirs where they need none. The meaning
/// does not change, and formatting twice changes nothing more.
package struct JSON5Formatter {
    /// The forms that there are.
    package enum Style: Sendable {
        /// JSON5 as people write it.
        case json5
        /// JSON with comments: for editors that know nothing else. Keys and texts stand in double quotes, and no comma
        /// stands behind the last member.
        case jsonWithComments
    }

    /// The most characters of a line that is put together.
    private static let width = 120

    private let style: Style

    /// The file's text in its form; nil where it is not JSON5, which is then reported.
    package static func formatted(
        _ bytes: [UInt8], file: String, style: Style = .json5, diagnostics: Diagnostics
    ) -> String? {
        guard let root = JSON5Parser.parse(bytes, file: file, diagnostics: diagnostics) else { return nil }
        var reader = JSON5Tokens(root.source)
        let document = reader.document()
        return JSON5Formatter(style: style).page(document)
    }

    private func page(_ document: JSON5Tokens.Item) -> String {
        var text = lines(document.leading, indent: 0)
        if document.isApart, !text.isEmpty { text += "\n" }
        text += written(document.value, indent: 0, room: Self.width)
        text += document.trailing.map { "  " + $0 }.joined() + "\n"
        return text + lines(document.behind, indent: 0)
    }

    /// Comments in lines of their own.
    private func lines(_ comments: [JSON5Tokens.Comment], indent: Int) -> String {
        comments.map { ($0.isApart ? "\n" : "") + blanks(indent) + $0.text + "\n" }.joined()
    }

    private func blanks(_ indent: Int) -> String { String(repeating: " ", count: 2 * indent) }

    // MARK: Values

    /// A value whose first line begins somewhere behind an indentation, with `room` for what stands in one line.
    private func written(_ value: JSON5Tokens.Value, indent: Int, room: Int) -> String {
        switch value {
        case .atom(let atom): return self.atom(atom)
        case .container(let container):
            if container.isBare { return container.isObject ? "{}" : "[]" }
            if !container.isSpread, let flat = flat(container), flat.unicodeScalars.count <= room { return flat }
            return spread(container, indent: indent)
        }
    }

    private func spread(_ container: JSON5Tokens.Container, indent: Int) -> String {
        var text = container.isObject ? "{" : "["
        for comment in container.opening { text += " " + comment }
        text += "\n"
        for (index, item) in container.items.enumerated() {
            let isLast = index == container.items.count - 1
            if item.isApart, index > 0 { text += "\n" }
            text += lines(item.leading, indent: indent + 1)
            let comma = isLast && style == .jsonWithComments ? "" : ","
            text += blanks(indent + 1) + self.item(item, indent: indent + 1) + comma
            text += item.trailing.map { "  " + $0 }.joined() + "\n"
        }
        text += lines(container.closing, indent: indent + 1)
        return text + blanks(indent) + (container.isObject ? "}" : "]")
    }

    private func item(_ item: JSON5Tokens.Item, indent: Int) -> String {
        var text = item.key.map { key($0) + ":" } ?? ""
        if !text.isEmpty { text += " " }
        for comment in item.between {
            // What follows a comment to the line's end stands in the next line.
            text += comment + (comment.hasPrefix("//") ? "\n" + blanks(indent + 1) : " ")
        }
        // A comma follows.
        let room = Self.width - 2 * indent - 1 - (text.split(separator: "\n").last?.unicodeScalars.count ?? 0)
        return text + written(item.value, indent: indent, room: room)
    }

    /// The container in one line; nil where it cannot stand in one.
    private func flat(_ container: JSON5Tokens.Container) -> String? {
        guard container.closing.isEmpty, container.opening.isEmpty else { return nil }
        if container.items.isEmpty { return container.isObject ? "{}" : "[]" }
        var parts: [String] = []
        for item in container.items {
            guard item.leading.isEmpty, item.trailing.isEmpty, item.between.allSatisfy({ $0.hasPrefix("/*") }) else {
                return nil
            }
            var text = item.key.map { key($0) + ": " } ?? ""
            text += item.between.map { $0 + " " }.joined()
            switch item.value {
            case .atom(let atom): text += self.atom(atom)
            case .container(let inner):
                guard !inner.isSpread, let flat = flat(inner) else { return nil }
                text += flat
            }
            parts.append(text)
        }
        let joined = parts.joined(separator: ", ")
        if joined.unicodeScalars.contains("\n") { return nil }
        return container.isObject ? "{ \(joined) }" : "[\(joined)]"
    }

    // MARK: Texts, numbers and keys

    private func atom(_ atom: JSON5Tokens.Atom) -> String {
        guard style == .json5 else { return json(atom) }
        guard case .string(let text) = atom.value, atom.raw.hasPrefix("'") else { return atom.raw }
        let inner = atom.raw.dropFirst().dropLast()
        let isPlain = !inner.contains("\"") && !inner.contains("\\") && !text.isEmpty
        return isPlain || text.isEmpty ? "\"\(inner)\"" : atom.raw
    }

    /// Numbers that JSON has no word for stay as they are.
    private func json(_ atom: JSON5Tokens.Atom) -> String {
        switch atom.value {
        case .string(let text) where atom.isQuoted: JSONTree.text(text).line
        case .integer(let number): "\(number)"
        case .number(let number) where number.isFinite: "\(number)"
        default: atom.raw
        }
    }

    private func key(_ key: JSON5Tokens.Atom) -> String {
        guard case .string(let name) = key.value else { return key.raw }
        if style == .jsonWithComments { return JSONTree.text(name).line }
        guard key.isQuoted else { return key.raw }
        let isBare =
            name.utf8.allSatisfy { byte in
                byte == UInt8(ascii: "_") || byte == UInt8(ascii: "$")
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
            } && name.utf8.first.map { !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } == true
        return isBare ? name : atom(key)
    }
}
