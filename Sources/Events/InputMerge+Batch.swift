/// A scanned batch on its way to the sequencer, with what it needs to know about the lines' origin.
package struct InputBatch: Sendable {
    package let events: EventBatch
    /// Whether the input is live, so that an event cannot lie far in the future.
    package let isLive: Bool
    /// Where the lines come from; empty where they are the next ones of `events.parts`.
    let runs: [LineRun]

    /// A batch of the next lines of its sources.
    package init(_ events: EventBatch, isLive: Bool) {
        self.init(events, isLive: isLive, runs: [])
    }

    init(_ events: EventBatch, isLive: Bool, runs: [LineRun]) {
        self.events = events
        self.isLive = isLive
        self.runs = runs
    }
}
