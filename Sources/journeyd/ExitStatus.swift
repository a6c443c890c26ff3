import Endpoints
import Journal

/// How the program ends, after sysexits.h.
enum ExitStatus: Int32, CaseIterable, Sendable {
    case done = 0
    /// A scenario does not come out as expected.
    case scenarioFails = 1
    case usage = 64
    /// All lines were rejected, or some and `--strict` was given.
    case rejectedLines = 65
    case cannotRead = 66
    case cannotOpen = 69
    case ownFault = 70
    /// Reading or writing failed, or an output dropped lines.
    case inputOutput = 74
    /// A run does not answer.
    case noAnswer = 75
    case configuration = 78

    /// What it says, for the manual page.
    var meaning: String {
        switch self {
        case .done: "Done; also after a signal, and when the reader of the output has gone."
        case .scenarioFails:
            "test found a scenario that does not come out as expected; fmt --check a file that is not formatted."
        case .usage: "Wrong usage."
        case .rejectedLines:
            "All lines were rejected, or some and --strict was given; an expression given to eval fails; a file of "
                + "scenarios has faults."
        case .cannotRead: "Configuration or input missing, unreadable or a folder."
        case .cannotOpen: "An address, an output or a data directory cannot be opened."
        case .ownFault: "A fault of journeyd's own; no memory is left under a limit of it."
        case .inputOutput: "Reading or writing failed later, or an output dropped lines."
        case .noAnswer: "A run does not answer reload."
        case .configuration: "The configuration has faults."
        }
    }

    /// A file of scenarios that cannot be played: like a rejected line, data that is not good.
    static let faultyScenarios = ExitStatus.rejectedLines
    /// A file is not formatted that was to be.
    static let notFormatted = ExitStatus.scenarioFails
    /// An expression that was to be tried fails: like a rejected line, data that is not good.
    static let faultyExpression = ExitStatus.rejectedLines
}

/// Why a command could not do what it was told.
struct CommandFault: Error {
    let status: ExitStatus
    /// What is wrong, where, and what would be right; without a line's end.
    let message: String

    init(_ status: ExitStatus, _ message: String) {
        self.status = status
        self.message = message
    }

    init(_ fault: JournalFault) {
        let status: ExitStatus =
            switch fault.kind {
            case .unusable, .cannotOpen: .cannotOpen
            case .damaged, .failed: .inputOutput
            }
        self.init(status, fault.description)
    }

    init(_ fault: EndpointFault) {
        let status: ExitStatus =
            switch fault.kind {
            case .badAddress: .usage
            case .cannotRead: .cannotRead
            case .cannotOpen: .cannotOpen
            case .readingFailed, .writingFailed: .inputOutput
            case .readerGone, .toldToEnd: .done
            }
        self.init(status, fault.description)
    }
}
