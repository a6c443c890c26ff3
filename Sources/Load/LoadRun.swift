package import Endpoints
package import Samples
package import Storage
import Telemetry

/// One load: what is sent where, and where the decisions come back.
package struct LoadRun: Sendable {
    /// What is sent.
    package struct Plan: Sendable {
        /// Whose journeys. `events` is how many are sent.
        package var journeys: SampleJourneys.Parameters
        /// Events a second.
        package var rate: Double
        /// How many times as fast as the clock event time runs.
        package var speed: Double
        /// For how long nothing may come back, behind the last event, before the end, in milliseconds.
        package var patience: Int32

        package init(journeys: SampleJourneys.Parameters, rate: Double, speed: Double, patience: Int32) {
            self.journeys = journeys
            self.rate = rate
            self.speed = speed
            self.patience = patience
        }
    }

    /// What came of it.
    package struct Outcome: Sendable {
        package var report: LoadReport
        package var schedule: Schedule
        /// The decisions that came back, where they were kept.
        package var ids: Set<UInt64>
        package var fault: EndpointFault?
    }

    private let plan: Plan
    private let connections: [Descriptor]
    private let name: String
    private let answers: Descriptor?
    private let keepsIDs: Bool
    private let web: WebTarget?

    /// - Parameters:
    ///   - connections: where events go, at least one; each customer's over the same.
    ///   - name: how messages name where they lead.
    ///   - answers: where decisions come from; without it nothing is measured but the sending.
    ///   - web: what is asked of an `http://` input; nil where lines are sent.
    package init(
        _ plan: Plan, to connections: [Descriptor], name: String, answers: Descriptor?, keepsIDs: Bool,
        web: WebTarget? = nil
    ) {
        self.web = web
        self.plan = plan
        self.connections = connections
        self.name = name
        self.answers = answers
        self.keepsIDs = keepsIDs
    }

    /// Sends, listens, and ends when all is sent and nothing comes back any more. Sending blocks: it belongs on a thread of
    /// its own.
    /// - Parameters:
    ///   - stop: ends the sending early.
    ///   - sent: is requested by this when all is sent.
    package func run(
        _ journeys: consuming StampedJourneys, until stop: StopSignal, announcing sent: StopSignal
    ) async -> Outcome {
        let schedule = Schedule(
            start: System.wallClock + LoadRun.headStart, rate: plan.rate, count: plan.journeys.events,
            speed: plan.speed)
        let (thread, webThread) = (BlockingThread(), BlockingThread())
        defer { for thread in [thread, webThread] { thread.end() } }
        let book = RequestBook(connections: connections.count)
        let answered = web.map { web in
            Task(executorPreference: webThread) {
                AnswerListener(schedule, connections, book, isTimed: web.request == .decide)
                    .listen(stop: sent, patience: plan.patience)
            }
        }
        let listening = answers.map { answers in
            Task(executorPreference: thread) {
                LoadListener(schedule, keepsIDs: keepsIDs).listen(to: answers, stop: sent, patience: plan.patience)
            }
        }
        var sender = LoadSender(schedule, journeys, to: connections, name: name, web: web.map { ($0, book) })
        let done = sender.send(until: stop)
        sent.request()
        var heard = await listening?.value ?? LoadListener.Heard()
        if let told = await answered?.value {
            (heard.answers, heard.refused) = (told.answers, told.refused)
            heard.faults += told.faults
            if web?.request == .decide { heard.latencies = told.latencies }
        }
        var report = LoadReport(
            rate: plan.rate, planned: schedule.count, sent: done.count,
            seconds: Double(max(0, done.end - schedule.start)) / 1e6, lagMost: done.lagMost,
            latencies: heard.latencies, afterEnd: heard.afterEnd, lines: heard.lines, faults: heard.faults)
        if let web {
            report.requests = (web.request == .decide, heard.answers, heard.refused)
        }
        return Outcome(report: report, schedule: schedule, ids: heard.ids, fault: done.fault)
    }

    /// How long before the first event everything is in place, in microseconds.
    private static let headStart: Int64 = 20_000
}
