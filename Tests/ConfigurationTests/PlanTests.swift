import Decisions
import Events
import Expressions
import Journeys
import Storage
import Testing

@testable import Configuration

@Suite struct PlanTests {
    private func plan(_ text: String) throws -> EnginePlan {
        let (plan, found) = try loaded("{ version: 1, \(text) }")
        return try #require(plan, "\(found)")
    }

    private func sequence(_ elements: String, _ keys: String = "") throws -> (SequencePlan, Projection) {
        let journeys = try plan("moments: { m: { sequence: [\(elements)], \(keys) } }").journeys
        guard case .sequence(let sequence)? = journeys.moments.first?.trigger else {
            throw FileFault.unreadable("no sequence")
        }
        return (sequence, journeys.projection)
    }

    /// Each position as `STEP TYPES`, a star where it repeats, and the types of the `not`s on the way.
    private func layout(_ sequence: SequencePlan, _ projection: Projection) -> [String] {
        func types(_ filter: EventFilter) -> String {
            filter.types.map { $0.map { projection.types[$0] }.joined(separator: "|") } ?? "any"
        }
        var lines = sequence.positions.map { position in
            let nots = position.nots.map { " !" + types($0) }.joined()
            return sequence.stepNames[position.step] + (position.isRepetition ? "*" : "") + " "
                + types(position.filter) + nots
        }
        if let closing = sequence.closing { lines.append("!\(types(closing.filter)) \(closing.wait)") }
        return lines
    }

    @Test(arguments: [
        ("{ as: 'a' }", ["a any"]),
        ("{ as: 'a', on: ['x', 'y'], contiguity: 'relaxed', times: 1, greedy: false }", ["a x|y"]),
        ("{ as: 'a', on: 'x', times: 3 }", ["a x", "a* x", "a* x"]),
        ("{ as: 'a', on: 'x' }, { not: ['u', 'v'] }, { not: 'w' }, { as: 'b', on: 'y' }", ["a x", "b y !u|v !w"]),
        (
            "{ as: 'a', on: 'x', times: 2 }, { not: 'u' }, { as: 'b', on: 'y', times: 2 }, { as: 'c', on: 'z' }",
            ["a x", "a* x !u", "b y !u", "b* y", "c z"]
        ),
        (
            "{ as: 'a', on: 'x', times: 2 }, { not: 'u', for: '1s' }", ["a x", "a* x !u", "!u 1000000"]
        ),
        ("{ as: 'a', on: 'x' }, { not: '*', for: '1ms' }", ["a x", "!any 1000"]),
    ])
    func laysOutSequences(elements: String, expected: [String]) throws {
        let (plan, projection) = try sequence(elements)
        #expect(layout(plan, projection) == expected)
        #expect(plan.within == nil && plan.partialLimit == 1024)
    }

    @Test func keepsTheKeysOfASequence() throws {
        let (plan, _) = try sequence("{ as: 'a' }", "within: '1h', max_partial: 7, after_match: 'skip_past_last_event'")
        #expect(plan.within == 3_600_000_000 && plan.partialLimit == 7)
    }

    @Test func readsWindows() throws {
        let windows = try plan(
            """
            windows: { n: { count: true, on: 'x', where: 'event.properties.v > 1 && now > event.time', over: '1d' }, s: { sum: 1 },
                       d: { distinct: 'event.channel' }, l: { last: 'customer.id' }, q: { since_last: true, on: ['x'] } }
            """
        ).journeys.windows
        #expect(windows.map(\.name) == ["n", "s", "d", "l", "q"])
        #expect(windows.map(\.aggregate) == [.count, .sum, .distinct, .last, .sinceLast])
        #expect(windows.map(\.over) == [86_400_000_000, nil, nil, nil, nil])
        #expect(windows.map { !$0.value.isNone } == [false, true, true, true, false])
        #expect(windows.map { $0.filter.types?.count } == [1, nil, nil, nil, 1])
        #expect(windows.map { !$0.filter.condition.isNone } == [true, false, false, false, false])
    }

