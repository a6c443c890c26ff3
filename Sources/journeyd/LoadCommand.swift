import Configuration
import Endpoints
import Events
import Languages
import Load
import Samples
import Storage

#if Kafka
    import Topics
#endif

extension Command {
    /// `journeyd load`.
    static let load = Command(
        name: "load", operands: "", operandCount: 0...0,
        summary: "open-loop load generator that measures decision latency",
        explanation: """
            Sends events of a made-up shop's customers to a running engine, at a fixed rate that does not wait for it, reads
            its decisions back, and tells how long they took: from when the deciding event was due to be sent until its
            decision had been read.

                journeyd run CONFIG unix:///tmp/in      # with outputs: [{ to: "unix:///tmp/out" }]
                journeyd load --to unix:///tmp/in --from unix:///tmp/out --rate 100000 --duration 60s

                journeyd load --to http://127.0.0.1:8080/decide --connections 64 --rate 10000

            To http://HOST:PORT events go by POST /events, as many as are due in a body, up to 500; with /decide behind it
            each is a request of its own, and the latency is that of its answer.
            Events tell the present time, so the engine's own clock and the load's must be one.
            """,
        flags: [
            Flag(
                "--to", "ADDRESS",
                "where the engine listens: tcp://HOST:PORT, unix://PATH or http://HOST:PORT; or kafka://HOST:PORT/TOPIC"
            ),
            Flag(
                "--from", "ADDRESS",
                "where to listen for its decisions, - for standard input, or kafka://HOST:PORT/TOPIC; without it only sending is measured"
            ),
            Flag("--rate", "R", "events a second (default: 1000)"),
            Flag("--duration", "TIME", "how long to send, such as 60s (default: 10s)"),
            Flag("--connections", "N", "over how many connections; a customer keeps to one (default: 1)"),
            Flag("--token-file", "FILE", "the token that the engine asks for, in a file"),
            Flag("--customers", "N", "how many customers (default: 100000)"),
            Flag("--seed", "N", "the seed of all chance (default: 1)"),
            Flag("--speed", "N", "event time runs N times as fast as the clock, and ends with it (default: 1)"),
            Flag("--check", "CONFIG", "afterwards, decide on the same events by CONFIG and tell what is missing"),
            Flag("--json", "tell it as one JSON object, with the whole curve"),
        ]
    ) { arguments throws(CommandFault) in
        let command = try LoadCommand(arguments)
        let thread = BlockingThread()
        defer { thread.end() }
        return try await withTaskExecutorPreference(thread) { () async throws(CommandFault) in
            try await command.run()
        }
    }
}

/// One load from the command line.
struct LoadCommand {
    /// For how long the engine is waited for, and for how long silence is taken for patience, in milliseconds.
    private static let patience: (start: Int64, end: Int32) = (10_000, 1_500)
    private static let rateMost = 100_000_000.0

    private let arguments: Arguments
    private let to: SocketAddress?
    /// The topics that stand in the places of sockets.
    private let topics: (to: KafkaAddress?, from: KafkaAddress?)
    private let web: WebTarget?
    private let from: SocketAddress?
    private let plan: LoadRun.Plan
    private let connectionCount: Int

