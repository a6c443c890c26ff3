import Storage

/// Finds whose an event is from all ids that it shows, and joins what belongs to one subject.
///
/// A pure state machine, asked for each event in the order in which events are taken, before they are parted by shard: so
/// what it says does not depend on how many shards there are. It knows ids and subjects only; what becomes of the state of
/// two that turn out to be one is told to the shards as a `SubjectChange`.
/// Cost: a look-up for each id shown; a merge takes steps in proportion to the ids of both.
struct IdentityResolver: ~Copyable {
    /// An id that an event shows.
    struct Shown: BitwiseCopyable {
        var namespace: Int
        var text: View<UInt8>
        var hash: UInt64
        /// Its record, 0 while there is none.
        var id: UInt32
    }

    /// What an event says that is more than its ids.
    struct Merging: BitwiseCopyable {
        var into = View<UInt8>()
        var from = View<UInt8>()
        var force = false
        /// Whether `into` can be no other's `from` from then on.
        var identifies = false
    }

    private(set) var plan: IdentityPlan
    /// The namespaces by their numbers, which are given out once: they are part of what ids are found by, and stay what they
    /// are under another plan. Those that it does not have are weaker than all others.
    private(set) var forms: [IdentityPlan.Namespace] = []
    /// The numbers of the plan's namespaces, the strongest first.
    private(set) var order: [Int] = []
    var table: SubjectTable
    var counts = IdentityCounts()
    var book = AccountBook()
    /// What happens to accounts at the event at hand.
    var accountChanges: [Int32] = []

    /// The ids of the event at hand, the strongest first.
    var shown: [Shown] = []
    /// Texts of it that do not stand in its line as they are; none of them moves while it is at hand.
    let made: ByteBlock
    var changes: [SubjectChange] = []
    /// Told whose events are, while somebody's are looked for.
    var search: (any PersonWatch)?
    /// The key that the subject had before the event at hand whose name is the strongest of those that merge at it.
    private var leadKey: [UInt8] = []
    /// An id whose subject somebody watches, until an event is found at which it is a subject's.
    var watched: [UInt8]?
    /// Whether the event at hand is in the plain native form.
    var isPlain = true
    /// By namespace, which of the event's fields says its id; -1 for none.
    var fieldOf: [Int] = []

    init(_ plan: IdentityPlan, hashKey: HashKey) {
        self.plan = plan
        table = SubjectTable(hashKey: hashKey)
        made = ByteBlock(capacity: IdentityResolver.room)
        number()
    }

    /// Room for every text that may have to be made for one event: each id in each of the namespaces.
    private static let room = (IdentityPlan.namespaceMost * 3 + 8) * (IdentityPlan.idLengthMost * 3 + 64)

    /// Goes on under another plan. What is known stays known; names are found anew as ids come.
    mutating func follow(_ plan: IdentityPlan) {
        self.plan = plan
        number()
    }

    /// Goes on with namespaces that have their numbers already.
    mutating func goOn(numbering names: [String]) {
        forms = names.map { IdentityPlan.Namespace($0) }
        number()
    }

    private mutating func number() {
        order = plan.namespaces.map { namespace in
            if let known = forms.firstIndex(where: { $0.name.isSame(as: namespace.name) }) {
                forms[known] = namespace
                return known
            }
            forms.append(namespace)
            return forms.count - 1
        }
        table.ranks = [Int](repeating: .max, count: forms.count)
        for (rank, number) in order.enumerated() { table.ranks[number] = rank }
        counts.blocked = [UInt64](repeating: 0, count: order.count)
        fieldOf = [Int](repeating: -1, count: order.count)
    }

    /// How strong a namespace is: the less, the stronger.
    func rank(_ namespace: Int) -> Int { table.ranks[namespace] }

    // MARK: One event

    /// Finds the subject of the event whose ids stand in `shown`; 0 where none of them is one.
    /// - Parameter merging: the ids that the event says to be one person's.
    mutating func resolve(_ merging: Merging?, row: Int) -> UInt32 {
        if shown.isEmpty { return 0 }
        if !leadKey.isEmpty { leadKey = [] }
        var first = -1
        for index in shown.indices {
            shown[index].id = table.find(
                shown[index].text, namespace: shown[index].namespace, hash: shown[index].hash)
            if first < 0, !isShared(shown[index]) { first = index }
        }
        if first < 0 { return sharedSubject(shown[0]) }
        var isNew = false
        var subject = shown[first].id == 0 ? 0 : table.subject(ofID: shown[first].id)
        if subject == 0 {
            let id = record(first)
            subject = table.make(underID: id)
            table.append(id, to: subject)
            isNew = true
        }
        for index in shown.indices where index != first {
            if isShared(shown[index]) {
                if forms[shown[index].namespace].sharing == .lastUser, index > first {
                    table.setSubject(subject, ofID: shown[index].id)
                }
                continue
            }
            subject = join(index, subject, &isNew, merging, row)
        }
        if let merging, merging.identifies {
            for entry in shown where entry.text.holdsSameBytes(as: merging.into) && entry.id != 0 {
                table.set(.identified, ofID: entry.id)
            }
        }
        return subject
    }

