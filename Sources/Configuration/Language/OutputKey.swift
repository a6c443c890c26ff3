import Endpoints
import Events
import Journal

/// An element of the section `outputs`.
enum OutputKey: String, SectionKey {
    case to, only, `where`, control
    case form = "as"
    case source, severity
    case routingKey = "routing_key"
    case retry, timeout, queue, spool
    case onOverflow = "on_overflow"
    case linger, headers, batch, rate
    case deadLetter = "dead_letter"

    static let about = """
        Where lines go. The keys from `retry` on are about sockets, commands and URLs; of standard output and files \
        the run waits. [outputs.md](outputs.md) says more. Outputs take effect at the start of a run.
        """

    /// The longest time that may be asked for in most keys, in microseconds.
    static let hour: Int64 = 3_600_000_000

    private static let web = "to: \"https://example.com/hook\""

    var entry: KeyEntry {
        switch self {
        case .to:
            KeyEntry(
                .either(.other("address"), .object(SecretKey.self)), usual: .required,
                example: "\"unix:///run/out.sock\"",
                "`stdout`, `file:PATH`, `tcp://HOST:PORT`, `unix://PATH`, `https://…`, `http://…`, `exec:COMMAND` or `kafka://…`."
            )
        case .only: KeyEntry(.oneOrMore(.word(LineType.self)), example: "\"decision\"", "Only these types of line.")
        case .where:
            KeyEntry(
                .expression(.condition), example: "\"moment == 'cart_abandoned'\"",
                "Only the lines for which this holds.")
        case .control:
            KeyEntry(
                .flag, usual: .described("true for standard output and files"), example: "true",
                "Whether it gets the decisions of the control group.")
        case .form:
            KeyEntry(
                .either(.word(FormPlan.Kind.words), .object(TemplateKey.self)), usual: .word(FormPlan().kind),
                example: "\"slack\"", "The form of a line, or a template of one.")
        case .source:
            KeyEntry(
                .name, usual: .value("\"\(FormPlan().source)\""), example: "\"shop\"", beside: "as: \"cloudevents\"",
                "Whom `cloudevents` and `pagerduty` say that a line is from.")
        case .severity:
            KeyEntry(
                .word(FormPlan.Severity.self), usual: .word(FormPlan().severity), example: "\"critical\"",
                beside: Self.pagerDuty, "With `pagerduty`: how bad it is.")
        case .routingKey:
            KeyEntry(
                .object(SecretKey.self), example: "{ env: \"PAGERDUTY_KEY\" }", beside: "as: \"pagerduty\"",
                "With `pagerduty`, and required there: the key of the service.")
        case .retry: KeyEntry(.object(RetryKey.self), example: "{}", "How what fails is tried again.")
        case .timeout:
            KeyEntry(
                .duration(.positive, upTo: Self.hour), usual: .time(DeliveryPlan().timeout), example: "\"5s\"",
                "How long a connection or an answer may take. Not with `exec:`.")
        case .queue:
            KeyEntry(
                .size(64 << 10...1 << 32), usual: .bytes(DeliveryPlan().queue), example: "\"64MiB\"",
                "The memory for lines that wait, where there is no `spool`.")
        case .spool:
            KeyEntry(
                .either(.other("path"), .object(SpoolKey.self)), example: "\"/var/spool/journeyd/out\"",
                "The folder in which lines wait. Each output has its own.")
        case .onOverflow:
            KeyEntry(
                .word(DeliveryPlan.Overflow.self), usual: .word(DeliveryPlan().overflow), example: "\"block\"",
                "What gives way when there is no room: new lines, old ones, or the engine, which waits.")
        case .linger:
            KeyEntry(
                .duration(.zeroOrMore, upTo: Self.hour), usual: .time(DeliveryPlan().linger), example: "\"1m\"",
                "How long delivery goes on without success once the input has ended.")
        case .headers:
            KeyEntry(
                .named(.either(.text, .object(SecretKey.self))), example: "{ Authorization: { env: \"API_AUTH\" } }",
                beside: Self.web, "Further headers of requests: up to 32.")
        case .batch:
            KeyEntry(
                .integer(1...1000), usual: .number(DeliveryPlan().batch), example: "100", beside: Self.web,
                "The most lines of one request. Not with the forms `slack` and `pagerduty`.")
        case .rate:
            KeyEntry(
                .object(RateKey.self), example: "{ max: 10, per: \"1s\" }", beside: Self.web,
                "How many requests may be made.")
        case .deadLetter:
            KeyEntry(
                .text, example: "\"/var/lib/journeyd/refused\"", beside: Self.web,
                "The file for lines that are refused for good.")
        }
    }

    private static let pagerDuty = "as: \"pagerduty\", routing_key: { env: \"PAGERDUTY_KEY\" }"
}

