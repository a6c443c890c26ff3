import Events

/// The section `input.mapping`.
enum MappingKey: String, SectionKey {
    case each, inherit, id
    case customerID = "customer_id"
    case event, timestamp, channel, properties, ids, merge, account

    static let about =
        "Where a line says what, beside the format's own mapping. [formats.md](formats.md) says more. A place is a JSON "
        + "Pointer, a column's name or an object. These keys take effect at the start of a run."

    /// One place, or several, of which the first usable one counts.
    private static let places = ValueForm.oneOrMore(.either(.other("a JSON Pointer"), .object(PlaceKey.self)))
    private static let pointers = ValueForm.oneOrMore(.other("a JSON Pointer"))

    var entry: KeyEntry {
        switch self {
        case .each: KeyEntry(Self.pointers, example: "\"/batch\"", "Where a line holds its events.")
        case .inherit:
            KeyEntry(
                Self.pointers, example: "[\"/context\", \"/sentAt\"]", "What elements take along from around them.")
        case .id: KeyEntry(Self.places, example: "\"/messageId\"", "The event's own id.")
        case .customerID: KeyEntry(Self.places, example: "[\"/userId\", \"/anonymousId\"]", "Whose event it is.")
        case .event: KeyEntry(Self.places, example: "\"/name\"", "The event's type.")
        case .timestamp:
            KeyEntry(
                .either(.other("places"), .object(TimePlaceKey.self)), example: "{ from: \"/at\", unit: \"s\" }",
                "When it happened.")
        case .channel: KeyEntry(Self.places, example: "{ from: \"/platform\", lower: true }", "Its channel.")
        case .properties:
            KeyEntry(
                .oneOrMore(.either(.other("a JSON Pointer"), .object(PropertyKey.self))),
                example: "[\"/properties\", \"/traits\"]", "Its properties; later ones win.")
        case .ids: KeyEntry(.named(Self.places), example: "{ user_id: \"/userId\" }", "Its ids, the strongest first.")
        case .merge:
            KeyEntry(
                .oneOrMore(.object(MergeKey.self)),
                example: "{ on: \"alias\", into: \"/userId\", from: \"/previousId\" }",
                "Events that say that two ids are one person's.")
        case .account: KeyEntry(Self.places, example: "\"/groupId\"", "The firm or household that it belongs to.")
        }
    }
}

/// A place in `input.mapping`.
enum PlaceKey: String, SectionKey {
    case from, text, join, expr, by, needs, when
    case otherwise = "else"
    case lower, words, prefix
    case unlessPrefix = "unless_prefix"
    case number

    static let about =
        "Where a text is found, and what is done to it. One of `from`, `text`, `join` and `expr` says where."

    var entry: KeyEntry {
        let from = "from: \"/type\""
        return switch self {
        case .from: KeyEntry(.other("places"), example: "[\"/a\", \"/b\"]", "The first usable one of these.")
        case .text: KeyEntry(.text, example: "\"web\"", "This text.")
        case .join: KeyEntry(.other("places"), example: "[\"/source\", \"/id\"]", "Several together.")
        case .expr:
            KeyEntry(
                .expression(.text), example: "\"line.a + line.b\"", "An expression over `line`, the event's object.")
        case .by: KeyEntry(.text, example: "\"/\"", beside: "join: [\"/a\", \"/b\"]", "What stands between them.")
        case .needs:
            KeyEntry(
                .other("JSON Pointers"), example: "\"/a\"", beside: "join: [\"/a\", \"/b\"]",
                "Without these there is no text.")
        case .when:
            KeyEntry(
                .other("JSON Pointers, each with texts or `true`"), example: "{ \"/type\": \"track\" }", beside: from,
                "What must stand at these places.")
        case .otherwise:
            KeyEntry(.other("places"), example: "\"/kind\"", beside: from, "What counts where it does not.")
        case .lower:
            KeyEntry(.flag, usual: "false", example: "true", beside: from, "Whether letters become small ones.")
        case .words:
            KeyEntry(.named(.text), example: "{ client: \"web\" }", beside: from, "Texts that become others.")
        case .prefix:
            KeyEntry(.text, example: "\"$device:\"", beside: from, "What it must begin with, and is taken off.")
        case .unlessPrefix: KeyEntry(.text, example: "\"$device:\"", beside: from, "What it must not begin with.")
        case .number:
            KeyEntry(.flag, usual: "false", example: "true", beside: from, "Whether a text that is a number is one.")
        }
    }
}

/// `input.mapping.timestamp`.
enum TimePlaceKey: String, SectionKey {
    case from, unit, zone, skew, before

