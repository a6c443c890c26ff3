import Testing

/// The order in which an event is taken into the customer's picture: every stage reads the one before with the event in
/// it, and the one behind without.
@Suite struct OrderTests {
    /// Each line says what it would not if two stages were swapped.
    @Test func everyStageSeesTheOneBeforeIt() throws {
        let engine = try PictureUnderTest(
            """
            touchpoints: {
              again: { on: 'x', where: 'profile.step == "first"', channel: 'second' },
              once: { on: 'x', channel: 'first' },
            },
            profile: { step: { on: 'x', from: 'touchpoint.channel' }, copy: { on: 'x', from: 'profile.step' } },
            windows: { seen: { last: 'profile.step + "/" + profile.copy + "/" + touchpoint.name', on: 'x' },
                       n: { count: true, on: 'x' } },
            scores: { a: { expr: 'windows.n * 10', report_at: [10, 20] }, b: { expr: 'scores.a + 1.0', report_at: [11, 21] } },
            segments: { s: { when: 'scores.b > 20.0' }, t: { when: 'segments.s' } },
            moments: { m: { when: 'segments.t', output: { a: 'scores.a', seen: 'windows.seen', ch: 'event.channel' } } },
            actions: { act: { on: 'm', channels: ['web'], value: 'scores.b', payload: { t: 'segments.t' } } },
            policy: { explain: 'none' },
            emit: ['score', 'segment', 'moment', 'decision'],
            """)
        let lines = engine.run(event("x", at: 1000) + event("x", at: 2000))
        try #require(lines.count == 8, "\(lines)")
        let tail = #","customer_id":"c","time":"1970-01-01T00:00:02.000Z""#
        #expect(
            lines.dropFirst(2).map { $0.replacing(tail, with: "") } == [
                #"score "score":"a","value":20.0,"threshold":20.0,"direction":"up""#,
                #"score "score":"b","value":21.0,"threshold":21.0,"direction":"up""#,
                #"segment "segment":"s","change":"enter""#,
                #"segment "segment":"t","change":"enter""#,
                #"moment "moment":"m","start":"1970-01-01T00:00:02.000Z","end":"1970-01-01T00:00:02.000Z","output":"#
                    + #"{"a":20.0,"seen":"second/second/again","ch":"second"}"#,
                lines.last?.replacing(tail, with: "") ?? "",
            ])
        #expect(lines.last?.contains(#""action":"act","channel":"web""#) == true)
        #expect(
            lines.last?.contains(#""value":21.0"#) == true && lines.last?.contains(#""payload":{"t":true}"#) == true)
    }

