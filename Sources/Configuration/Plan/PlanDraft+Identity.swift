import Events
import Expressions
import Journeys
import Storage

/// The section `identity`.
extension PlanDraft {
    /// Reads the section, where it is there, beside what the format brings; what it says about places goes into `formats`.
    func identity(_ root: Fields<RootKey>, _ formats: inout FormatPlan) {
        guard let reader = root[.identity] else { return }
        formats.identity = reader.object(IdentityKey.self) { fields in
            var plan = IdentityPlan()
            let preset = formats.preset
            let ids = fields[.ids]
            let written = ids.map { namespaces($0, preset) }
            plan.namespaces = written?.map(\.namespace) ?? usualNamespaces(formats)
            if let written {
                if preset == .native, !plan.namespaces.contains(where: { $0.name == "customer_id" }) {
                    plan.namespaces.insert(IdentityPlan.usual("customer_id", of: .native), at: 0)
                }
                if plan.namespaces.count > IdentityPlan.namespaceMost {
                    ids?.error(
                        "there are \(plan.namespaces.count) namespaces; write at most \(IdentityPlan.namespaceMost)")
                }
                placeIDs(written, &formats)
            }
            if let merge = fields[.merge] {
                let all = mergings(merge)
                formats.replacements.append { $0.merge = all }
            }
            if let account = places(fields[.account]) { formats.replacements.append { $0.account = account } }
            block(fields[.block], &plan)
            if let most = fields.integer(.maxIDs) { plan.idsMost = Int(most) }
            if let most = fields.integer(.maxMerges) { plan.mergesMost = Int(most) }
            if preset == .posthog { plan.identifying = "$identify" }
            plan.leaving = leaving(fields)
            plan.take(slotsOf: &vocabulary.projection)
            return plan
        }
    }

    private func leaving(_ fields: Fields<IdentityKey>) -> (type: Int32, path: [String])? {
        fields.object(.leaveAccount, LeaveKey.self) { fields -> (type: Int32, path: [String])? in
            let from = fields[.from]
            var path = ["account"]
            if let text = fields[.from]?.string() {
                if let pointer = Pointer(text), !pointer.tokens.isEmpty {
                    path = pointer.tokens
                } else {
                    from?.error("\(Wording.quoted(text)) is no JSON Pointer; write \"/account\"")
                }
            }
            guard let name = fields.required(.on).flatMap(name) else { return nil }
            return (Int32(vocabulary.projection.type(name)), path)
        }
    }

    /// Whether a rule is about accounts. Without the section `identity` there are none.
    func isOfAccount<Key: SectionKey>(_ fields: Fields<Key>, _ key: Key) -> Bool {
        guard fields.word(key) != nil, let reader = fields[key] else { return false }
        if !hasIdentity { reader.error("accounts are known with the section \"identity\" only; write identity: {}") }
        followsAccounts = true
        return true
    }

    /// Says what rules read that is others': of persons where a rule is about accounts, and the other way round. It is never
    /// there.
    func note(
        accountsIn picture: PictureDraft, windows: [WindowDraft], moments: [MomentDraft]
    ) {
        let owners = AccountOwners(
            windows: windows.map { $0.plan?.isOfAccount ?? false },
            attributes: picture.attributes.map { $0.plan?.isOfAccount ?? false },
            items: picture.scores.map { $0.plan?.isOfAccount ?? false }
                + picture.segments.map { $0.plan?.isOfAccount ?? false }, scores: picture.scores.count)
        func look(_ definition: Definition, _ ofAccount: Bool, _ numbers: [ExpressionNumber]) {
            for number in numbers where !number.isNone {
                for (place, variable) in expressions[number].program.reads.enumerated() {
                    guard let owner = owners.isOfAccount(variable), owner != ofAccount else { continue }
                    let names = expressions[number].names
                    let name = place < names.count ? names[place] : "what it reads"
                    definition.note(
                        ofAccount
                            ? "\(name) is a person's, and never there for an account"
                            : "\(name) is an account's, and never there for a person")
                }
            }
        }
        for draft in windows {
            guard let plan = draft.plan else { continue }
            look(draft.definition, plan.isOfAccount, [plan.value, plan.filter.condition])
        }
        for draft in picture.attributes {
            guard let plan = draft.plan else { continue }
            look(draft.definition, plan.isOfAccount, [plan.from, plan.filter.condition])
        }
        for draft in picture.scores {
            look(draft.definition, draft.plan?.isOfAccount ?? false, draft.conditions.map { $0.number })
        }
        for draft in picture.segments {
            look(draft.definition, draft.plan?.isOfAccount ?? false, draft.conditions.map { $0.number })
        }
        for draft in moments {
            guard let plan = draft.plan else { continue }
            look(draft.definition, plan.isOfAccount, plan.outputs.map(\.expression) + plan.trigger.conditions)
        }
    }

    /// Which of what rules read is an account's.
    private struct AccountOwners {
        let windows: [Bool]
        let attributes: [Bool]
        let items: [Bool]
        let scores: Int

