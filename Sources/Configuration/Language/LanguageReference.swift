import Storage

/// The reference of a language of sections and keys, as Markdown: what the sections' entries say, and nothing else.
///
/// A section that stands at several places is shown at the first of them.
package struct LanguageReference {
    /// The longest text of further keys that is shown with an example, in bytes: a whole sequence helps nobody.
    private static let besideMost = 72

    private var text = ""
    /// The headings of the sections that are shown, and of those that are to be, in their order.
    private var headings: [ObjectIdentifier: String] = [:]
    private var sections: [any SectionKey.Type] = []

    /// The sections below `root`, `root` itself first, under headings of the second level.
    package static func page(_ root: any SectionKey.Type, heading: String) -> String {
        var reference = LanguageReference()
        reference.note(root, heading)
        var next = 0
        while next < reference.sections.count {
            let section = reference.sections[next]
            reference.show(section)
            next += 1
        }
        return reference.text
    }

    private mutating func note(_ section: any SectionKey.Type, _ heading: String) {
        if headings.updateValue(headings[ObjectIdentifier(section)] ?? heading, forKey: ObjectIdentifier(section))
            != nil
        {
            return
        }
        sections.append(section)
    }

    private mutating func show<Key: SectionKey>(_ section: Key.Type) {
        let heading = headings[ObjectIdentifier(section)] ?? ""
        // Sections below this one come right behind it.
        let rest = sections.firstIndex { $0 == section }.map { Array(sections[($0 + 1)...]) } ?? []
        sections.removeLast(rest.count)
        let isRoot = sections.count == 1
        text += "## \(heading)\n\n\(Self.wrapped(Key.about))\n\n"
        text += "| key | type | default | example | meaning |\n| --- | --- | --- | --- | --- |\n"
        for key in Key.allCases {
            let entry = key.entry
            if case .later = entry.form { continue }
            let path = isRoot ? key.rawValue : "\(heading).\(key.rawValue)"
            let form = words(for: entry.form, at: path)
            let needs =
                entry.beside.isEmpty || entry.beside.utf8.count > Self.besideMost ? "" : " with `\(entry.beside)`"
            let example = "`\(key.rawValue): \(entry.example)`" + needs
            let cells = ["`\(key.rawValue)`", form, Self.words(for: entry.usual), example, entry.meaning]
            text += "| " + cells.map(Self.cell).joined(separator: " | ") + " |\n"
        }
        text += "\n"
        for section in rest { sections.append(section) }
    }

    private static func words(for usual: KeyEntry.Usual) -> String {
        switch usual {
        case .required: "**required**"
        case .nothing: "–"
        case .value(let value): "`\(value)`"
        case .described(let words): words
        }
    }

    mutating func words(for form: ValueForm, at path: String) -> String {
        switch form {
        case .flag: "`true` or `false`"
        case .text: "text"
        case .name: "text of 1 to 128 bytes"
        case .integer(let range): "whole number from \(range.lowerBound) to \(range.upperBound)"
        case .number(let range): Self.words(for: range)
        case .duration(let sign, let limit): Self.words(for: sign, upTo: limit)
        case .size(let range):
            "size from \(Measure.size.text(range.lowerBound)) to \(Measure.size.text(range.upperBound))"
        case .word(let words): words.map { "`\"\($0)\"`" }.joined(separator: ", ")
        case .translated(let words):
            words.map { "`\"\($0.word)\"` (`\"\($0.alsoWritten[0])\"`)" }.joined(separator: ", ")
        case .expression(.condition): "condition"
        case .expression(.number): "expression: a number"
        case .expression(.text): "expression: text"
        case .expression(.anything): "expression"
        case .object(let section): "an [object](#\(anchor(of: section, at: path)))"
        case .named(let value): "object: name → \(words(for: value, at: path + ".NAME"))"
        case .list(let element): "list of \(words(for: element, at: path + "[]"))"
        case .oneOrMore(let element): "\(words(for: element, at: path)), or a list of them"
        case .names(let what): "\(what): one, a list, or `\"*\"`"
        case .either(let first, let second): "\(words(for: first, at: path)), or \(words(for: second, at: path))"
        case .other(let words): words
        case .later: ""
        }
    }

    private static func words(for range: ClosedRange<Double>) -> String {
        switch (range.lowerBound.isFinite, range.upperBound.isFinite) {
        case (true, true): "number from \(Int(range.lowerBound)) to \(Int(range.upperBound))"
        case (true, false): "number from \(Int(range.lowerBound)) up"
        case (false, true): "number up to \(Int(range.upperBound))"
        case (false, false): "number"
        }
    }

    private static func words(for sign: Reader.Sign, upTo limit: Int64) -> String {
        let bound = limit == Reader.durationLimit ? "" : " up to \(Measure.duration.text(limit))"
        switch sign {
        case .positive: return "duration above 0" + bound
        case .zeroOrMore: return "duration" + bound
        case .any: return "duration, also below 0" + bound
        }
    }

    /// Where a section is shown, as the heading's link.
    private mutating func anchor(of section: any SectionKey.Type, at path: String) -> String {
        note(section, path)
        let heading = headings[ObjectIdentifier(section)] ?? ""
        return String(
            String.UnicodeScalarView(
                heading.lowercased().unicodeScalars.filter {
                    $0.properties.isAlphabetic || "_-0123456789".unicodeScalars.contains($0)
                }))
    }

    private static func cell(_ text: String) -> String {
        var cell = ""
        for character in text { cell += character == "|" ? "\\|" : String(character) }
        return cell
    }

    /// Prose in lines of at most 100 characters.
    static func wrapped(_ prose: String) -> String {
        var lines: [String] = []
        for word in prose.split(separator: " ") {
            if let last = lines.last, last.count + word.count < 100 {
                lines[lines.count - 1] = last + " " + word
            } else {
                lines.append(String(word))
            }
        }
        return lines.joined(separator: "\n")
    }
}
