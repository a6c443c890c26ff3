import Journeys

/// The place where an expression stands, which decides what it may read.
struct Site {
    var reach: Vocabulary.Reach = []
    /// The steps that may be read, by their numbers; a number with an empty name cannot be read.
    var steps: [String] = []
    /// Names that mean something, but not here: the reason, as the end of a sentence that begins with the name.
    var refusals: [String: String] = [:]

    private static let momentRefusal =
        "can be read in a moment's \"output\" and in actions only, because elsewhere no moment has come"

    /// The conditions and values of windows.
    static let window = Site(refusals: [
        "windows": "cannot be read in a window, which is worked out before any other; it reads event, customer and now",
        "moment": momentRefusal,
    ])

    /// The condition of a step, or of a `not`, in a sequence with steps of these names.
    static func step(of names: [String]) -> Site {
        Site(
            reach: .stepLists, steps: names,
            refusals: [
                "windows":
                    "in a step's condition \(LaterVersion.notice); the condition reads event, customer, now and the steps",
                "moment": momentRefusal,
            ])
    }

    /// The expression for whose values events are matched separately.
    static func by(steps names: [String]) -> Site {
        var site = Site(refusals: ["moment": momentRefusal])
        for name in ["windows", "customer", "now"] {
            site.refusals[name] = "in \"by\" \(LaterVersion.notice); it reads event"
        }
        for name in names {
            site.refusals[name] = "cannot be read in \"by\", which is worked out for each event by itself"
        }
        return site
    }

    /// A moment's condition.
    static let condition = Site(reach: .windows, refusals: ["moment": momentRefusal])

    /// The further fields of a moment's lines.
    static func output(steps: [String]) -> Site { Site(reach: [.windows, .moment], steps: steps) }

    /// The expressions of an action that answers these moments. Its programs are compiled once, so it may read a step
    /// where all the moments have one of that name in that place.
    static func action(on moments: [(name: String, steps: [String])]) -> Site {
        var site = Site(reach: [.windows, .moment])
        var places: [String: (number: Int, moment: String, count: Int)] = [:]
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
        for (step, place) in places where site.refusals[step] == nil {
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
        Site(reach: [.windows, .moment], steps: Set(moments.joined()).sorted())
    }

    private static let remedy = "name the step alike in all moments, or write an action for each"
}
