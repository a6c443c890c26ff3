import Storage
import Synchronization

/// Looks for the lines of one person among all that is repeated: first which subjects the person was, then where their
/// events stand.
///
/// A person is known by ids. With the section `identity` it is every subject that ever had one of them, and all that these
/// went over into or took in; without, every customer of that id. Lines that are no event of anybody, since they were refused
/// or are not wanted, cannot be told by whose they are: they are noted as `doubtful`, for what they say to be looked at.
/// Memory: a word for each subject that went over into another, 24 bytes for each line found or doubtful.
package final class PersonSearch: Sendable {
    /// A line, and when its event was taken.
    package struct Line: Sendable, Equatable {
        /// The place of the journal's record, and the line's number in it, from 1.
        package let position: UInt64
        package let line: Int
        /// When its event was taken; nil of a line that is no event.
        package let taken: Instant?
    }

    private struct State {
        /// Whether it is known by now which subjects are meant.
        var isPlacing = false
        var ids: Set<ByteName>
        /// By the number of a subject's making, that of the one that it went over into.
        var became: [UInt64: UInt64] = [:]
        var meant: Set<UInt64> = []
        var lines: [Line] = []
        var doubtful: [Line] = []

        func root(_ making: UInt64) -> UInt64 {
            var making = making
            while let next = became[making] { making = next }
            return making
        }
    }

    private let state: Mutex<State>

    /// - Parameter ids: what the person is known by, as it stands in lines.
    package init(_ ids: [String]) {
        state = Mutex(State(ids: Set(ids.map { PersonSearch.name($0) })))
    }

    /// The person's ids, those that were found among them.
    package var ids: [String] { state.withLock { $0.ids.map(\.text).sorted() } }
    /// The lines that are the person's, those of one line of several events once for each.
    package var lines: [Line] { state.withLock { $0.lines } }
    /// The lines that are no events.
    package var doubtful: [Line] { state.withLock { $0.doubtful } }

    /// Which subjects are meant is known from now on: what comes once more is told by its place.
    package func beginPlacing() {
        state.withLock { state in
            state.isPlacing = true
            state.meant = Set(state.meant.map(state.root))
        }
    }

    private static func name(_ id: String) -> ByteName {
        let bytes = Array(id.utf8)
        return View.of(bytes) { ByteName(IdentityPlan.trimmed($0).text) }
    }

    // MARK: What the sequencer tells

    /// One subject, by the number of its making, went over into another.
    func joined(_ making: UInt64, into other: UInt64) {
        state.withLock { state in
            if !state.isPlacing { state.became[making] = other }
        }
    }

    /// An event was taken.
    /// - Parameters:
    ///   - making: the number of its subject's making; nil where customers are their ids.
    ///   - ids: the ids shown that are the subject's own.
    func took(_ making: UInt64?, ids: [View<UInt8>], at origin: (source: LineSource, line: UInt64), taken: Instant) {
        state.withLock { state in
            let isNamed = ids.contains { state.ids.contains(ByteName($0.text)) }
            guard state.isPlacing else {
                if isNamed, let making { state.meant.insert(making) }
                return
            }
            guard making.map({ state.meant.contains(state.root($0)) }) ?? isNamed,
                let line = PersonSearch.line(origin, taken)
            else { return }
            state.lines.append(line)
            for id in ids { state.ids.insert(ByteName(id.text)) }
        }
    }

    /// A line is no event.
    func passed(_ origin: (source: LineSource, line: UInt64)) {
        state.withLock { state in
            if state.isPlacing, let line = PersonSearch.line(origin, nil) { state.doubtful.append(line) }
        }
    }

    /// The sources of what is looked through are called by the places of the journal's records.
    private static func line(_ origin: (source: LineSource, line: UInt64), _ taken: Instant?) -> Line? {
        UInt64(origin.source.name).map { Line(position: $0, line: Int(clamping: origin.line), taken: taken) }
    }
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
