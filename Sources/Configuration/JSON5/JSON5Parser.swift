import Storage

/// Reads JSON5 (json5.org, version 1.0.0; plain JSON is JSON5) into nodes that know their places.
///
/// Work and memory are linear in the file's size; nesting is limited to `depthLimit`, so hostile input cannot exhaust
/// the stack. It stops at the first fault of syntax: what follows one is guesswork, and guessed faults mislead.
package struct JSON5Parser {
    /// How deeply lists and objects may nest.
    package static let depthLimit = 200

    private let source: SourceFile
    private let diagnostics: Diagnostics
    private var offset = 0
    /// The keys and indices that lead to the value being read, for the message on a key written twice.
    private var trail: [Step] = []

    private enum Step {
        case key(String)
        case index(Int)
    }

    /// The root of the file's tree, or nil where it cannot be read: then the reason has been reported. A key written
    /// twice in an object is reported too, with both places, and the first one kept.
    package static func parse(_ bytes: [UInt8], file: String, diagnostics: Diagnostics) -> Node? {
        guard let source = validated(bytes, file: file, diagnostics: diagnostics) else { return nil }
        diagnostics.add(source)
        var parser = JSON5Parser(source: source, diagnostics: diagnostics)
        do throws(SyntaxFault) {
            return try parser.document()
        } catch {
            let other = OtherLanguage(of: bytes)
            diagnostics.error(
                at: source.place(at: other?.offset ?? error.offset), code: .syntax, other?.message ?? error.message)
            return nil
        }
    }

    private init(source: SourceFile, diagnostics: Diagnostics) {
        self.source = source
        self.diagnostics = diagnostics
    }

    private static func validated(_ bytes: [UInt8], file: String, diagnostics: Diagnostics) -> SourceFile? {
        if bytes.starts(with: [0xFE, 0xFF]) || bytes.starts(with: [0xFF, 0xFE]) {
            diagnostics.error(at: Place(file: file), code: .notUTF8, "the file is UTF-16; save it as UTF-8")
            return nil
        }
        do throws(UTF8.ValidationError) {
            _ = try UTF8Span(validating: bytes.span)
            return SourceFile(name: file, bytes: bytes)
        } catch {
            let offset = error.byteOffsets.lowerBound
            let place = SourceFile(name: file, bytes: Array(bytes[..<offset])).place(at: offset)
            let byte = String(bytes[offset], radix: 16, uppercase: true)
            diagnostics.error(
                at: place, code: .notUTF8, "the byte 0x\(byte) is not UTF-8 here; save the file as UTF-8")
            return nil
        }
    }

    private mutating func document() throws(SyntaxFault) -> Node {
        try skipSpace()
        if offset == source.bytes.count {
            throw SyntaxFault(offset: 0, message: "the file is empty; write an object such as { version: 1 }")
        }
        let root = try value()
        try skipSpace()
        guard offset == source.bytes.count else { throw expected("the end of the file") }
        return root
    }

    // MARK: Values

    private mutating func value() throws(SyntaxFault) -> Node {
        let start = offset
        guard let byte = peek else { throw expected(valueName) }
        let value: Node.Value
        switch byte {
        case UInt8(ascii: "{"): value = .object(try object())
        case UInt8(ascii: "["): value = .list(try list())
        case UInt8(ascii: "\""), UInt8(ascii: "'"): value = .string(try text())
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
            value = try number()
        default: value = try word()
        }
        return Node(value: value, source: source, range: start..<offset)
    }

    private mutating func number() throws(SyntaxFault) -> Node.Value {
        var number = JSON5Number(source: source, at: offset)
        let value = try number.read()
        let start = offset
        offset = number.offset
        guard offset == source.bytes.count || !JSON5Name.isPart(source.scalar(at: offset).scalar) else {
            let written = Wording.shortened(source.text(start..<offset))
            let rest = Wording.found(in: source, at: offset)
            throw SyntaxFault(
                offset: offset,
                message: "\(rest) follows the number \(written); put quotes around what is not a plain number")
        }
        return value
    }

    private mutating func word() throws(SyntaxFault) -> Node.Value {
        let start = offset
        guard JSON5Name.begins(in: source, at: offset) else { throw expected(valueName) }
        let name = try takeName()
        switch name {
        case "true": return .bool(true)
        case "false": return .bool(false)
        case "null": return .null
        case "Infinity": return .number(.infinity)
        case "NaN": return .number(.nan)
        default:
            let quoted = Wording.quoted(name)
            let near = ["true", "false", "null"].first { $0 == name.lowercased() }
            let remedy = near.map { "write \($0), or \(quoted) if it is text" } ?? "write \(quoted) if it is text"
            throw SyntaxFault(offset: start, message: "expected \(valueName), found the word \(quoted); \(remedy)")
        }
    }

    private mutating func text() throws(SyntaxFault) -> String {
        var scanner = JSON5Text(source: source, quoteAt: offset)
        var text = ""
        while let piece = try scanner.next() {
            if let scalar = piece.scalar { text.unicodeScalars.append(scalar) }
        }
        offset = scanner.offset
        return text
    }

    private mutating func takeName() throws(SyntaxFault) -> String {
        var name = JSON5Name(source: source, at: offset)
        let text = try name.read()
        offset = name.offset
        return text
    }

    // MARK: Lists and objects

    private mutating func list() throws(SyntaxFault) -> [Node] {
        let opening = try enter()
        var elements: [Node] = []
        while true {
            try skipSpace()
            if take(UInt8(ascii: "]")) { return elements }
            trail.append(.index(elements.count))
            elements.append(try value())
            try skipSpace()
            if !take(UInt8(ascii: ",")), peek != UInt8(ascii: "]") {
                throw expected("',' or ']' after \(valueOwner)", opening: opening)
            }
            trail.removeLast()
        }
    }

    private mutating func object() throws(SyntaxFault) -> [Node.Entry] {
        let opening = try enter()
        var entries: [Node.Entry] = []
        var starts: [ByteName: Int] = [:]
        while true {
            try skipSpace()
            if take(UInt8(ascii: "}")) { return entries }
            let entry = try self.entry(opening: opening)
            if let first = starts[entry.key] {
                let path = trail.reduce(ConfigurationPath.root) { path, step in
                    switch step {
                    case .key(let key): path.appending(key)
                    case .index(let index): path.appending(index)
                    }
                }
                diagnostics.error(
                    at: entry.place, path: path.appending(entry.key), code: .keyTwice,
                    "the key \(Wording.quoted(entry.key)) is written twice; it first stands at \(source.place(at: first))"
                )
            } else {
                starts[entry.key] = entry.start
                entries.append(entry)
            }
        }
    }

    private mutating func entry(opening: Int) throws(SyntaxFault) -> Node.Entry {
        let start = offset
        let key: String
        switch peek {
        case UInt8(ascii: "\""), UInt8(ascii: "'"): key = try text()
        case _ where JSON5Name.begins(in: source, at: offset): key = try takeName()
        default: throw expected("a key or '}'", opening: opening)
        }
        try skipSpace()
        guard take(UInt8(ascii: ":")) else {
            throw expected("':' after the key \(Wording.quoted(key))", opening: opening)
        }
        try skipSpace()
        trail.append(.key(key))
        let value = try value()
        try skipSpace()
        if !take(UInt8(ascii: ",")), peek != UInt8(ascii: "}") {
            throw expected("',' or '}' after \(valueOwner)", opening: opening)
        }
        trail.removeLast()
        return Node.Entry(key: key, value: value, source: source, start: start)
    }

    /// Steps over the bracket that opens a list or object, and answers where it stands.
    private mutating func enter() throws(SyntaxFault) -> Int {
        // Every open bracket but the outermost has its step in the trail.
        guard trail.count < Self.depthLimit else {
            throw SyntaxFault(
                offset: offset, message: "lists and objects nest more than \(Self.depthLimit) deep; flatten them")
        }
        offset += 1
        return offset - 1
    }

    // MARK: Between values

    private mutating func skipSpace() throws(SyntaxFault) {
        while offset < source.bytes.count {
            let (scalar, length) = source.scalar(at: offset)
            if scalar == "/" {
                try skipComment()
            } else if JSON5Name.isSpace(scalar) {
                offset += length
            } else {
                return
            }
        }
    }

    private mutating func skipComment() throws(SyntaxFault) {
        let bytes = source.bytes
        let start = offset
        let second = start + 1 < bytes.count ? bytes[start + 1] : 0
        offset += 2
        if second == UInt8(ascii: "/") {
            while offset < bytes.count {
                let (scalar, length) = source.scalar(at: offset)
                if JSON5Name.isLineEnd(scalar) { return }
                offset += length
            }
        } else if second == UInt8(ascii: "*") {
            while offset + 1 < bytes.count {
                if bytes[offset] == UInt8(ascii: "*"), bytes[offset + 1] == UInt8(ascii: "/") {
                    offset += 2
                    return
                }
                offset += 1
            }
            throw SyntaxFault(offset: start, message: "the comment is not closed; write */ at its end")
        } else {
            throw SyntaxFault(offset: start, message: "a lone '/'; a comment begins with // or /*")
        }
    }

    private var peek: UInt8? { offset < source.bytes.count ? source.bytes[offset] : nil }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        offset += 1
        return true
    }

    // MARK: Messages

    private var valueOwner: String {
        switch trail.last {
        case .key(let key)?: "the value of \(Wording.quoted(key))"
        case .index(let index)?: "element [\(index)] of the list"
        case nil: "the value"
        }
    }

    private var valueName: String {
        switch trail.last {
        case .key(let key)?: "a value for \(Wording.quoted(key))"
        case .index?: "a value or ']'"
        case nil: "a value"
        }
    }

    private func expected(_ what: String, opening: Int? = nil) -> SyntaxFault {
        var message = "expected \(what), found \(Wording.found(in: source, at: offset))"
        if offset == source.bytes.count, let opening {
            let place = source.place(at: opening)
            let bracket = Wording.character(source.scalar(at: opening).scalar)
            message += "; the \(bracket) of line \(place.line), column \(place.column) is not closed"
        } else if peek == UInt8(ascii: "#") {
            message += "; a comment begins with //"
        }
        return SyntaxFault(offset: offset, message: message)
    }
}