    static let about = "Where a time is found, and how it is read."

    var entry: KeyEntry {
        switch self {
        case .from:
            KeyEntry(.other("places"), example: "[\"/timestamp\", \"/sentAt\"]", "The first usable one of these.")
        case .unit: KeyEntry(.word(TimePlaces.Unit.self), usual: "\"auto\"", example: "\"s\"", "What a number means.")
        case .zone: KeyEntry(.text, usual: "\"UTC\"", example: "\"Europe/Berlin\"", "The zone of times that name none.")
        case .skew:
            KeyEntry(
                .object(SkewKey.self), example: "{ original: \"/a\", sent: \"/b\", received: \"/c\" }",
                "Three times that correct a wrong clock.")
        case .before:
            KeyEntry(
                .object(BeforeKey.self), example: "{ time: \"/sent_at\", ms: \"/offset\" }",
                "A time so many milliseconds before another.")
        }
    }
}

/// `input.mapping.timestamp.skew`.
enum SkewKey: String, SectionKey {
    case original, sent, received

    static let about = "Received − (sent − original), where all three are there and no corrected time is."

    var entry: KeyEntry {
        switch self {
        case .original: KeyEntry(.other("a JSON Pointer"), usual: .required, example: "\"/a\"", "When it happened.")
        case .sent: KeyEntry(.other("a JSON Pointer"), usual: .required, example: "\"/b\"", "When it was sent.")
        case .received: KeyEntry(.other("a JSON Pointer"), usual: .required, example: "\"/c\"", "When it came.")
        }
    }
}

/// `input.mapping.timestamp.before`.
enum BeforeKey: String, SectionKey {
    case time, ms

    static let about = "A time that lies before another."

    var entry: KeyEntry {
        switch self {
        case .time: KeyEntry(.other("a JSON Pointer"), usual: .required, example: "\"/sent_at\"", "The other time.")
        case .ms:
            KeyEntry(.other("a JSON Pointer"), usual: .required, example: "\"/offset\"", "How long, in milliseconds.")
        }
    }
}

/// An element of `input.mapping.properties`.
enum PropertyKey: String, SectionKey {
    case from, list, key, value
    case name = "as"
    case when, without

    static let about = "Where properties are found: an object's members, one value, or a key/value list."

    var entry: KeyEntry {
        let list = "list: \"/params\", value: \"/value\""
        return switch self {
        case .from: KeyEntry(.other("a JSON Pointer"), example: "\"/traits\"", "An object, or one value.")
        case .list:
            KeyEntry(
                .other("a JSON Pointer"), example: "\"/params\"", beside: "key: \"/key\", value: \"/value\"",
                "A list of objects that each hold a key and a value.")
        case .key: KeyEntry(.other("a JSON Pointer"), example: "\"/key\"", beside: list, "The key, in an element.")
        case .value:
            KeyEntry(
                .other("places"), example: "\"/value\"", beside: "list: \"/params\", key: \"/key\"",
                "The value, in an element.")
        case .name: KeyEntry(.text, example: "\"cart\"", beside: "from: \"/cart\"", "What it is called as a whole.")
        case .when:
            KeyEntry(
                .other("JSON Pointers, each with texts or `true`"), example: "{ \"/type\": \"track\" }",
                beside: "from: \"/traits\"", "What must stand at these places.")
        case .without:
            KeyEntry(
                .oneOrMore(.text), example: "\"EMPTY\"", beside: "from: \"/traits\"", "Texts that stand for nothing.")
        }
    }
}

/// An element of `input.mapping.merge`.
enum MergeKey: String, SectionKey {
    case on, into, from, force

    static let about = "An event that says that two ids are one person's."

    var entry: KeyEntry {
        let rest = "on: \"alias\", into: \"/a\", from: \"/b\""
        return switch self {
        case .on: KeyEntry(.text, usual: .required, example: "\"alias\"", "The event's type, before `rename`.")
        case .into: KeyEntry(.other("places"), usual: .required, example: "\"/userId\"", "The id that stays.")
        case .from: KeyEntry(.other("places"), usual: .required, example: "\"/previousId\"", "The id that joins it.")
        case .force: KeyEntry(.flag, usual: "false", example: "true", beside: rest, "Whether limits do not count.")
        }
    }
}

/// The section `input.csv`.
enum TableKey: String, SectionKey {
    case delimiter

    static let about = "How tables are read."

    var entry: KeyEntry {
        KeyEntry(
            .word([",", ";", "\t"]), usual: .described("as the header says"), example: "\";\"", "What parts cells.")
    }
}
