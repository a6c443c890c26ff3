/// What makes one trade's journeys: its customers, their sessions, and what follows what within one.
///
/// A profile is rules only. Who comes when, and the order of all events, is the simulation's part.
protocol JourneyProfile {
    /// What is remembered about a customer between sessions.
    associatedtype Customer: BitwiseCopyable
    /// A session that goes on.
    associatedtype Session: BitwiseCopyable

    /// About how many events a session has; the simulation corrects it by what it sees.
    var eventsPerSession: Double { get }
    /// About how long lies between two events of a session, in seconds.
    var secondsBetweenEvents: Double { get }

    /// A customer of whom nothing is known yet.
    var stranger: Customer { get }

    /// The customer of that number comes; nil if not after all, having left.
    func begin(customer: inout Customer, number: Int, session: Int, dice: inout Dice) -> Session?

    /// Writes the session's present event as a line, with its LF. Answers the seconds until the next one, or nil where it
    /// was the last.
    func step(
        _ session: inout Session, of customer: inout Customer, number: Int, dice: inout Dice, line: inout EventLine,
        into out: inout [UInt8]
    ) -> Double?
}

/// Brings sessions of many customers into one stream, in order of time.
///
/// Sessions begin at random at the rate that is asked for; each waits on the agenda for its next event. Cost of an event:
/// the logarithm of the sessions that go on. Memory: a few bytes a customer, and the sessions that go on, which are about
/// an eighth of the customers at most: where the rate asks for more at once, people act faster instead.
struct Simulation<Profile: JourneyProfile>: ~Copyable {
    private struct Seat: BitwiseCopyable {
        var session: Profile.Session
        var customer: Int
        var events = 0
    }

    private let profile: Profile
    private let eventsPerMicrosecond: Double
    /// How slowly people act: 1 is life; less where the rate leaves no time for it.
    private let pace: Double
    private var remaining: Int
    private var dice: Dice
    private var activity: Activity
    private var line = EventLine()
    private var agenda = Agenda()
    private var customers: [Profile.Customer]
    private var present: [Bool]
    private var seats: [Seat] = []
    private var freeSeats: [Int] = []
    private var nextArrival: Int
    private var sessionsBegun = 0
    private var sessionsEnded = 0
    private var eventsOfEnded = 0

    /// `rate` is in events a second of event time.
    init(profile: Profile, customers count: Int, events: Int, seed: UInt64, rate: Double) {
        self.profile = profile
        eventsPerMicrosecond = rate / 1e6
        let concurrent = rate * profile.secondsBetweenEvents
        pace = min(1, Double(count) / 8 / concurrent)
        dice = Dice(seed: seed)
        activity = Activity(customers: count)
        customers = Array(repeating: profile.stranger, count: count)
        present = Array(repeating: false, count: count)
        // The stream begins in the middle of life: what happens before time zero is played, but not told.
        let session = profile.eventsPerSession * profile.secondsBetweenEvents * pace
        nextArrival = -Int(session * 3e6)
        remaining = Int.max
        var untold: [UInt8] = []
        while min(nextArrival, agenda.first?.time ?? Int.max) < 0 {
            _ = next(into: &untold)
            untold.removeAll(keepingCapacity: true)
        }
        line.place = 0
        remaining = events
    }

    /// Appends the next line; false when all were told.
    mutating func next(into out: inout [UInt8]) -> Bool {
        if remaining == 0 { return false }
        while true {
            if let entry = agenda.first, entry.time <= nextArrival {
                play(entry, into: &out)
                remaining -= 1
                return true
            }
            arrive()
        }
    }

    private mutating func play(_ entry: Agenda.Entry, into out: inout [UInt8]) {
        line.move(to: max(entry.time, 0))
        let number = seats[entry.slot].customer
        let wait = profile.step(
            &seats[entry.slot].session, of: &customers[number], number: number, dice: &dice, line: &line, into: &out)
        seats[entry.slot].events += 1
        if let wait {
            let gap = max(1, Int(wait * pace * 1e6))
            agenda.replaceFirst(with: Agenda.Entry(time: entry.time + gap, slot: entry.slot))
        } else {
            agenda.removeFirst()
            sessionsEnded += 1
            eventsOfEnded += seats[entry.slot].events
            freeSeats.append(entry.slot)
            present[number] = false
        }
    }

    /// Somebody who is not here already begins a session; nobody, if a few calls find no one.
    private mutating func arrive() {
        let time = nextArrival
        for _ in 0..<8 {
            let number = activity.pick(&dice)
            if present[number] { continue }
            guard
                let session = profile.begin(
                    customer: &customers[number], number: number, session: sessionsBegun, dice: &dice)
            else { continue }
            present[number] = true
            seat(Seat(session: session, customer: number), at: time)
            sessionsBegun += 1
            break
        }
        nextArrival = time + max(1, Int(dice.wait() * pause(after: time)))
    }

    /// The mean time until the next session begins, in microseconds.
    private func pause(after time: Int) -> Double {
        // The length of sessions is known from those that were; the profile's word counts as a thousand of them.
        let length = (profile.eventsPerSession * 1000 + Double(eventsOfEnded)) / Double(1000 + sessionsEnded)
        let pause = length / eventsPerMicrosecond
        if time <= 0 { return pause }
        // Journeys change as customers grow older, so the stream is held to its rate by what it told so far. The
        // correction is slow against the sessions that go on, because they answer to it late.
        let ahead = Double(line.place) / eventsPerMicrosecond - Double(time)
        let horizon = pause * Double(1000 + 4 * agenda.count)
        return pause * (1 + max(-0.2, min(0.2, ahead / horizon)))
    }

    private mutating func seat(_ seat: Seat, at time: Int) {
        let slot: Int
        if let free = freeSeats.popLast() {
            slot = free
            seats[slot] = seat
        } else {
            slot = seats.count
            seats.append(seat)
        }
        agenda.insert(Agenda.Entry(time: time, slot: slot))
    }
}
