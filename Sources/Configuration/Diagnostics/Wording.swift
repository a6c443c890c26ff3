/// How messages show what stands in a file: bounded, and without characters that could steer a terminal.
package enum Wording {
    /// The most characters of a text that a message repeats.
    private static let lengthLimit = 60

    /// The text in double quotes, escaped as JSON and shortened.
    package static func quoted(_ text: String) -> String {
        var quoted = "\""
        var length = 0
        for scalar in text.unicodeScalars {
            if length == lengthLimit { return quoted + "…\"" }
            length += 1
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case "\n": quoted += "\\n"
            case "\t": quoted += "\\t"
            case "\r": quoted += "\\r"
            case _ where isUnprintable(scalar): quoted += "\\u{\(String(scalar.value, radix: 16))}"
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }

    /// The words in double quotes with commas: `"a", "b", "c"`. At most 30 of them.
    package static func listed(_ words: [String]) -> String {
        let shown = words.prefix(30).map(quoted).joined(separator: ", ")
        return words.count > 30 ? "\(shown), …" : shown
    }

    static func shortened(_ text: String) -> String {
        text.unicodeScalars.count <= lengthLimit ? text : String(text.unicodeScalars.prefix(lengthLimit)) + "…"
    }

    /// `'x'`, or a code point for what cannot be shown.
    static func character(_ scalar: Unicode.Scalar) -> String {
        if !isUnprintable(scalar), scalar != "\n" { return "'\(scalar)'" }
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    /// What stands at an offset of a file, for "expected …, found …".
    static func found(in source: SourceFile, at offset: Int) -> String {
        guard offset < source.bytes.count else { return "the end of the file" }
        var word = ""
        var end = offset
        while end < source.bytes.count, word.unicodeScalars.count <= lengthLimit {
            let (scalar, length) = source.scalar(at: end)
            guard JSON5Name.isPart(scalar) else { break }
            word.unicodeScalars.append(scalar)
            end += length
        }
        if word.unicodeScalars.count > 1 { return quoted(word) }
        return character(source.scalar(at: offset).scalar)
    }

    /// The text on one line: a tab becomes a space, other characters that cannot be shown the replacement character.
    static func printable(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isUnprintable) else { return text }
        var printable = ""
        for scalar in text.unicodeScalars {
            printable.unicodeScalars.append(scalar == "\t" ? " " : isUnprintable(scalar) ? "\u{FFFD}" : scalar)
        }
        return printable
    }

    /// Controls, line separators, and the marks that turn the direction of writing.
    private static func isUnprintable(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return scalar.value < 0x20 || scalar.value == 0x7F }
        return switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}
