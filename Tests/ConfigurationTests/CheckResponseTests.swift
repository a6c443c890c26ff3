import Decisions
import Journeys
import Learning
import Testing

@testable import Configuration

/// What the section `responses` is read as, and what is said of its faults.
@Suite struct CheckResponseTests {
    private func load(_ rest: String) throws -> (plan: EnginePlan?, text: String) {
        let text = "{ version: 1, moments: { m: { sequence: [{ as: 'a', on: 'a' }] } }, \(rest) }"
        let found = try Configuration.load(path: "c") { _ in Array(text.utf8) }
        return (found.plan, found.diagnostics.rendered(excerpts: false))
    }

    @Test func readsOutcomesAndWhatTheyHoldBack() throws {
        let (plan, text) = try load(
            """
            responses: { decision: 'event.properties.d', impression: { on: 'shown' },
              accept: { on: ['buy', 'order'], within: '14d', value: 'event.properties.price' }, ignored: { for: '72h' } },
            actions: { x: { on: 'm', class: 'inbound', cooldown: { chosen: '1d', accept: '7d', reject: '0s' },
              suppress: [{ after: 'buy', for: '1d' }, { outcome: 'ignored', count: 3, over: '30d', for: '9d', scope: 'channel' }] },
              y: { on: 'm', cooldown: '2h' } }
            """)
        let found = try #require(plan, "\(text)")
        let terms = try #require(found.responses?.terms)
        let day: Int64 = 86_400_000_000
        #expect(terms[.impression] == 30 * day && terms[.accept] == 14 * day && terms[.click] == -1)
        #expect(terms.ignoredAfter == 3 * day && terms.runsFromImpression)
        #expect(found.journeys.responses?.entries.map(\.outcome) == [.impression, .accept])
        #expect(found.journeys.responses?.entries[1].types.count == 2)
        let action = found.actions[0]
        #expect(action.cooldown == day && action.rests == [OutcomeRest(.accept, length: 7 * day)] && action.isInbound)
        #expect(action.suppressions.count == 1)
        #expect(
            action.outcomeSuppressions
                == [OutcomeSuppression(outcome: .ignored, count: 3, over: 30 * day, length: 9 * day, scope: .channel)])
        #expect(found.actions[1].cooldown == 2 * 3_600_000_000 && found.actions[1].rests.isEmpty)
    }

    /// Where nothing says when something was seen, the time to be ignored runs from the decision.
    @Test func ignoredRunsFromTheDecisionWhereNothingIsSeen() throws {
        #expect(try load("responses: { ignored: { for: '1h' } }").plan?.responses?.terms.runsFromImpression == false)
    }

    @Test(arguments: [
        ("responses: { accept: {} }", "\"on\" is missing"),
        ("responses: { accept: { on: '*' } }", "would make every event accept"),
        ("responses: { accept: { on: 'b', within: '0s' } }", "no time at all"),
        ("responses: { ignored: {} }", "\"for\" is missing"),
        ("responses: { ignored: { for: '1h', after: 'impression' } }", "nothing says when it was seen"),
        ("responses: { acept: { on: 'b' } }", "did you mean \"accept\""),
        ("responses: { accept: { on: 'b', value: \"'much'\" } }", "a number is needed"),
        ("actions: { x: { on: 'm', cooldown: { bought: '1d' } } }", "unknown key \"bought\""),
        ("actions: { x: { on: 'm', suppress: [{ outcome: 'ignored', count: 3, for: '1d' }] } }", "write over:"),
        ("actions: { x: { on: 'm', suppress: [{ outcome: 'seen', for: '1d' }] } }", "is not known here"),
        ("actions: { x: { on: 'm', suppress: [{ after: 'b', outcome: 'click', for: '1d' }] } }", "keep one"),
        ("actions: { x: { on: 'm', suppress: [{ after: 'b', count: 2, for: '1d' }] } }", "does not belong here"),
    ])
    func saysWhatIsWrong(rest: String, message: String) throws {
        let (plan, text) = try load(rest)
        #expect(plan == nil)
        #expect(text.contains(message), "\(text)")
    }

    @Test func notesOutcomesThatNothingTellsOf() throws {
        let (plan, text) = try load("actions: { x: { on: 'm', cooldown: { accept: '1d' } } }")
        #expect(plan != nil && text.contains("nothing tells of \"accept\", so this holds nothing back"))
    }
}
