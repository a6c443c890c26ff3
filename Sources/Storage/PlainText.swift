/// Text for people on a terminal.
package enum PlainText {
    /// The text with controls written out, as `\\u{9b}`: those of both kinds, but for a line's end and a tab, and those that
    /// end lines or turn the direction of writing. What an input holds must not command a terminal.
    package static func shown(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isCommand) else { return text }
        var shown = ""
        for scalar in text.unicodeScalars {
            if isCommand(scalar) {
                shown += "\\u{" + String(scalar.value, radix: 16) + "}"
            } else {
                shown.unicodeScalars.append(scalar)
            }
        }
        return shown
    }

    private static func isCommand(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A: false
        case 0..<0x20, 0x7F...0x9F, 0x2028...0x202E, 0x2066...0x2069, 0x200E, 0x200F: true
        default: false
        }
    }
}
