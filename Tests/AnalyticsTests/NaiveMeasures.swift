/// One event with all that can be asked of it.
struct MeasuredEvent {
    var customer: Int
    var type: String
    /// In microseconds.
    var time: Int64
    var price: Double?
    var cost: Double?
    var mood: Double?
    var csat: Double?

    var line: String {
        let properties = [("price", price), ("cost", cost), ("mood", mood), ("csat", csat)].compactMap { name, value in
            value.map { "\"\(name)\":\($0)" }
        }
        return "{\"customer_id\":\"c\(customer)\",\"event\":\"\(type)\",\"timestamp\":\(time / 1000),"
            + "\"properties\":{\(properties.joined(separator: ","))}}\n"
    }
}

/// Measures over weeks and months the naive way: from the days on which each customer did something. `buy` is the conversion,
/// `ping` no touchpoint; events are in order.
struct NaiveMeasures {
    static let length: Int64 = 86_400_000_000

    private let events: [MeasuredEvent]
    let today: Int
    private var activeDays: [Int: Set<Int>] = [:]
    private var purchases: [Int: [(time: Int64, price: Double)]] = [:]

    init(_ events: [MeasuredEvent]) {
        self.events = events
        today = events.map { Int($0.time / NaiveMeasures.length) }.max() ?? 0
        for event in events where event.type != "ping" {
            activeDays[event.customer, default: []].insert(Int(event.time / NaiveMeasures.length))
            if event.type == "buy" { purchases[event.customer, default: []].append((event.time, event.price ?? 0)) }
        }
    }

    /// How many customers were active on a day or the 29 before it.
    func reach(_ day: Int) -> Int { activeDays.values.count { $0.contains { $0 > day - 30 && $0 <= day } } }

    /// How many customers came to a touchpoint on the last day or the 29 before it.
    func reach(of type: String) -> Int {
        Set(events.filter { $0.type == type && Int($0.time / NaiveMeasures.length) > today - 30 }.map(\.customer)).count
    }

    // MARK: Months

    /// The first days of the months since 1970.
    private static let firstDays: [Int] = {
        var days = [0]
        for passed in 0..<1200 {
            let year = 1970 + passed / 12
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            days.append(
                days[passed] + [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][passed % 12])
        }
        return days
    }()

    /// The month of a day: the year times twelve and the month from 0; and the first day of a month.
    static func month(_ day: Int) -> Int {
        var passed = day / 31
        while firstDays[passed + 1] <= day { passed += 1 }
        return 1970 * 12 + passed
    }

    static func firstDay(_ month: Int) -> Int { firstDays[month - 1970 * 12] }

    static func text(_ day: Int) -> String {
        let month = month(day)
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(month / 12)-\(two(month % 12 + 1))-\(two(day - firstDay(month) + 1))"
    }

    /// By the first day of a month: those active in the 30 days before, and those of them who stayed away for 30 days; nil as
    /// long as these are not over.
    var churn: [String: (active: Int, silent: Int?)] {
        var found: [String: (Int, Int?)] = [:]
        for month in NaiveMeasures.month(today) - 12...NaiveMeasures.month(today) {
            let start = NaiveMeasures.firstDay(month)
            let active = activeDays.values.filter { $0.contains { $0 >= start - 30 && $0 < start } }
            if active.isEmpty || start > today { continue }
            let silent = active.count { !$0.contains { $0 >= start && $0 < start + 30 } }
            found[NaiveMeasures.text(start)] = (active.count, today >= start + 30 ? silent : nil)
        }
        return found
    }

    /// By the first day of a period: its customers, and the share that bought again in each later one that is over.
    /// - Parameters:
    ///   - number: the period of a day.
    ///   - start: the first day of a period.
    func retention(_ number: (Int) -> Int, _ start: (Int) -> Int) -> [String: (customers: Int, again: [Double])] {
        var cohorts: [Int: [[Int]]] = [:]
        for bought in purchases.values {
            let periods = bought.map { number(Int($0.time / NaiveMeasures.length)) }
            cohorts[periods[0], default: []].append(periods)
        }
        var found: [String: (Int, [Double])] = [:]
        for (cohort, customers) in cohorts {
            let over = max(0, number(today) - cohort - 1)
            let again = (0..<over).map { place in
                Double(customers.count { $0.contains(cohort + place + 1) }) / Double(customers.count)
            }
            found[NaiveMeasures.text(start(cohort))] = (customers.count, again)
        }
        return found
    }

    /// By the first day of a month: what its new customers bought for within some days of their first purchase, each.
    func lifetimeValue(_ days: Int) -> [String: Double?] {
        var sums: [Int: (customers: Int, value: Double)] = [:]
        for bought in purchases.values {
            let month = NaiveMeasures.month(Int(bought[0].time / NaiveMeasures.length))
            sums[month, default: (0, 0)].customers += 1
            for purchase in bought where purchase.time - bought[0].time < Int64(days) * NaiveMeasures.length {
                sums[month, default: (0, 0)].value += purchase.price
            }
        }
        return sums.reduce(into: [:]) { found, entry in
            let isOver = today >= NaiveMeasures.firstDay(entry.key + 1) + days
            found[NaiveMeasures.text(NaiveMeasures.firstDay(entry.key))] =
                isOver ? entry.value.value / Double(entry.value.customers) : Double?.none
        }
    }

    // MARK: Answers and money

    /// Percent of 4 and 5 among whole answers from 1 to 5; nil without any.
    var satisfaction: Double? {
        let answers = events.compactMap(\.csat).filter { [1, 2, 3, 4, 5].contains($0) }
        return answers.isEmpty ? nil : 100 * Double(answers.count { $0 >= 4 }) / Double(answers.count)
    }

    func feeling(_ type: String) -> Double? {
        let moods = events.filter { $0.type == type }.compactMap(\.mood).filter { $0 >= -1 && $0 <= 1 }
        return moods.isEmpty ? nil : moods.reduce(0, +) / Double(moods.count)
    }

    /// What the event says where it says something; a negative cost is none.
    func cost(_ type: String, each: Double) -> Double {
        events.filter { $0.type == type }.reduce(0) { $0 + ($1.cost.map { max(0, $0) } ?? each) }
    }
}
