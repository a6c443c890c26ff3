package import Storage

/// What a configuration says about who is who.
///
/// Which ids an event shows is read by the scanners, each into a slot of its own; what follows from them is the business of
/// the `IdentityResolver`.
package struct IdentityPlan: Sendable {
    /// The most bytes of an id.
    package static let idLengthMost = 256
    /// The most namespaces.
    package static let namespaceMost = 64
    /// Stands in front of the slots of ids that a mapping finds: no line has it for a key that anybody reads.
    private static let madeKey = "\u{1}id"

    /// What becomes of an id that two persons show.
    package enum Sharing: String, Sendable, CaseIterable {
        /// It is nobody's from then on, and links nobody.
        case split
        /// It is of whoever showed it last beside a stronger id.
        case lastUser = "last_user"
    }

    /// A kind of ids. The same text in two namespaces is two ids.
    package struct Namespace: Sendable, Equatable {
        package var name: String
        /// Whether a subject has at most one, ever.
        package var isUnique = false
        /// The most that a subject may have; nil for as many as it may have at all.
        package var limit: Int?
        package var sharing = Sharing.split
        /// Whether capital letters are small ones.
        package var isLower = false

        package init(_ name: String) { self.name = name }

        /// How many a subject may have.
        var most: Int { isUnique ? 1 : limit ?? .max }
    }

    /// A condition on ids that are nobody's.
    package typealias Blocked = @Sendable (_ id: View<UInt8>) -> Bool

    /// The namespaces, the strongest first.
    package var namespaces: [Namespace] = []
    /// Texts that are nobody's, beside those that never are.
    package var blockedTexts: Set<ByteName> = []
    /// Further conditions.
    package var blockedPatterns: [Blocked] = []
    /// The most ids of a subject, and the most merges.
    package var idsMost = 1000
    package var mergesMost = 100
    /// The type of the events whose target can be no other's source from then on; nil for none.
    package var identifying: String?
    /// The numbers of the types of event at which a subject is forgotten.
    package var forgetTypes: Set<Int32> = []
    /// Whether any rule is about accounts; else nobody follows them.
    package var followsAccounts = false
    /// The number of the type of event at which somebody leaves an account, and the path to which one; nil for none.
    package var leaving: (type: Int32, path: [String])?
    /// The slots of the projection.
    private(set) var slots = Slots()

    package init() {}

    /// The place of a namespace, if there is one of that name.
    func number(of name: View<UInt8>) -> Int? {
        namespaces.firstIndex { View.of(Array($0.name.utf8)) { $0.holdsSameBytes(as: name) } }
    }

    /// Which slots of the projection hold what an event shows.
    struct Slots: Sendable {
        /// What a slot is for.
        enum Role: Equatable, Sendable {
            case none
            case id(Int)
            case into, from, force
            case account, leaving
        }

        /// What mappings find: the slot of each namespace, then where merges lead and come from.
        var ids: [SlotNumber] = []
        /// The namespace of the native form's own `customer_id`, if it is one.
        var customer: Int?
        var into = SlotNumber.none
        var from = SlotNumber.none
        var force = SlotNumber.none
        /// What mappings find of the account.
        var account = SlotNumber.none
        /// By slot, what it is for in the native form, and where a mapping has filled it.
        var native: [Role] = []
        var mapped: [Role] = []
    }

    /// Gives out the slots.
    package mutating func take(slotsOf projection: inout Projection) {
        slots = Slots()
        slots.customer = namespaces.firstIndex { $0.name == "customer_id" }
        func note(_ role: Slots.Role, _ slot: SlotNumber, _ roles: inout [Slots.Role]) {
            while roles.count <= slot.index { roles.append(.none) }
            roles[slot] = role
        }
        for (index, namespace) in namespaces.enumerated() {
            let slot = projection.slot([IdentityPlan.madeKey, namespace.name])
            slots.ids.append(slot)
            note(.id(index), slot, &slots.mapped)
            note(.id(index), projection.slot(["ids", namespace.name]), &slots.native)
        }
        slots.account = projection.slot([IdentityPlan.madeKey, "", "account"])
        note(.account, slots.account, &slots.mapped)
        note(.account, projection.slot(["account"]), &slots.native)
        if let leaving {
            // Where it says of one field that it is both, whoever leaves is not taken in before.
            let slot = projection.slot(leaving.path)
            note(.leaving, slot, &slots.mapped)
            note(.leaving, slot, &slots.native)
        }
        for (role, key) in [(Slots.Role.into, "into"), (.from, "from"), (.force, "force")] {
            let slot = projection.slot([IdentityPlan.madeKey, "", key])
            note(role, slot, &slots.mapped)
            note(role, projection.slot(["merge", key]), &slots.native)
            switch role {
            case .into: slots.into = slot
            case .from: slots.from = slot
            default: slots.force = slot
            }
        }
    }

    // MARK: Which texts are ids

    /// Whether a text, without blanks around it, may be an id.
    func isUsable(_ text: View<UInt8>) -> Bool {
        if text.count > IdentityPlan.idLengthMost || UnusableIds.holds(text) { return false }
        if !blockedTexts.isEmpty, blockedTexts.contains(ByteName(text.text)) { return false }
        for isBlocked in blockedPatterns where isBlocked(text) { return false }
        return true
    }

    /// The text without blanks around it.
    package static func trimmed(_ text: View<UInt8>) -> View<UInt8> {
        var start = 0
        var end = text.count
        if end > 0, isPrinted(text[0]), isPrinted(text[end - 1]) { return text }
        while start < end {
            let length = blank(text[start..<end], atEnd: false)
            if length == 0 { break }
            start += length
        }
        while start < end {
            let length = blank(text[start..<end], atEnd: true)
            if length == 0 { break }
            end -= length
        }
        return text[start..<end]
    }

    /// Whether a byte is a letter, digit or sign of ASCII.
    private static func isPrinted(_ byte: UInt8) -> Bool { byte > 0x20 && byte < 0x7F }

    /// How many bytes the blank at the beginning, or at the end, of a text takes; 0 where there is none.
    private static func blank(_ text: View<UInt8>, atEnd: Bool) -> Int {
        let first = atEnd ? text[text.count - 1] : text[0]
        if first == 0x20 || first &- 0x09 < 5 { return 1 }
        if first < 0x80 { return 0 }
        for length in 2...3 where length <= text.count {
            let piece = atEnd ? text[text.count - length..<text.count] : text[0..<length]
            let scalars = piece.text.unicodeScalars
            if scalars.count == 1, let scalar = scalars.first, scalar.properties.isWhitespace { return length }
        }
        return 0
    }

    /// A text in small letters, letter by letter, as Unicode's simple mapping has it.
    static func lower(_ text: View<UInt8>, into output: ByteBlock) {
        var isPlain = true
        for index in 0..<text.count where text[index] >= 0x80 { isPlain = false }
        if isPlain {
            for index in 0..<text.count {
                let byte = text[index]
                output.append(byte &- 0x41 < 26 ? byte | 0x20 : byte)
            }
            return
        }
        for scalar in text.text.unicodeScalars {
            let mapped = scalar.properties.lowercaseMapping.unicodeScalars
            // The one letter whose small form in full is two.
            let small = scalar.value == 0x130 ? "i" : mapped.count == 1 ? mapped.first ?? scalar : scalar
            output.append(Array(String(small).utf8))
        }
    }
}
