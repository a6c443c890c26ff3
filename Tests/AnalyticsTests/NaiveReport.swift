/// One event of a made-up stream.
struct MadeEvent {
    var customer: Int
    var type: String
    /// Its own time, in microseconds.
    var time: Int64
    var channel: String?
    var price: Double?
    var score: Int?

    var line: String {
        var properties: [String] = []
        if let price { properties.append("\"price\":\(price)") }
        if let score { properties.append("\"score\":\(score)") }
        let channel = channel.map { "\"channel\":\"\($0)\"," } ?? ""
        return "{\"customer_id\":\"c\(customer)\",\"event\":\"\(type)\",\"timestamp\":\(time / 1000),\(channel)"
            + "\"properties\":{\(properties.joined(separator: ","))}}\n"
    }
}

/// The figures the naive way, over a whole stream at once. Every type but `ping` is a touchpoint, `buy` the conversion.
struct NaiveReport {
    static let stages = ["ad": 1, "view": 2, "cart": 3, "buy": 3, "help": 4]
    static let day: Int64 = 86_400_000_000

    var customers = 0
    var visits = 0
    var bounces = 0
    var converted = 0
    var lost = 0
    var open = 0
    var value = 0.0
    /// By "from>to": how often, and by how many customers.
    var visitEdges: [String: (count: Int, customers: Set<Int>, sum: Int64)] = [:]
    var journeyEdges: [String: Int] = [:]
    var linear: [String: Double] = [:]
    var decay: [String: Double] = [:]
    var channelTime: [String: Int64] = [:]
    var exits: [String: Int] = [:]
    var stageSteps: [String: Int] = [:]
    var furthest: [Int: Int] = [:]
    var channels: [String: (touches: Int, converted: Int, lost: Int)] = [:]
    var channelOrder: [String] = []
    var buyers = 0
    var repeaters = 0
    var scores: [Int: Int] = [:]
    /// All journeys that have ended.
    var ended: [Ended] = []
    /// Active within 30 days, by day.
    var reach: [Int64: Int] = [:]
    var reached: Int64 = .min

    /// A journey that has ended: its touchpoints, what it brought if it was converted, the channel of its conversion or last
    /// touch, and the day on which it was converted or became lost.
    struct Ended {
        let path: [String]
        let value: Double?
        let channel: String
        let day: Int64
    }

    private struct Taken {
        let event: MadeEvent
        let time: Int64
    }

    init(_ events: [MadeEvent], visitGap: Int64, journeyGap: Int64, lookback: Int64) {
        var all: [Taken] = []
        for event in events {
            reached = max(reached, event.time)
            all.append(Taken(event: event, time: reached))
        }
        var byCustomer: [Int: [Taken]] = [:]
        for taken in all where taken.event.type != "ping" {
            byCustomer[taken.event.customer, default: []].append(taken)
            let channel = taken.event.channel ?? "none"
            if channels[channel] == nil {
                channels[channel] = (0, 0, 0)
                channelOrder.append(channel)
            }
            channels[channel]?.touches += 1
            if taken.event.type == "buy" { channels[channel]?.converted += 1 }
        }
        customers = byCustomer.count
        for (customer, touches) in byCustomer {
            follow(visitsOf: touches, customer, visitGap)
            follow(journeysOf: touches, journeyGap, lookback)
            follow(stagesOf: touches)
            let days = Set(touches.map { $0.time / NaiveReport.day })
            for last in days {
                for day in last..<(last + 30) where !days.contains(where: { $0 > last && $0 <= day }) {
                    reach[day, default: 0] += 1
                }
            }
            let purchases = touches.count { $0.event.type == "buy" }
            if purchases > 0 { buyers += 1 }
            if purchases > 1 { repeaters += 1 }
        }
        var latest: [Int: Int] = [:]
        for taken in all { if let score = taken.event.score, score <= 10 { latest[taken.event.customer] = score } }
        for score in latest.values { scores[score >= 9 ? 1 : score >= 7 ? 0 : -1, default: 0] += 1 }
    }

    private mutating func follow(visitsOf touches: [Taken], _ customer: Int, _ gap: Int64) {
        var length = 0
        for (index, touch) in touches.enumerated() {
            if index > 0, touch.time - touches[index - 1].time <= gap {
                let before = touches[index - 1]
                let name = before.event.type + ">" + touch.event.type
                visitEdges[name, default: (0, [], 0)].count += 1
                visitEdges[name]?.customers.insert(customer)
                visitEdges[name]?.sum += touch.time - before.time
                if let channel = before.event.channel { channelTime[channel, default: 0] += touch.time - before.time }
                length += 1
            } else {
                if length == 1 { bounces += 1 }
                visits += 1
                length = 1
            }
        }
        if length == 1 { bounces += 1 }
    }

    private mutating func follow(journeysOf touches: [Taken], _ gap: Int64, _ lookback: Int64) {
        var journey: [Taken] = []
        func lose() {
            lost += 1
            let last = journey[journey.count - 1].event
            exits[last.type, default: 0] += 1
            channels[last.channel ?? "none"]?.lost += 1
            ended.append(
                Ended(
                    path: journey.map(\.event.type), value: nil, channel: last.channel ?? "none",
                    day: (journey[journey.count - 1].time + gap + 1) / NaiveReport.day))
            step(journey)
            journey = []
        }
        for touch in touches {
            if let last = journey.last, touch.time - last.time > gap { lose() }
            guard touch.event.type == "buy" else {
                journey.append(touch)
                continue
            }
            converted += 1
            let price = touch.event.price ?? 0
            ended.append(
                Ended(
                    path: journey.map(\.event.type), value: price, channel: touch.event.channel ?? "none",
                    day: touch.time / NaiveReport.day))
            value += price
            step(journey)
            if let last = journey.last { journeyEdges[last.event.type + ">buy", default: 0] += 1 }
            let back = journey.filter { touch.time - $0.time < lookback }.suffix(64)
            let weights = back.map { touch -> Double in
                var weight = 1.0
                let age = Double(back[back.endIndex - 1].time - touch.time) / Double(7 * NaiveReport.day)
                // 2^-age by halves of halves.
                var (rest, root) = (age.truncatingRemainder(dividingBy: 1), 0.5)
                for _ in 0..<Int(age) { weight /= 2 }
                for _ in 0..<50 {
                    root = root.squareRoot()
                    rest *= 2
                    if rest >= 1 { (rest, weight) = (rest - 1, weight * root) }
                }
                return weight
            }
            let sum = weights.reduce(0, +)
            for (touch, weight) in zip(back, weights) {
                linear[touch.event.type, default: 0] += price / Double(back.count)
                decay[touch.event.type, default: 0] += price * weight / sum
            }
            if back.isEmpty {
                linear["none", default: 0] += price
                decay["none", default: 0] += price
            }
            journey = []
        }
        guard let last = journey.last else { return }
        if reached - last.time > gap { lose() } else { open += 1 }
    }

    private mutating func step(_ journey: [Taken]) {
        for (before, after) in zip(journey, journey.dropFirst()) {
            journeyEdges[before.event.type + ">" + after.event.type, default: 0] += 1
        }
    }

    private mutating func follow(stagesOf touches: [Taken]) {
        let stages = touches.compactMap { NaiveReport.stages[$0.event.type] }
        for (before, after) in zip(stages, stages.dropFirst()) { stageSteps["\(before)>\(after)", default: 0] += 1 }
        if let most = stages.max() { furthest[most, default: 0] += 1 }
    }
}
