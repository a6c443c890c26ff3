/// What the configuration language has and this version has not. It is reported as such, never passed over, so that
/// nobody relies on what does not happen.
///
/// To support something, take it out of these lists and read it where its neighbours are read.
enum LaterVersion {
    /// A key, and the value with which it asks for nothing but what happens anyway.
    struct Key: ExpressibleByStringLiteral {
        let name: String
        let harmless: String?

        init(_ name: String, harmless: String? = nil) {
            self.name = name
            self.harmless = harmless
        }

        init(stringLiteral name: String) { self.init(name) }
    }

    static let input: [Key] = ["mapping"]
    static let formats = ["segment", "rudderstack", "cloudevents", "snowplow", "ga4"]
    static let lineTypes: [String] = []
    /// The names that expressions will have.
    static let names: [String] = []

    static let notice = "is not supported by this version yet"
}

extension Fields {
    /// Reports each of `keys` that is there and asks for something. Counts as asking for them. Whether there was any.
    @discardableResult
    func later(_ keys: [LaterVersion.Key]) -> Bool {
        var found = false
        for key in keys {
            guard let value = self[key.name] else { continue }
            if let harmless = key.harmless, value.node.scalarText == harmless { continue }
            error(at: key.name, "\(Wording.quoted(key.name)) \(LaterVersion.notice); leave it out")
            found = true
        }
        return found
    }
}

extension Reader {
    /// One of `words`; those that a later version will have are reported as such.
    func word(of words: [String], later: [String]) -> String? {
        if case .string(let text) = node.value, later.contains(text) {
            error("\(Wording.quoted(text)) \(LaterVersion.notice); \(Self.choice(words))")
            return nil
        }
        return word(of: words)
    }

    private static func choice(_ words: [String]) -> String {
        words.count == 1 ? "write \(Wording.listed(words))" : "choose one of \(Wording.listed(words))"
    }
}

extension Node {
    fileprivate var scalarText: String? {
        switch value {
        case .string(let text): text
        case .bool(let flag): "\(flag)"
        case .integer(let number): "\(number)"
        default: nil
        }
    }
}