/// The object that an output's `as` may be.
enum TemplateKey: String, SectionKey {
    case template

    static let about = "A form of one's own. What expressions come to is written as JSON, whatever it is."

    var entry: KeyEntry {
        KeyEntry(
            .other("object or list, whose texts are expressions over the line"), usual: .required,
            example: "{ email: \"payload.email\", text: \"'Moment ' + moment\", source: \"'journeyd'\", tries: 1 }",
            "What stands in a line's place. A member whose value is absent is left out.")
    }
}

/// How many requests an output may make.
enum RateKey: String, SectionKey {
    case max, per

    static let about = "In no stretch of `per` are more than `max` requests made; lines wait meanwhile."

    var entry: KeyEntry {
        switch self {
        case .max: KeyEntry(.integer(1...100_000), usual: .required, example: "10", "The most requests.")
        case .per:
            KeyEntry(
                .duration(.positive, upTo: OutputKey.hour), usual: .required, example: "\"1s\"", "In how long a time.")
        }
    }
}

/// How an output's delivery is tried again.
enum RetryKey: String, SectionKey {
    case min, max, attempts
    case retryAfterMax = "retry_after_max"

    static let about = "Pauses grow from `min` to `max`. The last two keys are for URLs only."

    var entry: KeyEntry {
        switch self {
        case .min:
            KeyEntry(
                .duration(.positive, upTo: OutputKey.hour), usual: .time(RetrySchedule.Plan().first), example: "\"1s\"",
                "The first pause.")
        case .max:
            KeyEntry(
                .duration(.positive, upTo: 24 * OutputKey.hour), usual: .time(RetrySchedule.Plan().most),
                example: "\"5m\"", "The longest pause.")
        case .attempts:
            KeyEntry(
                .integer(1...1_000_000), usual: .described("without end"), example: "10",
                "How often the same lines are tried.")
        case .retryAfterMax:
            KeyEntry(
                .duration(.zeroOrMore, upTo: 24 * OutputKey.hour), usual: .time(RetrySchedule.Plan().askedMost),
                example: "\"10m\"", "The longest pause that a `Retry-After` may ask for.")
        }
    }
}

/// The folder in which an output's lines wait.
enum SpoolKey: String, SectionKey {
    case folder, limit

    static let about = "Lines wait on disk, and outlast the run."

    /// In bytes.
    static let usualLimit = 256 << 20

    var entry: KeyEntry {
        switch self {
        case .folder: KeyEntry(.text, usual: .required, example: "\"/var/spool/journeyd/out\"", "The folder.")
        case .limit:
            KeyEntry(
                .size(64 << 10...1 << 40), usual: .bytes(Self.usualLimit), example: "\"1GiB\"",
                "How large it may become.")
        }
    }
}

/// The section `journal`.
enum JournalKey: String, SectionKey {
    case fsync, interval, segment
    case snapshotSize = "snapshot_size"
    case snapshotEvery = "snapshot_every"
    case keepSize = "keep_size"
    case keepAge = "keep_age"

    static let about = """
        How the data directory (`--data-dir`) is written. [durability.md](durability.md) says more. These keys take \
        effect at the start of a run.
        """

    var entry: KeyEntry {
        switch self {
        case .fsync:
            KeyEntry(
                .word(JournalSettings.Synchronization.self), usual: .word(JournalSettings().fsync),
                example: "\"always\"",
                "When the journal is made durable: before anything follows from it, every `interval`, or at snapshots only."
            )
        case .interval:
            KeyEntry(
                .duration(.positive), usual: .time(JournalSettings().interval), example: "\"50ms\"",
                "The time between two fsyncs, with `fsync: \"interval\"`.")
        case .segment:
            KeyEntry(
                .size(64 << 10...4 << 30), usual: .bytes(JournalSettings().segment), example: "\"16MiB\"",
                "How large a file of the journal becomes.")
        case .snapshotSize:
            KeyEntry(
                .size(64 << 10...1 << 50), usual: .bytes(JournalSettings().snapshotSize), example: "\"1GiB\"",
                "A snapshot is made after so much input.")
        case .snapshotEvery:
            KeyEntry(
                .duration(.positive), usual: .time(JournalSettings().snapshotEvery), example: "\"1h\"",
                "A snapshot is made after so long, where anything came.")
        case .keepSize:
            KeyEntry(
                .size(0...1 << 50), usual: .bytes(JournalSettings().keepSize ?? 0), example: "\"64GiB\"",
                "How much of the journal is kept for `replay` once recovery no longer needs it.")
        case .keepAge:
            KeyEntry(
                .duration(.positive), usual: .described("without end"), example: "\"30d\"",
                "How long records are kept that recovery no longer needs.")
        }
    }
}
