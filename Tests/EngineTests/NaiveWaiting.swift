/// The rules about moments whose decision waits, as they are written down: one shop, minutes for instants, and everything
/// kept in lists that are looked through each time.
///
/// E-mail is held from nine in the evening to eight in the morning. `cart` is answered by `mail` (e-mail, worth 2, not
/// within a day after `buy`), `look` by `tip` (e-mail, worth 1), `ask` by `answer` (e-mail, then the web, worth 0.5).
struct NaiveWaiting {
    static let moments = ["cart", "look", "ask"]
    private static let actions = ["mail", "tip", "answer"]
    private static let day = 1440

    struct Event {
        var customer: String
        var type: String
        var minute: Int
        var value: Int
    }

    private struct Waiting {
        var moment: Int
        var place: Int
        /// Nil while it waits for others.
        var until: Int?
    }

    private struct Customer {
        var name: String
        var consent: Int?
        var bought: Int?
        var sent: [Int] = []
        var waiting: [Waiting] = []
        var gathersUntil: Int?
        /// The deadline that is set: when, and by which event.
        var armed: (time: Int, place: Int)?
    }

    /// Minutes for which moments are gathered; nil for none.
    var gather: Int?
    var oneADay = false
    private var customers: [Customer] = []
    private(set) var lines: [String] = []

    init(gather: Int?, oneADay: Bool) {
        self.gather = gather
        self.oneADay = oneADay
    }

    mutating func run(_ events: [Event]) {
        for (place, event) in events.enumerated() {
            fire(upTo: event.minute)
            take(event, place)
        }
        fire(upTo: .max)
    }

    private mutating func take(_ event: Event, _ place: Int) {
        var number = customers.firstIndex { $0.name == event.customer } ?? -1
        if number < 0 {
            number = customers.count
            customers.append(Customer(name: event.customer))
        }
        if event.type == "consent" { customers[number].consent = event.value }
        if event.type == "buy" { customers[number].bought = event.minute }
        guard let moment = Self.moments.firstIndex(of: event.type) else { return }
        if let gather {
            if customers[number].gathersUntil == nil { customers[number].gathersUntil = event.minute + gather }
            customers[number].waiting.append(Waiting(moment: moment, place: place))
        } else if isHeld(moment, number, event.minute) {
            let until = Self.morning(after: event.minute)
            customers[number].waiting.append(Waiting(moment: moment, place: place, until: until))
            giveUp(number, event.minute)
        } else {
            decide([moment], number, event.minute)
        }
        arm(number)
    }

    private static func isQuiet(_ minute: Int) -> Bool { minute % day >= 1260 || minute % day < 480 }

    private static func morning(after minute: Int) -> Int {
        var minute = minute
        while isQuiet(minute) { minute += 1 }
        return minute
    }

    private func mayMail(_ number: Int) -> Bool { customers[number].consent.map { $0 > 0 } ?? true }

    /// Whether all ways to act on it are held: an answer may go over the web.
    private func isHeld(_ moment: Int, _ number: Int, _ minute: Int) -> Bool {
        Self.isQuiet(minute) && mayMail(number) && moment < 2
    }

    private mutating func giveUp(_ number: Int, _ minute: Int) {
        while customers[number].waiting.count(where: { $0.until != nil }) > 8 {
            guard let oldest = customers[number].waiting.firstIndex(where: { $0.until != nil }) else { return }
            let gone = customers[number].waiting.remove(at: oldest)
            write(minute, number, gone.moment, "quiet_hours")
        }
    }

    private mutating func arm(_ number: Int) {
        let customer = customers[number]
        func due(_ one: Waiting) -> Int { one.until ?? customer.gathersUntil ?? .max }
        guard let least = customer.waiting.map(due).min() else { return }
        if let armed = customer.armed, armed.time <= least { return }
        let place = customer.waiting.first { due($0) == least }?.place ?? 0
        customers[number].armed = (least, place)
    }

    private mutating func fire(upTo minute: Int) {
        while true {
            var next: Int?
            for (number, customer) in customers.enumerated() {
                guard let armed = customer.armed, armed.time <= minute else { continue }
                if let other = next.flatMap({ customers[$0].armed }), other <= armed { continue }
                next = number
            }
            guard let number = next, let armed = customers[number].armed else { return }
            customers[number].armed = nil
            fire(number, armed.time)
            arm(number)
        }
    }

    private mutating func fire(_ number: Int, _ minute: Int) {
        var due: [Int] = []
        let gathers = customers[number].gathersUntil.map { $0 <= minute } ?? false
        var left: [Waiting] = []
        var ready: [Int] = []
        for var one in customers[number].waiting {
            if let until = one.until {
                if until <= minute { due.append(one.moment) } else { left.append(one) }
            } else if gathers, isHeld(one.moment, number, minute) {
                one.until = Self.morning(after: minute)
                left.append(one)
            } else if gathers {
                ready.append(one.moment)
            } else {
                left.append(one)
            }
        }
        if gathers { customers[number].gathersUntil = nil }
        customers[number].waiting = left
        giveUp(number, minute)
        if !(due + ready).isEmpty { decide(due + ready, number, minute) }
    }

    private mutating func decide(_ moments: [Int], _ number: Int, _ minute: Int) {
        let moments = moments.sorted()
        var reasons = [String?](repeating: nil, count: moments.count)
        for (place, moment) in moments.enumerated() {
            if moment < 2, !mayMail(number) {
                reasons[place] = "no_consent"
            } else if moment == 0, let bought = customers[number].bought, minute - bought < Self.day {
                reasons[place] = "suppressed"
            }
        }
        var chosen: Int?
        // The moments stand in the order of what they are worth.
        for (place, moment) in moments.enumerated() where reasons[place] == nil && chosen == nil {
            var channels = mayMail(number) ? ["email"] : []
            if moment == 2 { channels.append("web") }
            var first: String?
            for channel in channels where chosen == nil {
                if oneADay, customers[number].sent.contains(where: { $0 / Self.day == minute / Self.day }) {
                    first = first ?? "cap"
                } else if channel == "email", Self.isQuiet(minute) {
                    first = first ?? "quiet_hours"
                } else {
                    chosen = place
                    customers[number].sent.append(minute)
                }
            }
            if chosen == nil { reasons[place] = first }
        }
        for (place, moment) in moments.enumerated() {
            write(minute, number, moment, place == chosen ? Self.actions[moment] : reasons[place] ?? "outranked")
        }
    }

    private mutating func write(_ minute: Int, _ number: Int, _ moment: Int, _ outcome: String) {
        lines.append("\(minute) \(customers[number].name) \(Self.moments[moment]): \(outcome)")
    }
}
