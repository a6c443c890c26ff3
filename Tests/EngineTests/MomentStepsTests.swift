import Foundation
import TestSupport
import Testing

@testable import TestEngine

/// `moment.steps.NAME` in actions and in a moment's output: what is read of each event must be what the line about the
/// moment says was bound.
@Suite struct MomentStepsTests {
    private static let rules = #"""
        { version: 1, moments: {
          plain: {
            sequence: [{ as: "ad", on: "ad" }, { as: "view", on: "view", times: 2 }],
            output: { views: "moment.steps.view.map(e, e.id)", ads: "moment.steps.ad.map(e, e.id)" },
          },
          loop: {
            sequence: [{ as: "ad", on: "ad" }, { as: "view", on: "view", times: "1.." }, { as: "buy", on: "buy", optional: true },
                       { as: "end", on: "end" }],
            output: { views: "moment.steps.view.map(e, e.id)", ads: "moment.steps.ad.map(e, e.id)" },
          },
          missed: {
            sequence: [{ as: "ad", on: "ad" }, { as: "view", on: "view" }, { not: "buy", for: "3s" }],
            output: { views: "moment.steps.view.map(e, e.id)", ads: "moment.steps.ad.map(e, e.id)" },
          },
          alone: {
            sequence: [{ as: "view", on: "view" }, { not: ["buy", "view"], for: "2s" }],
            output: { views: "moment.steps.view.map(e, e.id)", ads: "[]" },
          },
        }, actions: {
          tell: {
            on: ["plain", "loop", "missed"], applicable: "moment.steps.view.exists(e, e.properties.v >= 2)",
            value: "double(moment.steps.view.map(e, e.properties.v).size())",
            payload: {
              views: "moment.steps.view.map(e, e.id)", ads: "moment.steps.ad.map(e, e.id)",
              values: "moment.steps.view.map(e, e.properties.v)", types: "moment.steps.view.map(e, e.type)",
            },
          },
          other: { on: "alone", payload: { views: "moment.steps.view.map(e, e.id)", v: "moment.steps.view[0].properties.v" } },
        } }
        """#

    private struct Line: Decodable {
        let type: String
        let id: String
        let moment: String
        let moment_id: String?
        let steps: [String: [String]]?
        let output: [String: [String]]?
        let action: String?
        let payload: Payload?
        let priority: Double?
    }

    private struct Payload: Decodable {
        let views: [String]
        let ads: [String]?
        let values: [Int]?
        let types: [String]?
        let v: Int?
    }

    @Test(arguments: 1...3) func saysWhatTheMomentBound(shards: Int) throws {
        var dice = SeededNumbers(seed: 7)
        let types = ["ad", "view", "view", "buy", "end", "other"]
        var values: [String: Int] = [:]
        var text = ""
        for index in 0..<3000 {
            let v = dice.below(4)
            values["e\(index)"] = v
            text +=
                #"{"customer_id":"c\#(dice.below(20))","event":"\#(types[dice.below(6)])","id":"e\#(index)","#
                + #""timestamp":\#(1000 + index * 100),"properties":{"v":\#(v)}}"# + "\n"
        }
        let outcome = try EngineUnderTest(Self.rules).run([Array(text.utf8)], shards: shards, flush: true)
        let lines = try outcome.lines.map { try JSONDecoder().decode(Line.self, from: Data($0.utf8)) }
        var moments: [String: Line] = [:]
        for line in lines where line.type == "moment" {
            moments[line.id] = line
            let steps = try #require(line.steps)
            #expect(line.output == ["views": steps["view"] ?? [], "ads": steps["ad"] ?? []])
        }
        let decisions = lines.filter { $0.type == "decision" }
        for name in ["plain", "loop", "missed", "alone"] {
            #expect(decisions.count { $0.moment == name && $0.action != nil } > 5, "too few of \(name)")
        }
        for decision in decisions {
            let moment = try #require(decision.moment_id.flatMap { moments[$0] })
            let views = moment.steps?["view"] ?? []
            let bound = views.compactMap { values[$0] }
            guard moment.moment != "alone" else {
                #expect(decision.payload?.views == views && decision.payload?.v == bound[0])
                continue
            }
            #expect((decision.action == nil) == !bound.contains { $0 >= 2 })
            guard decision.action != nil else { continue }
            #expect(decision.priority == Double(views.count))
            let payload = try #require(decision.payload)
            #expect(payload.views == views && payload.ads == moment.steps?["ad"])
            #expect(payload.values == bound && payload.types == views.map { _ in "view" })
        }
    }
}