    private func isShared(_ entry: Shown) -> Bool { entry.id != 0 && table.flags(ofID: entry.id).contains(.shared) }

    private mutating func record(_ index: Int) -> UInt32 {
        if shown[index].id == 0 {
            shown[index].id = table.add(
                shown[index].text, namespace: shown[index].namespace, hash: shown[index].hash)
        }
        return shown[index].id
    }

    /// The subject of events that show only ids that two persons have shown.
    private mutating func sharedSubject(_ entry: Shown) -> UInt32 {
        let known = table.subject(ofID: entry.id)
        if known != 0 { return known }
        let subject = table.make(underID: entry.id)
        table.setSubject(subject, ofID: entry.id)
        return subject
    }

    /// Joins a further id to the event's subject; answers which subject that is now.
    private mutating func join(
        _ index: Int, _ subject: UInt32, _ isNew: inout Bool, _ merging: Merging?, _ row: Int
    ) -> UInt32 {
        let entry = shown[index]
        let isForced = merging?.force == true && merging?.from.holdsSameBytes(as: entry.text) == true
        let other = entry.id == 0 ? 0 : table.subject(ofID: entry.id)
        if other == subject { return subject }
        if other == 0 {
            if let reason = refusal(of: entry.namespace, to: subject, isForced) {
                refuse(entry, subject, reason, row)
                return subject
            }
            let name = table.name(subject)
            table.append(record(index), to: subject)
            if !isNew, table.name(subject) != name { rename(subject, was: name, via: entry.namespace, row) }
            return subject
        }
        if let reason = refusal(of: entry, other, to: subject, isNew: isNew, isForced, merging) {
            refuse(entry, subject, reason, row)
            if reason == .unique, !forms[entry.namespace].isUnique, holdsOtherUnique(other, subject) {
                share(entry, of: other, with: subject, isLater: index > 0)
            }
            return subject
        }
        if isNew {
            isNew = false
            return unite(subject, other, via: entry.namespace, row)
        }
        return merge(subject, other, via: entry.namespace, row)
    }

    // MARK: What may not be

    /// Why an id that nobody has cannot be a subject's.
    private func refusal(of namespace: Int, to subject: UInt32, _ isForced: Bool) -> SubjectChange.Reason? {
        let form = forms[namespace]
        if !isForced, form.most != .max, table.count(subject, namespace: namespace) >= form.most {
            return form.isUnique ? .unique : .limit
        }
        return table.idCount(subject) >= plan.idsMost ? .maxIDs : nil
    }

    /// Why the subject that has an id cannot be one with another.
    private func refusal(
        of entry: Shown, _ other: UInt32, to subject: UInt32, isNew: Bool, _ isForced: Bool, _ merging: Merging?
    ) -> SubjectChange.Reason? {
        if !isForced {
            if let merging, plan.identifying != nil, merging.from.holdsSameBytes(as: entry.text),
                table.flags(ofID: entry.id).contains(.identified)
            {
                return .unique
            }
            if holdsOtherUnique(other, subject) { return .unique }
            for (namespace, form) in forms.enumerated() where !form.isUnique && form.most != .max {
                let held = table.count(subject, namespace: namespace)
                if held > 0, held + table.count(other, namespace: namespace) > form.most,
                    table.count(other, namespace: namespace) > 0
                {
                    return .limit
                }
            }
        }
        if table.idCount(subject) + table.idCount(other) > plan.idsMost { return .maxIDs }
        if !isNew, table.mergeCount(subject) + table.mergeCount(other) >= plan.mergesMost { return .maxMerges }
        return nil
    }

    /// Whether both have an id of a namespace of which nobody has two.
    private func holdsOtherUnique(_ other: UInt32, _ subject: UInt32) -> Bool {
        for (namespace, form) in forms.enumerated() where form.isUnique {
            if table.count(subject, namespace: namespace) > 0, table.count(other, namespace: namespace) > 0 {
                return true
            }
        }
        return false
    }

    private mutating func refuse(_ entry: Shown, _ subject: UInt32, _ reason: SubjectChange.Reason, _ row: Int) {
        counts.refused[reason, default: 0] += 1
        var change = change(.refused, subject, via: entry.namespace, row)
        change.was = entry.text.copied
        change.reason = reason
        changes.append(change)
    }

