import Configuration
import Endpoints
import Storage

#if Kafka
    import Topics
#endif

extension Command {
    /// `journeyd repartition`.
    static let repartition = Command(
        name: "repartition", operands: "CONFIG INPUT", operandCount: 2...2,
        summary: "copies a topic to one of another number of partitions, where its group goes on",
        explanation: """
            Copies the records of a topic, each to the partition of its key, into a new topic of as many partitions as it is to
            have, and has the group begin there with what it knew: what it has taken it repeats without saying anything, and
            goes on behind that. Ids stay as they are. Nobody may write to the topic, and no process of the group may run.

                journeyd repartition CONFIG 'kafka://b1:9092/events?group=journeyd' --to events-24 --partitions 24
                journeyd run CONFIG 'kafka://b1:9092/events-24?group=journeyd' --output kafka://b1:9092/decisions-24

            CONFIG says how brokers are reached, and how producers place keys (section kafka). The topic that was there is
            left as it is. docs/kafka.md says what is kept and what is not.
            """,
        flags: [
            Flag("--to", "TOPIC", "the name of the new topic, on the same brokers"),
            Flag("--partitions", "N", "how many partitions it is to have"),
        ]
    ) { arguments throws(CommandFault) in
        let thread = BlockingThread()
        defer { thread.end() }
        return try await withTaskExecutorPreference(thread) { () async throws(CommandFault) in
            try repartition(arguments)
        }
    }

    private static func repartition(_ arguments: Arguments) throws(CommandFault) -> ExitStatus {
        guard let topic = arguments["--to"], arguments.has("--partitions") else {
            throw CommandFault(
                .usage, "journeyd repartition: something is missing; write --to TOPIC and --partitions N")
        }
        let count = try arguments.number("--partitions", or: 1, in: 1...10_000)
        let input: KafkaAddress
        do throws(KafkaAddress.Fault) {
            input = try KafkaAddress(arguments.operands[1], isInput: true)
        } catch {
            throw CommandFault(.usage, "journeyd repartition: \(arguments.operands[1]) \(error.words)")
        }
        guard topic != input.topic else {
            throw CommandFault(
                .usage, "journeyd repartition: --to: \"\(topic)\" is the topic itself; name a new one")
        }
        #if Kafka
            let configuration = try LoadedConfiguration(arguments.operands[0])
            _ = try configuration.runnable(reports: false)
            let text: String
            do throws(EndpointFault) {
                let terms = try TopicTerms(
                    input, outputs: [], settings: configuration.plan?.kafka ?? KafkaSettings())
                let outcome = try Repartition(terms, to: topic, count: count).run()
                var words =
                    "\(topic): \(count) partitions; \(outcome.taken) records that group \(terms.group) had taken, and "
                    + "\(outcome.left) that it had not\n"
                if outcome.misplaced > 0 {
                    words += "\(outcome.misplaced) records that were rejected as misplaced were not copied\n"
                }
                text = words
            } catch {
                throw CommandFault(error)
            }
            return try CommandLineProgram.show(text)
        #else
            throw CommandFault(.cannotOpen, "journeyd repartition: \(input.shown): \(KafkaAddress.absence)")
        #endif
    }
}
