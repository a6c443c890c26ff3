package import Analytics
import Journeys
import Storage
import Synchronization

/// Asks for the figures of the journeys at one point between two events.
package struct ReportRequest: Sendable {
    /// Called while nothing moves, with the report and how many nanoseconds the engine stood still
    /// for it; nil where nothing is reported.
    private let answer: @Sendable (JourneyReport?, _ took: Int64) -> Void

    package init(take: @escaping @Sendable (JourneyReport?, _ took: Int64) -> Void) { answer = take }

    func take(_ merge: borrowing EngineMerge, _ reports: [ShardReport]) {
        let start = System.monotonicClock
        var parts: [ReportPart] = []
        for case .counted(let part?) in reports { parts.append(part) }
        let report = parts.count == reports.count ? merge.report(of: parts) : nil
        answer(report, System.monotonicClock - start + (parts.map(\.took).max() ?? 0))
    }
}

/// The figures of a run that goes on, as the page asks for them.
///
/// They are made when somebody asks, at most once a second, and so seldom that making them takes no
/// more than a fiftieth of the time: the engine stands still for a look at every customer, so a
/// page costs it 2 % at most, however many watch. Whoever asks gets what there is, and how old it
/// is.
package final class LiveReport: Sendable {
    /// The most bytes of an answer.
    package static let bytesMost = 100_000
    /// The least time between two reports, in nanoseconds.
    private static let pauseLeast: Int64 = 1_000_000_000
    /// How many times as long as it takes is waited after one.
    private static let share: Int64 = 50
    /// After this long without an answer it is asked again: the barrier may be gone, as when a run ends.
    private static let patience: Int64 = 30_000_000_000

    private struct State {
        /// The newest report, of which no JSON was made yet.
        var report: JourneyReport?
        var reportedAt: Int64 = 0
        var json: [UInt8]?
        var madeAt: Int64 = 0
        var askedAt: Int64?
        var nextAt = Int64.min
    }

    private let controls: ControlQueue
    private let intake: @Sendable () -> [(String, Int)]
    private let state = Mutex(State())

    /// - Parameters:
    ///   - controls: where the engine is asked.
    ///   - intake: what was counted beside the report, by name: rejected lines and late events.
    package init(_ controls: ControlQueue, intake: @escaping @Sendable () -> [(String, Int)]) {
        self.controls = controls
        self.intake = intake
    }

    /// The newest figures that there are, and how many nanoseconds old they are; nil before the
    /// first. Has newer ones made where it is time. Never waits for the engine.
    /// - Parameter now: by the monotonic clock.
    package func figures(at now: Int64) -> (json: [UInt8], age: Int64)? {
        let fresh = state.withLock { state -> (report: JourneyReport, at: Int64)? in
            defer { state.report = nil }
            return state.report.map { ($0, state.reportedAt) }
        }
        if let fresh {
            let start = System.monotonicClock
            let json = fresh.report.pageJSON(intake: intake(), isLive: true, most: LiveReport.bytesMost)
            let took = System.monotonicClock - start
            state.withLock { state in
                (state.json, state.madeAt) = (json, fresh.at)
                state.nextAt += took * LiveReport.share
            }
        }
        let mustAsk = state.withLock { state -> Bool in
            let isAsked = state.askedAt.map { now - $0 < LiveReport.patience } ?? false
            guard !isAsked, now >= state.nextAt else { return false }
            state.askedAt = now
            return true
        }
        if mustAsk { controls.post(.report(ReportRequest { [weak self] in self?.note($0, took: $1) })) }
        return state.withLock { state in state.json.map { ($0, max(0, now - state.madeAt)) } }
    }

    private func note(_ report: JourneyReport?, took: Int64) {
        let now = System.monotonicClock
        state.withLock { state in
            (state.report, state.reportedAt) = (report ?? state.report, now)
            state.askedAt = nil
            state.nextAt = now + max(LiveReport.pauseLeast, took * LiveReport.share)
        }
    }
}
