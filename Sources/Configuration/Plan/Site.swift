import Journeys
import Storage

/// The place where an expression stands, which decides what it may read.
struct Site {
    var reach: Vocabulary.Reach = []
    /// The steps that may be read, by their numbers; a number with an empty name cannot be read.
    var steps: [String] = []
    /// Names that mean something, but not here: the reason, as the end of a sentence that begins with the name.
    var refusals: [ByteName: String] = [:]
    /// Scores or segments that are not written before the expression, by the name under which they are read.
    var later: [ByteName: Set<ByteName>] = [:]

    private static let momentRefusal =
        "can be read in a moment's \"output\" and in actions only, because elsewhere no moment has come"

    /// Everything about the customer, after the event has been taken into it.
    private static let picture: Vocabulary.Reach = [.windows, .profile, .scores, .segments, .touchpoint]

    private static func refusals(of names: [String], in place: String, because reason: String) -> [ByteName: String] {
        var refusals: [ByteName: String] = ["moment": momentRefusal]
        for name in names { refusals[name] = "cannot be read in \(place), \(reason)" }
        return refusals
    }

    /// The conditions of touchpoints.
    static let touchpoint = Site(
        reach: .profile,
        refusals: refusals(
            of: ["windows", "scores", "segments", "touchpoint"], in: "a touchpoint",
            because: "which is found before anything else; it reads event, profile, customer and now"))

    /// The conditions and values of the profile's attributes.
    static let attribute = Site(
        reach: [.profile, .touchpoint],
        refusals: refusals(
            of: ["windows", "scores", "segments"], in: "the profile",
            because: "which comes before them; it reads event, touchpoint, profile, customer and now"))

    /// The conditions and values of windows.
    static let window = Site(
        reach: [.profile, .touchpoint],
        refusals: refusals(
            of: ["windows", "scores", "segments"], in: "a window",
            because: "which is worked out before any other; it reads event, touchpoint, profile, customer and now"))

    /// The expressions of a score; `later` are the names of those that are not written before it.
    static func score(later: [String]) -> Site {
        var site = Site(
            reach: [.windows, .profile, .touchpoint, .scores],
            refusals: refusals(
                of: ["segments"], in: "a score",
                because: "which is worked out before them; it reads windows, profile, event and the scores above it"))
        site.later["scores"] = Set(names: later)
        return site
    }

    /// The conditions of a segment.
    static func segment(later: [String]) -> Site {
        var site = Site(reach: picture, refusals: ["moment": momentRefusal])
        site.later["segments"] = Set(names: later)
        return site
    }

    /// The condition of a step, or of a `not`, in a sequence with steps of these names.
    static func step(of names: [String]) -> Site {
        Site(reach: picture.union(.stepLists), steps: names, refusals: ["moment": momentRefusal])
    }

    /// The expression for whose values events are matched separately.
    static func by(steps names: [String]) -> Site {
        var site = Site(reach: picture, refusals: ["moment": momentRefusal])
        for name in names {
            site.refusals[name] = "cannot be read in \"by\", which is worked out for each event by itself"
        }
        return site
    }

    /// The maximum of a cap, which is the customer's and not the moment's.
    static let limit = Site(
        reach: [.profile, .segments, .noEvent],
        refusals: refusals(
            of: ["event", "windows", "scores", "touchpoint", "moment"], in: "a cap's \"max\"",
            because: "which is the same at every moment; it reads profile, segments and customer"))

    /// A moment's condition.
    static let condition = Site(reach: picture, refusals: ["moment": momentRefusal])

    /// The expressions of the report.
    static let report = Site(reach: picture, refusals: ["moment": momentRefusal])

    /// The further fields of a moment's lines.
    static func output(steps: [String]) -> Site { Site(reach: picture.union(.moment), steps: steps) }

    /// The expressions of an action that answers these moments. Its programs are compiled once, so it may read a step
    /// where all the moments have one of that name in that place.
    static func action(on moments: [(name: String, steps: [String])]) -> Site {
        var site = Site(reach: picture.union(.moment))
        var places: [ByteName: (number: Int, moment: String, count: Int)] = [:]
        for moment in moments {
            for (number, step) in moment.steps.enumerated() {
                let place = places[step] ?? (number, moment.name, 0)
                places[step] = (place.number, place.moment, place.count + 1)
                if place.number != number, site.refusals[step] == nil {
                    site.refusals[step] =
                        "is step \(place.number + 1) of the moment \(Wording.quoted(place.moment)) but step \(number + 1) of "
                        + "\(Wording.quoted(moment.name)); \(remedy)"
                }
            }
        }
        for (name, place) in places where site.refusals[name] == nil {
            let step = name.text
            if place.count < moments.count {
                site.refusals[step] =
                    "is a step of the moment \(Wording.quoted(place.moment)) but not of all in \"on\"; \(remedy)"
                continue
            }
            while site.steps.count <= place.number { site.steps.append("") }
            site.steps[place.number] = step
        }
        return site
    }

    /// A site whose expressions are only looked at for faults other than the steps they read.
    static func anyStep(of moments: [[String]]) -> Site {
        Site(reach: picture.union(.moment), steps: Set(names: moments.joined()).sorted().map(\.text))
    }

    private static let remedy = "name the step alike in all moments, or write an action for each"
}
