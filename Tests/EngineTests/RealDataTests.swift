import Foundation
import TestSupport
import Testing

@testable import TestEngine

/// The figures of a real shop's log, which two independent programs computed.
@Suite(.enabled(if: SharedFolder.place("data/simple_shop.ndjson") != nil, "the data are not here"))
struct RealDataTests {
    private func run(_ moments: String, flush: Bool = false, shards: Int = 2) throws -> Outcome {
        let place = try #require(SharedFolder.place("data/simple_shop.ndjson"))
        let outcome = try EngineUnderTest("{ version: 1, moments: { \(moments) } }")
            .run([Array(try Data(contentsOf: place))], shards: shards, flush: flush)
        #expect(outcome.events == 32_283)
        #expect(outcome.rejects.isEmpty)
        return outcome
    }

    /// How many customers the moments are of.
    private func customers(_ outcome: Outcome) -> Int {
        Set(outcome.moments.compactMap { $0.split(separator: "\"").dropFirst(6).first }).count
    }

    @Test func purchasesWithinHalfAnHour() throws {
        let outcome = try run(
            """
            bought: { sequence: [{ as: "cart", on: "cart" }, { as: "delivery", on: "delivery_choice" },
                                 { as: "choice", on: "payment_choice" }, { as: "paid", on: "payment_done" }],
                      within: "30m", after_match: "skip_past_last_event" }
            """)
        #expect(outcome.moments.count == 706)
        #expect(customers(outcome) == 653)
    }

    /// Each cart by itself: a match binds one event, so that it ends no other run.
    @Test(arguments: [(false, 2029), (true, 2031)]) func cartsThatNobodyPaysFor(_ flush: Bool, _ count: Int) throws {
        let each = try run(cart, flush: flush)
        #expect(each.moments.count == count)
        if flush { #expect(customers(each) == 1427) }
        let other = try run(cart, flush: flush, shards: 1)
        #expect(other.lines == each.lines)
    }

    private let cart = """
        left: { sequence: [{ as: "cart", on: "cart" }, { not: "payment_done", for: "30m" }] }
        """
}
