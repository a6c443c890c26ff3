import Expressions
import Testing

@Suite struct ZoneTests {
    @Test(arguments: [
        ("CET-1CEST,M3.5.0,M10.5.0/3", 1_774_745_999, 3600), ("CET-1CEST,M3.5.0,M10.5.0/3", 1_774_746_000, 7200),
        ("CET-1CEST,M3.5.0,M10.5.0/3", 1_792_889_999, 7200), ("CET-1CEST,M3.5.0,M10.5.0/3", 1_792_890_000, 3600),
        ("AEST-10AEDT,M10.1.0,M4.1.0/3", 1_767_225_600, 39_600),
        ("AEST-10AEDT,M10.1.0,M4.1.0/3", 1_782_864_000, 36_000),
        ("<+0545>-5:45", 0, 20_700), ("EST5", 0, -18_000),
    ])
    func ruleHolds(_ rule: String, _ seconds: Int64, _ offset: Int) {
        let zone = Zone(initialOffset: -1, rule: ZoneRule(rule))
        #expect(zone.offset(at: seconds) == offset)
    }

    @Test(arguments: ["", "CET", "CET-1CEST", "CET-1CEST,M13.5.0,M10.5.0", "CET-1CEST,M3.5.0,M10.5.0 ", "X-1"])
    func malformedRulesAreNone(_ rule: String) {
        #expect(ZoneRule(rule) == nil)
    }

    @Test func transitionsHoldFromTheirInstant() {
        let zone = Zone(initialOffset: 60, transitions: [.init(from: 100, offset: 120), .init(from: 200, offset: 180)])
        #expect([99, 100, 199, 200].map { zone.offset(at: $0) } == [60, 120, 120, 180])
    }

    @Test func filesThatAreNotZonesAreNone() {
        #expect(Zone(file: []) == nil)
        #expect(Zone(file: Array("TZif2".utf8) + [UInt8](repeating: 255, count: 200)) == nil)
    }

    @Test func namesAreLookedUp() {
        var evaluator = Evaluator { name in name == "Here/There" ? Zone(initialOffset: 3600) : nil }
        let trial = ExpressionTrial(expression: "timestamp(0).getHours('Here/There')")
        var output: [UInt8] = []
        trial.appendAnswer(to: &output, with: &evaluator)
        #expect(String(decoding: output, as: UTF8.self) == #"{"value":{"int":"1"}}"#)
    }
}
