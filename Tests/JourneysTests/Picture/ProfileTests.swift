import Testing

/// What is kept of the values that events bring, and what an event is.
@Suite struct ProfileTests {
    @Test(arguments: [
        ("latest", #"[3,null,"b"]"#), ("first", #"[1,1,1]"#), ("max", #"[3,3,"b"]"#), ("min", #"[1,1,1]"#),
    ])
    func keepsOneOfTheValues(keep: String, expected: String) throws {
        let engine = try PictureUnderTest(
            """
            profile: { p: { on: 'x', from: 'event.properties.v', keep: '\(keep)' } },
            moments: { m: { sequence: [{ as: 'a', on: 'ask' }], output: { p: 'profile.p' } } },
            """)
        let lines = engine.run(
            event("x", at: 1, #""v":1"#) + event("x", at: 2, #""v":3"#) + event("x", at: 3) + event("ask", at: 4)
                + event("x", at: 5, #""v":null"#) + event("ask", at: 6) + event("x", at: 7, #""v":"b""#)
                + event("ask", at: 8))
        let values = lines.map { $0.split(separator: #""p":"#)[1].dropLast() }
        #expect("[" + values.joined(separator: ",") + "]" == expected)
    }

    /// What came late is as old as it says itself; of one time, the one that came later is the later one.
    @Test(arguments: [
        ("'latest'", #"[1,1,3,4,4,4,7]"#), ("'first'", #"[1,2,2,2,5,5,5]"#),
        ("{ priority: ['a'], by: 'event.raw.source' }", #"[1,1,3,4,4,4,7]"#),
    ])
    func decidesByTheEventsOwnTimes(keep: String, expected: String) throws {
        let engine = try PictureUnderTest(
            """
            profile: { p: { on: 'x', from: 'event.properties.v', keep: \(keep) } },
            moments: { m: { sequence: [{ as: 'a', on: 'x' }], output: { p: 'profile.p' } } },
            """)
        let times: [Int64] = [50, 40, 60, 60, 10, 59, 61]
        let lines = engine.run(times.enumerated().map { event("x", at: $1, "\"v\":\($0 + 1)") }.joined())
        let values = lines.map { $0.split(separator: #""p":"#)[1].dropLast() }
        #expect("[" + values.joined(separator: ",") + "]" == expected)
    }

    /// Another value of equal bytes brings its time along.
    @Test func aValueThatIsToldAgainIsAsOldAsTheLastTelling() throws {
        let engine = try PictureUnderTest(
            """
            profile: { p: { on: 'x', from: 'event.properties.v' } },
            moments: { m: { sequence: [{ as: 'a', on: 'x' }], output: { p: 'profile.p' } } },
            """)
        let told: [(Int64, String)] = [(10, "a"), (30, "a"), (20, "b"), (31, "c")]
        let lines = engine.run(told.map { event("x", at: $0, "\"v\":\"\($1)\"") }.joined())
        #expect(lines.map { $0.split(separator: #""p":"#)[1].dropLast() } == [#""a""#, #""a""#, #""a""#, #""c""#])
    }

    @Test func keepsTheLongestText() throws {
        let engine = try PictureUnderTest(
            """
            profile: { p: { on: 'x', from: 'event.properties.v', keep: 'longest' } },
            moments: { m: { sequence: [{ as: 'a', on: 'x' }], output: { p: 'profile.p' } } },
            """)
        let texts = [#""ééé""#, #""abcd""#, #""wxyz""#, "12345", #""a""#]
        let lines = engine.run(
            texts.enumerated().map { event("x", at: Int64($0), "\"v\":\($1)") }.joined())
        #expect(
            lines.map { String($0.split(separator: #""p":"#)[1].dropLast()) } == [
                #""ééé""#, #""abcd""#, #""abcd""#, #""abcd""#, #""abcd""#,
            ])
    }

    /// The most trusted source wins, within one the latest; a source that is not listed is trusted least.
    @Test func trustsSourcesInTheirOrder() throws {
        let engine = try PictureUnderTest(
            """
            profile: { p: { on: 'x', from: 'event.properties.v', keep: { priority: ['crm', 'web'], by: 'event.raw.source' } } },
            moments: { m: { sequence: [{ as: 'a', on: 'x' }], output: { p: 'profile.p' } } },
            """)
        let sources = ["", "app", "web", "app", "web", "crm", "web", "crm"]
        let lines = engine.run(
            sources.enumerated().map { index, source in
                event("x", at: Int64(index), "\"v\":\(index)", more: source.isEmpty ? "" : ",\"source\":\"\(source)\"")
            }.joined())
        #expect(
            lines.map { String($0.split(separator: #""p":"#)[1].dropLast()) } == [
                "0", "1", "2", "2", "4", "5", "5", "7",
            ])
    }

    /// The first touchpoint that fits; an event without a channel has the touchpoint's, also when it is remembered.
    @Test func namesWhatAnEventIs() throws {
        let engine = try PictureUnderTest(
            """
            touchpoints: {
              angry: { on: 'ticket', where: 'event.properties.s == "bad"', channel: 'phone', stage: 'retention', friction: true },
              ticket: { on: ['ticket', 'mail'], channel: 'mail' },
            },
            moments: {
              m: { sequence: [{ as: 'a', on: ['ticket', 'mail', 'other'] }, { not: 'none', for: '1s' }],
                   output: { n: 'touchpoint.name', s: 'touchpoint.stage', f: 'touchpoint.friction', c: 'event.channel', a: 'a.channel' } },
            },
            """)
        let lines = engine.run(
            event("ticket", at: 1, #""s":"bad""#) + event("ticket", at: 2, #""s":"good""#)
                + event("mail", at: 3, more: #","channel":"own""#) + event("other", at: 4), flush: true)
        #expect(
            lines.map { String($0.split(separator: #""output":"#)[1]) } == [
                #"{"n":"angry","s":"retention","f":true,"c":"phone","a":"phone"}"#,
                #"{"n":"ticket","f":false,"c":"mail","a":"mail"}"#,
                #"{"n":"ticket","f":false,"c":"own","a":"own"}"#,
                "{}",
            ])
    }
}
