/// The section `privacy`.
enum PrivacyKey: String, SectionKey {
    case forgetOn = "forget_on"

    static let about = "What is forgotten. [identity.md](identity.md) says more."

    var entry: KeyEntry {
        switch self {
        case .forgetOn:
            KeyEntry(
                .oneOrMore(.name), example: "\"user_deleted\"",
                "Types of event at which all that is known of the event's customer is forgotten, once it was taken.")
        }
    }
}