    @Test func readsMomentsAndWhatTheyShow() throws {
        let journeys = try plan(
            """
            windows: { w: { count: true } },
            moments: {
              a: { kind: 'friction', by: 'event.raw.x', cooldown: '2s', sequence: [{ as: 'p' }, { as: 'q' }],
                   output: { k: 'q.properties.v', j: 'moment.start', l: 5 } },
              b: { when: 'windows.w > 2' } }
            """
        ).journeys
        #expect(journeys.moments.map(\.name) == ["a", "b"])
        #expect(journeys.moments.map(\.kind) == ["friction", nil])
        #expect(journeys.moments.map(\.cooldown) == [2_000_000, 0])
        #expect(journeys.moments[0].outputs.map(\.name) == ["k", "j", "l"])
        #expect(journeys.expressions[journeys.moments[0].by].path == "moments.a.by")
        #expect(journeys.expressions.map(\.path).contains("moments.b.when"))
        let slot = try #require(journeys.projection.paths.firstIndex(of: ["properties", "v"]))
        #expect(journeys.keptSlots == [SlotNumber(slot)])
    }

    @Test func readsActionsAndPolicy() throws {
        let plan = try plan(
            """
            moments: { m: { sequence: [{ as: 'p' }] }, n: { sequence: [{ as: 'p' }, { as: 'q' }] }, o: { when: true } },
            actions: {
              x: { on: ['n', 'm'], enabled: false, valid: { from: '2026-01-01T01:00:00+01:00' }, channels: ['a', 'b'],
                   eligible: true, propensity: 1, value: 'p.properties.v', lever: -20, cooldown: '1d',
                   expires_after: '1h', payload: { k: 'p.type', m: 'moment.kind' } },
              y: { on: '*', context: 0.5, applicable: 'now > event.time', suitable: 'customer.id != ""' } },
            policy: { caps: [{ max: 0, over: '7d' }, { max: 2, over: '1h', channel: 'b', action: 'y' }], choose: 2,
                      explain: 'none' }
            """)
        let (x, y) = (plan.actions[0], plan.actions[1])
        #expect(x.name == "x" && x.on == [1, 0] && !x.enabled && x.lever == -20 && x.channels == ["a", "b"])
        #expect(x.validFrom == Instant(microseconds: 1_767_225_600_000_000) && x.validUntil == nil)
        #expect(x.cooldown == 86_400_000_000 && x.expiresAfter == 3_600_000_000)
        #expect(x.payload.map(\.name) == ["k", "m"] && !x.eligible.isNone && !x.propensity.isNone && x.context.isNone)
        #expect(
            y.on == nil && y.enabled && !y.context.isNone && y.value.isNone && !y.applicable.isNone
                && !y.suitable.isNone)
        #expect(
            plan.policy.caps.map(\.max) == [0, 2]
                && plan.policy.caps.map(\.reach) == [.over(604_800_000_000), .over(3_600_000_000)])
        #expect(
            plan.policy.caps.map(\.scope) == [LimitScope(), LimitScope(channels: ["b"], actions: ["y"])])
        #expect(plan.policy.choose == 2 && plan.policy.explain == .none)
        #expect(plan.journeys.keptSlots.count == 1)
    }

    @Test func readsWhatLimitsActions() throws {
        let plan = try plan(
            """
            windows: { w: { count: true } }, moments: { m: { when: 'windows.w > 1' } },
            actions: {
              x: { on: 'm', channels: ['a', 'b'], class: 'transactional', group: 'g', prefer_channel: 'event.channel',
                   suppress: [{ after: 'p', for: '2s' }, { after: ['q', 'p'], for: '3s' }], budget: { max: 7, per: 'week' } },
              y: { on: 'm', channels: 'b', class: 'mandatory' }, z: { on: 'm', budget: { max: 1, over: '1s' } } },
            policy: {
              consent: { default: 'deny', a: 'windows.w > 0' }, caps: [{ max: 1, per: 'month', group: 'g' }],
              quiet_hours: [{ channels: ['a', 'b'], from: '21:30', to: '08:00', days: ['mon', 'sun'], then: 'drop' },
                            { channels: 'b', from: '00:00', to: '24:00' }],
              timezone: { from: 'event.raw.zone', default: 'UTC' }, holdout: { percent: 2.5, salt: 's' }, explain: 'full' }
            """)
        let (x, y, z) = (plan.actions[0], plan.actions[1], plan.actions[2])
        #expect(x.classification == .transactional && y.classification == .mandatory && z.classification == .standard)
        #expect(x.group == "g" && !x.preferredChannel.isNone && y.preferredChannel.isNone)
        #expect(x.budget?.reach == .per(.week) && x.budget?.max == 7 && z.budget?.reach == .over(1_000_000))
        // The types that are asked for are remembered in nameless windows behind the others.
        #expect(
            x.suppressions.map(\.type) == ["p", "q", "p"]
                && x.suppressions.map(\.length) == [2_000_000, 3_000_000, 3_000_000])
        #expect(x.suppressions.map(\.since) == [1, 2, 1].map { Vocabulary.window($0) })
        #expect(plan.journeys.windows.map(\.name) == ["w", "", ""])
        #expect(plan.journeys.windows.map(\.over) == [nil, 3_000_000, 3_000_000])
        let policy = plan.policy
        #expect(policy.consent?.isAllowedByDefault == false && policy.consent?.channels.map(\.name) == ["a"])
        #expect(policy.caps[0].reach == .per(.month) && policy.caps[0].scope.groups == ["g"])
        #expect(policy.quietHours.map(\.channels) == [["a", "b"], ["b"]])
        #expect(policy.quietHours.map(\.from) == [77_400_000_000, 0])
        #expect(policy.quietHours.map(\.to) == [28_800_000_000, 86_400_000_000])
        #expect(policy.quietHours.map(\.days) == [0b100_0001, 0b111_1111])
        #expect(policy.quietHours.map(\.then) == [.drop, .defer])
        #expect(!policy.zone.isNone && policy.defaultZone == "UTC" && policy.explain == .full)
        #expect(policy.holdout?.share == 250 && policy.holdout?.salt == "s")
        #expect(plan.journeys.expressions[policy.zone].names == ["event.raw.zone"])
    }

    @Test func readsWhatIsCountedForSeveralActions() throws {
        let plan = try plan(
            """
            profile: { tier: { on: 'identify', from: 'event.properties.tier' } },
            moments: { m: { when: true, choose: 3 }, n: { when: true } },
            actions: { x: { on: 'm', channels: 'a', group: 'g' }, y: { on: 'm', channels: 'b', group: 'h' },
                       z: { on: 'm', fallback: true } },
            policy: {
              caps: [{ max: "profile.tier == 'gold' ? 5 : 2", over: '1d', channel: ['a', 'b'], group: '*', action: ['x', 'y'],
                       reserve: { group: ['g'], keep: 1 } }],
              budgets: [{ max: 5, per: 'day', group: ['g', 'h'], per_value: 'profile.tier' },
                        { max: 99.5, over: '1h', sum: 'value' }],
              min_priority: 0.5, holdout: { percent: 5, exempt: 'g' } }
            """)
        let policy = plan.policy
        #expect(policy.caps[0].scope == LimitScope(channels: ["a", "b"], actions: ["x", "y"]))
        #expect(!policy.caps[0].maxExpression.isNone && policy.caps[0].reserve?.groups == ["g"])
        #expect(policy.caps[0].reserve?.keep == 1)
        #expect(policy.budgets.map(\.max) == [5, 99.5] && policy.budgets.map(\.sumsValue) == [false, true])
        #expect(policy.budgets.map(\.scope) == [LimitScope(groups: ["g", "h"]), LimitScope()])
        #expect(!policy.budgets[0].perValue.isNone && policy.budgets[1].perValue.isNone)
        #expect(policy.minPriority == 0.5 && policy.holdout?.exempt == ["g"])
        #expect(policy.chooseByMoment == [3, nil] && plan.actions.map(\.isFallback) == [false, false, true])
    }

    @Test func readsTheInputAndWhatIsWritten() throws {
        let plan = try plan(
            """
            input: { format: 'native', max_line: '64KiB', dedup: '1h' }, emit: 'moment', outputs: [{ to: 'stdout' }],
            time: { disorder: '5s', late: 'reject', idle_after: '2s', max_future: '1h' }
            """)
        #expect(plan.input.maxLine == 65536 && plan.input.dedup == 3_600_000_000 && plan.input.disorder == 5_000_000)
        #expect(plan.input.late == .reject && plan.input.idleAfter == 2_000_000)
        #expect(plan.input.maxFuture == 3_600_000_000 && plan.journeys.dedup == plan.input.dedup)
        #expect(plan.emit == [.moment])
    }

    @Test func standsOnDefaults() throws {
        let plan = try plan("")
        #expect(plan.input.maxLine == 1 << 20 && plan.input.dedup == nil && plan.input.disorder == 0)
        #expect(plan.input.late == .process && plan.input.idleAfter == 1_000_000)
        #expect(plan.emit == [.moment, .decision] && plan.policy.choose == 1 && plan.policy.explain == .brief)
    }

    @Test(arguments: [
        (
            "windows: { w: { count: true } }",
            ["f:1:26: note: windows.w: nothing reads this window, and it takes memory for each customer"]
        ),
        ("windows: { w: { count: true } }, moments: { m: { when: 'windows.w > 1' } }", []),
        (
            "moments: { m: { when: 'now > event.time' } }",
            ["f:1:37: note: moments.m.when: this is decided when an event comes, not as time passes: it reads now"]
        ),
        ("windows: { q: { since_last: true } }, moments: { m: { when: 'windows.q > duration(\"1h\")' } }", []),
        (
            "windows: { q: { since_last: true } }, moments: { m: { when: 'windows.q > windows.q' } }",
            [
                "f:1:75: note: moments.m.when: this is decided when an event comes, not as time passes: "
                    + "it does not compare windows.q with a constant duration"
            ]
        ),
        (
            "windows: { w: { count: true, over: '1h' } }, moments: { m: { when: 'windows.w > 1 && event.type == \"x\"' } }",
            [
                "f:1:82: note: moments.m.when: this is decided when an event comes, not as time passes: "
                    + "it reads event, and as time passes there is none"
            ]
        ),
        (
            "moments: { m: { when: true } }, emit: 'decision'",
            ["f:1:26: note: moments.m: nothing uses this moment: no action answers it, and \"emit\" has no \"moment\""]
        ),
        (
            "actions: { x: { on: '*' } }, emit: []",
            [
                "f:1:26: note: actions.x: nothing uses this action: \"emit\" has no \"decision\"",
                "f:1:26: note: actions.x: nothing uses this action: there are no moments to answer",
            ]
        ),
        (
            "moments: { m: { when: true } }, actions: { x: { on: 'm', channels: 'email' } }, policy: { caps: "
                + "[{ max: 1, over: '1d', channel: 'emial' }] }",
            [
                "f:1:143: note: policy.caps[0].channel: no action has the channel \"emial\", so this limits nothing; "
                    + "did you mean \"email\"?"
            ]
        ),
        (
            "moments: { m: { when: true } }, actions: { x: { on: 'm', channels: 'email' } }, policy: { quiet_hours: "
                + "[{ channels: 'sms', from: '01:00', to: '02:00' }], consent: { emial: true } }",
            [
                "f:1:131: note: policy.quiet_hours[0].channels: no action has the channel \"sms\", so this keeps nothing "
                    + "quiet; the channels are \"email\"",
                "f:1:187: note: policy.consent.emial: no action has the channel \"emial\", so nothing asks for this; "
                    + "did you mean \"email\"?",
            ]
        ),
    ])
    func notesWhatIsWorthKnowing(text: String, expected: [String]) throws {
        let (plan, found) = try loaded("{ version: 1, \(text) }")
        #expect(plan != nil)
        #expect(found == expected)
    }
}
