import Storage

/// Reading the ids of a batch's events, and saying in the batch whose they are.
extension IdentityResolver {
    /// The batch with each event under its subject's name and key, without those that are nobody's.
    mutating func resolve(_ batch: OrderedBatch, _ formats: FormatPlan) -> OrderedBatch {
        let events = batch.events
        if events.count == 0 { return batch }
        changes = []
        var accounts: [AccountTouch] = []
        var naming = Naming(events)
        var watchedRow = -1
        var shardOf = Column<UInt16>(capacity: events.count)
        var refused: [(place: UInt64, reject: Reject)] = []
        let taken = batch.takenRows()
        for index in 0..<events.count {
            var row = events.row(index)
            guard taken[index] else {
                naming.append(row, key: .absent)
                shardOf.append(ShardRows.none)
                continue
            }
            let merging = show(row, of: events, isPlain: formats.isPlain(InputFormat(number: row.format)))
            let subject = resolve(merging, row: index)
            guard subject != 0 else {
                refused.append((batch.place(index), nobody(row, of: events)))
                naming.append(row, key: .absent)
                shardOf.append(ShardRows.none)
                continue
            }
            noteNewName(subject, index)
            let key = name(&row, subject, of: events, &naming)
            naming.append(row, key: key)
            note(subject, index, of: batch)
            if watched != nil, showsWatched(subject) { (watchedRow, watched) = (index, nil) }
            let isForgotten = plan.forgetTypes.contains(row.type)
            if plan.followsAccounts {
                touch(subject, isForgotten, row, index, of: events, naming, batch.shardCount, &accounts)
            }
            if isForgotten { forget(subject) }
            if !accountChanges.isEmpty { accountChanges.removeAll(keepingCapacity: true) }
            shardOf.append(UInt16(truncatingIfNeeded: row.customerHash % UInt64(batch.shardCount)))
        }
        return batch.resolved(
            naming.finish(), keys: naming.takeKeys(), changes: changes, refused: refused,
            accounts: accounts, transfers: transfers(shardOf, of: batch.shardCount), watchedRow: watchedRow,
            shards: ShardRows(shardOf, count: batch.shardCount))
    }

    /// Whether the event at hand shows the watched id as its subject's own.
    private func showsWatched(_ subject: UInt32) -> Bool {
        guard let watched else { return false }
        return View.of(watched) { watched in
            for entry in shown where entry.id != 0 && table.subject(ofID: entry.id) == subject {
                guard let form = usable(watched, entry.namespace) else { continue }
                if form.holdsSameBytes(as: entry.text) { return true }
            }
            return false
        }
    }

    /// The key of the subject that has an id, of the strongest namespace that knows it; nil for none.
    func key(ofID id: [UInt8]) -> [UInt8]? {
        View.of(id) { id in
            made.truncate(to: 0)
            for namespace in order {
                guard let form = usable(id, namespace) else { continue }
                let record = table.find(form, namespace: namespace, hash: table.hash(form, namespace: namespace))
                let subject = record == 0 ? 0 : table.subject(ofID: record)
                if subject != 0 { return key(of: subject).bytes }
            }
            return nil
        }
    }

    /// The merges among the changes whose subjects are of two shards.
    private func transfers(_ shardOf: borrowing Column<UInt16>, of shardCount: Int) -> [StateTransfer] {
        if shardCount == 1 { return [] }
        var transfers: [StateTransfer] = []
        for (number, change) in changes.enumerated() where change.kind == .merged {
            let giver = Int(change.absorbedHash % UInt64(shardCount))
            let taker = Int(shardOf[change.row])
            if giver != taker {
                transfers.append(StateTransfer(row: change.row, change: number, giver: giver, taker: taker))
            }
        }
        return transfers
    }

    /// What a batch becomes while its events are given names.
    private struct Naming: ~Copyable {
        private let events: EventBatch
        private var rows: Column<EventRow>
        private var keys: Column<TextRange>
        private let texts: ByteBlock

        init(_ events: EventBatch) {
            self.events = events
            rows = Column(capacity: events.count)
            keys = Column(capacity: events.count)
            texts = events.copyOfRewritten(room: events.count * 24)
        }

        mutating func append(_ row: EventRow, key: TextRange) {
            rows.append(row)
            keys.append(key)
        }

        /// Keeps a text among those of the batch.
        func keep(_ write: (ByteBlock) -> Void) -> TextRange {
            let start = texts.count
            write(texts)
            return TextRange(
                offset: TextRange.rewritten + UInt32(start), length: UInt32(texts.count - start))
        }

