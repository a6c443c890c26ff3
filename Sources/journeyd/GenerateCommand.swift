import Endpoints
import Samples
import Storage
import Stories

extension Command {
    private static let businesses = SampleJourneys.Business.allCases.map(\.rawValue)

    /// `journeyd generate`.
    static let generate = Command(
        name: "generate", operands: "", operandCount: 0...0, summary: "synthetic events, seeded",
        explanation:
            """
            Writes events of made-up customers in order of time. The same flags give the same bytes anywhere.
            With --respond-to CONFIG, customers see, accept or reject what CONFIG decides, as likely as the action, the
            channel, the hour and their tier make it; a run of CONFIG over these events decides the same, and hears of it.
            """,
        flags: [
            Flag("--profile", businesses.joined(separator: "|"), "whose customers they are (default: retail)"),
            Flag("--customers", "N", "how many customers (default: 100000)"),
            Flag("--events", "N", "how many events (default: 1000000)"),
            Flag("--seed", "N", "the seed of all chance (default: 1)"),
            Flag("--rate", "R", "events a second of event time; it changes the times alone"),
            Flag(
                "--respond-to", "CONFIG",
                "play CONFIG meanwhile, and have customers answer its decisions (retail; docs/learning.md)"),
            Flag("--truth", "FILE", "with --respond-to: how likely each answered decision was to be accepted"),
            Flag("--output", "FILE", "write here, not to standard output"),
        ]
    ) { arguments throws(CommandFault) in
        // Writing blocks, which the threads of the other tasks must not.
        let thread = BlockingThread()
        defer { thread.end() }
        return try await withTaskExecutorPreference(thread) { () async throws(CommandFault) in
            try GenerateCommand.run(arguments)
        }
    }
}

/// Writes synthetic events.
enum GenerateCommand {
    private static let blockSize = 256 << 10

    static func run(_ arguments: Arguments) throws(CommandFault) -> ExitStatus {
        if let path = arguments["--respond-to"] { return try answered(arguments, path) }
        if arguments["--truth"] != nil {
            throw CommandFault(.usage, "journeyd generate: --truth goes with --respond-to CONFIG")
        }
        var journeys: SampleJourneys
        let parameters = try parameters(arguments)
        do throws(SampleJourneys.ParameterError) {
            journeys = try SampleJourneys(parameters)
        } catch {
            throw refusal(error)
        }
        do throws(EndpointFault) {
            var writer = (try output(arguments, "--output") ?? .standard).writer
            var hasMore = true
            while hasMore {
                try writer.write(block(of: &hasMore) { journeys.next(into: &$0) })
            }
            try writer.close()
        } catch {
            throw CommandFault(error)
        }
        return .done
    }

    private static func output(_ arguments: Arguments, _ flag: String) throws(EndpointFault) -> Output? {
        guard let path = arguments[flag] else { return nil }
        return try Output(path: path, apartFrom: [])
    }

    /// The next lines, up to about the size of a block.
    private static func block(of hasMore: inout Bool, _ next: (inout [UInt8]) -> Bool) -> ByteBlock {
        var lines: [UInt8] = []
        repeat { hasMore = next(&lines) } while hasMore && lines.count < blockSize
        let block = ByteBlock(capacity: lines.count)
        block.append(lines)
        return block
    }

    /// Writes events of customers who answer a configuration's decisions.
    private static func answered(_ arguments: Arguments, _ path: String) throws(CommandFault) -> ExitStatus {
        let parameters = try parameters(arguments)
        guard parameters.business == .retail else {
            throw CommandFault(.usage, "journeyd generate: --respond-to goes with --profile retail")
        }
        let plan = try LoadedConfiguration(path).runnable(reports: false)
        var made: AnsweredJourneys?
        do throws(SampleJourneys.ParameterError) {
            made = try AnsweredJourneys(plan, parameters, keepsTruths: arguments["--truth"] != nil)
        } catch {
            throw refusal(error)
        }
        guard var journeys = consume made else {
            throw CommandFault(
                .configuration,
                "\(path): nothing says what came of decisions; write responses: { accept: { on: EVENT_TYPE } }")
        }
        do throws(EndpointFault) {
            var writer = (try output(arguments, "--output") ?? .standard).writer
            var truths = try output(arguments, "--truth")?.writer
            var hasMore = true
            while hasMore {
                try writer.write(block(of: &hasMore) { journeys.next(into: &$0) })
                let told = ByteBlock(capacity: 64)
                for truth in journeys.takeTruths() { told.append(Array((truth.json + "\n").utf8)) }
                if told.count > 0 { try truths?.write(told) }
            }
            try writer.close()
            try truths?.close()
        } catch {
            throw CommandFault(error)
        }
        return .done
    }

    private static func refusal(_ error: SampleJourneys.ParameterError) -> CommandFault {
        CommandFault(.usage, "journeyd generate: \(error)")
    }

    private static func parameters(_ arguments: Arguments) throws(CommandFault) -> SampleJourneys.Parameters {
        var parameters = SampleJourneys.Parameters()
        if let word = arguments["--profile"], let business = SampleJourneys.Business(rawValue: word) {
            parameters.business = business
        }
        let counts = 0...Int.max
        parameters.customers = try arguments.number("--customers", or: parameters.customers, in: counts)
        parameters.events = try arguments.number("--events", or: parameters.events, in: counts)
        parameters.seed = try arguments.number("--seed", or: parameters.seed, in: 0...UInt64.max)
        if let text = arguments["--rate"] {
            guard let rate = Double(text) else {
                throw CommandFault(.usage, "journeyd generate: --rate: \"\(text)\" is not a number; write --rate 1000")
            }
            parameters.rate = rate
        }
        return parameters
    }
}
