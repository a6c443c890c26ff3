import Events
import Expressions
import Storage

@testable import Decisions
@testable import Journeys

/// The values that expressions see in a test: `v0`, `v1`, …
struct Facts: Names {
    var values: [Value] = []

    func value(of variable: Int) -> Value {
        variable < values.count ? values[variable] : .error(.noSuchField)
    }
}

/// Declares `v0`, `v1`, … of any type.
struct AnyFacts: Declarations {
    mutating func variable(path: [String]) -> (variable: Variable, consumed: Int)? {
        guard path[0].hasPrefix("v"), let number = Int(path[0].dropFirst()) else { return nil }
        return (Variable(id: number, type: .dyn), 1)
    }
}

/// A plan in the making: gives expressions their numbers.
struct Draft {
    private(set) var expressions: [Expression] = []
    var actions: [ActionPlan] = []
    var policy = PolicyPlan()
    var moments = ["m"]
    var emits: Set<LineType> = [.moment, .decision]

    var zone: @Sendable (String) -> Zone? = { _ in nil }

    mutating func number(_ source: String, path: String? = nil) throws -> ExpressionNumber {
        var facts = AnyFacts()
        let program = try Program.compile(source, declarations: &facts)
        expressions.append(
            Expression(path: path ?? source, program: program, names: program.reads.map { "v\($0)" }))
        return ExpressionNumber(expressions.count - 1)
    }

    /// Adds an action without conditions, worth `value`.
    mutating func add(_ name: String, value: String = "1.0", _ change: (inout ActionPlan) -> Void = { _ in }) throws {
        var action = ActionPlan(name: name, on: nil, value: try number(value))
        change(&action)
        actions.append(action)
    }

    var plan: DecisionPlan {
        DecisionPlan(
            actions: actions, policy: policy, moments: moments, expressions: expressions, emits: emits, zone: zone)
    }
}

/// Takes moments one by one and answers with the decisions' lines.
final class DecisionBench {
    let proposer: Proposer
    private let expressions: Shelf<Expression>
    private var evaluator = Evaluator()
    private(set) var stage: DecisionStage
    private var place: UInt64 = 0

    init(_ draft: Draft) {
        let plan = draft.plan
        proposer = Proposer(plan)
        stage = DecisionStage(plan)
        expressions = Shelf(draft.expressions)
    }

    /// Has the shard's side look at a moment; the proposals stay with the proposer.
    /// - Returns: the number of the proposal, where there is one.
    @discardableResult
    func propose(
        _ moment: Int = 0, at time: Int64, customer: String = "c1", facts: [Value] = [], id: UInt64? = nil,
        event: String = ""
    ) -> Int? {
        place += 1
        let instant = Instant(microseconds: time)
        return View.of(Array(customer.utf8)) { name in
            View.of(Array(event.utf8)) { event in
                var occurrence = Occurrence(
                    moment: MomentNumber(moment), time: instant, start: instant, end: instant, customerID: name,
                    customerHash: Hash64.of(name), id: id ?? place)
                occurrence.eventID = event
                return proposer.propose(
                    occurrence, names: Facts(values: facts), evaluator: &evaluator, expressions: expressions)
            }
        }
    }

    func decide(_ moment: Int = 0, at time: Int64, customer: String = "c1", facts: [Value] = []) -> [String] {
        propose(moment, at: time, customer: customer, facts: facts)
        return decideAll()
    }

    /// Decides on all that was proposed, one after the other.
    func decideAll() -> [String] {
        let proposals = proposer.takeProposals()
        var output = OutputLines(capacity: 256)
        decide(proposals, into: &output)
        return output.lines.map { output.text(of: $0).text }
    }

    func decide(_ proposals: Proposals, into output: inout OutputLines) {
        for index in 0..<proposals.count { stage.decide(index, of: proposals, into: &output) }
    }

    /// Decides on several moments as one.
    func decide(together asked: [(moment: Int, facts: [Value])], at time: Int64, customer: String = "c1") -> [String] {
        for one in asked { propose(one.moment, at: time, customer: customer, facts: one.facts) }
        let proposals = proposer.takeProposals()
        var output = OutputLines(capacity: 256)
        if !proposals.isEmpty { stage.decide(together: Array(0..<proposals.count), of: proposals, into: &output) }
        return output.lines.map { output.text(of: $0).text }
    }

    /// What was chosen or why nothing was, one word for each line.
    func outcome(_ moment: Int = 0, at time: Int64, customer: String = "c1", facts: [Value] = []) -> [String] {
        decide(moment, at: time, customer: customer, facts: facts).map { line in
            let action = line.word("action") ?? ""
            let detail = line.word("channel") ?? line.word("reason")
            return detail.map { "\(action) \($0)" } ?? action
        }
    }
}

extension String {
    /// The text behind a key, up to the next comma or brace; without quotes. Nil where the key is absent.
    func word(_ key: String) -> String? {
        let text = Array(utf8)
        let sought = Array("\"\(key)\":".utf8)
        var start = 0
        while start + sought.count <= text.count {
            if text[start] == sought[0], text[start..<start + sought.count].elementsEqual(sought) {
                let rest = text[(start + sought.count)...].prefix { $0 != UInt8(ascii: ",") && $0 != UInt8(ascii: "}") }
                return String(decoding: rest.filter { $0 != UInt8(ascii: "\"") }, as: UTF8.self)
            }
            start += 1
        }
        return nil
    }
}

extension String {
    /// The time behind a key, in microseconds since 1970.
    func time(_ key: String) -> Int64? {
        word(key).flatMap { text in View.of(Array(text.utf8)) { Instant(rfc3339: $0)?.microseconds } }
    }
}
