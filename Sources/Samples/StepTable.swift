/// What a customer does next: one case is one event of the stream.
protocol JourneyStep: RawRepresentable<Int>, CaseIterable, BitwiseCopyable {
    /// What may follow, each in so many of a thousand cases; the rest ends the session.
    var followers: [(share: Int, step: Self)] { get }

    /// How long it takes to come to this step from the one before: at least, and on average beyond that, in seconds.
    var delay: (least: Double, mean: Double) { get }
}

extension JourneyStep {
    /// The event's name in the stream: the case's, in lower case with underscores.
    var name: String {
        String("\(self)".flatMap { $0.isUppercase ? "_" + $0.lowercased() : String($0) })
    }
}

/// The steps of one business, by number, ready for the walk from step to step.
struct StepTable<Step: JourneyStep> {
    let eventKey = Step.allCases.map { EventLine.eventKey($0.name) }
    private let followers = Step.allCases.map(\.followers)
    private let delays = Step.allCases.map(\.delay)

    /// The step that follows, or nil where the session ends.
    func follower(of step: Step, dice: inout Dice) -> Step? {
        var draw = dice.below(1000)
        for choice in followers[step.rawValue] {
            if draw < choice.share { return choice.step }
            draw -= choice.share
        }
        return nil
    }

    /// The seconds until a step.
    func wait(for step: Step, dice: inout Dice) -> Double {
        let (least, mean) = delays[step.rawValue]
        return least + mean * dice.wait()
    }
}

/// The days of the customers' lives, told by the sessions that all of them had.
///
/// Invoices and decisions come days later, yet what happens must not depend on the rate of the stream, which is for the
/// times alone. At the usual rate, ten events of each customer in thirty days, these are the days of the calendar.
struct LifeDays {
    private let sessionsPerDay: Double

    init(customers: Int, eventsPerSession: Double) {
        sessionsPerDay = Double(customers) / 3 / eventsPerSession
    }

    /// The day on which the session of that number begins.
    func day(ofSession session: Int) -> Int32 { Int32(truncatingIfNeeded: Int(Double(session) / sessionsPerDay)) }
}