        func text(_ range: TextRange) -> View<UInt8> {
            let start = Int(range.offset - TextRange.rewritten)
            return texts.bytes[start..<start + Int(range.length)]
        }

        mutating func finish() -> EventBatch {
            var done = Column<EventRow>(capacity: 4)
            swap(&done, &rows)
            return events.with(rows: done, rewritten: texts)
        }

        mutating func takeKeys() -> Column<TextRange> {
            var done = Column<TextRange>(capacity: 4)
            swap(&done, &keys)
            return done
        }
    }

    /// Gives an event its subject's name; answers where the key stands.
    private func name(
        _ row: inout EventRow, _ subject: UInt32, of events: EventBatch, _ naming: inout Naming
    ) -> TextRange {
        let name = table.name(subject)
        let text = table.text(ofID: name)
        let isAsItStands = !row.customerID.isAbsent && events.text(row.customerID).holdsSameBytes(as: text)
        if !isAsItStands { row.customerID = naming.keep { $0.append(text) } }
        let (origin, generation) = table.origin(subject)
        if origin == name, generation == 0, table.namespace(ofID: name) == 0 {
            if !isAsItStands { row.customerHash = table.arena.hashKey.hash(text) }
            return row.customerID
        }
        let key = naming.keep { appendKey(of: subject, to: $0) }
        row.customerHash = table.arena.hashKey.hash(naming.text(key))
        return key
    }

    /// Finds the accounts that an event counts for: those of its person, the one that it shows among them. Those of which
    /// something has changed are told of, too.
    private mutating func touch(
        _ subject: UInt32, _ isForgotten: Bool, _ row: EventRow, _ index: Int, of events: EventBatch,
        _ naming: borrowing Naming, _ shardCount: Int, _ touches: inout [AccountTouch]
    ) {
        let person = table.making(subject)
        var all = book.accounts(of: person)
        var changed = accountChanges
        let leaves = plan.leaving.map { $0.type == row.type } ?? false
        var named: (account: View<UInt8>?, leaving: View<UInt8>?) = (nil, nil)
        let isPlain = self.isPlain
        let fields = events.fields(of: row)
        for place in 0..<fields.count {
            switch plan.role(ofSlot: fields[place].slot, isPlain: isPlain) {
            case .account: named.account = account(fields[place], events)
            case .leaving:
                named.leaving = account(fields[place], events)
                if fields[place].slot == plan.accountSlot(isPlain: isPlain) { named.account = named.leaving }
            default: break
            }
        }
        if leaves, let name = named.leaving ?? named.account {
            if let account = book.number(of: name), book.leave(person, account) { changed.append(account) }
        } else if !leaves, let name = named.account, let joined = book.join(person, name) {
            all.append(joined)
            changed.append(joined)
        }
        if isForgotten { changed += book.forget(person) }
        for account in all + changed.filter({ !all.contains($0) }) {
            let name = book.names[Int(account)]
            let key = naming.keep { block in View.of(name) { SubjectKey.append(account: $0, to: block) } }
            let hash = table.arena.hashKey.hash(naming.text(key))
            touches.append(
                AccountTouch(
                    row: index, key: key, hash: hash, members: book.memberCount(account),
                    isChanged: changed.contains(account), shard: Int(hash % UInt64(shardCount))))
        }
    }

    /// What a field says of an account; nil where that names none.
    private func account(_ field: Field, _ events: EventBatch) -> View<UInt8>? {
        guard let text = text(of: field, events) else { return nil }
        let bare = IdentityPlan.trimmed(text)
        return plan.isUsable(bare) ? bare : nil
    }

    private mutating func nobody(_ row: EventRow, of events: EventBatch) -> Reject {
        counts.nobody += 1
        let names = plan.namespaces.prefix(6).map(\.name).joined(separator: ", ")
        return Reject(
            line: Int(row.line), reason: .noIdentity, detail: "none of its ids is usable (\(names))",
            raw: events.text(row.lineText), element: row.element)
    }

    // MARK: Reading

