import Storage

/// Reads the text of a file that is known to be JSON5 into what was written: members with the comments around them.
struct JSON5Tokens {
    /// A comment in a line of its own, or several lines.
    struct Comment {
        let text: String
        /// Whether a blank line stands before it.
        let isApart: Bool
    }

    /// A text, number, word or key: as it is written, and what it is.
    struct Atom {
        let raw: String
        let value: Node.Value

        var isQuoted: Bool { raw.hasPrefix("\"") || raw.hasPrefix("'") }
    }

    indirect enum Value {
        case atom(Atom)
        case container(Container)
    }

    /// A list or an object.
    struct Container {
        let isObject: Bool
        /// Whether its first member stands in a line of its own.
        var isSpread = false
        /// Comments behind the opening bracket.
        var opening: [String] = []
        var items: [Item] = []
        /// Comments before the closing bracket.
        var closing: [Comment] = []

        /// Whether there is nothing in it, not even a comment.
        var isBare: Bool { items.isEmpty && opening.isEmpty && closing.isEmpty }
    }

    /// A member of an object, an element of a list, or the document.
    struct Item {
        /// Whether a blank line stands before it and its comments' first, if it has no comments.
        var isApart = false
        var leading: [Comment] = []
        var key: Atom?
        /// Comments between the key and the value.
        var between: [String] = []
        var value: Value
        /// Comments in the same line.
        var trailing: [String] = []
        /// Of a document: comments after it.
        var behind: [Comment] = []
    }

    /// A comment as it was met: how many lines ended before it.
    private struct Found {
        let text: String
        let linesBefore: Int
    }

    private let source: SourceFile
    private var offset = 0
    /// How many lines ended before the next token, behind the last comment.
    private var lineEnds = 0

    init(_ source: SourceFile) { self.source = source }

    mutating func document() -> Item {
        let before = comments()
        let isApart = lineEnds > 1
        let value = value()
        var item = Item(value: value)
        item.isApart = isApart
        item.leading = before.enumerated().map { Self.comment($1, isFirst: $0 == 0) }
        let rest = comments()
        item.trailing = rest.prefix { $0.linesBefore == 0 }.map(\.text)
        item.behind = rest.dropFirst(item.trailing.count).map { Self.comment($0, isFirst: false) }
        return item
    }

    private static func comment(_ found: Found, isFirst: Bool) -> Comment {
        Comment(text: found.text, isApart: !isFirst && found.linesBefore > 1)
    }

    // MARK: Values

    private mutating func value() -> Value {
        switch source.bytes[offset] {
        case UInt8(ascii: "{"): .container(container(isObject: true))
        case UInt8(ascii: "["): .container(container(isObject: false))
        default: .atom(atom())
        }
    }

    private mutating func atom() -> Atom {
        let start = offset
        let first = source.bytes[offset]
        if first == UInt8(ascii: "\"") || first == UInt8(ascii: "'") {
            var scanner = JSON5Text(source: source, quoteAt: offset)
            var text = ""
            while let piece = try? scanner.next() {
                if let scalar = piece.scalar { text.unicodeScalars.append(scalar) }
            }
            offset = scanner.offset
            return Atom(raw: source.text(start..<offset), value: .string(text))
        }
        if JSON5Name.begins(in: source, at: offset) {
            var name = JSON5Name(source: source, at: offset)
            let text = (try? name.read()) ?? ""
            offset = name.offset
            return Atom(raw: source.text(start..<offset), value: .string(text))
        }
        var number = JSON5Number(source: source, at: offset)
        let value = (try? number.read()) ?? .null
        offset = number.offset
        return Atom(raw: source.text(start..<offset), value: value)
    }

    private mutating func container(isObject: Bool) -> Container {
        var container = Container(isObject: isObject)
        let closing = UInt8(ascii: isObject ? "}" : "]")
        offset += 1
        var found = comments()
        container.opening = found.prefix { $0.linesBefore == 0 }.map(\.text)
        found.removeFirst(container.opening.count)
        container.isSpread = lineEnds > 0 || !found.isEmpty
        while source.bytes[offset] != closing {
            var item = Item(value: .container(Container(isObject: true)))
            item.isApart = found.first.map { $0.linesBefore > 1 } ?? (lineEnds > 1)
            // The blank line before the first comment is the member's own.
            item.leading = found.enumerated().map { Self.comment($1, isFirst: $0 == 0) }
            let isApartOfComments = !found.isEmpty && lineEnds > 1
            if isApartOfComments, let last = item.leading.popLast() {
                item.leading.append(Comment(text: last.text + "\n", isApart: last.isApart))
            }
            if isObject {
                item.key = atom()
                item.between = comments().map(\.text)
                offset += 1
            }
            item.between += comments().map(\.text)
            item.value = value()
            var behind = comments()
            if source.bytes[offset] == UInt8(ascii: ",") {
                offset += 1
                behind += comments()
            }
            item.trailing = trailing(of: &behind, before: closing)
            container.items.append(item)
            found = behind
        }
        container.closing = found.enumerated().map { index, found in
            Comment(text: found.text, isApart: found.linesBefore > 1 && !(index == 0 && container.items.isEmpty))
        }
        offset += 1
        return container
    }

    /// Takes the comments that stand in the line of what is before them.
    ///
    /// Those with the next member in the same line are the next one's.
    private func trailing(of found: inout [Found], before closing: UInt8) -> [String] {
        var trailing: [String] = []
        for comment in found {
            if comment.linesBefore > 0 { break }
            trailing.append(comment.text)
            // Behind a comment to the line's end, another one is in another line.
            if comment.text.hasPrefix("//") { break }
        }
        let goesOn = trailing.count == found.count && lineEnds == 0 && source.bytes[offset] != closing
        if goesOn, trailing.last?.hasPrefix("//") != true { return [] }
        found.removeFirst(trailing.count)
        return trailing
    }

    // MARK: Between tokens

    /// Steps over blanks and comments.
    private mutating func comments() -> [Found] {
        var found: [Found] = []
        lineEnds = 0
        while offset < source.bytes.count {
            let (scalar, length) = source.scalar(at: offset)
            if scalar == "/" {
                let text = comment()
                found.append(Found(text: text, linesBefore: lineEnds))
                lineEnds = 0
            } else if JSON5Name.isSpace(scalar) {
                let isPair = scalar == "\r" && offset + 1 < source.bytes.count && source.bytes[offset + 1] == 0x0A
                if JSON5Name.isLineEnd(scalar), !isPair { lineEnds += 1 }
                offset += length
            } else {
                break
            }
        }
        return found
    }

    /// A comment without the blanks behind it.
    private mutating func comment() -> String {
        let start = offset
        let bytes = source.bytes
        if bytes[start + 1] == UInt8(ascii: "*") {
            offset += 2
            while !(bytes[offset] == UInt8(ascii: "*") && bytes[offset + 1] == UInt8(ascii: "/")) { offset += 1 }
            offset += 2
            return source.text(start..<offset)
        }
        while offset < bytes.count {
            let (scalar, length) = source.scalar(at: offset)
            if JSON5Name.isLineEnd(scalar) { break }
            offset += length
        }
        var end = offset
        while end > start, bytes[end - 1] == 0x20 || bytes[end - 1] == 0x09 { end -= 1 }
        return source.text(start..<end)
    }
}