        /// Whether a variable is an account's; nil of what is nobody's in particular.
        func isOfAccount(_ variable: Int) -> Bool? {
            if Vocabulary.isOfAccount(variable) { return true }
            if let window = Vocabulary.window(readBy: variable) {
                return window < windows.count ? windows[window] : nil
            }
            if let attribute = Vocabulary.attribute(readBy: variable) { return attributes[attribute] }
            return Vocabulary.item(readBy: variable, scores: scores).map { items[$0] }
        }
    }

    /// The section `privacy`.
    func privacy(_ root: Fields<RootKey>) {
        _ = root.object(.privacy, PrivacyKey.self) { fields in
            forgetTypes = (fields.strings(.forgetOn) ?? []).map { vocabulary.projection.type($0) }
            return true
        }
    }

    /// What a format brings: its own namespaces, or those of `input.mapping.ids`.
    private func usualNamespaces(_ formats: FormatPlan) -> [IdentityPlan.Namespace] {
        let mapping = formats.mapping(of: .standard)
        let names = formats.preset == .native && mapping.ids.isEmpty ? ["customer_id"] : mapping.ids.map(\.name)
        return names.map { IdentityPlan.usual($0, of: formats.preset) }
    }

    private typealias WrittenNamespace = (namespace: IdentityPlan.Namespace, places: [MappedPlace]?)

    private func namespaces(_ reader: Reader, _ preset: Preset) -> [WrittenNamespace] {
        let definitions = reader.definitions() ?? []
        if definitions.isEmpty, case .object = reader.node.value {
            reader.error("no namespace is named; name one, or leave \"ids\" out to take the format's")
        }
        return definitions.map { definition in
            var namespace = IdentityPlan.Namespace(definition.name)
            var from: [MappedPlace]?
            if !(1...PlanDraft.nameLimit).contains(definition.name.utf8.count) {
                definition.error("a name has 1 to \(PlanDraft.nameLimit) bytes; choose another one")
            }
            _ = definition.reader.object(IdentityIDKey.self) { fields in
                from = places(fields[.from])
                namespace.isUnique = fields.bool(.unique) ?? false
                namespace.limit = fields.integer(.limit).map { Int($0) }
                namespace.isLower = fields.word(.fold) != nil
                if let sharing = fields.word(.shared, IdentityPlan.Sharing.self) { namespace.sharing = sharing }
                if namespace.isUnique {
                    fields.refuse([.limit], "an id that is unique has no other limit; leave it out")
                    fields.refuse([.shared], "an id that is unique is never shared; leave it out")
                }
                return true
            }
            let isKnown = preset == .native || preset.mapping.ids.contains { $0.name == definition.name }
            if from == nil, !isKnown {
                definition.error(
                    "the format has no place for \(Wording.quoted(definition.name)); write { from: \"/key\" }")
            }
            return (namespace, from)
        }
    }

    /// Has the mapping read the ids at the places written, and at the format's where none is.
    private func placeIDs(_ written: [WrittenNamespace], _ formats: inout FormatPlan) {
        let isNative = formats.preset == .native
        // In the native form the keys of `ids` are read as fast as anything else.
        if isNative, written.allSatisfy({ $0.places == nil }) { return }
        let usual = formats.mapping(of: .standard).ids
        var all = written.map { entry in
            let known = usual.first { $0.name == entry.namespace.name }?.places
            let own: [MappedPlace] = [
                entry.namespace.name == "customer_id"
                    ? "/customer_id" : MappedPlace(.pointer(Pointer(tokens: ["ids", entry.namespace.name])))
            ]
            return Mapping.Namespace(entry.namespace.name, entry.places ?? known ?? (isNative ? own : []))
        }
        if isNative, !all.contains(where: { $0.name == "customer_id" }) {
            all.insert(Mapping.Namespace("customer_id", ["/customer_id"]), at: 0)
        }
        formats.replacements.append { [all] mapping in
            mapping.ids = all
            if isNative { mapping.customerID = [] }
        }
    }

    private func block(_ reader: Reader?, _ plan: inout IdentityPlan) {
        guard let reader else { return }
        var readers = [reader]
        if case .list = reader.node.value { readers = reader.list() ?? [] }
        for entry in readers {
            guard let text = entry.string() else { continue }
            guard text.utf8.starts(with: "re:".utf8) else {
                _ = plan.blockedTexts.add(text)
                continue
            }
            do throws(TextPattern.Fault) {
                let pattern = try TextPattern(String(text.dropFirst(3)))
                plan.blockedPatterns.append { pattern.isFound(in: $0) }
            } catch {
                entry.error("\(Wording.quoted(text)) has no regular expression behind \"re:\": \(error.message)")
            }
        }
    }
}

extension IdentityPlan {
    /// How a format's namespace is unless it is said otherwise.
    fileprivate static func usual(_ name: String, of preset: Preset) -> Namespace {
        var namespace = Namespace(name)
        switch (preset, name) {
        case (_, "customer_id"), (_, "user_id"): namespace.isUnique = true
        case (.posthog, "distinct_id"): namespace.limit = 1000
        case (_, "anonymous_id"), (_, "client_id"), (_, "domain_userid"), (_, "network_userid"), (_, "device_id"):
            namespace.limit = 20
        default: break
        }
        return namespace
    }
}
