import Endpoints
import Events
import Glibc
import Languages
import Pipeline
import Storage
import Stories

extension Command {
    /// `journeyd explain`.
    static let explain = Command(
        name: "explain", operands: "CONFIG CUSTOMER [INPUT...]", operandCount: 2...1024,
        summary: "why something did or did not happen to one customer",
        explanation: """
            Reads customer events as run does and tells the story of the one whose id is CUSTOMER: its events, the values that
            changed, what waits for what until when, its moments, and every decision with what decided it.
            Colours are for terminals only.
            INPUT is a file or - for standard input (the default). Several files are merged by event time.
            """,
        flags: [
            Flag("--at", "TIME", "stop there (RFC 3339); where the input ends before, time goes on to it"),
            .format,
            Flag("--json", "one JSON object a line"),
        ]
    ) { arguments throws(CommandFault) in
        // Reading and writing block, which the threads of the other tasks must not.
        let thread = BlockingThread()
        defer { thread.end() }
        return try await withTaskExecutorPreference(thread) { () async throws(CommandFault) in
            try ExplainCommand(arguments).run()
        }
    }
}

/// One story from the command line.
struct ExplainCommand {
    private let arguments: Arguments
    private let until: Instant
    private let addresses: [String]
    private let format: InputFormat

    init(_ arguments: Arguments) throws(CommandFault) {
        self.arguments = arguments
        format = try InputFormat(arguments)
        addresses = arguments.operands.count > 2 ? Array(arguments.operands.dropFirst(2)) : ["-"]
        if addresses.count(where: { $0 == "-" }) > 1 {
            throw CommandFault(.usage, "journeyd explain: standard input is named twice; write - once")
        }
        guard let text = arguments["--at"] else {
            until = .distantFuture
            return
        }
        guard let instant = Instant(text: text) else {
            throw CommandFault(
                .usage,
                "journeyd explain: --at: \"\(text)\" \(TimeAdvice.fault(of: Array(text.utf8)))")
        }
        until = instant
    }

    func run() throws(CommandFault) -> ExitStatus {
        let plan = try LoadedConfiguration(arguments.operands[0]).runnable(reports: false)
        let story = CustomerStory(customer: arguments.operands[1], until: until)
        let output = Output.standard.writer
        do throws(EndpointFault) {
            try tell(story, plan.dryRun, to: output)
        } catch {
            throw CommandFault(error)
        }
        return .done
    }

    private func tell(_ story: CustomerStory, _ plan: Plan, to output: OutputWriter) throws(EndpointFault) {
        let stop: StopSignal
        do throws(SystemError) {
            stop = try StopSignal()
        } catch {
            throw EndpointFault(.cannotOpen, "journeyd: a pipe cannot be made: \(error)")
        }
        let inputs = try NamedFiles.opened(addresses, format: format, plan.input.formats)
        stop.followSignals()
        var writer = output
        let isJSON = arguments.has("--json")
        let hasColour = isatty(STDOUT_FILENO) == 1 && (System.variable("NO_COLOR") ?? "").isEmpty
        var text = StoryText(hasColour: hasColour, in: CommandLineProgram.speech)
        var reading = StoryReading(plan, of: story, inputs: inputs, stop: stop) { chapters throws(EndpointFault) in
            for chapter in chapters {
                try ExplainCommand.write(isJSON ? StoryLines.text(chapter) : text.text(chapter), to: &writer)
            }
        }
        try reading.run()
        reportRejected(reading.rejected, first: reading.firstRejected)
        if story.chapterCount == 0 {
            let message = "journeyd explain: no event of customer \"\(arguments.operands[1])\" came"
            if until == .distantFuture {
                CommandLineProgram.report(message)
            } else {
                CommandLineProgram.report(message + " by then")
            }
            return
        }
        guard let ending = story.ending else { return }
        let end = isJSON ? StoryLines.text(ending.state, at: ending.time) : text.text(ending.state, at: ending.time)
        try ExplainCommand.write(end, to: &writer)
    }

    /// What was rejected is no part of the story, but may be why something did not happen.
    private func reportRejected(_ counts: [String: Int], first: String?) {
        if counts.isEmpty { return }
        let count = counts.values.reduce(0, +)
        let reasons = counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        CommandLineProgram.report(
            "journeyd explain: \(count) line\(count == 1 ? " was" : "s were") rejected (\(reasons)), "
                + "of whichever customer; journeyd run --rejects FILE keeps them; the first: \(first ?? "")")
    }

    private static func write(_ text: String, to writer: inout OutputWriter) throws(EndpointFault) {
        let block = ByteBlock(capacity: text.utf8.count)
        block.append(Array(text.utf8))
        try writer.write(block)
    }
}