    init(_ arguments: Arguments) throws(CommandFault) {
        self.arguments = arguments
        guard let text = arguments["--to"] else {
            throw CommandFault(
                .usage,
                "journeyd load: --to is missing; write --to unix://PATH, --to tcp://HOST:PORT or --to http://HOST:PORT")
        }
        topics = (try LoadCommand.topic("--to", text), try LoadCommand.topic("--from", arguments["--from"]))
        let web = WebTarget(text)
        if web == nil, text.hasPrefix("http://") {
            throw CommandFault(
                .usage,
                "journeyd load: --to: \"\(text)\" is no http:// input; write http://HOST:PORT, or http://HOST:PORT/decide"
            )
        }
        self.web = web
        if let web {
            to = web.address
        } else {
            to = topics.to == nil ? try LoadCommand.address("--to", text) : nil
        }
        var from: SocketAddress?
        if let text = arguments["--from"], text != "-", topics.from == nil {
            from = try LoadCommand.address("--from", text)
        }
        self.from = from
        connectionCount = try arguments.number("--connections", or: 1, in: 1...10_000)
        if topics.to != nil, connectionCount > 1 || arguments.has("--token-file") || arguments.has("--check") {
            throw CommandFault(
                .usage, "journeyd load: --connections, --token-file and --check are not for topics; leave them out")
        }
        if arguments.has("--check"), connectionCount > 1 || !arguments.has("--from") {
            throw CommandFault(
                .usage, "journeyd load: --check needs --from, and one connection: several have no one order of events")
        }
        let rate = try LoadCommand.decimal(arguments, "--rate", or: 1000, most: LoadCommand.rateMost, least: 0)
        let seconds = try LoadCommand.seconds(arguments)
        var journeys = SampleJourneys.Parameters()
        journeys.customers = try arguments.number("--customers", or: journeys.customers, in: 0...Int.max)
        journeys.seed = try arguments.number("--seed", or: journeys.seed, in: 0...UInt64.max)
        journeys.events = Int((rate * seconds).rounded(.up))
        plan = LoadRun.Plan(
            journeys: journeys, rate: rate,
            speed: try LoadCommand.decimal(arguments, "--speed", or: 1, most: 1e9, least: 1),
            patience: LoadCommand.patience.end)
    }

    func run() async throws(CommandFault) -> ExitStatus {
        let outcome: LoadRun.Outcome
        do throws(EndpointFault) {
            outcome = try await measured()
        } catch {
            throw CommandFault(error)
        }
        var report = outcome.report
        if let config = arguments["--check"] {
            let expected = try LoadCheck(config).decisions(of: try sample(), by: outcome.schedule, count: report.sent)
            report.missing = (expected.subtracting(outcome.ids).count, expected.count)
        }
        let status = try CommandLineProgram.show(
            arguments.has("--json") ? report.json : report.text { CommandLineProgram.speech($0) })
        if let fault = outcome.fault { throw CommandFault(fault) }
        return status
    }

    private func sample() throws(CommandFault) -> StampedJourneys {
        do throws(SampleJourneys.ParameterError) {
            return StampedJourneys(try SampleJourneys(plan.journeys))
        } catch {
            throw CommandFault(.usage, "journeyd load: \(error)")
        }
    }
}

extension LoadCommand {
    /// Opens both ways, sends and listens.
    private func measured() async throws(EndpointFault) -> LoadRun.Outcome {
        let stop = try LoadCommand.signal()
        stop.followSignals()
        let wiring = LoadWiring(patience: LoadCommand.patience.start, stop: stop)
        let door: LoadWiring.Door? = try arguments["--from"].map { _ throws(EndpointFault) in
            if let topic = topics.from { return .open(try listening(to: topic)) }
            guard let from else { return .open(.standardInput) }
            return try wiring.door(at: from)
        }
        // Made before anything is sent: the beginning of the journeys is played first, which takes a moment.
        let journeys: StampedJourneys
        do throws(CommandFault) {
            journeys = try sample()
        } catch {
            throw EndpointFault(.cannotOpen, error.message)
        }
        let connections: [Descriptor]
        var finish: () throws(EndpointFault) -> Void = {}
        if let to {
            connections = try wiring.connect(to: to, count: connectionCount)
        } else {
            let (pipe, end) = try sending()
            (connections, finish) = ([pipe], end)
        }
        var web = web
        if let path = arguments["--token-file"] {
            let token = try LoadCommand.token(from: path)
            if web == nil { try greet(connections, with: token) } else { web?.token = token }
        }
        let answers = try door.map { door throws(EndpointFault) in try wiring.awaitOutput(at: door) }
        let run = LoadRun(
            plan, to: connections, name: to?.description ?? arguments["--to"] ?? "", answers: answers,
            keepsIDs: arguments.has("--check"),
            web: web)
        var outcome = await run.run(journeys, until: stop, announcing: try LoadCommand.signal())
        do throws(EndpointFault) { try finish() } catch { outcome.fault = outcome.fault ?? error }
        return outcome
    }

