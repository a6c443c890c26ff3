import Cells
import Storage
import Synchronization
package import Telemetry

/// What a process shows of its cells while it goes on, to whoever asks on another thread.
package final class TopicFigures: Sendable {
    /// What one cell shows.
    package struct Cell: Sendable, Equatable {
        package let partition: Int
        package let offset: Int64
        /// How many records of the partition are still to be taken; nil where that is not known.
        package let lag: Int64?
        package let isLive: Bool
        /// What it has counted, with all that was before the process had it.
        let counts: Counts
    }

    /// What cells count.
    struct Counts: Sendable, Equatable {
        var events: UInt64 = 0
        var late: UInt64 = 0
        var rejected: UInt64 = 0
    }

    private struct State {
        var cells: [Cell] = []
        var stopped = 0
        var isReady = false
        /// The most that the cell of each partition has counted that the process has, or had. What a cell counts follows from
        /// its records, so one that repeats comes to the same; and what was counted does not become less as cells go away.
        var counts: [Int: Counts] = [:]
        var rebalanced: Int64 = 0
        var turns: UInt64 = 0
        var turnSince: Int64?
    }

    private let state = Mutex(State())
    private let commits: Counter
    private let aborts: Counter
    private let lines: Counter

    package init(_ metrics: Metrics) {
        commits = metrics.counter("journeyd_kafka_commits_total", "Transactions that were committed.")
        aborts = metrics.counter("journeyd_kafka_aborts_total", "Transactions that were aborted and made again.")
        lines = metrics.counter("journeyd_kafka_lines_total", "Lines that were committed.")
        metrics.observe { [weak self] reading in self?.read(into: &reading) }
    }

    /// Whether all cells of the process are live, or stopped for good, and it has some.
    package var isReady: Bool { state.withLock { $0.isReady } }

    /// The cells, in order of their partitions.
    package var cells: [Cell] { state.withLock { $0.cells } }

    func note(_ note: CellNote) {
        switch note {
        case .committed(let count):
            commits.add()
            lines.add(UInt64(count))
        case .aborted: aborts.add()
        default: break
        }
    }

    func rebalanced(at seconds: Int64) { state.withLock { $0.rebalanced = seconds } }

    func show(_ cells: [Cell], stopped: Int, isReady: Bool) {
        state.withLock { state in
            (state.cells, state.stopped, state.isReady) = (cells, stopped, isReady)
            for cell in cells {
                let before = state.counts[cell.partition] ?? Counts()
                state.counts[cell.partition] = Counts(
                    events: max(before.events, cell.counts.events), late: max(before.late, cell.counts.late),
                    rejected: max(before.rejected, cell.counts.rejected))
            }
        }
    }

    /// A turn begins, or is over.
    func turn(since: Int64?) {
        state.withLock { state in
            if since == nil { state.turns += 1 }
            state.turnSince = since
        }
    }

    /// How the process is, as those who look after it are told.
    package var pulse: (turns: UInt64, since: Int64?, events: UInt64, late: UInt64, rejected: UInt64) {
        state.withLock { state in
            var total = Counts()
            for counts in state.counts.values {
                total.events += counts.events
                total.late += counts.late
                total.rejected += counts.rejected
            }
            return (state.turns, state.turnSince, total.events, total.late, total.rejected)
        }
    }

    private func read(into reading: inout Reading) {
        let state = state.withLock { $0 }
        for cell in state.cells {
            let labels = [Reading.Label("partition", "\(cell.partition)")]
            reading.add(
                "journeyd_cell_offset", "The offset of the next record that a cell takes.", .gauge, labels,
                .number(Double(cell.offset)))
            reading.add(
                "journeyd_cell_live", "Whether a cell is live (1), or repeats what was committed (0).", .gauge, labels,
                .number(cell.isLive ? 1 : 0))
            guard let lag = cell.lag else { continue }
            reading.add(
                "journeyd_cell_lag", "Records of the partition that a cell has not taken yet.", .gauge, labels,
                .number(Double(lag)))
        }
        reading.add(
            "journeyd_cells_stopped", "Cells of the process that were stopped for good.", .gauge, [],
            .number(Double(state.stopped)))
        reading.add(
            "journeyd_kafka_rebalance_timestamp_seconds", "When partitions were assigned last.", .gauge, [],
            .number(Double(state.rebalanced)))
    }
}
