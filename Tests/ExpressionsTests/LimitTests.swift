import Expressions
import Storage
import Testing

/// Hostile expressions and values meet limits, not the machine's.
@Suite struct LimitTests {
    static func fault(_ source: String, limits: Evaluator.Limits = Evaluator.Limits()) throws -> Fault? {
        let bench = Workbench(limits: limits)
        var host = ShopHost()
        let options = Program.Options(isStrict: false)
        let program = try Program.compile(source, declarations: &host, options: options)
        guard case .error(let fault) = bench.evaluate(program, ShopNames()) else { return nil }
        return fault
    }

    @Test(arguments: [
        String(repeating: "(", count: 10_000) + "1",
        String(repeating: "[", count: 10_000),
        String(repeating: "-", count: 10_000) + "visits",
        String(repeating: "!", count: 10_000) + "true",
        "1" + String(repeating: "+1", count: 10_000),
        "true" + String(repeating: " ? true : true", count: 10_000),
        "visits" + String(repeating: ".a", count: 10_000),
        String(repeating: "a.", count: 10_000) + "f()",
        String(repeating: "f(", count: 10_000),
        String(repeating: "{1:", count: 10_000),
        String(repeating: " ", count: 100_001),
    ])
    func sourcesAreBounded(_ source: String) {
        #expect(throws: CompileFaults.self) { try Self.fault(source) }
    }

    @Test func longChainsOfOneKindAreFine() throws {
        #expect(try Self.fault("true" + String(repeating: " && true", count: 10_000)) == nil)
    }

    @Test(arguments: [("(", ")"), ("[", "]"), ("visits + (", ")"), ("!(", ")"), ("[1].map(x, ", ")"), ("{1: ", "}")])
    func nestingUpToTheLimitIsFine(_ open: String, _ close: String) throws {
        let core = open.hasPrefix("!") ? "true" : "1"
        for depth in [50, 100] {
            let source = String(repeating: open, count: depth) + core + String(repeating: close, count: depth)
            let expected: Fault? = open.hasPrefix("visits") ? .absent : nil
            #expect(try Self.fault(source) == expected)
        }
    }

    @Test func stepsAreBounded() throws {
        let list = "[" + Array(repeating: "1", count: 200).joined(separator: ",") + "]"
        let loop = "\(list).all(a, \(list).all(b, \(list).all(c, a + b + c > 0)))"
        #expect(try Self.fault(loop) == .tooManySteps)
        #expect(try Self.fault("\(loop) || true") == .tooManySteps)
        #expect(try Self.fault("\(list).all(a, a > 0)") == nil)
    }

    @Test func memoryIsBounded() throws {
        let limits = Evaluator.Limits(steps: 100_000_000, memory: 1 << 20)
        let doubling = (0..<30).reduce("'0123456789'") { text, _ in "cel.bind(x, \(text), x + x)" }
        #expect(try Self.fault(doubling, limits: limits) == .tooMuchMemory)
        #expect(try Self.fault("'a'.replace('', 'bbbbbbbbbb').replace('', 'cccccccccc').size() > 0") == nil)
    }

    @Test func backtrackingHasNoHold() throws {
        let text = String(repeating: "a", count: 2000)
        #expect(try Self.fault("'\(text)'.matches('^(a*)*b$')") == nil)
        #expect(try Self.fault("'\(text)'.matches('(a|a)*(a|a)*(a|a)*b')") == nil)
        #expect(LanguageCase.evaluate("'\(text)'.matches('(a?){100}a{100}')") == "true")
    }

    @Test(arguments: ["(a{1000}){1000}", "((((((((){1000}){1000}){1000}){1000}){1000}){1000}){1000}){1000}"])
    func patternsAreBounded(_ pattern: String) {
        #expect(LanguageCase.evaluate("'a'.matches('\(pattern)')") == nil)
    }

    @Test func deepValuesAreCompared() {
        let bench = Workbench()
        let deep = String(repeating: "[", count: 2000) + String(repeating: "]", count: 2000)
        let value = Value.json(bench.copy(deep))
        #expect(!value.equals(value))
    }
}
