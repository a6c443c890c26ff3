import Storage

/// What is to be known of messages by their codes, as pages and for a terminal.
package enum MessagePage {
    /// The languages of the pages.
    package enum Language: Sendable { case english, spanish }

    /// The catalogue as Markdown, behind the page's beginning: every code with what it means, an example, what `check` says to
    /// that, and the remedy. Messages themselves are English.
    package static func page(_ language: Language) -> String {
        MessageCode.allCases.map { entry(of: $0, language) }.joined(separator: "\n")
    }

    private static func entry(of code: MessageCode, _ language: Language) -> String {
        let help = code.help
        let isSpanish = language == .spanish
        var text = "## \(code.name)\n\n\(wrapped(isSpanish ? help.meaning.spanish : help.meaning.english))\n\n"
        if let faulty = help.faulty {
            text += "```json5\n\(faulty)\n```\n\n```text\n\(said(to: faulty, code))\n```\n\n"
        }
        text += "\(wrapped(isSpanish ? help.remedy.spanish : help.remedy.english))\n"
        if let mended = help.mended { text += "\n```json5\n\(mended)\n```\n" }
        return text
    }

    /// What `journeyd help CODE` prints.
    package static func topic(_ code: MessageCode) -> String {
        let help = code.help
        var text = "\(code.name)\n  \(help.meaning.english)\n"
        if let faulty = help.faulty { text += "\n  For example:\n    \(faulty)\n    \(said(to: faulty, code))\n" }
        text += "\n  \(help.remedy.english)\n"
        if let mended = help.mended { text += "\n  Right:\n    \(mended)\n" }
        return text
    }

    /// The first thing said to an example that has the code.
    static func said(to example: String, _ code: MessageCode) -> String {
        diagnostics(of: example).first { $0.code == code }.map { "\($0)" } ?? ""
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
