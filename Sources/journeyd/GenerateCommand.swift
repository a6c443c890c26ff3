import Endpoints
import Samples
import Storage

extension Command {
    private static let businesses = SampleJourneys.Business.allCases.map(\.rawValue)

    /// `journeyd generate`.
    static let generate = Command(
        name: "generate", operands: "", operandCount: 0...0, summary: "synthetic events, seeded",
        explanation:
            "Writes events of made-up customers in order of time. The same flags give the same bytes anywhere.",
        flags: [
            Flag("--profile", businesses.joined(separator: "|"), "whose customers they are (default: retail)"),
            Flag("--customers", "N", "how many customers (default: 100000)"),
            Flag("--events", "N", "how many events (default: 1000000)"),
            Flag("--seed", "N", "the seed of all chance (default: 1)"),
            Flag("--rate", "R", "events a second of event time; it changes the times alone"),
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
        var journeys = try journeys(arguments)
        do throws(EndpointFault) {
            let output = try arguments["--output"].map { path throws(EndpointFault) in
                try Output(path: path, apartFrom: [])
            }
            var writer = (output ?? .standard).writer
            var lines: [UInt8] = []
            var hasMore = true
            while hasMore {
                lines.removeAll(keepingCapacity: true)
                repeat { hasMore = journeys.next(into: &lines) } while hasMore && lines.count < blockSize
                let block = ByteBlock(capacity: lines.count)
                block.append(lines)
                try writer.write(block)
            }
            try writer.close()
        } catch {
            throw CommandFault(error)
        }
        return .done
    }

    private static func journeys(_ arguments: Arguments) throws(CommandFault) -> SampleJourneys {
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
        do throws(SampleJourneys.ParameterError) {
            return try SampleJourneys(parameters)
        } catch {
            throw CommandFault(.usage, "journeyd generate: \(error)")
        }
    }
}
