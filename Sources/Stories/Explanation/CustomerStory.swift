package import Events
package import Journeys
import Storage

/// One chapter of a customer's story: an event or a deadline, and all that came of it.
package struct Chapter: Sendable {
    /// A value that changed.
    package struct Change: Sendable {
        package let name: String
        /// As JSON; nil where there was none, or is none any more.
        package let from: String?
        package let to: String?
    }

    /// A partial match that waits no longer, and why.
    package struct Ended: Sendable {
        /// Why it waits no longer.
        package enum Reason: Sendable, Equatable {
            /// What it waited to stay away has stayed away.
            case complete
            case outOfTime
            /// A moment of the same name, and value of `by`, came: it was this match, or one that ends this as well.
            case moment
            /// The event that came, of which no more can be said than that.
            case event
            case unknown
        }

        package let match: WaitingMatch
        package let reason: Reason
    }

    package let time: Instant
    package let cause: Incident.Cause
    package let changes: [Change]
    /// Partial matches as they wait from now on, and those that wait no longer.
    package let begun: [WaitingMatch]
    package let ended: [Ended]
    /// The moments that came, but that their cooldown held back.
    package let heldBack: [HeldBackMoment]
    /// The lines that were written, each moment's followed by its decisions.
    package var lines: [Line]
}

/// Follows one customer through the engine, and makes a story of what happens to it.
package final class CustomerStory: CustomerObserver {
    package let customerID: [UInt8]
    package let customerHash: UInt64
    package let until: Instant
    /// How things stood at the end; nil until it is known.
    package private(set) var ending: (state: CustomerState, time: Instant)?
    /// How many chapters there were.
    package private(set) var chapterCount = 0

    private var incidents: [Incident] = []
    /// How things were when something was last told.
    private var told = CustomerState()

    /// The story of a customer, as far as the time `until`, that instant included.
    package init(customer id: String, until: Instant) {
        customerID = Array(id.utf8)
        customerHash = View.of(customerID) { HashKey.process.hash($0) }
        self.until = until
    }

    /// See `CustomerObserver`.
    package func observe(_ incident: Incident) { incidents.append(incident) }

    /// See `CustomerObserver`.
    package func stands(_ state: CustomerState, at time: Instant) { ending = (state, time) }

    /// The chapters since the last call.
    /// - Parameter lines: all lines that followed from the same input.
    package func takeChapters(_ lines: @autoclosure () -> [UInt8]) -> [Chapter] {
        if incidents.isEmpty { return [] }
        var decisions = DecisionsOfMoments()
        if incidents.contains(where: { !$0.lines.isEmpty || !$0.proposed.isEmpty }) {
            decisions = DecisionsOfMoments(Line.all(lines()))
        }
        let chapters = incidents.compactMap { chapter($0, &decisions) }
        incidents = []
        chapterCount += chapters.count
        return chapters
    }

    private func chapter(_ incident: Incident, _ decisions: inout DecisionsOfMoments) -> Chapter? {
        var lines: [Line] = []
        for bytes in incident.lines {
            let line = Line(bytes)
            lines.append(line)
            if line.type == "moment", let id = line.parts["id"]?.text { lines += decisions.take(id) }
        }
        for id in incident.proposed { lines += decisions.takeLate(id, at: "\(incident.time)") }
        let waited = Set(told.waiting)
        let waits = Set(incident.after.waiting)
        let begun = incident.after.waiting.filter { !waited.contains($0) }
        let ended = told.waiting.filter { match in
            !waits.contains(match) && !begun.contains { $0.goesOn(from: match) }
        }
        let isTelling = !lines.isEmpty || !incident.heldBack.isEmpty
        let chapter = Chapter(
            time: incident.time, cause: incident.cause, changes: changes(incident, isTelling: isTelling),
            begun: begun,
            ended: ended.map { Chapter.Ended(match: $0, reason: reason(of: $0, incident, lines)) },
            heldBack: incident.heldBack, lines: lines)
        told = incident.after
        if case .deadline = incident.cause, !isTelling, chapter.changes.isEmpty, chapter.begun.isEmpty,
            chapter.ended.isEmpty
        {
            return nil
        }
        return chapter
    }

    /// Why a partial match waits no longer.
    private func reason(of match: WaitingMatch, _ incident: Incident, _ lines: [Line]) -> Chapter.Ended.Reason {
        if let until = match.until, until <= incident.time { return match.isAbsence ? .complete : .outOfTime }
        let by = match.by.map { Part(json: $0.utf8).json }
        let hasCome = lines.contains { line in
            line.type == "moment" && line.parts["moment"]?.text == match.moment && line.parts["by"]?.json == by
        }
        if hasCome || incident.heldBack.contains(where: { $0.moment == match.moment && $0.by == match.by }) {
            return .moment
        }
        if case .event = incident.cause { return .event }
        return .unknown
    }

    /// What changed since something was last told. What changes by itself as time passes is told where an event set it
    /// back, and where it may have been the reason for something.
    private func changes(_ incident: Incident, isTelling: Bool) -> [Chapter.Change] {
        var changes: [Chapter.Change] = []
        for (index, fact) in incident.after.facts.enumerated() {
            let before = incident.before.facts[index].value
            if !fact.isElapsing {
                let from = index < told.facts.count ? told.facts[index].value : before
                if from != fact.value { changes.append(Chapter.Change(name: fact.name, from: from, to: fact.value)) }
            } else if before != fact.value {
                changes.append(Chapter.Change(name: fact.name, from: before, to: fact.value))
            } else if case .deadline = incident.cause, isTelling, fact.value != nil {
                changes.append(Chapter.Change(name: fact.name, from: fact.value, to: fact.value))
            }
        }
        return changes
    }
}

/// The decisions on each moment, by the id of its line. An event that comes twice may bring about two moments whose lines say
/// the same, so an id may stand for several: they are taken one after the other.
private struct DecisionsOfMoments {
    private var all: [String: [[Line]]] = [:]
    /// When the last moment of an id came.
    private var times: [String: String] = [:]
    /// Those on moments that had come before, and waited.
    private var late: [String: [Line]] = [:]

    init() {}

    init(_ lines: [Line]) {
        for line in lines {
            let time = line.parts["time"]?.text ?? ""
            if line.type == "moment", let id = line.parts["id"]?.text {
                all[id, default: []].append([])
                times[id] = time
            } else if line.type == "decision", let id = line.parts["moment_id"]?.text {
                if let count = all[id]?.count, times[id] == time {
                    all[id]?[count - 1].append(line)
                } else {
                    late[id, default: []].append(line)
                }
            }
        }
    }

    /// The decisions on the next moment of that id.
    mutating func take(_ id: String) -> [Line] {
        guard let first = all[id]?.first else { return [] }
        all[id]?.removeFirst()
        return first
    }

    /// What was decided at that time on moments of that id that had waited.
    mutating func takeLate(_ id: String, at time: String) -> [Line] {
        let made = late[id, default: []].filter { $0.parts["time"]?.text == time }
        late[id]?.removeAll { $0.parts["time"]?.text == time }
        return made
    }
}

extension WaitingMatch {
    /// Whether it is the other partial match with something more bound.
    fileprivate func goesOn(from other: WaitingMatch) -> Bool {
        guard moment == other.moment, by == other.by, bound.count >= other.bound.count else { return false }
        let (mine, others) = (bound.flatMap(\.ids), other.bound.flatMap(\.ids))
        return mine.count > others.count && mine.starts(with: others)
    }
}
