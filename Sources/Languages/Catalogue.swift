/// All that is said to people, by its English templates, with what it is in another language.
///
/// It is data: lines of English with the translation set in below, under the code that documents them. A template that
/// changes asks for its translation anew, and the tests let none pass that has none.
package final class Catalogue: Sendable {
    /// English to Spanish.
    package static let spanish = Catalogue([
        shape, configuration, commands, commandLine, input, requests, expressions, delivery, topics, journal, running,
        models, words,
    ])

    /// What is put into what is put into a template, and so on, is translated no deeper.
    private static let depthMost = 12
    /// Longer texts, in bytes, are none of ours.
    private static let lengthMost = 16 << 10
    /// How often lists that are translated have `and`, at most.
    private static let marksMost = 3
    /// The shortest anchor by which templates are looked up.
    private static let keyLength = 4

    /// What begins so is also said of something that stands before it.
    private static let verbs = [
        "is ", "has ", "may be ", "names ", "holds ", "does not ", "cannot ", "can be ", "stands ", "already ",
    ]

    let templates: [Template]
    /// The texts as they are written, each with its translation.
    package let pairs: [(english: String, translation: String)]
    /// The templates by the first bytes of their anchors.
    private let byAnchor: [UInt32: [Int]]
    /// Those whose anchors are too short.
    private let others: [Int]

    /// - Parameter texts: see the data's files: `# CODE`, and pairs of lines; `\n` is a line's end.
    init(_ texts: [String]) {
        var templates: [Template] = []
        var pairs: [(english: String, translation: String)] = []
        for text in texts {
            var code = ""
            var english: String?
            // By bytes: there are some two thousand lines, and whoever says a single thing waits for all of them.
            for line in text.utf8.split(separator: 0x0A) {
                if line.starts(with: "# ".utf8) {
                    let word = String(decoding: line.dropFirst(2), as: UTF8.self)
                    code = word.hasPrefix("JD") ? word : ""
                } else if line.starts(with: "  ".utf8), let known = english {
                    let said = Self.unescaped(line.dropFirst(2))
                    pairs.append((known, said))
                    templates.append(Template(known, said, code: code))
                    if Self.verbs.contains(where: known.hasPrefix) {
                        templates.append(Template(known, said, code: code, isPredicate: true))
                    }
                    english = nil
                } else {
                    english = Self.unescaped(line)
                }
            }
        }
        (self.templates, self.pairs) = (templates, pairs)
        var byAnchor: [UInt32: [Int]] = [:]
        var others: [Int] = []
        for (index, template) in templates.enumerated() {
            if let key = Self.key(template.anchor[...]) {
                byAnchor[key, default: []].append(index)
            } else {
                others.append(index)
            }
        }
        (self.byAnchor, self.others) = (byAnchor, others)
    }

    private static func unescaped(_ line: Substring.UTF8View) -> String {
        guard line.contains(UInt8(ascii: "\\")) else { return String(decoding: line, as: UTF8.self) }
        var text: [UInt8] = []
        var rest = line
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\\"), let next = rest.first, [UInt8(ascii: "n"), byte].contains(next) {
                rest.removeFirst()
                text.append(next == byte ? byte : 0x0A)
            } else {
                text.append(byte)
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func key(_ bytes: ArraySlice<UInt8>) -> UInt32? {
        bytes.count < keyLength ? nil : bytes.prefix(keyLength).reduce(0) { $0 << 8 | UInt32($1) }
    }

    // MARK: Translation

    /// The text in the other language, line by line where it is no template as a whole.
    package func translation(of text: String) -> String {
        let bytes = Array(text.utf8)
        if let whole = translated(bytes[...], depth: 0) { return String(decoding: whole, as: UTF8.self) }
        if !bytes.contains(0x0A) { return text }
        let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        let said = lines.map { translated($0, depth: 0) ?? Array($0) }
        return String(decoding: Array(said.joined(separator: [0x0A])), as: UTF8.self)
    }

    /// The code of a text's template; nil where it has none.
    package func code(of text: String) -> String? { code(of: Array(text.utf8)[...], depth: 0) }

    private func code(of text: ArraySlice<UInt8>, depth: Int) -> String? {
        if depth > Self.depthMost { return nil }
        let whole = best(text)
        if let rest = Self.behindPlace(text), let inner = best(rest),
            Self.isBetter(inner.template, whole?.template)
        {
            return code(of: rest, depth: depth + 1)
        }
        guard let (template, captures) = whole else { return nil }
        if !template.code.isEmpty { return template.code }
        return captures.lazy.compactMap { self.code(of: $0, depth: depth + 1) }.first
    }

    /// Nil where nothing of it is known.
    private func translated(_ text: ArraySlice<UInt8>, depth: Int) -> [UInt8]? {
        if text.isEmpty || text.count > Self.lengthMost || depth > Self.depthMost { return nil }
        let whole = best(text)
        // What stands behind a place is told by more of its own, or by as much.
        if let rest = Self.behindPlace(text), let inner = best(rest),
            Self.isBetter(inner.template, whole?.template)
        {
            return translated(rest, depth: depth + 1).map { text[..<rest.startIndex] + $0 }
        }
        if let (template, captures) = whole {
            return template.translation.reduce(into: []) { said, segment in
                switch segment {
                case .bytes(let bytes): said += bytes
                case .place(let number) where number < captures.count:
                    let capture = captures[number]
                    let inner = template.isQuoted[number] ? nil : translated(capture, depth: depth + 1)
                    Self.append(inner ?? Array(capture), to: &said)
                case .kept(let number) where number < captures.count: said += captures[number]
                case .place, .kept: break
                }
            }
        }
        let inner = text.drop { $0 == 0x20 }
        if inner.startIndex > text.startIndex {
            return translated(inner, depth: depth + 1).map { text[..<inner.startIndex] + $0 }
        }
        if let said = listed(text, depth) { return said }
        guard let rest = Self.behindPlace(text) else { return nil }
        return translated(rest, depth: depth + 1).map { text[..<rest.startIndex] + $0 }
    }

    /// Appends what stands in a place; `de el` and `a el` are one word in Spanish.
    private static func append(_ inner: [UInt8], to said: inout [UInt8]) {
        let article = Array("el ".utf8)
        for (word, joined) in [(" de ", " del "), (" a ", " al ")] {
            guard inner.starts(with: article), said.suffix(word.utf8.count) == Array(word.utf8)[...] else { continue }
            said.removeLast(word.utf8.count)
            said += Array(joined.utf8) + inner.dropFirst(article.count)
            return
        }
        said += inner
    }

    /// Whether what stands behind a place says more than the whole, which does not see the place itself.
    private static func isBetter(_ inner: Template, _ whole: Template?) -> Bool {
        guard let whole else { return true }
        let mark = Array(": ".utf8)
        return inner.weight >= whole.weight && !whole.pieces.contains { $0[...].start(of: mark) != nil }
    }

    /// The template that fits with the most of its own.
    private func best(_ text: ArraySlice<UInt8>) -> (template: Template, captures: [ArraySlice<UInt8>])? {
        var best: (template: Template, captures: [ArraySlice<UInt8>])?
        func take(_ candidates: [Int]) {
            for index in candidates where templates[index].weight > best?.template.weight ?? 0 {
                if let captures = templates[index].captures(in: text) { best = (templates[index], captures) }
            }
        }
        take(others)
        for start in text.indices {
            if let key = Self.key(text[start...]), let candidates = byAnchor[key] { take(candidates) }
        }
        return best
    }

    /// `a, b and c`, where all is known or stands in quotation marks. Texts with many such marks are no lists of ours.
    private func listed(_ text: ArraySlice<UInt8>, _ depth: Int) -> [UInt8]? {
        for (mark, other) in [(", or ", ", o "), (" and ", " y "), (" or ", " o "), (" nor ", " ni ")] {
            let places = Self.places(of: Array(mark.utf8), in: text)
            if places.count > Self.marksMost { return nil }
            for place in places.reversed() {
                let (before, behind) = (text[..<place], text[(place + mark.utf8.count)...])
                guard let first = part(before, depth), let second = part(behind, depth) else { continue }
                let isOurs = first != Array(before) || second != Array(behind)
                guard isOurs || (Self.isValue(before) && Self.isValue(behind)) else { continue }
                return first + Array(other.utf8) + second
            }
        }
        let comma = Array(", ".utf8)
        let places = Self.places(of: comma, in: text)
        if places.isEmpty { return nil }
        let starts = [text.startIndex] + places.map { $0 + comma.count }
        let parts = zip(starts, places + [text.endIndex]).map { text[$0..<$1] }
        let said = parts.compactMap { part($0, depth) }
        guard said.count == parts.count, zip(said, parts).contains(where: { $0 != Array($1) }) else { return nil }
        return Array(said.joined(separator: comma))
    }

    /// A part of a list; nil where it is a phrase that is not known.
    private func part(_ text: ArraySlice<UInt8>, _ depth: Int) -> [UInt8]? {
        translated(text, depth: depth + 1) ?? (Self.isPlain(text) ? Array(text) : nil)
    }

    /// Whether it is a number, or begins with a quotation mark.
    private static func isValue(_ text: ArraySlice<UInt8>) -> Bool {
        text.first.map { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "'") || $0 &- 0x30 < 10 } ?? false
    }

    /// Whether nothing of it is a phrase: one word, or words in quotation marks with commas.
    private static func isPlain(_ text: ArraySlice<UInt8>) -> Bool {
        let bare = text.split(separator: UInt8(ascii: "\""), omittingEmptySubsequences: false).enumerated().filter {
            $0.offset.isMultiple(of: 2)
        }.flatMap(\.element)
        return !text.contains(0x20) || (bare.allSatisfy { $0 == 0x20 || $0 == UInt8(ascii: ",") })
    }

    /// Where a mark stands outside of quotation marks.
    private static func places(of mark: [UInt8], in text: ArraySlice<UInt8>) -> [Int] {
        var isQuoted = false
        return text.indices.filter { place in
            if text[place] == UInt8(ascii: "\"") { isQuoted.toggle() }
            return !isQuoted && text[place...].starts(with: mark)
        }
    }

    /// What stands behind a place, a path or the name of a command: `FILE:1:2: …`.
    private static func behindPlace(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard let place = text.start(of: Array(": ".utf8)) else { return nil }
        return text[(place + 2)...]
    }
}
