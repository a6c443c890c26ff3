import Endpoints
import Journal

/// How the program ends, after sysexits.h.
enum ExitStatus: Int32, Sendable {
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

    /// A file of scenarios that cannot be played: like a rejected line, data that is not good.
    static let faultyScenarios = ExitStatus.rejectedLines
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
