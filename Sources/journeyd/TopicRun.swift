#if Kafka
    import Cells
    import Configuration
    import Console
    import Endpoints
    import Events
    import Journal
    import Pipeline
    import Storage
    import Telemetry
    import Topics

    extension RunCommand {
        /// A run that reads a topic, as one of the processes that share it.
        func runTopics(
            _ configuration: LoadedConfiguration, naming topic: KafkaAddress
        ) async throws(CommandFault) -> ExitStatus {
            let plan = try configuration.runnable(reports: false)
            guard let input = inputs.topic else {
                throw CommandFault(
                    .usage,
                    "journeyd run: \(topic.shown): a topic is written to where one is read; name a kafka:// input")
            }
            try checkFlags(plan)
            let (terms, others): (TopicTerms, [OutputPlan])
            do throws(EndpointFault) {
                (terms, others) = try parted(configuration, input)
            } catch {
                throw CommandFault(error)
            }
            let run = try TopicRun(self, configuration, plan, terms)
            return try await run.run(others)
        }

        private func checkFlags(_ plan: Plan) throws(CommandFault) {
            let misfits = [
                ("--shards", "each partition is one shard"), ("--at-end", "a topic has no end"),
                ("--format", "all processes must read alike, so the configuration says it (input.format)"),
            ]
            for (flag, reason) in misfits where arguments.has(flag) {
                throw CommandFault(.usage, "journeyd run: \(flag) is not for topics: \(reason); leave it out")
            }
            if inputs.saysFormat {
                throw CommandFault(
                    .usage,
                    "journeyd run: the format of a topic stands in the configuration (input.format); leave it out")
            }
            if TableSettings(.standard, plan.input.formats) != nil {
                throw CommandFault(
                    .configuration, "journeyd run: a topic's records are no table; have each say one event as JSON")
            }
        }

        /// What goes to topics, and the outputs beside them.
        private func parted(
            _ configuration: LoadedConfiguration, _ input: KafkaAddress
        ) throws(EndpointFault) -> (TopicTerms, [OutputPlan]) {
            var outputs: [(address: KafkaAddress, plan: OutputPlan)] = []
            var others: [OutputPlan] = []
            let standard: KafkaAddress?
            do throws(CommandFault) {
                standard = try outputTopic
            } catch {
                throw EndpointFault(.badAddress, error.message)
            }
            for plan in configuration.plan?.outputs ?? [] {
                if case .kafka(let address) = plan.target {
                    outputs.append((address, plan))
                } else if case .standard = plan.target, let standard {
                    outputs.append((standard, plan))
                } else {
                    others.append(plan)
                }
            }
            let settings = configuration.plan?.kafka ?? KafkaSettings()
            return (try TopicTerms(input, outputs: outputs, settings: settings), others)
        }
    }

    /// One run on topics from the command line.
    private struct TopicRun {
        private let command: RunCommand
        private let configuration: LoadedConfiguration
        private let plan: Plan
        private let terms: TopicTerms
        private let directory: DataDirectory?
        private let stop: StopSignal
        private let requests = TopicSession.Requests()

        init(
            _ command: RunCommand, _ configuration: LoadedConfiguration, _ plan: Plan, _ terms: TopicTerms
        ) throws(CommandFault) {
            (self.command, self.configuration, self.plan, self.terms) = (command, configuration, plan, terms)
            do throws(JournalFault) {
                directory = try command.arguments["--data-dir"].map { path throws(JournalFault) in
                    try DataDirectory.open(path)
                }
            } catch {
                throw CommandFault(error)
            }
            do throws(SystemError) {
                stop = try StopSignal()
            } catch {
                throw CommandFault(.cannotOpen, "journeyd: a pipe cannot be made: \(error)")
            }
        }

        /// Where snapshots are kept: where the other processes find them, else in the data directory.
        private var folder: Folder? {
            let parent = terms.settings.snapshots.map { Folder($0) } ?? directory?.snapshots
            return parent.map { Folder($0.path(of: "\(terms.input.topic)-\(terms.group)")) }
        }

        func run(_ others: [OutputPlan]) async throws(CommandFault) -> ExitStatus {
            let service = command.service
            let server = try service.openAdmin(command.arguments)
            let aside: AsideOutputs
            do throws(EndpointFault) {
                aside = try open(others)
            } catch {
                throw CommandFault(error)
            }
            stop.followSignals()
            try follow(hangups: try command.hangups())
            let figures = TopicFigures(service.metrics)
            service.condition.follow { Pulse(figures) }
            service.tellStart(
                configuration.path, command.inputs.texts,
                outputs: terms.outputs.map(\.topic) + others.map(\.target.shown), [])
            let attendance = try service.attend(stop: stop, server) { figures.isReady }
            service.condition.enter(.recovering)
            let fault = await play(aside, figures)
            service.condition.enter(.stopping)
            service.endTopics(figures, fault, wasStopped: stop.isRequested, attendance)
            if let fault, fault.kind != .readerGone { throw CommandFault(fault) }
            return figures.pulse.rejected > 0 && command.arguments.has("--strict") ? .rejectedLines : .done
        }

        private func open(_ others: [OutputPlan]) throws(EndpointFault) -> AsideOutputs {
            var taken: [Descriptor] = []
            var output = Output.standard
            if let path = command.arguments["--output"], !KafkaAddress.isMeant(by: path) {
                output = try Output(appendingTo: path, apartFrom: taken)
            }
            let service = command.service
            let outlets = try Outlet.open(
                others, standard: output, apartFrom: taken, log: service.log, metrics: service.metrics)
            taken += outlets.compactMap(\.output?.descriptor)
            let rejects = try command.arguments["--rejects"].map { path throws(EndpointFault) in
                try Output(appendingTo: path, apartFrom: taken)
            }
            return AsideOutputs(outlets, rejects: rejects, stop: stop, zone: plan.zone)
        }

        /// Plays on a thread of its own.
        private func play(_ aside: AsideOutputs, _ figures: TopicFigures) async -> EndpointFault? {
            let service = command.service
            let log = service.log
            let (terms, folder, requests, stop, plan) = (terms, folder, requests, stop, plan)
            let (recorded, settings) = (configuration.recorded, configuration.plan?.journal ?? JournalSettings())
            if folder == nil {
                log.warn("no snapshots are kept, so cells repeat from the topic's beginning; name a --data-dir")
            }
            let thread = BlockingThread()
            defer { thread.end() }
            let held = Handover(aside)
            let errands = folder.map { CellSnapshotCommand.errands(terms, $0, recorded) { log.warn($0) } }
            let task = Task(executorPreference: thread) { () -> EndpointFault? in
                let aside = held.value
                let maker = EngineCellMaker(
                    recorded, topic: terms.input.topic, folder: folder, writer: terms.input.instance,
                    settings: settings, errands: errands, planning: LoadedConfiguration.planning, tell: { log.warn($0) }
                )
                let session = TopicSession(
                    terms, maker, aside: aside, figures: figures, requests: requests, stop: stop, log: log,
                    zone: plan.zone
                ) { service.condition.enter(.ready) }
                let fault = session.run()
                let last = await aside.finish()
                return fault ?? last
            }
            return await task.value
        }

        /// What one thread has made and another one uses from then on.
        private final class Handover<Value>: @unchecked Sendable {
            let value: Value
            init(_ value: Value) { self.value = value }
        }

        /// Has SIGHUP open output files anew and take the configuration anew.
        private func follow(hangups: Hangups) throws(CommandFault) {
            let (path, requests, startSections) = (
                configuration.path, requests, configuration.plan?.startSections ?? [:]
            )
            hangups.follow(until: stop) {
                let askers = ReloadAnswer.Askers()
                requests.reopen()
                do throws(CommandFault) {
                    let next = try LoadedConfiguration(path)
                    _ = try next.runnable(reports: false)
                    let sections = next.plan?.startSections ?? [:]
                    for section in Set(sections.keys).union(startSections.keys)
                        .filter({ sections[$0] != startSections[$0] }).sorted()
                    {
                        CommandLineProgram.report(
                            "\(path): \(section) stays as it was at the start; start journeyd anew to change it")
                    }
                    requests.follow(next.recorded)
                    let words = "\(path): the configuration was taken anew; each cell follows it from where it is now"
                    CommandLineProgram.report(words)
                    askers.tell(.done, words)
                } catch {
                    let consequence =
                        "\(path): the configuration was not taken anew; the run goes on with the one before"
                    CommandLineProgram.report(error.message)
                    CommandLineProgram.report(consequence)
                    askers.tell(.configuration, error.message + "\n" + consequence)
                }
            }
        }
    }

    extension Pulse {
        fileprivate init(_ figures: TopicFigures) {
            let pulse = figures.pulse
            self.init(
                workers: [Worker(stage: "cells", isWriter: false, done: pulse.turns, busySince: pulse.since)],
                queued: 0,
                events: pulse.events, late: pulse.late, rejected: pulse.rejected)
        }
    }

    extension Service {
        /// The run on topics is over.
        fileprivate func endTopics(
            _ figures: TopicFigures, _ fault: EndpointFault?, wasStopped: Bool, _ attendance: Attendance
        ) {
            attendance.sender?.end()
            attendance.server?.stop()
            attendance.overseer?.end()
            log.settleAll()
            let reason = fault.map { "\($0)" } ?? (wasStopped ? "told to stop" : "end")
            log.tell(
                fault == nil ? .info : .error, "stopped",
                ["reason": .text(reason), "events": LogValue(figures.pulse.events)])
        }
    }

    extension LoadedConfiguration {
        /// The plan of a configuration that a control record or a snapshot has, as a partition follows it.
        @Sendable static func planning(
            _ recorded: RecordedConfiguration, _ numbering: Numbering?, _ partition: Int, _ count: Int
        ) throws(CellFault) -> Plan {
            do throws(CommandFault) {
                return try LoadedConfiguration(recorded: recorded, following: numbering?.projection ?? Projection())
                    .runnable(partition: partition, of: count)
            } catch {
                throw CellFault(
                    "partition \(partition): the configuration that is followed is not one for this journeyd: \(error.message)"
                )
            }
        }
    }
#endif