    /// What becomes of an id that two persons have shown.
    private mutating func share(_ entry: Shown, of other: UInt32, with subject: UInt32, isLater: Bool) {
        counts.shared += 1
        let before = table.name(other)
        table.take(entry.id, from: other)
        if table.name(other) != before { table.set(.renames, ofID: table.name(other)) }
        table.set(.shared, ofID: entry.id)
        let isLast = forms[entry.namespace].sharing == .lastUser && isLater
        table.setSubject(isLast ? subject : 0, ofID: entry.id)
    }

    // MARK: What comes together

    /// A subject that this event has made turns out to be one that is known: it is that one's new name.
    private mutating func unite(_ subject: UInt32, _ other: UInt32, via namespace: Int, _ row: Int) -> UInt32 {
        let before = table.name(other)
        let (leads, follows) = table.strength(subject) <= table.strength(other) ? (subject, other) : (other, subject)
        table.merge(follows, into: leads)
        if leads == subject {
            table.setOrigin(leads, like: other, making: true)
            table.setMergeCount(leads, table.mergeCount(other))
            rename(leads, was: before, via: namespace, row)
        }
        return leads
    }

    /// Two that are known turn out to be one.
    private mutating func merge(_ subject: UInt32, _ other: UInt32, via namespace: Int, _ row: Int) -> UInt32 {
        let (strength, otherStrength) = (table.strength(subject), table.strength(other))
        let (making, otherMaking) = (table.making(subject), table.making(other))
        let isLeader = strength != otherStrength ? strength < otherStrength : making < otherMaking
        let (leads, follows) = isLeader ? (subject, other) : (other, subject)
        // State stays where that of the one made first is: the control group follows from its key.
        let keepsLeader = table.making(leads) < table.making(follows)
        var change = change(.merged, keepsLeader ? leads : follows, via: namespace, row)
        change.was = table.text(ofID: table.name(follows)).copied
        change.name = table.text(ofID: table.name(leads)).copied
        (change.absorbed, change.absorbedHash) = key(of: keepsLeader ? follows : leads)
        if leadKey.isEmpty || leads == other { leadKey = key(of: leads).bytes }
        let merges = table.mergeCount(subject) + table.mergeCount(other) + 1
        search?.joined(table.making(follows), into: table.making(leads))
        if plan.followsAccounts {
            accountChanges += book.merge(table.making(follows), into: table.making(leads))
        }
        table.merge(follows, into: leads)
        if !keepsLeader { table.setOrigin(leads, like: follows, making: false) }
        table.setMergeCount(leads, merges)
        counts.merged += 1
        changes.append(change)
        // All go over into the last of them: what both cannot have is that of who leads in the end.
        var index = changes.count - 1
        while index >= 0, changes[index].row == row {
            if changes[index].kind == .merged { changes[index].absorbedLeads = changes[index].absorbed == leadKey }
            index -= 1
        }
        return leads
    }

    /// Forgets a subject with all its ids; one of ids that two persons have shown is a new one at the next event.
    mutating func forget(_ subject: UInt32) {
        counts.forgotten += 1
        if plan.followsAccounts { accountChanges += book.forget(table.making(subject)) }
        table.forget(subject)
    }

    /// Tells of a name that a subject has since it lost another.
    mutating func noteNewName(_ subject: UInt32, _ row: Int) {
        let name = table.name(subject)
        guard table.flags(ofID: name).contains(.renames) else { return }
        table.clear(.renames, ofID: name)
        changes.append(change(.renamed, subject, via: table.namespace(ofID: name), row))
    }

    private mutating func rename(_ subject: UInt32, was before: UInt32, via namespace: Int, _ row: Int) {
        counts.named += 1
        var change = change(.named, subject, via: namespace, row)
        change.was = table.text(ofID: before).copied
        changes.append(change)
    }

    private func change(_ kind: SubjectChange.Kind, _ subject: UInt32, via namespace: Int, _ row: Int) -> SubjectChange
    {
        let key = key(of: subject)
        return SubjectChange(
            kind: kind, row: row, key: key.bytes, hash: key.hash,
            name: table.text(ofID: table.name(subject)).copied, was: [], via: forms[namespace].name)
    }

    /// The key under which a subject's state is kept, and its hash.
    func key(of subject: UInt32) -> (bytes: [UInt8], hash: UInt64) {
        let block = ByteBlock(capacity: IdentityPlan.idLengthMost + 8)
        appendKey(of: subject, to: block)
        return (block.bytes.copied, table.arena.hashKey.hash(block.bytes))
    }

    func appendKey(of subject: UInt32, to block: ByteBlock) {
        let (id, generation) = table.origin(subject)
        SubjectKey.append(
            table.text(ofID: id), namespace: table.namespace(ofID: id), generation: generation, to: block)
    }
}
