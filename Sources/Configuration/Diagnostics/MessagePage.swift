package import Languages
import Storage

/// What is to be known of messages by their codes, as pages and for a terminal.
package enum MessagePage {
    /// The catalogue as Markdown, behind the page's beginning: every code with what it means, an example, what is said to
    /// that, and the remedy.
    package static func page(_ language: Language) -> String {
        MessageCode.allCases.map { entry(of: $0, language) }.joined(separator: "\n")
    }

    private static func entry(of code: MessageCode, _ language: Language) -> String {
        let help = code.help
        var text = "## \(code.name)\n\n\(wrapped(help.meaning.text(in: language)))\n\n"
        if let faulty = help.faulty { text += "```json5\n\(faulty)\n```\n\n" }
        if let said = said(of: code, language) { text += "```text\n\(said)\n```\n\n" }
        text += "\(wrapped(help.remedy.text(in: language)))\n"
        if let mended = help.mended { text += "\n```json5\n\(mended)\n```\n" }
        return text
    }

    /// What `journeyd help CODE` prints.
    package static func topic(_ code: MessageCode, _ language: Language = .english) -> String {
        let help = code.help
        let speech = Speech(language)
        var text = "\(code.name)\n  \(help.meaning.text(in: language))\n"
        let example = [help.faulty, said(of: code, language)].compactMap(\.self)
        if !example.isEmpty {
            text += "\n  \(speech("For example:"))\n" + example.map { "    \($0)\n" }.joined()
        }
        text += "\n  \(help.remedy.text(in: language))\n"
        if let mended = help.mended { text += "\n  \(speech("Right:"))\n    \(mended)\n" }
        return text
    }

    /// A message with the code: the first thing said to the example that has it; nil where there is none.
    static func said(of code: MessageCode, _ language: Language) -> String? {
        let help = code.help
        let speech = Speech(language)
        if let example = help.example { return speech(example) }
        return help.faulty.map { faulty in
            diagnostics(of: faulty).first { $0.code == code }.map { $0.text(in: speech) } ?? ""
        }
    }

    /// All that is said to an example.
    static func diagnostics(of example: String) -> [Diagnostic] {
        let main = "main.json5"
        let loaded = try? Configuration.load(path: main) { path throws(FileFault) in
            if path == main { return Array(example.utf8) }
            guard let file = MessageHelp.files.first(where: { $0.0 == path }) else { throw FileFault.missing }
            return Array(file.1.utf8)
        }
        return loaded?.diagnostics.all ?? []
    }

    private static func wrapped(_ prose: String) -> String { LanguageReference.wrapped(prose) }
}
