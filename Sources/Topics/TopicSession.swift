#if Kafka
    import Cells
    package import Endpoints
    import Events
    package import Expressions
    package import Journal
    import Pipeline
    import Storage
    import Synchronization
    package import Telemetry

    /// What a process does with topics, from joining the group to leaving it. On one thread; what
    /// comes from others is posted.
    package final class TopicSession {
        /// How often, in nanoseconds, what the cells show is brought up to date.
        private static let showPause: Int64 = 200_000_000
        /// How often, in nanoseconds, the clock may move cells that are at their partitions' ends:
        /// each time at which anything happens is a control record.
        private static let stepPause: Int64 = 250_000_000
        /// How long a turn waits for records, in milliseconds.
        private static let pollMost: Int64 = 100
        /// How far, in microseconds, this machine's clock may be behind records and other processes before that is told.
        private static let skewMost: Int64 = 60_000_000

        /// What other threads ask of the session.
        package final class Requests: Sendable {
            private struct State {
                var configuration: RecordedConfiguration?
                var reopens = false
            }

            private let state = Mutex(State())

            package init() {}

            /// Has all cells follow another configuration.
            package func follow(_ configuration: RecordedConfiguration) {
                state.withLock { $0.configuration = configuration }
            }

            /// Has files that are appended to opened anew.
            package func reopen() { state.withLock { $0.reopens = true } }

            fileprivate func take() -> (configuration: RecordedConfiguration?, reopens: Bool) {
                state.withLock { state in
                    defer { state = State() }
                    return (state.configuration, state.reopens)
                }
            }
        }

        private let terms: TopicTerms
        private let maker: EngineCellMaker
        private let aside: AsideOutputs
        private let figures: TopicFigures
        private let requests: Requests
        private let stop: StopSignal
        private let log: Log
        private let zone: @Sendable (String) -> Zone?
        private let whenReady: () -> Void
        private var asideFault: EndpointFault?
        private var stoppedFault: String?

        package init(
            _ terms: TopicTerms, _ maker: EngineCellMaker, aside: AsideOutputs, figures: TopicFigures,
            requests: Requests, stop: StopSignal, log: Log, zone: @escaping @Sendable (String) -> Zone?,
            whenReady: @escaping () -> Void
        ) {
            (self.terms, self.maker, self.aside, self.figures) = (terms, maker, aside, figures)
            (self.requests, self.stop, self.log, self.zone) = (requests, stop, log, zone)
            self.whenReady = whenReady
        }

        /// Runs until a stop is requested, or it cannot go on. Blocks.
        /// - Returns: why it could not go on, or that cells had to be stopped; nil where all went well.
        package func run() -> EndpointFault? {
            let broker: TopicBroker
            do throws(EndpointFault) {
                broker = try TopicBroker(terms, zone: zone)
            } catch {
                return error
            }
            for warning in broker.warnings { log.warn(warning) }
            log.info("joining", ["group": .text(terms.group), "transactional_id": .text(broker.transactionalName)])
            let member = Member(
                broker, maker, partitioner: terms.settings.partitioner,
                aside: { [self] output throws(BrokerFault) in
                    do throws(EndpointFault) {
                        try aside.take(output)
                    } catch {
                        asideFault = error
                        throw .ended("\(error)")
                    }
                }, tell: { [self] note in tell(note) })
            do throws(BrokerFault) {
                try turns(member, broker)
                maker.beginEnding()
                try member.finish(at: .now)
                broker.close()
            } catch {
                return asideFault ?? EndpointFault(.readingFailed, error.words)
            }
            return stoppedFault.map { EndpointFault(.readingFailed, $0) }
        }

        private func turns(_ member: Member, _ broker: TopicBroker) throws(BrokerFault) {
            let pause = terms.settings.commit * 1000
            var nextCommit = System.monotonicClock + pause
            var (nextShow, nextStep): (Int64, Int64) = (0, 0)
            while !stop.isRequested {
                let now = System.monotonicClock
                figures.turn(since: now)
                defer { figures.turn(since: nil) }
                let asked = requests.take()
                if asked.reopens { aside.reopen { log.error("\($0)") } }
                if let configuration = asked.configuration {
                    maker.configuration = configuration.payloadBytes
                    member.reconfigure()
                }
                broker.takesRecords = !member.isHeldUp
                let wait = max(0, min((nextCommit - now) / 1_000_000, Self.pollMost))
                do throws(BrokerFault) {
                    try member.poll(milliseconds: Int(wait))
                } catch .again(let reason) {
                    log.tell(.warn, "waiting for the brokers", ["reason": .text(reason)], per: "brokers")
                }
                if System.monotonicClock >= nextStep {
                    member.step(to: .now)
                    nextStep = System.monotonicClock + Self.stepPause
                }
                if System.monotonicClock >= nextCommit {
                    try member.commit()
                    nextCommit = System.monotonicClock + pause
                }
                if System.monotonicClock >= nextShow {
                    nextShow = System.monotonicClock + Self.showPause
                    show(member, broker)
                }
            }
        }

        private func show(_ member: Member, _ broker: TopicBroker) {
            let cells = member.cells.sorted { $0.key < $1.key }.map { partition, cell in
                var counts = TopicFigures.Counts()
                if let engine = cell.machine as? EngineCell {
                    (counts.events, counts.late) = (engine.counts.events, engine.counts.late)
                    counts.rejected = engine.counts.rejects.values.reduce(0, +) + engine.misplacedCount
                }
                return TopicFigures.Cell(
                    partition: partition, offset: cell.place.offset,
                    lag: broker.reader.knownEnd(partition).map { max(0, $0 - cell.place.offset) }, isLive: cell.isLive,
                    counts: counts)
            }
            let ahead = member.cells.values.map { $0.latest.since(.now) }.max() ?? 0
            if ahead > Self.skewMost {
                log.tell(
                    .warn, "this machine's clock is behind others; set the clocks of all machines",
                    ["seconds": LogValue(Int(ahead / 1_000_000))], per: "clock")
            }
            let isReady = member.isReady && member.hasAssignment
            figures.show(cells, stopped: member.stopped.count, isReady: isReady)
            if isReady { whenReady() }
        }

        private func tell(_ note: CellNote) {
            figures.note(note)
            switch note {
            case .repeating(let partition, let from, let to, let hasSnapshot):
                log.info(
                    hasSnapshot
                        ? "repeating from a snapshot" : "repeating from the beginning, since there is no snapshot",
                    ["partition": LogValue(partition), "from": LogValue(from), "to": LogValue(to)])
            case .live(let partition, let offset):
                log.info("live", ["partition": LogValue(partition), "offset": LogValue(offset)])
            case .stopped(let partition, let reason):
                stoppedFault = reason
                log.error("cell stopped", ["partition": LogValue(partition), "reason": .text(reason)])
            case .waiting(let partition, let reason):
                log.tell(
                    .warn, "waiting", ["partition": LogValue(partition), "reason": .text(reason)],
                    per: "waiting \(partition)")
            case .dropped(let partitions, let reason):
                log.warn(
                    "partitions dropped",
                    ["partitions": .text(partitions.map { "\($0)" }.joined(separator: " ")), "reason": .text(reason)])
            case .rejoining: log.info("joining the group again")
            case .committed(let lines): log.debug("committed", ["lines": LogValue(lines)])
            case .aborted(let reason): log.tell(.warn, "aborted", ["reason": .text(reason)], per: "aborted")
            case .assigned(let partitions):
                figures.rebalanced(at: Instant.now.microseconds / 1_000_000)
                log.info("assigned", ["partitions": .text(partitions.map { "\($0)" }.joined(separator: " "))])
            }
        }
    }
#endif
