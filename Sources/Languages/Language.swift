/// A language in which people are spoken to. Keys, output lines and metrics are the same in all of them.
package enum Language: String, CaseIterable, Sendable {
    case english = "en"
    case spanish = "es"

    /// By the environment, as POSIX has it: the first of `LC_ALL`, `LC_MESSAGES` and `LANG` that is set and not empty says
    /// the language; English where it names one that is not spoken here.
    package init(environment: (String) -> String?) {
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].lazy.compactMap(environment).first { !$0.isEmpty } ?? ""
        self = Language(rawValue: locale.prefix { !"_.@".contains($0) }.lowercased()) ?? .english
    }
}

/// Says to people, in their language, what the program words in English.
///
/// Messages are put together where faults are found, out of what was found there; the catalogue knows them by their
/// templates. So a text is translated where it is shown, and nothing below knows of languages.
package struct Speech: Sendable {
    package let language: Language

    package init(_ language: Language) { self.language = language }

    /// The text, as it is where it is English or nobody has a translation.
    package func callAsFunction(_ text: String) -> String {
        switch language {
        case .english: text
        case .spanish: Catalogue.spanish.translation(of: text)
        }
    }
}