    /// A pipe into the topic that events are sent to, and what waits until it has them all.
    private func sending() throws(EndpointFault) -> (Descriptor, () throws(EndpointFault) -> Void) {
        guard let topic = topics.to else { preconditionFailure("events are sent somewhere") }
        #if Kafka
            let sender = try TopicSender(to: topic)
            return (sender.descriptor, { () throws(EndpointFault) in try sender.finish() })
        #else
            throw EndpointFault(.cannotOpen, "journeyd load: \(topic.shown): \(KafkaAddress.absence)")
        #endif
    }

    /// A pipe out of the topic that decisions come from.
    private func listening(to topic: KafkaAddress) throws(EndpointFault) -> Descriptor {
        #if Kafka
            return try TopicListener(from: topic).descriptor
        #else
            throw EndpointFault(.cannotOpen, "journeyd load: \(topic.shown): \(KafkaAddress.absence)")
        #endif
    }

    private static func token(from path: String) throws(EndpointFault) -> [UInt8] {
        var token: [UInt8]
        do throws(FileFault) {
            token = try LoadedConfiguration.bytes(of: path)
        } catch {
            throw EndpointFault(.cannotRead, "\(path): the token cannot be read: \(error.message)")
        }
        while token.last == UInt8(ascii: "\n") || token.last == UInt8(ascii: "\r") { token.removeLast() }
        return token
    }

    private func greet(_ connections: [Descriptor], with token: [UInt8]) throws(EndpointFault) {
        let greeting = Array("AUTH ".utf8) + token + [UInt8(ascii: "\n")]
        for connection in connections where connection.send(greeting) != greeting.count {
            throw EndpointFault(.writingFailed, "\(arguments["--to"] ?? ""): the token cannot be sent")
        }
    }

    private static func signal() throws(EndpointFault) -> StopSignal {
        do throws(SystemError) {
            return try StopSignal()
        } catch {
            throw EndpointFault(.cannotOpen, "journeyd load: a pipe cannot be made: \(error)")
        }
    }

    // MARK: What was said

    private static func topic(_ flag: String, _ text: String?) throws(CommandFault) -> KafkaAddress? {
        guard let text, KafkaAddress.isMeant(by: text) else { return nil }
        do throws(KafkaAddress.Fault) {
            return try KafkaAddress(text, isInput: false)
        } catch {
            throw CommandFault(.usage, "journeyd load: \(flag): \(text) \(error.words)")
        }
    }

    private static func address(_ flag: String, _ text: String) throws(CommandFault) -> SocketAddress {
        do throws(SocketAddress.Fault) {
            return try SocketAddress(text)
        } catch {
            throw CommandFault(.usage, "journeyd load: \(flag): \"\(text)\" \(error)")
        }
    }

    private static func seconds(_ arguments: Arguments) throws(CommandFault) -> Double {
        guard let text = arguments["--duration"] else { return 10 }
        do throws(Measure.Fault) {
            let microseconds = try Measure.duration.parse(text)
            if microseconds > 0 { return Double(microseconds) / 1e6 }
        } catch {
            throw CommandFault(.usage, "journeyd load: --duration: \"\(text)\" \(error.message)")
        }
        throw CommandFault(.usage, "journeyd load: --duration: \"\(text)\" is no time at all; write --duration 10s")
    }

    private static func decimal(
        _ arguments: Arguments, _ flag: String, or other: Double, most: Double, least: Double
    ) throws(CommandFault) -> Double {
        guard let text = arguments[flag] else { return other }
        if let number = Double(text), number > 0, number >= least, number <= most { return number }
        let range = least > 0 ? "from \(Int(least))" : "above 0"
        throw CommandFault(
            .usage, "journeyd load: \(flag): \"\(text)\" is not a number \(range) to \(Int(most)); write \(flag) 1000")
    }
}
