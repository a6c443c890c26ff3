import Events

/// The section `identity`.
enum IdentityKey: String, SectionKey {
    case ids, merge, block
    case maxIDs = "max_ids"
    case maxMerges = "max_merges"
    case account
    case leaveAccount = "leave_account"

    static let about = """
        Who is who: one person's events are found by all ids that they show. `identity: {}` takes what the format \
        brings. [identity.md](identity.md) says more. These keys take effect at the start of a run.
        """

    var entry: KeyEntry {
        switch self {
        case .ids:
            KeyEntry(
                .named(.object(IdentityIDKey.self)), usual: .described("the format's"),
                example: "{ user_id: { unique: true }, device_id: { limit: 20 } }",
                "The namespaces of ids, the strongest first.")
        case .merge:
            KeyEntry(
                .oneOrMore(.object(MergeKey.self)), usual: .described("the format's"),
                example: "{ on: \"alias\", into: \"/userId\", from: \"/previousId\" }",
                "Events that say that two ids are one person's.")
        case .block:
            KeyEntry(
                .oneOrMore(.text), example: "[\"test@shop.example\", \"re:^demo-\"]",
                "Texts that are nobody's id; behind `re:` stands a regular expression.")
        case .maxIDs:
            KeyEntry(
                .integer(1...100_000), usual: .number(IdentityPlan().idsMost), example: "200",
                "The most ids of one subject.")
        case .maxMerges:
            KeyEntry(
                .integer(0...100_000), usual: .number(IdentityPlan().mergesMost), example: "20",
                "The most merges of one subject.")
        case .account:
            KeyEntry(
                .oneOrMore(.either(.other("a JSON Pointer"), .object(PlaceKey.self))),
                usual: .described("the format's"),
                example: "[\"/groupId\", \"/context/groupId\"]",
                "The firm or household that an event belongs to, for rules `of: \"account\"`.")
        case .leaveAccount:
            KeyEntry(
                .object(LeaveKey.self), example: "{ on: \"left_company\", from: \"/account\" }",
                "Events with which a person leaves an account.")
        }
    }
}

/// The object `identity.leave_account`.
enum LeaveKey: String, SectionKey {
    case on, from

    static let about = "Who shows an account belongs to it until such an event."

    var entry: KeyEntry {
        switch self {
        case .on: KeyEntry(.name, usual: .required, example: "\"left_company\"", "The event's type.")
        case .from:
            KeyEntry(
                .text, usual: .described("the event's account"), example: "\"/properties/company\"",
                "Which account it is: a JSON Pointer into the event as it is in the native form.")
        }
    }
}

/// A namespace in `identity.ids`.
enum IdentityIDKey: String, SectionKey {
    case from, unique, limit, shared, fold

    static let about = "A kind of ids. The same text in two of them is two ids."

    var entry: KeyEntry {
        switch self {
        case .from:
            KeyEntry(
                .oneOrMore(.either(.other("a JSON Pointer"), .object(PlaceKey.self))),
                usual: .described("the format's place for that name; in the native form the key of `ids`"),
                example: "[\"/traits/email\", \"/properties/email\"]", "Where a line says one; the first usable counts."
            )
        case .unique:
            KeyEntry(.flag, usual: "false", example: "true", "Whether a subject has at most one, ever.")
        case .limit:
            KeyEntry(
                .integer(1...100_000), usual: .described("as many as `max_ids`"), example: "20",
                "The most that a subject has.")
        case .shared:
            KeyEntry(
                .word(IdentityPlan.Sharing.self), usual: .word(IdentityPlan.Sharing.split), example: "\"last_user\"",
                "What becomes of an id that two persons show: nobody's, or that of who showed it last.")
        case .fold:
            KeyEntry(.word(["lower"]), example: "\"lower\"", "Whether capital letters are small ones.")
        }
    }
}
