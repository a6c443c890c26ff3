import Storage

/// What the reference says, in Spanish: by the English texts, so that one that changes asks for its translation anew.
package enum SpanishReference {
    /// The Spanish for a text of the reference; nil where there is none, which the tests do not let pass.
    package static func text(of english: String) -> String? { texts[ByteName(english)] }

    private static let texts: [ByteName: String] = {
        var texts: [ByteName: String] = [:]
        var english: Substring?
        for line in (inputs + picture + rules + surroundings).split(separator: "\n") {
            if line.hasPrefix("  ") {
                if let english { texts[ByteName(String(english))] = String(line.dropFirst(2)) }
            } else {
                english = line
            }
        }
        return texts
    }()
}
