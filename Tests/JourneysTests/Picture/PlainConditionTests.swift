import Testing

/// Conditions that are nothing but comparisons with constants are decided without the evaluator; they come to the same.
@Suite struct PlainConditionTests {
    private static let conditions = [
        "event.properties.v == 2", "event.properties.v != 2", "event.properties.v < 2", "event.properties.v <= 2.0",
        "event.properties.v > 1.5", "event.properties.v >= 2", "2 > event.properties.v", "event.properties.s == 'ab'",
        "event.properties.s != 'ab'", "event.properties.s < 'b'", "event.properties.f", "event.properties.f == true",
        "event.properties.v > 0 && event.properties.s == 'ab'", "event.channel != 'web' && event.properties.v >= 2",
        "event.properties.f && event.properties.v < 3.0", "windows.quiet > duration('2s') && event.properties.v > 0",
        "windows.quiet <= duration('2.5s')", "event.properties.s == '' && event.properties.f",
    ]
    private static let values = [
        "", #""v":2"#, #""v":2.0"#, #""v":1.5,"s":"ab""#, #""v":"2","s":"abc","f":true"#, #""v":3,"f":false,"s":"""#,
        #""v":null,"s":null,"f":1"#, #""v":9007199254740993,"s":"b""#, #""v":-0.0,"f":true,"s":"ab""#,
        #""v":[2],"s":{"a":1}"#,
    ]

    /// The same condition twice, once in a form that only the evaluator decides.
    @Test func comeToTheSameAsTheEvaluator() throws {
        let moments = Self.conditions.enumerated().map { index, condition in
            """
            a\(index): { when: "\(condition)" }, b\(index): { when: "(\(condition)) ? true : false" },
            """
        }
        let engine = try PictureUnderTest(
            "windows: { quiet: { since_last: true, on: 'y' } }, moments: { \(moments.joined()) },")
        var lines = event("y", at: 0)
        for (index, value) in (Self.values + Self.values.reversed()).enumerated() {
            lines += event(
                "x", at: Int64(index) * 250, value,
                more: index % 3 == 0 ? ",\"channel\":\"web\"" : ",\"channel\":\"app\"")
        }
        let found = engine.run(lines)
        func fired(_ letter: String) -> [String] {
            found.filter { $0.hasPrefix("moment \"moment\":\"\(letter)") }.map {
                $0.replacing("\"moment\":\"\(letter)", with: "")
            }
        }
        #expect(fired("a").count > Self.conditions.count)
        #expect(fired("a") == fired("b"))
    }
}
