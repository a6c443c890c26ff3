import Testing

@testable import Configuration

/// What is said of faulty actions and the policy: each configuration, and below it the faults with column, path and remedy.
@Suite struct CheckActionTests {
    private static let table = #"""
        { version: 1, actions: { x: {} } }
          29: actions.x: "on" is missing; write { on: … }
        { version: 1, moments: { cart: { when: true } }, actions: { x: { on: ['car', 'zzz'] } } }
          71: actions.x.on[0]: there is no moment "car"; did you mean "cart"?
          78: actions.x.on[1]: there is no moment "zzz"; the moments are "cart"
        { version: 1, actions: { x: { on: '*', eligible: 5, propensity: 1.5, value: "'a'", lever: -200 } } }
          50: actions.x.eligible: this is an int, but a bool is needed here
          65: actions.x.propensity: 1.5 is no propensity; write a number from 0 to 1
          77: actions.x.value: this is of type string, but a number is needed here
          91: actions.x.lever: -200 is out of range; write a number from -100
        { version: 1, actions: { x: { on: '*', valid: { from: '2026-02-01', until: 5 } } } }
          55: actions.x.valid.from: "2026-02-01" is not an RFC 3339 time; write one such as "2026-01-31T00:00:00Z"
          76: actions.x.valid.until: 5 is not text; put it in quotes: "5"
        { version: 1, actions: { x: { on: '*', valid: { from: '2026-02-01T00:00:00Z', until: '2026-01-01T00:00:00Z' } } } }
          79: actions.x.valid.until: "until" is not after "from"; the action would never be valid
        { version: 1, actions: { x: { on: '*', channels: ['a', 'a'], class: 'mandatory', cooldwn: '1d' } } }
          56: actions.x.channels[1]: "a" is listed twice; take one out
          62: actions.x.class: "class" is not supported by this version yet; leave it out
          82: actions.x.cooldwn: unknown key "cooldwn"; did you mean "cooldown"?
        { version: 1, moments: { m: { sequence: [{ as: 'a' }] }, n: { sequence: [{ as: 'b' }, { as: 'a' }] } }, actions: { x: { on: ['m', 'n'], payload: { k: 'a.type', l: 'b.type', s: 'moment.steps.a' } } } }
          152: actions.x.payload.k: 'a' is step 1 of the moment "m" but step 2 of "n"; name the step alike in all moments, or write an action for each
          165: actions.x.payload.l: 'b' is a step of the moment "n" but not of all in "on"; name the step alike in all moments, or write an action for each
          178: actions.x.payload.s: 'moment.steps' is not supported by this version yet
        { version: 1, policy: { caps: [{ max: -1, over: '1d' }, { over: '1d' }, { max: 1, per: 'day' }, { max: 1, over: '1d', action: 'x' }], choose: 0, explain: 'full' } }
          39: policy.caps[0].max: -1 is out of range; write a whole number from 0 to 1000000
          57: policy.caps[1]: "max" is missing; write { max: … }
          83: policy.caps[2].per: "per" is not supported by this version yet; leave it out
          127: policy.caps[3].action: there is no action "x"; there are no actions here
          143: policy.choose: 0 is out of range; write a whole number from 1 to 1000
          155: policy.explain: "full" is not supported by this version yet; choose one of "none", "brief"
        { version: 1, policy: { holdout: { percent: 5 }, quiet_hours: [] } }
          25: policy.holdout: "holdout" is not supported by this version yet; leave it out
          50: policy.quiet_hours: "quiet_hours" is not supported by this version yet; leave it out
        { version: 1, moments: { m: { when: true } }, actions: { x: { on: 'm', payload: { k: 'a.type', z: 'moment.name', y: 'moment.begin' } } } }
          87: actions.x.payload.k: unknown name 'a.type'; the names here are "customer", "event", "moment", "now", "windows"
          118: actions.x.payload.y: unknown name 'moment.begin'; the names here are "name", "kind", "start", "end"
        { version: 1, actions: { x: { on: '*', propensity: 'event.channel', context: true, enabled: 'yes', expires_after: 0 } } }
          52: actions.x.propensity: this is of type string, but a number is needed here
          78: actions.x.context: this is of type bool, but a number is needed here
          93: actions.x.enabled: "yes" is not a boolean; write true or false
          115: actions.x.expires_after: 0 is not a duration; write a number with a unit, in quotes, such as "30s"
        { version: 1, policy: { caps: [{ max: 1, over: '1d', per: 'day', group: 'g' }], consent: {} }, emit: 'all' }
          54: policy.caps[0].per: "per" is not supported by this version yet; leave it out
          66: policy.caps[0].group: "group" is not supported by this version yet; leave it out
          81: policy.consent: "consent" is not supported by this version yet; leave it out
          102: emit: "all" is not known here; the words are "decision", "moment", "drop_off"
        """#

    @Test(arguments: FaultCase.cases(of: table))
    func says(fault: FaultCase) throws {
        let (plan, found) = try loaded(fault.text)
        #expect(plan == nil)
        #expect(found == fault.expected)
    }
}
