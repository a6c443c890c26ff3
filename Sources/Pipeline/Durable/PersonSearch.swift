package import Events
package import Storage
import Synchronization

/// Looks for the lines of one person among all that is repeated: first which subjects the person was, then where their
/// events stand.
///
/// A person is known by ids. With the section `identity` it is every subject that ever had one of them, and all that these
/// went over into or took in; without, every customer of that id. Lines that are no event of anybody, since they were refused
/// or are not wanted, cannot be told by whose they are: they are noted as `doubtful`, for what they say to be looked at.
/// Memory: a word for each subject that went over into another, 24 bytes for each line found or doubtful.
package final class PersonSearch: PersonWatch {
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

    /// See `PersonWatch`.
    package func joined(_ making: UInt64, into other: UInt64) {
        state.withLock { state in
            if !state.isPlacing { state.became[making] = other }
        }
    }

    /// See `PersonWatch`.
    package func took(
        _ making: UInt64?, ids: [View<UInt8>], at origin: (source: LineSource, line: UInt64), taken: Instant
    ) {
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

    /// See `PersonWatch`.
    package func passed(_ origin: (source: LineSource, line: UInt64)) {
        state.withLock { state in
            if state.isPlacing, let line = PersonSearch.line(origin, nil) { state.doubtful.append(line) }
        }
    }

    /// The sources of what is looked through are called by the places of the journal's records.
    private static func line(_ origin: (source: LineSource, line: UInt64), _ taken: Instant?) -> Line? {
        UInt64(origin.source.name).map { Line(position: $0, line: Int(clamping: origin.line), taken: taken) }
    }
}
