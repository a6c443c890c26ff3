package import Events
package import Expressions

/// What the configuration says of one output.
package struct OutputPlan: Sendable {
    /// Where the lines go.
    package enum Target: Equatable, Sendable {
        case standard
        /// Appended to.
        case file(path: String)
        case tcp(host: String, port: UInt16)
        case unix(path: String)
        /// Posted to a URL, which may itself be a secret.
        case web(url: Secret)
        /// The standard input of one long-running child.
        case exec(command: String)
        /// A topic.
        case kafka(KafkaAddress)

        /// Whether lines are kept until somebody else has taken them; else they are simply written.
        package var isDelivered: Bool {
            switch self {
            case .standard, .file, .kafka: false
            case .tcp, .unix, .web, .exec: true
            }
        }
    }

    package let target: Target
    /// Where the configuration has it, such as `outputs[1]`, for messages.
    package let path: String
    /// The types of line that it takes; nil for all.
    package var types: Set<LineType>?
    /// What must hold of a line; nil for nothing.
    package var condition: Program?
    /// The time of which a line must be besides; nil for any.
    package var period: LinePeriod?
    /// Whether it takes decisions of the control group.
    package var takesControl: Bool
    package var form = FormPlan()
    /// For what is delivered only.
    package var delivery = DeliveryPlan()

    package init(_ target: Target, path: String) {
        self.target = target
        self.path = path
        takesControl = !target.isDelivered
    }

    /// What stands for a configuration without outputs: everything to standard output.
    package static let standard = OutputPlan(.standard, path: "outputs")

    /// Whether it takes every line, so that none must be looked at.
    var takesAll: Bool { types == nil && condition == nil && period == nil && takesControl }
}

/// How lines look at an output.
package struct FormPlan: Sendable {
    /// The forms, by the words of `outputs[].as`.
    package enum Kind: String, CaseIterable, Sendable {
        case native, cloudevents, alertmanager, slack, pagerduty
        /// A template, which is written in the word's place.
        case template

        /// Those that a word asks for.
        package static let words = allCases.filter { $0 != .template }.map(\.rawValue)

        /// The type in `Endpoints/Forms` that writes it.
        var form: any OutputForm.Type {
            switch self {
            case .native: NativeLine.self
            case .cloudevents: CloudEvent.self
            case .alertmanager: Alert.self
            case .slack: SlackMessage.self
            case .pagerduty: PagerDutyEvent.self
            case .template: TemplatedLine.self
            }
        }

        /// Whether several lines can be put into one request.
        package var joins: Bool { form.joins }
    }

    /// How bad what a line tells of is, in PagerDuty's words.
    package enum Severity: String, CaseIterable, Sendable { case critical, error, warning, info }

    package var kind = Kind.native
    /// Whom CloudEvents and PagerDuty are told that a line is from.
    package var source = "journeyd"
    package var severity = Severity.warning
    /// PagerDuty's key of the service.
    package var routingKey: Secret?
    /// For the form of that name.
    package var template: LineTemplate?

    package init() {}
}

/// How lines are kept and handed over.
package struct DeliveryPlan: Sendable {
    /// What goes when there is no room for more.
    package enum Overflow: String, CaseIterable, Sendable {
        /// What comes is dropped and counted.
        case dropNewest = "drop_newest"
        /// What has waited longest is dropped and counted.
        case dropOldest = "drop_oldest"
        /// Nothing: the engine waits.
        case block
    }

    /// The folder in which lines wait, and how many bytes its files may have.
    package struct Spool: Sendable {
        package let folder: String
        package let limit: Int

        package init(folder: String, limit: Int) {
            self.folder = folder
            self.limit = limit
        }
    }

    /// How many requests may be made in any stretch of time.
    package struct Rate: Sendable {
        package let most: Int
        /// Microseconds.
        package let per: Int64

        package init(most: Int, per: Int64) {
            self.most = most
            self.per = per
        }
    }

    package var retry = RetrySchedule.Plan()
    /// Nil for as many as there are.
    package var rate: Rate?
    /// Microseconds that a connection or an answer may take.
    package var timeout: Int64 = 10_000_000
    /// Further headers of requests.
    package var headers: [(name: String, value: Secret)] = []
    /// The most lines of one request.
    package var batch = 1
    /// The most bytes of lines that wait in memory, where there is no spool.
    package var queue = 8 << 20
    package var spool: Spool?
    package var overflow = Overflow.dropNewest
    /// The file for lines that are refused for good.
    package var deadLetters: String?
    /// Microseconds for which delivery is tried without success once the input has ended.
    package var linger: Int64 = 10_000_000

    package init() {}
}
