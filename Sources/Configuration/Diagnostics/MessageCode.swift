/// What sort of thing a diagnostic says. The number never changes its meaning, and one that is no longer used is not
/// given again: programs go by it (`check --report-as`), and people look it up (`journeyd help JD0205`).
package enum MessageCode: Int, CaseIterable, Sendable, Hashable {
    // Files and their text.
    case notUTF8 = 101
    case syntax = 102
    case keyTwice = 103
    case notAConfiguration = 104
    case includeUnreadable = 110
    case includeCircle = 111
    case tooLarge = 112
    case setTwice = 113
    case definedTwice = 114

    // The shape of values, as the JSON Schema has it too.
    case wrongKind = 201
    case empty = 202
    case outOfRange = 203
    case unknownWord = 204
    case notAnAmount = 205
    case amountOutOfRange = 206
    case unknownKey = 207
    case missingKey = 208
    case keyChoice = 209
    case misplacedKey = 210
    case later = 211
    case missingBeside = 212

    // Names and expressions.
    case nameForm = 301
    case unknownName = 302
    case listedTwice = 303
    case expressionFault = 401
    case expressionType = 402

    // What the values of a section come to together.
    case configuration = 500
    case input = 501
    case identity = 502
    case tables = 503
    case profile = 504
    case windows = 505
    case scores = 506
    case moments = 507
    case actions = 508
    case responses = 509
    case policy = 510
    case outputs = 511
    case journal = 512
    case report = 513
    case scenario = 601

    // Notes.
    case worthKnowing = 900
    case unused = 901
    case decidedAtEvents = 902
    case lookAlike = 903

    // The command line and the machine.
    case usage = 1001
    case file = 1002
    case systemLimit = 1003

    // Lines and where they come from.
    case line = 1101
    case eventTime = 1102
    case late = 1103
    case tableRow = 1104
    case packedInput = 1105
    case inputFile = 1106
    case idless = 1107
    case address = 1201
    case listening = 1202
    case connection = 1203
    case token = 1204
    case followedFile = 1205
    case request = 1206
    case engineBehind = 1207

    // Where lines go.
    case outputFile = 1301
    case delivery = 1302
    case spool = 1305
    case secret = 1306

    // What outlasts a run.
    case dataDirectory = 1401
    case journalDamage = 1402
    case journalLines = 1403
    case snapshot = 1404
    case recovery = 1405

    // A run, and what is made of one.
    case progress = 1501
    case reload = 1502
    case unfinished = 1503
    case collector = 1504
    case adminPort = 1505
    case lifecycle = 1506
    case cells = 1507
    case brokers = 1508
    case cellStopped = 1509
    case partitions = 1510
    case evaluation = 1601
    case model = 1701
    case finding = 1801
    case reportSum = 1901
    case estimate = 1902

    /// `JD` and four digits.
    package var name: String {
        let digits = String(rawValue)
        return "JD" + String(repeating: "0", count: 4 - digits.count) + digits
    }

    /// The code with such a name, in whatever case it is written; nil where there is none.
    package init?(name: String) {
        guard let found = Self.allCases.first(where: { $0.name == name.uppercased() }) else { return nil }
        self = found
    }

    /// Whether it is about the shape of a value: what a JSON Schema can say of it, and ours does.
    package var isOfShape: Bool {
        switch self {
        case .wrongKind, .empty, .outOfRange, .unknownWord, .notAnAmount, .unknownKey, .missingKey, .keyChoice: true
        default: false
        }
    }

    /// The code of what has none of its own: a note, or an error by its section.
    init(_ severity: Diagnostic.Severity, at path: ConfigurationPath) {
        self = severity == .note ? .worthKnowing : Self.section(path.description)
    }

    private static func section(_ path: String) -> MessageCode {
        let end = path.firstIndex { $0 == "." || $0 == "[" } ?? path.endIndex
        return switch path[..<end] {
        case "input", "time": .input
        case "identity", "privacy": .identity
        case "tables": .tables
        case "profile", "touchpoints": .profile
        case "windows": .windows
        case "scores", "segments": .scores
        case "moments": .moments
        case "actions": .actions
        case "responses": .responses
        case "policy": .policy
        case "outputs", "emit": .outputs
        case "journal": .journal
        case "report": .report
        case "scenarios": .scenario
        default: .configuration
        }
    }
}
