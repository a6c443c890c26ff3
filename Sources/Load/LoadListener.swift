import Endpoints
import Storage
import Telemetry

/// Reads what comes back and notes how long each decision took. It blocks: it belongs on a thread of its own.
struct LoadListener: ~Copyable {
    /// What came.
    struct Heard: Sendable {
        var lines = 0
        var faults = 0
        var afterEnd = 0
        /// Answers to requests, and those among them that refuse.
        var answers = 0
        var refused = 0
        /// The ids of the decisions, where they are to be checked.
        var ids: Set<UInt64> = []
        /// In microseconds.
        var latencies = HistogramCounts()
    }

    private let schedule: Schedule
    private let keepsIDs: Bool
    private var reader = DecisionReader()
    private var heard = Heard()
    private var decisions: [SeenDecision] = []
    private let block = ByteBlock(capacity: 256 << 10)

    init(_ schedule: Schedule, keepsIDs: Bool) {
        self.schedule = schedule
        self.keepsIDs = keepsIDs
    }

    /// Listens until the other side ends, or `stop` is requested and nothing has come for a while.
    /// - Parameter patience: how long that is, in milliseconds.
    consuming func listen(to connection: Descriptor, stop: StopSignal, patience: Int32) -> Heard {
        while true {
            if stop.isRequested {
                if !connection.waitToRead(milliseconds: patience) { break }
            } else if connection.waitToRead(or: stop.descriptor) == .interrupted {
                continue
            }
            block.truncate(to: 0)
            let got = block.read(from: connection.number)
            if got == 0 { break }
            if got > 0 { take() } else if !SystemError(code: Int32(-got)).isPassing { break }
        }
        heard.lines = reader.lineCount
        heard.faults = reader.faultCount
        return heard
    }

    private mutating func take() {
        let now = System.wallClock
        decisions.removeAll(keepingCapacity: true)
        // Taken out and put back, because the closure may hold no part of this.
        var found = decisions
        reader.take(block.bytes) { found.append($0) }
        decisions = found
        for decision in decisions {
            if keepsIDs { heard.ids.insert(decision.id) }
            if let decider = schedule.decider(of: decision.time) {
                heard.latencies.record(UInt64(max(0, now - schedule.sending(of: decider))))
            } else {
                heard.afterEnd += 1
            }
        }
    }
}
