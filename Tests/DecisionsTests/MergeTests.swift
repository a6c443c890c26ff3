import Events
import Expressions
import Storage
import TestSupport
import Testing

@testable import Decisions
@testable import Journeys

/// Shards' lines come into one order, whatever the number of shards.
struct MergeTests {
    private struct Come {
        var key: OrderKey
        var moment: Int
        var customer: String
    }

    private func moments() -> [Come] {
        var dice = SeededNumbers(seed: 5)
        var keys: [OrderKey] = []
        for place in 0..<300 {
            keys.append(
                OrderKey(
                    time: Instant(microseconds: Int64(place / 7)), isEvent: dice.isTrue(percent: 60),
                    place: UInt64(place),
                    ordinal: 0))
        }
        return keys.sorted().map { key in
            Come(
                key: key, moment: dice.one(of: [0, 1]), customer: "c\(Int.random(in: 0..<9, using: &dice))")
        }
    }

    private func draft() throws -> Draft {
        var draft = Draft()
        draft.moments = ["m", "silent"]
        draft.policy = PolicyPlan(caps: [CapPlan(max: 2, over: 9)], choose: 2)
        try draft.add("a") { $0.on = [0] }
        try draft.add("b") { $0.on = [0] }
        return draft
    }

    private func merged(_ draft: Draft, shards count: Int, batches: Int) -> String {
        let output = output(draft, shards: count, batches: batches)
        return output.lines.map { output.text(of: $0).text + "\n" }.joined()
    }

    private func output(_ draft: Draft, shards count: Int, batches: Int) -> OutputLines {
        var merge = Merge(draft.plan)
        let benchs = (0..<count).map { _ in DecisionBench(draft) }
        var output = OutputLines(capacity: 64)
        let all = moments()
        var dice = SeededNumbers(seed: 11)
        let size = (all.count + batches - 1) / batches
        for start in stride(from: 0, to: all.count, by: size) {
            var lines = [[MomentLine]](repeating: [], count: count)
            var texts = [[UInt8]](repeating: [], count: count)
            // What fires together is not worked out in the order of the lines.
            for come in all[start..<min(start + size, all.count)].shuffled(using: &dice) {
                let shard = Int(Hash64.of(come.customer) % UInt64(count))
                let proposal = benchs[shard].propose(
                    come.moment, at: come.key.time.microseconds, customer: come.customer, id: come.key.place)
                let from = texts[shard].count
                texts[shard] += Array("moment \(come.key.place)".utf8)
                lines[shard].append(
                    MomentLine(
                        key: come.key, start: from, end: texts[shard].count, type: .moment, id: come.key.place,
                        proposal: proposal))
            }
            let outputs = lines.indices.map {
                ShardOutput(lines: lines[$0].sorted { $0.key < $1.key }, text: texts[$0], duplicates: [])
            }
            merge.merge(outputs, benchs.map { $0.proposer.takeProposals() }, into: &output)
        }
        return output
    }

    @Test(arguments: [(1, 30), (2, 1), (2, 4), (3, 7), (5, 300)])
    func shardsAndBatchesDoNotShow(shards: Int, batches: Int) throws {
        let draft = try draft()
        let whole = merged(draft, shards: 1, batches: 1)
        #expect(whole.split(separator: "\n").count > 400)
        #expect(merged(draft, shards: shards, batches: batches) == whole)
    }

    /// Each of the two actions may be chosen so often for all customers together; the control group costs nothing.
    @Test(arguments: [(1, 30), (2, 4), (3, 7), (5, 300)])
    func budgetsAreKeptExactlyOnAnyNumberOfShards(shards: Int, batches: Int) throws {
        var draft = try draft()
        draft.policy = PolicyPlan(choose: 2, explain: .full, holdout: HoldoutPlan(share: 3000, salt: "s"))
        draft.actions[0].budget = BudgetPlan(max: 17, reach: .per(.day))
        draft.actions[1].budget = BudgetPlan(max: 4, reach: .over(10))
        let lines = merged(draft, shards: shards, batches: batches)
        #expect(lines == merged(draft, shards: 1, batches: 1))
        let chosen = lines.split(separator: "\n").map(String.init).filter { $0.word("group") == "treatment" }
        #expect(chosen.count { $0.word("action") == "a" } == 17)
        let times = chosen.filter { $0.word("action") == "b" }.compactMap { $0.time("time") }
        for (index, time) in times.enumerated() { #expect(times[...index].count { $0 > time - 10 } <= 4) }
        #expect(times.count > 10 && lines.contains("\"group\":\"control\""))
    }

    @Test func decisionsFollowTheirMoments() throws {
        let lines = merged(try draft(), shards: 3, batches: 5).split(separator: "\n").map(String.init)
        var place = ""
        for line in lines {
            if line.hasPrefix("moment ") {
                place = String(line.dropFirst(7))
            } else {
                var id: [UInt8] = []
                id.append(hex: UInt64(place) ?? 0)
                #expect(line.word("moment_id") == "m-" + String(decoding: id, as: UTF8.self))
            }
        }
        let order = lines.filter { $0.hasPrefix("moment ") }
        #expect(order == moments().map { "moment \($0.key.place)" })
    }

    @Test func linesAreToldByWhatStandsBesideThem() throws {
        var draft = try draft()
        draft.policy.holdout = HoldoutPlan(share: 3000, salt: "s")
        let output = output(draft, shards: 2, batches: 3)
        var end = 0
        for line in output.lines {
            let text = output.text(of: line).text
            #expect(line.start == end && output.block.bytes[line.end] == UInt8(ascii: "\n"))
            end = line.end + 1
            #expect(line.isControl == (text.word("group") == "control"))
            if line.type == .moment {
                #expect(text == "moment \(line.id)")
            } else {
                var id: [UInt8] = []
                id.append(hex: line.id)
                #expect(text.word("type") == "decision")
                #expect(text.word("id") == "d-" + String(decoding: id, as: UTF8.self))
            }
        }
        #expect(end == output.block.count)
        #expect(Set(output.lines.map(\.type)) == [.moment, .decision])
        #expect(output.lines.contains { $0.isControl })
    }

    @Test func onlyWhatTheConfigurationNamesIsWritten() throws {
        var draft = try draft()
        let both = merged(draft, shards: 2, batches: 3).split(separator: "\n")
        draft.emits = [.decision]
        let decisions = merged(draft, shards: 2, batches: 3).split(separator: "\n")
        draft.emits = [.moment]
        let moments = merged(draft, shards: 2, batches: 3).split(separator: "\n")
        #expect(decisions == both.filter { !$0.hasPrefix("moment") })
        #expect(moments == both.filter { $0.hasPrefix("moment") })
    }
}