    /// Notes the usable ids of an event, the strongest first; answers which of them it says to be one person's.
    private mutating func show(_ row: EventRow, of events: EventBatch, isPlain: Bool) -> Merging? {
        // One after the other: a few are cheaper so than all at once.
        while !shown.isEmpty { shown.removeLast() }
        self.isPlain = isPlain
        made.truncate(to: 0)
        for index in fieldOf.indices { fieldOf[index] = -1 }
        var into = -1
        var from = -1
        var force = -1
        let fields = events.fields(of: row)
        for place in 0..<fields.count {
            switch plan.role(ofSlot: fields[place].slot, isPlain: isPlain) {
            case .none: break
            case .id(let namespace): fieldOf[namespace] = place
            case .into: into = place
            case .from: from = place
            case .force: force = place
            case .account, .leaving: break
            }
        }
        for namespace in fieldOf.indices {
            let text: View<UInt8>?
            if isPlain, namespace == plan.customerNamespace {
                text = row.customerID.isAbsent ? nil : events.text(row.customerID)
            } else if fieldOf[namespace] >= 0 {
                text = self.text(of: fields[fieldOf[namespace]], events)
            } else {
                text = nil
            }
            guard let text else { continue }
            guard let usable = usable(text, order[namespace]) else {
                counts.blocked[namespace] += 1
                continue
            }
            shown.append(entry(usable, order[namespace]))
        }
        if into < 0 && from < 0 && force < 0 { return nil }
        return merging(
            into: into < 0 ? nil : text(of: fields[into], events),
            from: from < 0 ? nil : text(of: fields[from], events), force: force < 0 ? .null : fields[force].kind)
    }

    /// The text of an id as a field says it; nil for what says none.
    private func text(of field: Field, _ events: EventBatch) -> View<UInt8>? {
        switch field.kind {
        case .string: return events.text(of: field)
        case .int: return kept("\(Int64(bitPattern: field.payload))")
        case .uint: return kept("\(field.payload)")
        case .null: return nil
        case .no, .yes, .double, .json: return View()
        }
    }

    private func kept(_ text: String) -> View<UInt8> {
        let start = made.count
        made.append(Array(text.utf8))
        return made.bytes[start..<made.count]
    }

    /// The text as an id of a namespace; nil where it is none.
    private func usable(_ text: View<UInt8>, _ namespace: Int) -> View<UInt8>? {
        let bare = IdentityPlan.trimmed(text)
        guard plan.isUsable(bare) else { return nil }
        guard forms[namespace].isLower else { return bare }
        let start = made.count
        IdentityPlan.lower(bare, into: made)
        let small = made.bytes[start..<made.count]
        return small.count > IdentityPlan.idLengthMost ? nil : small
    }

    private func entry(_ text: View<UInt8>, _ namespace: Int) -> Shown {
        Shown(namespace: namespace, text: text, hash: table.hash(text, namespace: namespace), id: 0)
    }

    /// Puts the ids that an event says to be one person's among those shown: where the merge leads by its namespace, where it
    /// comes from last of all.
    private mutating func merging(into: View<UInt8>?, from: View<UInt8>?, force: Field.Kind) -> Merging? {
        guard let into, let target = known(into) else { return nil }
        if !shown.contains(where: { $0.isSame(as: target) }) {
            shown.insert(target, at: shown.firstIndex { rank($0.namespace) > rank(target.namespace) } ?? shown.count)
        }
        var merging = Merging(into: target.text, force: force == .yes, identifies: force == .int)
        guard let from, let source = known(from) else { return merging }
        merging.from = source.text
        // Of a subject with itself there is nothing to be done.
        if source.isSame(as: target) { return merging }
        shown.removeAll { $0.isSame(as: source) }
        shown.append(source)
        return merging
    }

    /// An id in the strongest namespace that knows it, else in the strongest of all.
    private func known(_ text: View<UInt8>) -> Shown? {
        for namespace in order {
            guard let usable = usable(text, namespace) else { return nil }
            let entry = entry(usable, namespace)
            if table.find(usable, namespace: namespace, hash: entry.hash) != 0 { return entry }
        }
        guard let strongest = order.first else { return nil }
        return usable(text, strongest).map { entry($0, strongest) }
    }
}

extension IdentityResolver.Shown {
    fileprivate func isSame(as other: IdentityResolver.Shown) -> Bool {
        namespace == other.namespace && hash == other.hash && text.holdsSameBytes(as: other.text)
    }
}

extension IdentityPlan {
    /// What a slot of an event is for.
    @inline(__always)
    fileprivate func role(ofSlot slot: SlotNumber, isPlain: Bool) -> Slots.Role {
        let roles = isPlain ? slots.native : slots.mapped
        return slot.index < roles.count ? roles[slot] : .none
    }

    /// The slot of what an event says of its account.
    fileprivate func accountSlot(isPlain: Bool) -> SlotNumber {
        let roles = isPlain ? slots.native : slots.mapped
        if let place = roles.firstIndex(of: .account) { return SlotNumber(place) }
        return isPlain ? SlotNumber(slots.native.firstIndex(of: .leaving)) : slots.account
    }

    /// The namespace of the native form's own `customer_id`, if it is one.
    fileprivate var customerNamespace: Int? { slots.customer }
}
