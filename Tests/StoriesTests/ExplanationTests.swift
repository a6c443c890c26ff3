import Configuration
import Endpoints
import Events
import Foundation
import Journeys
import Pipeline
import Storage
import Stories
import Testing

/// Stories told from lines.
@Suite struct ExplanationTests {
    private static let configuration = """
        {
          version: 1,
          windows: {
            touches: { count: true, over: "1h" },
            quiet_for: { since_last: true, on: "visit" },
          },
          moments: {
            abandoned: {
              by: "event.properties.sku",
              sequence: [{ as: "view", on: "view" }, { as: "cart", on: "add" }, { not: "buy", for: "30m" }],
              within: "1h",
            },
            busy: { when: "windows.touches >= 3" },
          },
          actions: {
            remind: { on: "abandoned", channels: ["email"], value: 2.0, payload: { touches: "windows.touches" } },
          },
        }
        """
    private static let events = [
        line("e1", "ana", "view", minute: 0, #""channel":"web","properties":{"sku":"A"}"#),
        line("e2", "ben", "view", minute: 5, #""properties":{"sku":"A"}"#),
        line("e3", "ana", "add", minute: 10, #""properties":{"sku":"A"}"#),
        line("e4", "ana", "visit", minute: 20, #""properties":{}"#),
        line("e5", "ben", "visit", minute: 60, #""properties":{}"#),
    ]

    private static func line(_ id: String, _ customer: String, _ event: String, minute: Int, _ rest: String) -> String {
        #"{"id":"\#(id)","customer_id":"\#(customer)","event":"\#(event)","timestamp":\#(minute * 60_000),\#(rest)}"#
            + "\n"
    }

    /// Tells a customer's story as text.
    private func tell(
        _ customer: String, _ files: [[String]], until: Instant = .distantFuture, asLines: Bool = false,
        _ configuration: String = Self.configuration
    ) throws -> String {
        let plan = try Stage(configuration).plan
        let story = CustomerStory(customer: customer, until: until)
        var told = ""
        var text = StoryText(hasColour: false)
        var inputs: [Input] = []
        for (index, lines) in files.enumerated() {
            let (reading, writing) = try Descriptor.pipe()
            writing.writeMessage(lines.joined())
            try writing.close()
            inputs.append(Input(descriptor: reading, name: "\(index)", isLive: false))
        }
        var reading = StoryReading(plan.dryRun, of: story, inputs: inputs, stop: try StopSignal()) { chapters in
            for chapter in chapters { told += asLines ? StoryLines.text(chapter) : text.text(chapter) }
        }
        try reading.run()
        if let ending = story.ending {
            told +=
                asLines
                ? StoryLines.text(ending.state, at: ending.time) : text.text(ending.state, at: ending.time)
        }
        return told
    }

    private static let firstHalf = """
        1970-01-01T00:00:00.000Z  view e1 on web {"sku":"A"}
            windows.touches 0 → 1
            waits: abandoned by "A": view e1; waits for add until 1970-01-01T01:00:00.000Z (1h left)

        1970-01-01T00:10:00.000Z  +10m  add e3 {"sku":"A"}
            windows.touches 1 → 2
            waits: abandoned by "A": view e1, cart e3; complete at 1970-01-01T00:40:00.000Z (in 30m) unless buy comes


        """

    @Test func aSmallStoryReadsWell() throws {
        let story = try tell("ana", [Self.events])
        #expect(
            story == Self.firstHalf + """
                1970-01-01T00:20:00.000Z  +10m  visit e4 {}
                    windows.touches 2 → 3
                    windows.quiet_for — → 0s
                    moment busy

                1970-01-01T00:40:00.000Z  +20m  time passed
                    windows.quiet_for 20m
                    no longer waits: abandoned by "A": view e1, cart e3; complete
                    moment abandoned by "A"
                    decision abandoned: remind on email {"touches":3}
                        priority 2.0 = propensity 1.0 × context 1.0 × value 2.0 × lever 1.0
                        won remind
                        candidates 1
                        considered
                            action remind, chosen true, rank 1, priority 2.0, propensity 1.0, context 1.0, value 2.0, \
                lever 1.0
                                tried
                                    channel email, deliver_at 1970-01-01T00:40:00.000Z

                1970-01-01T01:00:00.000Z  +20m  time passed
                    windows.touches 3 → 2

                1970-01-01T01:00:00.000Z  as things stand
                    windows.touches 2
                    windows.quiet_for 40m
                    waits for nothing

                """)
    }

    /// Whoever has several ids is found by any of them, from the first event on at which that is one of them.
    @Test(arguments: [("d1", 3), ("u1", 3), ("A@x", 3), ("d2", 1), ("d3", 0)])
    func aPersonIsFoundByAnyId(id: String, events: Int) throws {
        let configuration = """
            { version: 1, identity: { ids: { customer_id: { unique: true }, email: { fold: "lower" }, device: {} } },
              windows: { n: { count: true } }, moments: { m: { when: "windows.n > 100" } } }
            """
        func line(_ minute: Int, _ who: String) -> String {
            "{\"id\":\"e\(minute)\",\(who),\"event\":\"view\",\"timestamp\":\(minute * 60_000)}\n"
        }
        let lines = [
            line(1, #""ids":{"device":"d1"}"#), line(2, #""customer_id":"u1","ids":{"email":"a@X"}"#),
            line(3, #""customer_id":"u1","ids":{"device":"d1"}"#), line(4, #""ids":{"email":"A@x","device":"d2"}"#),
        ]
        let told = try tell(id, [lines], configuration)
        #expect(told.components(separatedBy: "  view e").count - 1 == events, "\(told)")
    }

    @Test func aStoryMayStopBeforeItsEnd() throws {
        let story = try tell("ana", [Self.events], until: Instant(microseconds: 15 * 60_000_000))
        #expect(
            story == Self.firstHalf + """
                1970-01-01T00:15:00.000Z  as things stand
                    windows.touches 2
                    windows.quiet_for —
                    waits: abandoned by "A": view e1, cart e3; complete at 1970-01-01T00:40:00.000Z (in 25m) unless buy comes

                """)
    }

    @Test(arguments: [(39, false), (40, true), (600, true)])
    func whereTheInputEndsBeforeTimeGoesOn(_ minute: Int64, _ isComplete: Bool) throws {
        let end = Instant(microseconds: minute * 60_000_000)
        let story = try tell("ana", [Array(Self.events.prefix(3))], until: end)
        #expect(story.contains("moment abandoned") == isComplete)
        #expect(story.contains("decision abandoned: remind") == isComplete)
        #expect(story.contains("\(end)  as things stand"))
    }

    @Test func filesAreMergedByTime() throws {
        let (even, odd) = ([0, 2, 4].map { Self.events[$0] }, [1, 3].map { Self.events[$0] })
        #expect(try tell("ana", [even, odd]) == tell("ana", [Self.events]))
    }

    @Test func programsGetALineForEachThing() throws {
        let lines = try tell("ana", [Self.events], asLines: true).split(separator: "\n").map(String.init)
        #expect(
            lines.prefix(3) == [
                #"{"type":"event","time":"1970-01-01T00:00:00.000Z","id":"e1","event":"view","channel":"web","line":"#
                    + #"{"id":"e1","customer_id":"ana","event":"view","timestamp":0,"channel":"web","properties":{"sku":"A"}}}"#,
                #"{"type":"change","time":"1970-01-01T00:00:00.000Z","name":"windows.touches","from":0,"to":1}"#,
                #"{"type":"waiting","time":"1970-01-01T00:00:00.000Z","moment":"abandoned","by":"A","bound":{"view":["e1"]},"#
                    + #""for":["add"],"until":"1970-01-01T01:00:00.000Z"}"#,
            ])
        #expect(
            lines.last == #"{"type":"stands","time":"1970-01-01T01:00:00.000Z","values":{"windows.touches":2,"#
                + #""windows.quiet_for":"2400s"},"waiting":[]}"#)
        let types = lines.compactMap { Line($0.utf8).parts["type"]?.text }
        #expect(types.count == lines.count)
        #expect(types.count { $0 == "moment" } == 2 && types.count { $0 == "decision" } == 1)
    }

    /// No expression reads them: a run would not even look for them.
    private static let touchpoints = """
        {
          version: 1,
          input: { dedup: "1h" },
          touchpoints: {
            complaint: { on: "ticket", where: "event.properties.mood == 'bad'", stage: "retention", phase: "after",
                         channel: "support", medium: "digital", polarity: "negative", initiative: "customer", friction: true },
            ticket: { on: "ticket" },
          },
        }
        """

    @Test func everyEventHasItsTouchpoint() throws {
        let events = [
            Self.line("e1", "ana", "ticket", minute: 0, #""properties":{"mood":"bad"}"#),
            Self.line("e2", "ana", "ticket", minute: 1, #""channel":"web","properties":{"mood":"good"}"#),
            Self.line("e3", "ana", "other", minute: 2, #""properties":{}"#),
            Self.line("e1", "ana", "ticket", minute: 3, #""properties":{"mood":"bad"}"#),
        ]
        let story = try tell("ana", [events], Self.touchpoints)
        #expect(
            story == """
                1970-01-01T00:00:00.000Z  ticket e1 on support {"mood":"bad"}
                    touchpoint complaint: stage retention, phase after, channel support, medium digital, \
                polarity negative, initiative customer, friction

                1970-01-01T00:01:00.000Z  +1m  ticket e2 on web {"mood":"good"}
                    touchpoint ticket

                1970-01-01T00:02:00.000Z  +1m  other e3 {}

                1970-01-01T00:03:00.000Z  +1m  ticket e1 {"mood":"bad"}; came before, so it counts for nothing

                1970-01-01T00:03:00.000Z  as things stand
                    waits for nothing

                """)
        let told = try tell("ana", [events], asLines: true, Self.touchpoints).split(separator: "\n").map {
            Line($0.utf8).parts["touchpoint"]?.json
        }
        #expect(
            told == [
                #"{"name":"complaint","stage":"retention","phase":"after","channel":"support","medium":"digital","#
                    + #""polarity":"negative","initiative":"customer","friction":true}"#,
                #"{"name":"ticket","friction":false}"#, nil, nil, nil,
            ])
    }

    /// A sequence with a cooldown, and one that waits for something to stay away.
    private static let endings = """
        {
          version: 1,
          moments: {
            twice: { sequence: [{ as: "a", on: "a" }, { as: "b", on: "b" }], cooldown: "1h", within: "2h" },
            alone: { sequence: [{ as: "a", on: "a" }, { not: "b", for: "30m" }] },
            strict: { sequence: [{ as: "a", on: "a" }, { as: "d", on: "d", contiguity: "strict" }] },
          },
        }
        """

    /// What did not happen is told with the reason.
    @Test func whatEndsAndWhatIsHeldBackIsToldWithTheReason() throws {
        let events = [
            Self.line("e1", "ana", "a", minute: 0, #""properties":{}"#),
            Self.line("e2", "ana", "b", minute: 1, #""properties":{}"#),
            Self.line("e3", "ana", "a", minute: 2, #""properties":{}"#),
            Self.line("e4", "ana", "b", minute: 3, #""properties":{}"#),
            Self.line("e5", "ana", "a", minute: 200, #""properties":{}"#),
            Self.line("e6", "ana", "c", minute: 400, #""properties":{}"#),
        ]
        let told = try tell("ana", [events], Self.endings).split(separator: "\n").map { $0.drop { $0 == " " } }
        #expect(
            told.filter { $0.hasPrefix("no longer") || $0.hasPrefix("held back") || $0.hasPrefix("moment") } == [
                "no longer waits: twice: a e1; the moment has come", "no longer waits: alone: a e1; b came",
                "no longer waits: strict: a e1; this event ends it", "moment twice",
                "no longer waits: twice: a e3; the moment has come", "no longer waits: alone: a e3; b came",
                "no longer waits: strict: a e3; this event ends it",
                "held back: moment twice; it rests until 1970-01-01T01:01:00.000Z (58m left)",
                "no longer waits: alone: a e5; complete", "moment alone",
                "no longer waits: twice: a e5; its time was over at 1970-01-01T05:20:00.000Z",
                "no longer waits: strict: a e5; this event ends it",
            ], "\(told)")
        let lines = try tell("ana", [events], asLines: true, Self.endings).split(separator: "\n").map(String.init)
        let held =
            #"{"type":"held_back","time":"1970-01-01T00:03:00.000Z","moment":"twice","until":"1970-01-01T01:01:00.000Z"}"#
        #expect(lines.contains(held))
        #expect(
            lines.compactMap { Line($0.utf8) }.filter { $0.type == "ended" }.map { $0.parts["reason"]?.text } == [
                "moment", "event", "event", "moment", "event", "event", "complete", "out_of_time", "event",
            ])
    }

    @Test func whatIsObservedIsWhatARunWrites() throws {
        let plan = try Stage(Self.configuration).plan.dryRun
        func lines(observedBy observer: CustomerStory?) -> [UInt8] {
            var engine = InProcessEngine(plan, sources: ["in"], observer: observer)
            let block = ByteBlock(capacity: 1024)
            block.append(Array(Self.events.joined().utf8))
            let events = engine.scan(block, source: 0, arrival: .distantPast, isFirst: true)
            let portions = engine.take(InputBatch(events, isLive: false)) + engine.finish(flush: true)
            return portions.flatMap { $0.lines.block.bytes.copied }
        }
        let plain = lines(observedBy: nil)
        #expect(!plain.isEmpty)
        for customer in ["ana", "ben", "nobody"] {
            #expect(lines(observedBy: CustomerStory(customer: customer, until: .distantFuture)) == plain)
        }
    }

    /// Two moments whose lines say the same each have their own decision.
    @Test func whatAnEventThatComesTwiceBringsAboutIsToldOnce() throws {
        let event = Self.line("e1", "ana", "view", minute: 0, #""properties":{}"#)
        let told = try tell(
            "ana", [[event, event]], asLines: true,
            """
            { version: 1, moments: { seen: { sequence: [{ as: "v", on: "view" }] } },
              actions: { greet: { on: "seen", cooldown: "1h" } } }
            """)
        let lines = told.split(separator: "\n").compactMap { Line($0.utf8) }.filter { $0.type == "decision" }
        #expect(lines.map { $0.parts["action"]?.text ?? $0.parts["reason"]?.text } == ["greet", "cooldown"], "\(told)")
    }

    /// What waits is told of as it begins to, and decided on in the chapter of its time.
    @Test func decisionsThatWaitAreToldOfWhenTheyAreMade() throws {
        let configuration = """
            { version: 1, moments: { seen: { sequence: [{ as: "v", on: "view" }] } }, actions: { greet: { on: "seen" } },
              policy: { gather: "5m" } }
            """
        let events = ["view", "other"].enumerated().map { number, event in
            Self.line("e\(number)", "ana", event, minute: number * 10, #""properties":{}"#)
        }
        let told = try tell("ana", [events], configuration)
        let waits = try #require(
            told.firstRange(of: "waits: the decision on seen is made at 1970-01-01T00:05:00.000Z (in 5m)"))
        let greets = try #require(told.firstRange(of: "greet"))
        #expect(waits.upperBound < greets.lowerBound, "\(told)")
        let lines = try tell("ana", [events], asLines: true, configuration)
            .split(separator: "\n").compactMap { Line($0.utf8) }.filter { $0.type == "decision" }
        #expect(lines.map { $0.parts["time"]?.text } == ["1970-01-01T00:05:00.000Z"])
    }

    @Test func textFromEventsCannotSteerATerminal() throws {
        let escape = Self.line("e1", "ana", "vi\\u001b[2Jew", minute: 0, #""properties":{"a":"\u001b[2J"}"#)
        #expect(try !tell("ana", [[escape]]).contains("\u{1B}"))
        let told = try tell("ana", [[escape]])
        #expect(told.contains("view") == false && told.contains("e1"))
    }
}
