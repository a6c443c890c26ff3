import Events
import Foundation
import Storage
import TestSupport
import Testing

@testable import Learning

/// When customers look, against a list of all looks: as they merge and are forgotten, from images and under other rules.
@Suite struct HourBookTests {
    private struct Look {
        var rule: Int
        var customer: String
        var hour: Int
        var time: Int64
    }

    private static let plans: [HourPlan] = [("email", 1_000 as Int64, 2.0), ("app", 4_000, 0.5)].map {
        var plan = HourPlan(channel: $0.0, on: ["open"])
        (plan.halfLife, plan.strength) = ($0.1, $0.2)
        return plan
    }

    private static func bytes<Result>(_ name: String, _ body: (View<UInt8>, UInt64) -> Result) -> Result {
        View.of(Array(name.utf8)) { body($0, Hash64.of($0)) }
    }

    /// How good an hour is: by each look, and by all customers' looks.
    private static func share(
        _ hour: Int, _ plan: HourPlan, _ own: [Look], _ all: [Look], now: Int64
    ) -> Double {
        func weight(_ look: Look) -> Double { pow(2, -Double(now - look.time) / Double(plan.halfLife)) }
        func sum(_ looks: [Look], _ hour: Int) -> Double {
            looks.filter { $0.hour == (hour + 24) % 24 }.reduce(0) { $0 + weight($1) }
        }
        let near = sum(own, hour) / 2 + (sum(own, hour - 1) + sum(own, hour + 1)) / 4
        let whole = all.reduce(0) { $0 + weight($1) }
        let usual = whole > 0 ? sum(all, hour) / whole : 1 / 24
        return (near + plan.strength * usual) / (own.reduce(0) { $0 + weight($1) } + plan.strength)
    }

    @Test(arguments: 1...6) func sharesAreThoseOfAllLooks(seed: UInt64) throws {
        var numbers = SeededNumbers(seed: seed)
        var book = HourBook(Self.plans)
        var isTurned = false
        let names = (0..<6).map { "customer \($0)" }
        var (own, all): ([Look], [Look]) = ([], [])
        var time: Int64 = 0
        for _ in 0..<300 {
            time += Int64(numbers.below(120))
            let (name, other) = (numbers.one(of: names), numbers.one(of: names))
            switch numbers.below(12) {
            case 0 where name != other:
                Self.bytes(other) { from, fromHash in
                    Self.bytes(name) { book.merge(from, otherHash: fromHash, into: $0, hash: $1) }
                }
                for index in own.indices where own[index].customer == other { own[index].customer = name }
            case 1 where numbers.isTrue(of: 3):
                Self.bytes(name) { book.forget($0, hash: $1) }
                own.removeAll { $0.customer == name }
            case 2:
                let image = StateImage()
                book.add(to: image)
                var next = HourBook(isTurned ? Self.plans.reversed() : Self.plans)
                try next.restore(from: StateReader(image.copied()))
                book = next
            case 3:
                // Rules that count alike may stand elsewhere.
                isTurned.toggle()
                var next = HourBook(isTurned ? Self.plans.reversed() : Self.plans)
                next.takeOver(book)
                book = next
            default:
                let look = Look(rule: numbers.below(2), customer: name, hour: numbers.below(24), time: time)
                own.append(look)
                all.append(look)
                let rule = isTurned ? 1 - look.rule : look.rule
                Self.bytes(name) {
                    book.note(rule, of: $0, hash: $1, hour: look.hour, at: Instant(microseconds: time))
                }
            }
            for (rule, plan) in Self.plans.enumerated() {
                let all = all.filter { $0.rule == rule }
                for name in names {
                    let own = own.filter { $0.rule == rule && $0.customer == name }
                    let found = Self.bytes(name) {
                        book.shares(
                            isTurned ? 1 - rule : rule, of: $0, hash: $1, at: Instant(microseconds: time))
                    }
                    for hour in 0..<24 {
                        let wanted = Self.share(hour, plan, own, all, now: time)
                        try #require((found[hour] - wanted).magnitude < 1e-9, "\(name), hour \(hour) at \(time)")
                    }
                }
            }
            // Nobody is left behind who is another now, or nobody.
            let most = (0..<2).map { rule in Set(own.filter { $0.rule == rule }.map(\.customer)).count }.max() ?? 0
            try #require(book.customerCount == most)
        }
        #expect(all.count > 150)
    }
}