    /// At one instant without an event: the sequences' deadlines, then windows slide, then scores, segments and `when`
    /// moments, whichever event set them.
    @Test(arguments: [1, 3])
    func atOneInstantWindowsSlideBehindTheSequences(shards: Int) throws {
        let engine = try PictureUnderTest(
            """
            windows: { n: { count: true, on: 'y', over: '4s' }, k: { count: true, on: 'x', over: '5s' } },
            scores: { sum: { expr: 'windows.n + windows.k', report_at: 1 } },
            segments: { busy: { when: 'scores.sum >= 1.0' }, idle: { when: '!segments.busy' } },
            moments: {
              waited: { sequence: [{ as: 'a', on: 'x' }, { not: 'z', for: '5s' }], output: { busy: 'segments.busy', sum: 'scores.sum' } },
              quiet: { when: 'segments.idle' },
            },
            emit: ['score', 'segment', 'moment'],
            """)
        let lines = engine.run(
            event("x", at: 1000) + event("y", at: 2000) + event("z", at: 60_000, of: "d"), shards: shards)
        let last = lines.filter { $0.contains("00:00:06.000Z") && $0.contains(#""c""#) }
        try #require(last.count == 5, "\(lines)")
        #expect(
            last.map { $0.split(separator: ",")[0] } == [
                #"moment "moment":"waited""#, #"score "score":"sum""#, #"segment "segment":"busy""#,
                #"segment "segment":"idle""#, #"moment "moment":"quiet""#,
            ])
        #expect(last[0].contains(#""output":{"busy":true,"sum":2.0}"#))
    }

    /// An event that came before changes nothing: not what is known of the customer, and not what follows from it.
    @Test func whatCameBeforeIsDroppedFirst() throws {
        let engine = try PictureUnderTest(
            """
            input: { dedup: '1h' },
            touchpoints: { x: { on: 'x', channel: 'web' } },
            profile: { last: { on: 'x', from: 'touchpoint.channel + event.properties.v' } },
            windows: { n: { count: true, on: 'x' } },
            scores: { sum: { expr: 'double(windows.n)', report_at: 2 } },
            segments: { twice: { when: 'windows.n > 1' } },
            moments: { x: { sequence: [{ as: 'x', on: 'x' }] },
                       y: { sequence: [{ as: 'y', on: 'y' }], output: { last: 'profile.last', n: 'windows.n' } } },
            emit: ['score', 'segment', 'moment'],
            """)
        let first = event("x", at: 1000, #""v":"1""#, more: #","id":"e1""#)
        let again = event("x", at: 2000, #""v":"2""#, more: #","id":"e1""#)
        let lines = engine.run(first + again + event("y", at: 3000))
        #expect(lines.map { $0.split(separator: ",")[0] } == [#"moment "moment":"x""#, #"moment "moment":"y""#])
        #expect(lines.last?.contains(#""output":{"last":"web1","n":1}"#) == true)
    }

    /// A deadline that is due when an event comes finds the customer as it was before the event; the event finds windows as
    /// they stand at its own instant, itself in them.
    @Test func deadlinesComeBeforeTheEventOfTheirInstant() throws {
        let engine = try PictureUnderTest(
            """
            profile: { last: { on: 'x', from: 'event.properties.v' } },
            windows: { k: { count: true, on: 'x', over: '5s' }, all: { count: true, on: 'x' } },
            scores: { k: { expr: 'double(windows.k)', report_at: 1 } },
            segments: { busy: { when: 'windows.k > 0' } },
            moments: {
              waited: { sequence: [{ as: 'x', on: 'x' }, { not: 'x', for: '5s' }],
                        output: { all: 'windows.all', last: 'profile.last', busy: 'segments.busy', k: 'scores.k' } },
              came: { sequence: [{ as: 'x', on: 'x' }], output: { all: 'windows.all' } },
            },
            emit: ['score', 'segment', 'moment'],
            """)
        let lines = engine.run(event("x", at: 1000, #""v":1"#) + event("x", at: 6000, #""v":2"#))
        let last = lines.filter { $0.contains("00:00:06.000Z") }
        try #require(last.count == 2, "\(lines)")
        #expect(
            last.map { $0.split(separator: ",")[0] } == [#"moment "moment":"waited""#, #"moment "moment":"came""#],
            "\(last)")
        #expect(last[0].contains(#""output":{"all":1,"last":1,"busy":true,"k":1.0}"#))
        #expect(last[1].contains(#""output":{"all":2}"#))
    }

    /// Moments come in the configuration's order, whatever brings them about, and each is followed by its decision, which
    /// sees those before it.
    @Test func momentsAndTheirDecisionsComeInTheOrderWritten() throws {
        let engine = try PictureUnderTest(
            """
            windows: { n: { count: true, on: 'x' } },
            moments: {
              pattern: { sequence: [{ as: 'x', on: 'x', contiguity: 'any', times: '1..2' }], after_match: 'skip_past_last_event' },
              condition: { when: 'windows.n > 0' },
              sequence: { sequence: [{ as: 'x', on: 'x' }] },
            },
            actions: { act: { on: '*', cooldown: '1h' } },
            policy: { explain: 'none' },
            emit: ['moment', 'decision'],
            """)
        let lines = engine.run(event("x", at: 1000)).map { $0.split(separator: ",") }
        try #require(lines.count == 6, "\(lines)")
        #expect(
            lines.map { $0[0] } == [
                #"moment "moment":"pattern""#, #"decision "moment":"pattern""#,
                #"moment "moment":"condition""#, #"decision "moment":"condition""#,
                #"moment "moment":"sequence""#, #"decision "moment":"sequence""#,
            ])
        #expect(lines[1].contains(#""action":"act""#))
        #expect(lines[3].contains(#""reason":"cooldown""#) && lines[5].contains(#""reason":"cooldown""#))
    }
}
