package import Analytics
import Events
import Storage
import Synchronization

/// Where the parts of a report come together at the end of a run.
package final class ReportCollector: Sendable {
    private struct State {
        var totals = JourneyTotals()
        var names: (touchpoints: NumberedNames, channels: NumberedNames, traits: TouchpointTraits)?
        var reached: Int64?
        var ledger: JourneyLedger?
        var outcomes: [OutcomeEvent] = []
        var entries: [ActionEntry] = []
        var actions: [String] = []
        var calibration: [CalibrationBin] = []
    }

    private let settings: ReportSettings
    private let state = Mutex(State())

    package init(_ settings: ReportSettings) { self.settings = settings }

    /// Takes what a shard has counted, once time is at `reached`.
    func add(_ book: TouchBook, reached: Instant) {
        let totals = book.accumulator.totals
        let names = (book.touchpoints, book.channels, book.accumulator.traits)
        state.withLock { state in
            state.totals.merge(totals)
            // All shards have given the same numbers to the same names.
            state.names = names
            if reached > .distantPast { state.reached = max(state.reached ?? .min, reached.microseconds) }
        }
    }

    /// Takes what the stage behind the shards has counted.
    func add(_ ledger: JourneyLedger) { state.withLock { $0.ledger = ledger } }

    /// Takes the customers' first decisions for each action, what came, and how well propensities were learnt.
    func add(entries: [ActionEntry], outcomes: [OutcomeEvent], actions: [String], calibration: [CalibrationBin]) {
        state.withLock {
            ($0.entries, $0.outcomes, $0.actions, $0.calibration) = (entries, outcomes, actions, calibration)
        }
    }

    /// The report; nil where a part of it did not come, as the run failed.
    package var report: JourneyReport? {
        state.withLock { state in
            guard let names = state.names, let ledger = state.ledger else { return nil }
            var report = JourneyReport(
                settings: settings, touchpoints: names.touchpoints, channels: names.channels, traits: names.traits,
                totals: state.totals, ledger: ledger, reached: state.reached)
            if let actions = settings.actions {
                report.proofs = ActionProof.all(
                    state.entries, state.outcomes, actions: state.actions, actions, reached: state.reached ?? 0)
            }
            report.calibration = state.calibration
            return report
        }
    }
}
