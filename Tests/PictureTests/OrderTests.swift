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

    /// At one instant: windows slide, then scores, then segments, then the moments' deadlines, whichever event set them.
    @Test(arguments: [1, 3])
    func atOneInstantThePictureComesBeforeTheMoments(shards: Int) throws {
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
        #expect(
            last.map { $0.split(separator: ",")[0] } == [
                #"score "score":"sum""#, #"segment "segment":"busy""#, #"segment "segment":"idle""#,
                #"moment "moment":"waited""#, #"moment "moment":"quiet""#,
            ])
        #expect(last[3].contains(#""output":{"busy":false,"sum":0.0}"#))
    }
}
