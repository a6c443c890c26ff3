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

    /// Not only how often something is done counts, but how much it is.
    private static let work = [
        "\(few).all(a, \(few).all(b, '\(long)' == \(sameAsLong)))",
        "\(few).all(a, \(few).all(b, '\(long)' <= \(sameAsLong)))",
        "\(few).all(a, \(few).all(b, \(sameAsLong).startsWith('\(long)')))",
        "\(few).all(a, \(few).all(b, \(sameAsLong).endsWith('\(long)')))",
        "\(few).all(a, \(few).all(b, !\(sameAsLong).contains('b')))",
        "\(few).all(a, \(few).all(b, \(sameAsLong).size() > 0))",
        "\(few).all(a, \(few).all(b, string(bytes(\(sameAsLong))) != ''))",
        "\(few).all(a, \(few).all(b, \(Array(repeating: "a + b >= 0", count: 1000).joined(separator: " && "))))",
        "\(few).all(a, \(few).all(b, !string(a).matches('(x{1000}){4}')))",
        "\(few).all(a, \(few).all(b, !'a'.matches(string(a) + '(x{1000}){4}')))",
        "\(few).exists(a, \(few).exists(b, 'a'.matches(string(a) + '(x{1000}){9}')))",
        "'\(long)'.matches('(\(String(repeating: "|", count: 2000))b)c')",
        "'\(long)'.matches('[\((0..<2000).map { String(UnicodeScalar(UInt8($0 & 7) + 0x30)) }.joined())]')",
    ]

    @Test(arguments: work.indices) func workIsBounded(_ index: Int) throws {
        let source = Self.work[index]
        let limits = Evaluator.Limits(steps: 10_000)
        #expect(try Self.fault(source, limits: limits) == .tooManySteps)
        #expect(try Self.fault("\(source) || true", limits: limits) == .tooManySteps)
    }

    private static let few = "[\((0..<40).map(String.init).joined(separator: ","))]"
    private static let long = String(repeating: "a", count: 20_000)
    /// The same text, but no constant.
    private static let sameAsLong = "('a' == 'b' ? '' : '\(long)')"

    @Test(arguments: [
        "S.replace('a', S)", "L.map(a, S).join()", "'%s%s%s%s%s%s%s%s'.format(L.map(a, S + S + S + S + S + S + S))",
    ])
    func whatIsMadeTooLargeEndsTheEvaluation(_ making: String) throws {
        let source =
            "cel.bind(S, '\(Self.long)', cel.bind(L, \(Self.few) + \(Self.few), L.exists(x, \(making) == '') || true))"
        let fault = try Self.fault(source, limits: Evaluator.Limits(memory: 1 << 20))
        #expect(fault == .tooMuchMemory)
    }

    /// A list that holds another one twice, which holds another twice: small in memory, without end on paper.
    @Test func whatIsWrittenIsBounded() {
        let bench = Workbench()
        var list = Value.int(1)
        var map = Value.int(1)
        for _ in 0..<60 {
            list = .list(bench.copy([list, list]))
            map = .map(bench.copy([.int(1), map, .int(2), map]))
        }
        var text: [UInt8] = [1]
        #expect(!list.appendJSON(to: &text))
        #expect(!map.appendJSON(to: &text))
        #expect(text == [1])
    }

    @Test func onlySomeOfManyFaultsAreTold() {
        let names = (0..<5000).map { "name\($0)" }.joined(separator: ",")
        var host = ShopHost()
        do throws(CompileFaults) {
            _ = try Program.compile("[\(names)]", declarations: &host)
            Issue.record("there are no such names")
        } catch {
            #expect(error.faults.count == 100)
        }
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
