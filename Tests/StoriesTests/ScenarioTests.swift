import Configuration
import Events
import Foundation
import Journeys
import Languages
import Pipeline
import Stories
import Testing

/// A configuration given as text, and what it is tried on.
struct Stage {
    let plan: Plan

    init(_ text: String) throws {
        let (loaded, diagnostics) = try Configuration.load(path: "config.json5") { _ in Array(text.utf8) }
        let plan = try #require(loaded, "\(diagnostics.rendered())")
        self.plan = Plan(input: plan.input, journeys: plan.journeys, decisions: plan.decisionPlan, zone: plan.zone)
    }

    func scenarios(_ text: String) -> (scenarios: [Scenario], diagnostics: Diagnostics) {
        let diagnostics = Diagnostics()
        let scenarios = ScenarioReader.read(
            Array(text.utf8), file: "s.json5", known: ScenarioReader.Known(plan), diagnostics: diagnostics)
        return (scenarios, diagnostics)
    }

    /// The verdict on one scenario, given by what stands between its braces.
    func verdict(_ text: String) throws -> Verdict {
        let (scenarios, diagnostics) = scenarios("{ scenarios: { one: { \(text) } } }")
        #expect(!diagnostics.hasErrors, "\(diagnostics.rendered())")
        return ScenarioTrial(plan).verdict(on: try #require(scenarios.first))
    }

    static let cart = """
        {
          version: 1,
          windows: { touches: { count: true, over: "1d" } },
          moments: {
            abandoned: {
              by: "event.properties.sku",
              sequence: [{ as: "cart", on: "add" }, { not: "buy", for: "30m" }],
              output: { price: "cart.properties.price" },
            },
          },
          actions: {
            remind: {
              on: "abandoned", channels: ["email"], cooldown: "1d", value: "event.properties.price",
              payload: { sku: "event.properties.sku" },
            },
          },
          emit: ["decision"],
        }
        """
    static let added = #"{ event: "add", properties: { sku: "A", price: 9.5 } }"#
}

@Suite struct ScenarioTests {
    let stage: Stage

    init() throws { stage = try Stage(Stage.cart) }

    @Test(arguments: [
        #"wait: "30m", expect: [{ at: "30m", moment: "abandoned", by: "A", start: "0s", output: { price: 9.5 } }]"#,
        #"wait: "30m", expect: [{ moment: "abandoned" }, { at: "30m", action: "remind", payload: { sku: "A" } }]"#,
        #"wait: "30m", expect: [{ moment: "abandoned" }, { action: "remind" }], nothing_else: true"#,
        #"wait: "29m", never: [{ moment: "abandoned" }]"#, #"wait: "29m59s999ms", nothing_else: true"#,
        #"wait: "1h", expect: [{ action: "remind", value: 9.5, priority: 9.5, deliver_at: "30m" }]"#,
        #"start: "2026-07-01T00:00:00Z", wait: "1h", expect: [{ at: "2026-07-01T00:30:00Z", moment: "abandoned" }]"#,
        #"customer: "ana", wait: "1h", expect: [{ moment: "abandoned", customer_id: "ana" }]"#,
    ]) func whatComesAsExpectedPasses(_ expectations: String) throws {
        let verdict = try stage.verdict("events: [\(Stage.added)], \(expectations)")
        #expect(verdict.passes, "\(verdict.faults)")
    }

