import Storage

/// A language of sections and keys as JSON Schema (2020-12), from the entries that `check` reads by.
///
/// It says what a value looks like, not what values come to together: that a moment named somewhere exists, that an
/// expression compiles, that a duration is not too long, stays with `check`. What it refuses, `check` refuses too.
package struct LanguageSchema {
    /// The languages in which keys are described.
    package enum Descriptions: String, CaseIterable, Sendable {
        case english = "en"
        case spanish = "es"
        /// First in English, then in Spanish.
        case both
    }

    private let descriptions: Descriptions
    /// The sections that stand under `$defs`, in the order in which they are met.
    private var sections: [any SectionKey.Type] = []

    /// The schema of a file whose object is `root`.
    /// - Parameter address: by which the schema is known.
    package static func tree(
        _ root: any SectionKey.Type, title: String, address: String, descriptions: Descriptions = .both
    ) -> JSONTree {
        var schema = LanguageSchema(descriptions: descriptions)
        schema.sections.append(root)
        var definitions: [(key: String, value: JSONTree)] = []
        var next = 0
        while next < schema.sections.count {
            let section = schema.sections[next]
            definitions.append((name(of: section), schema.section(section)))
            next += 1
        }
        return .object([
            ("$schema", .text("https://json-schema.org/draft/2020-12/schema")), ("$id", .text(address)),
            ("title", .text(title)), ("$ref", .text("#/$defs/\(name(of: root))")),
            ("$defs", .object(definitions)),
        ])
    }

    private init(descriptions: Descriptions) { self.descriptions = descriptions }

    /// A section's name among the definitions: that of its type without `Key`.
    private static func name(of section: any SectionKey.Type) -> String {
        let name = String(describing: section)
        return name.hasSuffix("Key") ? String(name.dropLast(3)) : name
    }

    private func described(_ english: String) -> JSONTree {
        switch descriptions {
        case .english: .text(english)
        case .spanish: .text(SpanishReference.text(of: english) ?? english)
        case .both: .text([english, SpanishReference.text(of: english) ?? ""].joined(separator: "\n\n"))
        }
    }

    // MARK: Sections

    private mutating func section<Key: SectionKey>(_ section: Key.Type) -> JSONTree {
        var properties: [(key: String, value: JSONTree)] = []
        var required: [JSONTree] = []
        for key in Key.allCases {
            let entry = key.entry
            if case .later = entry.form { continue }
            if case .required = entry.usual { required.append(.text(key.rawValue)) }
            var members = form(Self.exception(key) ?? entry.form)
            if Self.needsElements(key) { members.append(("minItems", .whole(1))) }
            members.append(("description", described(entry.meaning)))
            if case .value(let value) = entry.usual, let tree = Self.tree(value) { members.append(("default", tree)) }
            if let tree = Self.tree(entry.example) { members.append(("examples", .list([tree]))) }
            properties.append((key.rawValue, .object(members)))
        }
        var members: [(key: String, value: JSONTree)] = [
            ("description", described(Key.about)), ("type", .text("object")), ("properties", .object(properties)),
            ("additionalProperties", Key.others.map { .object(form($0)) } ?? .flag(false)),
        ]
        if !required.isEmpty { members.append(("required", .list(required))) }
        let choices = Key.choices.map(Self.choice)
        if !choices.isEmpty { members.append(("allOf", .list(choices))) }
        return .object(members)
    }

    /// Where what may stand under a key depends on another one, the wider form.
    private static func exception<Key: SectionKey>(_ key: Key) -> ValueForm? {
        // With `sum`, a value: any number.
        if case .max? = key as? PolicyBudgetKey { return .number(0...(.infinity)) }
        // An action may have no channel.
        if case .channels? = key as? ActionKey { return .either(.name, .list(of: .name)) }
        return nil
    }

    /// Whether the list under a key has at least one element.
    private static func needsElements<Key: SectionKey>(_ key: Key) -> Bool {
        if case .sequence? = key as? MomentKey { return true }
        if case .outputs? = key as? RootKey { return true }
        if case .priority? = key as? KeepKey { return true }
        return false
    }

    private static func choice<Key: SectionKey>(_ choice: KeyChoice<Key>) -> JSONTree {
        func needs(_ keys: [Key]) -> JSONTree { .object([("required", .list(keys.map { .text($0.rawValue) }))]) }
        var ways = choice.keys.map { needs([$0]) }
        if !choice.isRequired {
            ways.append(.object([("not", .object([("anyOf", .list(ways))]))]))
        }
        return .object([("oneOf", .list(ways))])
    }

    /// A default or an example, as it would be written in a configuration.
    private static func tree(_ text: String) -> JSONTree? {
        JSON5Parser.parse(Array(text.utf8), file: "", diagnostics: Diagnostics())?.tree
    }

    // MARK: Forms

    private typealias Members = [(key: String, value: JSONTree)]

    private mutating func form(_ form: ValueForm) -> Members {
        switch form {
        case .flag: Self.kind("boolean")
        case .text, .name: Self.kind("string") + [("minLength", .whole(1))]
        case .integer(let range): Self.kind("integer") + Self.bounds(range)
        case .number(let range): Self.kind("number") + Self.bounds(range)
        case .duration(let sign, _): Self.kind("string") + [("pattern", .text(Self.pattern(sign)))]
        case .size(let range):
            Self.ways([
                .object(Self.kind("integer") + Self.bounds(range)),
                .object(Self.kind("string") + [("pattern", .text(Self.sizePattern))]),
            ])
        case .word(let words): Self.words(words)
        case .translated(let words): [("enum", .list(words.flatMap { [$0.word] + $0.alsoWritten }.map { .text($0) }))]
        case .expression:
            [("type", .list(["string", "number", "boolean"].map { .text($0) })), ("pattern", .text("\\S"))]
        case .object(let section): [("$ref", .text("#/$defs/\(note(section))"))]
        case .named(let value):
            Self.kind("object") + [
                ("additionalProperties", .object(self.form(value))),
                ("propertyNames", .object([("minLength", .whole(value.isName ? 1 : 0))])),
            ]
        case .list(let element): Self.kind("array") + [("items", .object(self.form(element)))]
        case .oneOrMore(let element): oneOrMore(element)
        case .names:
            Self.ways([
                .object(Self.kind("string") + [("minLength", .whole(1))]),
                .object(
                    Self.kind("array") + [
                        ("items", .object(Self.kind("string") + [("minLength", .whole(1))])), ("minItems", .whole(1)),
                    ]),
            ])
        case .either(let first, let second): either(first, second)
        case .other("places"): Self.ways([place, .object(listOfPlaces)])
        case .other(let words): Self.other(words)
        case .later: [("not", .object([]))]
        }
    }

    /// A JSON Pointer, or an object that says more.
    private var place: JSONTree {
        mutating get { .object(form(.either(.other("a JSON Pointer"), .object(PlaceKey.self)))) }
    }

    private var listOfPlaces: Members { mutating get { Self.kind("array") + [("items", place)] } }

    private mutating func note(_ section: any SectionKey.Type) -> String {
        if !sections.contains(where: { $0 == section }) { sections.append(section) }
        return Self.name(of: section)
    }

    private mutating func oneOrMore(_ element: ValueForm) -> Members {
        let one = JSONTree.object(form(element))
        var list = Self.kind("array") + [("items", one)]
        if !element.mayBeNone { list.append(("minItems", .whole(1))) }
        return Self.ways([one, .object(list)])
    }

    private mutating func either(_ first: ValueForm, _ second: ValueForm) -> Members {
        // Numbers go by the bounds of the other form.
        if case .integer = first, case .expression = second {
            return Self.ways([.object(form(first)), .object(Self.kind("string") + [("pattern", .text("\\S"))])])
        }
        // One place that is an object is the other form here.
        if case .other("places") = first, case .object = second {
            return Self.ways([.object(Self.kind("string")), .object(listOfPlaces), .object(form(second))])
        }
        return Self.ways([.object(form(first)), .object(form(second))])
    }

    private static func kind(_ name: String) -> Members { [("type", .text(name))] }

    private static func ways(_ ways: [JSONTree]) -> Members { [("anyOf", .list(ways))] }

    private static func bounds(_ range: ClosedRange<Int64>) -> Members {
        var bounds: Members = []
        if range.lowerBound > .min { bounds.append(("minimum", .whole(range.lowerBound))) }
        if range.upperBound < .max { bounds.append(("maximum", .whole(range.upperBound))) }
        return bounds
    }

    private static func bounds(_ range: ClosedRange<Double>) -> Members {
        var bounds: Members = []
        if range.lowerBound.isFinite { bounds.append(("minimum", .number(range.lowerBound))) }
        if range.upperBound.isFinite { bounds.append(("maximum", .number(range.upperBound))) }
        return bounds
    }

    /// Words; behind a colon stands what the user names.
    private static func words(_ words: [String]) -> Members {
        let open = words.compactMap { word in
            word.firstIndex(of: ":").map { JSONTree.object([("pattern", .text("^\(word[..<$0]):.+$"))]) }
        }
        let closed = JSONTree.object([("enum", .list(words.filter { !$0.contains(":") }.map { .text($0) }))])
        if open.isEmpty, case .object(let members) = closed { return members }
        return kind("string") + ways([closed] + open)
    }

    // MARK: Texts

    private static let digits = "(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)"
    private static let sizePattern = "^(?:\(digits)|(?:\(digits)(?:B|KiB|MiB|GiB|TiB))+)$"

    private static func pattern(_ sign: Reader.Sign) -> String {
        let amount = "(?:\(digits)(?:ms|s|m|h|d|w))+$"
        return switch sign {
        case .positive: "^(?=.*[1-9])\(amount)"
        case .zeroOrMore: "^\(amount)"
        case .any: "^-?\(amount)"
        }
    }

    /// What the reference calls by words of its own. What is not listed here may be anything.
    private static func other(_ words: String) -> Members {
        switch words {
        case "`1`": [("const", .whole(1))]
        case "`true`": kind("boolean")
        case "address", "time", "path", "origin", "`\"2..4\"` or `\"2..\"`",
            "permissions, as octal digits in quotes", "`\"HH:MM\"`", "`\"HH:MM\"`, up to `\"24:00\"`":
            kind("string") + [("minLength", .whole(1))]
        case "a JSON Pointer", "text": kind("string")
        case "object or list, whose texts are expressions over the line":
            ways([.object(kind("object")), .object(kind("array"))])
        case "number above 0 up to 1": kind("number") + [("exclusiveMinimum", .whole(0)), ("maximum", .whole(1))]
        case "JSON Pointers":
            ways([.object(kind("string")), .object(kind("array") + [("items", .object(kind("string")))])])
        case "JSON Pointers, each with texts or `true`": kind("object")
        default: []
        }
    }
}

extension ValueForm {
    /// Whether names before such values are held to a length.
    fileprivate var isName: Bool {
        switch self {
        case .object, .expression: true
        default: false
        }
    }

    /// Whether a list of such values may be empty where one may stand for itself.
    fileprivate var mayBeNone: Bool {
        switch self {
        case .either(.other, .object), .other, .number: true
        case .object(let section): section == MergeKey.self
        default: false
        }
    }
}
