import Storage

/// What a word of a customer's row belongs to. Whoever adds a kind of state is asked by each switch over this: for how long
/// it lasts at least, until when it lasts, and how it is evicted.
enum StateKind: BitwiseCopyable {
    case window(WindowNumber)
    case moment(MomentNumber)
    /// The ids of events that came lately.
    case dedup
    /// Scores and segments.
    case picture
    /// An attribute of the profile.
    case attribute(Int)
    /// Moments whose decision waits.
    case waiting
    /// What the customer is called, where that is not what it is kept under.
    case name

    /// Microseconds after which it is worth while to see whether a customer's scores and segments say anything.
    private static let pictureRest: Int64 = 3_600_000_000

    /// All kinds of a plan, by their numbers in the bitmap of a row.
    static func all(_ plan: JourneyPlan) -> [StateKind] {
        plan.windows.indices.map { .window(WindowNumber($0)) } + plan.moments.indices.map { .moment(MomentNumber($0)) }
            + [.dedup, .picture]
            + plan.picture.attributes.indices.map { .attribute($0) } + [.waiting, .name]
    }

    /// What the words of a number belong to.
    init(_ number: Int, windows: Int, moments: Int, attributes: Int) {
        var number = number
        if number < windows {
            self = .window(WindowNumber(number))
            return
        }
        number -= windows
        if number < moments {
            self = .moment(MomentNumber(number))
            return
        }
        number -= moments
        switch number {
        case 0: self = .dedup
        case 1: self = .picture
        default:
            number -= 2
            self = number < attributes ? .attribute(number) : number == attributes ? .waiting : .name
        }
    }

    /// The least time, in microseconds, for which a word is remembered once it is there.
    func leastLife(_ plan: JourneyPlan) -> Int64 {
        switch self {
        case .window(let window):
            switch plan.windows[window].extent {
            case .over(let length), .session(let length): return length
            // The next midnight may be near.
            case .per: return 0
            case .allTime, .events: return .max
            }
        case .moment(let moment):
            let cooldown = plan.moments[moment].cooldown > 0 ? plan.moments[moment].cooldown : .max
            switch plan.moments[moment].trigger {
            case .condition: return cooldown
            case .sequence(let sequence): return min(cooldown, sequence.within ?? sequence.closing?.wait ?? .max)
            }
        case .dedup: return plan.dedup ?? .max
        // Scores and segments may be back where they began after any event.
        case .picture: return StateKind.pictureRest
        case .attribute, .name: return .max
        // The end of quiet hours may be near.
        case .waiting: return plan.waiting.map { $0.holds ? 0 : $0.gather } ?? .max
        }
    }
}

extension EvaluationScope {
    /// What the words of a kind belong to.
    func stateKind(_ kind: Int) -> StateKind {
        let attributes = waitingKind - pictureKind - 1
        return StateKind(kind, windows: windows.count, moments: pictureKind - 1 - windows.count, attributes: attributes)
    }
}