    @Test(arguments: [
        (#"wait: "29m", expect: [{ moment: "abandoned" }]"#, "(nothing came)"),
        (#"wait: "1h", expect: [{ at: "31m", moment: "abandoned" }]"#, "time: 30m came, not 31m"),
        (#"wait: "1h", expect: [{ action: "remind", channel: "sms" }]"#, #"channel: "email" came, not "sms""#),
        (#"wait: "1h", expect: [{ action: null }]"#, #"action: "remind" came, not null"#),
        (
            #"wait: "1h", expect: [{ action: "remind" }, { moment: "abandoned" }]"#,
            "not behind what is expected before it"
        ),
        (
            #"wait: "1h", expect: [{ moment: "abandoned", output: { price: 9 } }]"#,
            #"{"price":9.5} came, not {"price":9}"#
        ),
        (#"wait: "1h", never: [{ moment: "abandoned" }]"#, "must not come: moment \"abandoned\" (s.json5:"),
        (#"wait: "1h", expect: [{ moment: "abandoned" }], nothing_else: true"#, "came, but nothing expects it"),
    ]) func whatComesOtherwiseIsShown(_ expectations: String, _ difference: String) throws {
        let verdict = try stage.verdict("events: [\(Stage.added)], \(expectations)")
        #expect(!verdict.passes)
        #expect(verdict.faults.contains { $0.contains(difference) }, "\(verdict.faults.joined(separator: "\n"))")
    }

    @Test func theDifferenceReadsWell() throws {
        let verdict = try stage.verdict(
            """
            events: [\(Stage.added), { at: "+10m", event: "add", properties: { sku: "B", price: 2 } }], wait: "1h",
            expect: [{ at: "30m", action: "remind" }, { at: "40m", moment: "abandoned", action: "remind" }],
            """)
        let place = "s.json5:2:43"
        #expect(
            verdict.faults == [
                #"  30m  moment abandoned by "A" {"price":9.5}"#,
                #"  30m  decision abandoned: remind on email {"sku":"A"}"#,
                #"- 40m  decision moment "abandoned" action "remind""#,
                "!   expected at \(place); nearest came 40m  decision abandoned: nothing, because of cooldown",
                #"!   action: null came, not "remind""#,
                #"  40m  moment abandoned by "B" {"price":2}"#,
                "+ 40m  decision abandoned: nothing, because of cooldown",
            ])
    }

    @Test func timesCountFromTheStartOrFromTheEventBefore() throws {
        let (scenarios, diagnostics) = stage.scenarios(
            """
            { scenarios: { one: { start: "2026-01-01T00:00:00Z", nothing_else: true, events: [
              { event: "x" }, { at: "20m", event: "x" }, { at: "+20m", event: "x" }, { event: "x" },
              { at: "-5m", event: "x", id: "own", channel: "web", customer_id: "b", raw: { more: [1, null] } },
            ] } } }
            """)
        #expect(!diagnostics.hasErrors, "\(diagnostics.rendered())")
        let steps = try #require(scenarios.first).steps
        let minutes = steps.map { ($0.arrival.microseconds - steps[0].arrival.microseconds) / 60_000_000 }
        #expect(minutes == [0, 20, 40, 40, 40])
        #expect(
            steps[4].line.json
                == #"{"id":"own","customer_id":"b","event":"x","timestamp":"2026-01-01T00:35:00.000Z","channel":"web","#
                + #""more":[1,null]}"#)
    }

    private static let answered = Stage.cart.replacing(
        "emit:",
        with: """
            responses: { decision: "event.properties.ref", impression: { on: ["seen", "shown"] },
                         accept: { on: "buy", value: "event.properties.price" } },
            emit:
            """)

    @Test func decisionsAreAnswered() throws {
        let stage = try Stage(Self.answered)
        let added = #"{ at: "2h", event: "add", customer_id: "ben", properties: { sku: "B", price: 1.0 } }"#
        let verdict = try stage.verdict(
            """
            events: [\(Stage.added), { at: "1h", respond: "visto" },
                     { at: "+1m", respond: "accept", to: "remind", properties: { price: 7.0 } },
                     \(added), { at: "3h", respond: "impression", customer_id: "ben" },
                     { at: "+1m", event: "seen", to: "last" }, { event: "seen", to: "d-0000000000000000" }],
            expect: [
              { at: "30m", action: "remind" }, { at: "1h", outcome: "impression", action: "remind", channel: "email" },
              { at: "1h1m", outcome: "accept", value: 7.0 },
              { at: "2h30m", action: "remind", customer_id: "ben" },
              { at: "3h", outcome: "impression", customer_id: "ben" },
            ], nothing_else: true
            """)
        // The moments came, too: nothing else may come but they.
        let others = verdict.lines.filter { $0.type != "moment" }
        #expect(others.count == 5, "\(verdict.faults)")
        let lines = verdict.lines.filter { $0.type == "response" }.compactMap { $0.parts["decision_id"]?.text }
        let ids = verdict.lines.filter { $0.type == "decision" }.compactMap { $0.parts["id"]?.text }
        #expect(lines == [ids[0], ids[0], ids[1]])
    }

    @Test func whatWasNeverDecidedIsNotAnswered() throws {
        let stage = try Stage(Self.answered)
        for events in [
            #"{ respond: "accept" }"#, Stage.added + #", { at: "29m", respond: "accept" }"#,
            Stage.added + #", { at: "1h", respond: "accept", customer_id: "ben" }"#,
        ] {
            let verdict = try stage.verdict("events: [\(events)], never: [{ outcome: \"accept\" }]")
            #expect(!verdict.passes && verdict.faults[0].contains("no such decision"), "\(verdict.faults)")
        }
    }

    @Test(arguments: [
        (#"{ respond: "click" }"#, "nothing tells of \"click\""),
        (#"{ respond: "accept", event: "x" }"#, "does not go with"),
        (#"{ respond: "accept", to: "remnid" }"#, "did you mean \"remind\"?"),
        (#"{ respond: "often" }"#, "not known here"),
    ]) func answersThatCannotBeAreFaults(event: String, fault: String) throws {
        let (_, diagnostics) = try Stage(Self.answered).scenarios(
            "{ scenarios: { s: { events: [\(event)], nothing_else: true } } }")
        #expect(diagnostics.rendered().contains(fault), "\(diagnostics.rendered())")
    }

    @Test(arguments: [
        (#"events: [], nothing_else: true"#, "the list is empty"),
        (#"events: [{}], nothing_else: true"#, "one key of \"event\", \"respond\" is missing"),
        (#"events: [{ event: "x" }]"#, "nothing is expected"), (#"nothing_else: true"#, "\"events\" is missing"),
        (#"events: [{ event: "x", propertis: {} }], nothing_else: true"#, "did you mean \"properties\"?"),
        (#"events: [{ event: "x", at: "20 mins" }], nothing_else: true"#, "is not a duration"),
        (#"events: [{ event: "x" }], never: [{ moment: "abandond" }]"#, "did you mean \"abandoned\"?"),
        (#"events: [{ event: "x" }], never: [{ action: "rmind" }]"#, "did you mean \"remind\"?"),
        (#"events: [{ event: "x" }], expect: [{ moment: "abandoned", outptu: 1 }]"#, "did you mean \"output\"?"),
        (#"events: [{ event: "x" }], expect: [{}]"#, "this says nothing"),
        (#"events: [{ event: "x" }], expect: [{ at: "+1h", moment: "abandoned" }]"#, "count from the scenario's start"),
        (#"events: [{ event: "x" }], start: "monday", nothing_else: true"#, "is not an RFC 3339 time"),
        (#"events: [{ event: "x", at: "9999999d" }], nothing_else: true"#, "is too long"),
        (#"events: [{ event: "x", at: "3000000d" }], nothing_else: true"#, "outside the years"),
        (#"events: [{ event: "x", properties: { a: NaN } }], nothing_else: true"#, "no such number"),
    ]) func faultsAreReportedWithTheirPlaces(_ text: String, _ message: String) {
        let (_, diagnostics) = stage.scenarios("{ scenarios: { one: { \(text) } } }")
        #expect(diagnostics.errorCount >= 1)
        #expect(diagnostics.rendered().contains(message), "\(diagnostics.rendered())")
        #expect(diagnostics.rendered().hasPrefix("s.json5:1:"))
    }

    @Test func oneEventMayComeForManyCustomers() throws {
        let stage = try Stage(Stage.cart)
        let verdict = try stage.verdict(
            """
            customer: "ana", wait: "1h",
            events: [{ customers: 12, event: "add", properties: { sku: "A", price: 9.5 } }],
            expect: [{ moment: "abandoned", customer_id: "ana-1" }, { moment: "abandoned", customer_id: "ana-12" }],
            """)
        #expect(verdict.passes, "\(verdict.faults)")
        #expect(verdict.lines.count { $0.type == "moment" } == 12)
    }

    @Test func payloadsSendWhatIsConstantAndWhatIsNotButNothingThatIsAbsent() throws {
        let stage = try Stage(
            """
            {
              version: 1,
              moments: { looks: { sequence: [{ as: "look", on: "view", times: 3 }] } },
              actions: {
                plain: { on: "looks", value: 2.0, payload: { sku: "event.properties.sku" } },
                worth: {
                  on: "looks", value: "look.properties.price", channels: ["web"],
                  payload: { of: "'shop'", none: "event.properties.none", last: "look.properties.sku", three: 3, sku: "event.properties.sku" },
                },
              },
            }
            """)
        let verdict = try stage.verdict(
            """
            events: [
              { event: "view", properties: { sku: "A" } }, { event: "view", properties: { sku: "B" } },
              { event: "view", properties: { sku: "C", price: 3.0 } },
            ],
            expect: [{ action: "worth", channel: "web", value: 3.0, payload: { last: "C" } }],
            """)
        #expect(verdict.passes, "\(verdict.faults)")
        #expect(verdict.lines.last?.text.contains(#""payload":{"of":"shop","last":"C","three":3,"sku":"C"},"#) == true)
    }

    @Test func aRejectedEventIsNeverOverlooked() throws {
        let stage = try Stage(
            #"{ version: 1, input: { dedup: "1d" }, moments: { m: { sequence: [{ as: "a", on: "a" }] } } }"#)
        let events = #"events: [{ event: "a", id: "e" }, { at: "+1m", event: "a", id: "e" }]"#
        #expect(try !stage.verdict("\(events), expect: [{ moment: \"m\" }]").passes)
        let expectations = #"expect: [{ moment: "m" }, { type: "rejected", reason: "duplicate" }], nothing_else: true"#
        let verdict = try stage.verdict("\(events), \(expectations)")
        #expect(verdict.passes, "\(verdict.faults)")
    }

    @Test func whereEventsWaitForLateOnesTheClockStillComesAllTheWay() throws {
        let stage = try Stage(
            """
            { version: 1, time: { disorder: "5m" }, moments: { m: {
              sequence: [{ as: "a", on: "a" }, { not: "b", for: "10m" }] } } }
            """)
        let verdict = try stage.verdict(
            #"events: [{ event: "a" }], wait: "10m", expect: [{ at: "10m", moment: "m" }], nothing_else: true"#)
        #expect(verdict.passes, "\(verdict.faults)")
    }

    @Test func theReportSumsUpForPeopleAndMachines() throws {
        let (scenarios, _) = stage.scenarios(
            """
            { scenarios: {
              "a<b": { events: [\(Stage.added)], nothing_else: true },
              wrong: { events: [\(Stage.added)], expect: [{ moment: "abandoned" }] },
            } }
            """)
        let trial = ScenarioTrial(stage.plan)
        let report = ScenarioReport(scenarios.map { trial.verdict(on: $0) })
        #expect(!report.passes)
        #expect(
            report.text(in: Speech(.english)) == """
                ok    a<b
                FAIL  wrong (s.json5:3:3)
                      - moment "abandoned"
                      !   expected at s.json5:3:87; no line is like it
                        (nothing came)
                2 scenarios, 1 not as expected

                """)
        #expect(report.junit.contains(#"<testsuite name="s.json5" tests="2" failures="1" errors="0">"#))
        #expect(report.junit.contains(#"name="a&lt;b" line="2"/>"#))
        #expect(report.junit.contains("- moment &quot;abandoned&quot;"))
    }
}
