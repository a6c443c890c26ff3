import Foundation
import Journeys
import Pipeline

@testable import TestEngine

/// A configuration's sequences, from lines of events to lines about moments and drop-offs.
struct SequenceRun {
    private let engine: EngineUnderTest
    var plan: JourneyPlan { engine.plan.journeys }
    var shards = 1
    /// Whether time goes on without end after the last event.
    var flushes = true
    /// How many bytes each read gives.
    var piece = 1 << 16

    init(_ configuration: String) throws { engine = try EngineUnderTest(configuration) }

    /// The lines, in their order.
    func run(_ lines: [String]) -> [String] { outcome(lines).lines }

    /// The lines, and what is left and was counted at the end.
    func outcome(_ lines: [String]) -> (lines: [String], statistics: [ShardStatistics]) {
        let outcome = engine.run(lines.map { $0 + "\n" }.joined(), shards: shards, flush: flushes, piece: piece)
        return (outcome.lines, outcome.statistics)
    }
}

/// One line of output as the tests compare it: `m c1 a=a1,a2 b=b1`.
struct Told: Hashable, Comparable, CustomStringConvertible {
    let moment: String
    let customer: String
    let steps: [String: [String]]
    /// The last step reached, for a drop-off.
    var reached: String?

    init(moment: String, customer: String, steps: [String: [String]], reached: String? = nil) {
        self.moment = moment
        self.customer = customer
        self.steps = steps.filter { !$0.value.isEmpty }
        self.reached = reached
    }

    init(_ line: String) throws {
        guard let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: any Sendable],
            let moment = object["moment"] as? String, let customer = object["customer_id"] as? String
        else { throw ConfigurationFault(description: line) }
        let steps = object["steps"] as? [String: [String]] ?? [:]
        self.init(moment: moment, customer: customer, steps: steps, reached: object["reached"] as? String)
    }

    /// The same as if it had come of another customer.
    func of(customer: String) -> Told { Told(moment: moment, customer: customer, steps: steps, reached: reached) }

    var description: String {
        let bound = steps.keys.sorted().map { "\($0)=\((steps[$0] ?? []).joined(separator: ","))" }
        return ([moment, customer] + (reached.map { ["(\($0))"] } ?? []) + bound).joined(separator: " ")
    }

    static func < (left: Told, right: Told) -> Bool { left.description < right.description }
}
