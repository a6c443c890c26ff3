/// What the configuration language has and this version has not. It is reported as such, never passed over, so that
/// nobody relies on what does not happen.
///
/// Keys are `KeyEntry.later` in their section. To support something, take it out of these lists, or give the key an
/// entry, and read it where its neighbours are read.
enum LaterVersion {
    static let lineTypes: [String] = []
    /// The names that expressions will have.
    static let names: [String] = []

    static let notice = "is not supported by this version yet"
}

extension Fields {
    /// Reports each of the section's keys that this version has not. Counts as asking for them.
    func later() {
        for key in Key.allCases {
            guard case .later = key.entry.form, has(key) else { continue }
            error(at: key, "\(Wording.quoted(key.rawValue)) \(LaterVersion.notice); leave it out", code: .later)
        }
    }
}

extension Reader {
    /// One of `words`; those that a later version will have are reported as such.
    func word(of words: [String], later: [String]) -> String? {
        if case .string(let text) = node.value, later.contains(text) {
            error("\(Wording.quoted(text)) \(LaterVersion.notice); \(Self.choice(words))", code: .later)
            return nil
        }
        return word(of: words)
    }

    private static func choice(_ words: [String]) -> String {
        words.count == 1 ? "write \(Wording.listed(words))" : "choose one of \(Wording.listed(words))"
    }
}
