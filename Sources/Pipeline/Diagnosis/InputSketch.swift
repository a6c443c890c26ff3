import Events
import Journeys
import Storage
import Synchronization

/// What a run notes of its input so that it can tell at the end why nothing sensible came of it.
///
/// The first events are looked at, a fixed number of them, and of all others only whether any came of a type that the
/// configuration names, which the scanners see anyway. So it costs nothing once the beginning is over, its memory is bounded,
/// and what it says follows from the input alone.
package final class InputSketch: Sendable {
    /// How many events' types are counted, and how many different ones.
    static let countedMost = 4096
    static let namesMost = 256
    /// How many events' lines are kept, and how much of each.
    static let linesMost = 64
    static let lineMost = 4096

    private struct State {
        var counted = 0
        var names: [ByteName: Int] = [:]
        var lines: [[UInt8]] = []
        var seen: [Bool] = []
        var firstReject: String?
        var rejected: [[UInt8]] = []
        var pendingMatches = 0
    }

    private let state = Mutex(State())
    private let isSated = Atomic<Bool>(false)

    package init() {}

    /// Looks at the next events, in the order in which they are taken.
    func look(at events: EventBatch) {
        if isSated.load(ordering: .relaxed), events.rejects.isEmpty { return }
        // What is said of lines is said of the native form: elsewhere other keys are right.
        let isNative = events.parts.allSatisfy { part in
            part.source.format.table == nil && part.source.format.preset ?? .native == .native
        }
        state.withLock { state in
            for reject in events.rejects.prefix(InputSketch.linesMost - state.rejected.count) {
                state.rejected.append(reject.raw)
            }
            for index in 0..<events.count where state.counted < InputSketch.countedMost {
                let row = events.row(index)
                state.counted += 1
                let name = events.text(row.typeName).text
                if state.names[name] != nil || state.names.count < InputSketch.namesMost {
                    state.names[name, default: 0] += 1
                }
                if isNative, state.lines.count < InputSketch.linesMost {
                    let line = events.text(row.lineText)
                    state.lines.append(line[0..<min(line.count, InputSketch.lineMost)].copied)
                }
            }
            if state.counted == InputSketch.countedMost { isSated.store(true, ordering: .relaxed) }
        }
    }

    /// Notes of which types events came to a scanner, by number.
    func note(typesSeen seen: [Bool]) {
        state.withLock { state in
            while state.seen.count < seen.count { state.seen.append(false) }
            for (number, isSeen) in seen.enumerated() where isSeen { state.seen[number] = true }
        }
    }

    /// Notes lines that were rejected, in their order.
    func note(_ reject: PlacedReject) {
        state.withLock { state in
            if state.firstReject != nil { return }
            state.firstReject =
                "\(reject.source.name):\(reject.line): \(reject.reject.reason.rawValue): \(reject.detail)"
        }
    }

    /// Notes what a shard still waits for at the end.
    func note(pendingMatches count: Int) { state.withLock { $0.pendingMatches += count } }

    /// Puts what was noted beside the run's totals.
    func figures(under plan: Plan, _ totals: Totals) -> RunFigures {
        let state = state.withLock { $0 }
        let projection = plan.journeys.projection
        var figures = RunFigures()
        figures.lines = totals.lines
        figures.events = totals.events
        figures.late = totals.late
        figures.rejected = totals.rejectedCount
        figures.reasons = totals.reasons
        figures.firstReject = state.firstReject
        figures.rejectedSample = state.rejected
        let formats = plan.input.formats
        figures.preset = formats.preset
        figures.readsMilliseconds = formats.readsMilliseconds
        figures.sample = formats.preset == .native ? state.lines : []
        figures.typesThatCame = state.names.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key.text)
        let awaited = plan.journeys.awaitedTypes
        let names = Set(names: awaited.map { projection.types[$0] })
        figures.hasOtherTypes = state.seen.first == true || figures.typesThatCame.contains { !names.contains($0) }
        figures.typesThatDidNot = awaited.filter { $0 >= state.seen.count || !state.seen[$0] }
            .map { projection.types[$0] }
        let paths = projection.paths.filter { $0.count > 1 && $0[0] == "properties" }
        figures.properties = formats.replacements.isEmpty ? paths.map { $0[1] } : []
        figures.pendingMatches = UInt64(state.pendingMatches)
        figures.neverDue = UInt64(totals.neverDue)
        figures.linesOut = totals.linesOut
        figures.moments = totals.moments
        figures.failing = totals.failing
        figures.hasRules = !plan.journeys.moments.isEmpty || !plan.journeys.picture.segments.isEmpty
        return figures
    }
}
