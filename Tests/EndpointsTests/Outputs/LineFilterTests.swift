import Endpoints
import Events
import Expressions
import Storage
import Testing

/// Which lines an output takes.
@Suite struct LineFilterTests {
    static let lines = [
        #"{"type":"moment","id":"m-1","moment":"cart","kind":"friction","customer_id":"c\"1\u00e9","time":"2026-01-01T00:00:00.000Z"}"#,
        #"{"type":"decision","id":"d-1","moment":"cart","moment_id":"m-1","customer_id":"c1","action":"mail","channel":"email","priority":12.5,"group":"control","payload":{"group":"x","a":[1,{"b":"}"}]}}"#,
        #"{"type":"decision","id":"d-2","moment":"cart","moment_id":"m-1","customer_id":"c2","action":null,"reason":"cap","group":"treatment"}"#,
        #"{"type":"segment","id":"s-1","segment":"vip","change":"enter","customer_id":"c1"}"#,
    ]

    static let types: [LineType] = [.moment, .decision, .decision, .segment]

    /// The numbers of the lines that pass.
    private func passing(_ condition: String? = nil, _ change: (inout OutputPlan) -> Void = { _ in }) throws -> [Int] {
        var plan = OutputPlan(.standard, path: "outputs[0]")
        if let condition {
            var names = LineNames()
            plan.condition = try Program.compile(condition, declarations: &names, expecting: .bool)
        }
        change(&plan)
        var filter = LineFilter(plan, zone: { _ in nil })
        var lines = OutputLines(capacity: 64)
        for (line, type) in zip(LineFilterTests.lines, LineFilterTests.types) {
            let isControl = line.contains(#""group":"control""#)
            View.of(Array(line.utf8)) {
                lines.append($0, type: type, id: UInt64(lines.lines.count), isControl: isControl)
            }
        }
        let picked = filter.pick(from: lines)
        // A view does not keep its block.
        let text = withExtendedLifetime(picked) { picked.block.bytes.text }
        #expect(text == picked.lines.map { LineFilterTests.lines[Int($0.id)] + "\n" }.joined())
        return picked.lines.map { Int($0.id) }
    }

    @Test(arguments: [
        ("true", [0, 1, 2, 3]), ("false", []), ("line.type == 'decision'", [1, 2]), ("type == 'decision'", [1, 2]),
        ("action == 'mail' && priority > 12", [1]), ("action == null", [2]), ("!has(line.action)", [0, 3]),
        // A key that the line does not have is an error, and an error is not true.
        ("action != 'mail'", [2]), ("!(reason == 'cap')", []), ("has(line.reason) && reason == 'cap'", [2]),
        ("customer_id == 'c\"1é'", [0]), ("line.payload.a[1].b == '}'", [1]), ("payload.group == 'x'", [1]),
        ("timestamp(time) < timestamp('2026-06-01T00:00:00Z')", [0]), ("customer_id in ['c1', 'c2']", [1, 2, 3]),
        ("change == 'enter' || kind == 'friction'", [0, 3]),
    ])
    func aConditionReadsTheLine(_ condition: String, _ expected: [Int]) throws {
        #expect(try passing(condition) == expected)
    }

    @Test func typesAndGroupsDecideToo() throws {
        #expect(try passing { $0.types = [.moment, .segment] } == [0, 3])
        #expect(try passing { $0.takesControl = false } == [0, 2, 3])
        #expect(try passing("priority > 1.0") { $0.takesControl = false } == [])
    }

    @Test func aBlockThatIsTakenWholeIsNotCopied() {
        var lines = OutputLines(capacity: 64)
        View.of(Array("{}".utf8)) { lines.append($0, type: .moment, id: 1, isControl: true) }
        var all = LineFilter(OutputPlan(.standard, path: ""), zone: { _ in nil })
        #expect(all.pick(from: lines).block === lines.block)
    }
}
