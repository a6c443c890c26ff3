package import Storage

/// Who is told whose events are, while somebody's are looked for.
package protocol PersonWatch: AnyObject, Sendable {
    /// One subject, by the number of its making, went over into another.
    func joined(_ making: UInt64, into other: UInt64)

    /// An event was taken.
    /// - Parameters:
    ///   - making: the number of its subject's making; nil where customers are their ids.
    ///   - ids: the ids shown that are the subject's own.
    func took(_ making: UInt64?, ids: [View<UInt8>], at origin: (source: LineSource, line: UInt64), taken: Instant)

    /// A line is no event.
    func passed(_ origin: (source: LineSource, line: UInt64))
}

extension Sequencer {
    /// Notes which lines of a batch hold no event.
    func notePassed(_ events: EventBatch, firstPlace: UInt64, runs: [LineRun]) {
        guard let search, !runs.isEmpty else { return }
        var isEvent = [Bool](repeating: false, count: events.entryCount)
        for index in 0..<events.count { isEvent[Int(events.row(index).line)] = true }
        for entry in isEvent.indices where !isEvent[entry] {
            let place = firstPlace + UInt64(entry)
            let run = runs[LineRun.index(of: place, in: runs)]
            search.passed((run.source, run.line(of: place)))
        }
        // A line of several events of which none is wanted has no place.
        for stretch in events.extras.stretches where stretch.count == 0 {
            let line = UInt64(stretch.line)
            guard let run = runs.first else { continue }
            search.passed((run.source, run.line + line))
        }
    }

    /// Notes whose the events of a batch are, and which were refused after all.
    func noteTaken(_ batch: OrderedBatch) {
        guard let search else { return }
        for reject in batch.rejects { search.passed((reject.source, reject.line)) }
        if identity != nil { return }
        let taken = batch.takenRows()
        for index in taken.indices where taken[index] {
            let row = batch.events.row(index)
            search.took(
                nil, ids: [batch.events.text(row.customerID)], at: batch.origin(index), taken: batch.taken(index))
        }
    }
}

extension IdentityResolver {
    /// Tells of an event whose ids stand in `shown` which of these are its subject's own.
    func note(_ subject: UInt32, _ index: Int, of batch: OrderedBatch) {
        guard let search else { return }
        var own: [View<UInt8>] = []
        for entry in shown where entry.id != 0 && table.subject(ofID: entry.id) == subject {
            let isShared = table.flags(ofID: entry.id).contains(.shared)
            if !isShared || table.origin(subject).id == entry.id { own.append(entry.text) }
        }
        search.took(table.making(subject), ids: own, at: batch.origin(index), taken: batch.taken(index))
    }

    /// The subjects that have one of some ids, by their keys.
    private func subjects(of ids: [String]) -> [UInt32] {
        var found: [UInt32] = []
        for id in ids {
            for namespace in forms.indices {
                let record = record(of: id, namespace)
                guard record != 0 else { continue }
                let subject = table.subject(ofID: record)
                if subject != 0, !found.contains(subject) { found.append(subject) }
            }
        }
        return found
    }

    private func record(of id: String, _ namespace: Int) -> UInt32 {
        let bytes = Array(id.utf8)
        return View.of(bytes) { table.find($0, namespace: namespace, hash: table.hash($0, namespace: namespace)) }
    }

    /// Forgets all that is known of a person, ids that nobody has any more among it.
    /// - Returns: the keys under which its state is kept.
    mutating func forget(_ ids: [String]) -> [[UInt8]] {
        var keys: [[UInt8]] = []
        for subject in subjects(of: ids) {
            let block = ByteBlock(capacity: IdentityPlan.idLengthMost + 8)
            appendKey(of: subject, to: block)
            keys.append(block.bytes.copied)
            // What an account knows of its persons cannot be told apart.
            for account in book.forget(table.making(subject)) {
                let block = ByteBlock(capacity: IdentityPlan.idLengthMost + 8)
                View.of(book.names[Int(account)]) { SubjectKey.append(account: $0, to: block) }
                keys.append(block.bytes.copied)
            }
            table.forget(subject)
        }
        for id in ids {
            for namespace in forms.indices {
                let record = record(of: id, namespace)
                if record != 0 { table.drop(record) }
            }
        }
        return keys
    }
}
