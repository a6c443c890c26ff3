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
          55: actions.x.valid.from: "2026-02-01" is not an RFC 3339 time; it wants a time of day and a zone; write 2026-02-01T00:00:00Z
          76: actions.x.valid.until: 5 is not text; put it in quotes: "5"
        { version: 1, actions: { x: { on: '*', valid: { from: '2026-02-01T00:00:00Z', until: '2026-01-01T00:00:00Z' } } } }
          79: actions.x.valid.until: "until" is not after "from"; the action would never be valid
        { version: 1, actions: { x: { on: '*', channels: ['a', 'a'], class: 'mandatory', cooldwn: '1d' } } }
          56: actions.x.channels[1]: "a" is listed twice; take one out
          82: actions.x.cooldwn: unknown key "cooldwn"; did you mean "cooldown"?
        { version: 1, moments: { m: { sequence: [{ as: 'a' }] }, n: { sequence: [{ as: 'b' }, { as: 'a' }] } }, actions: { x: { on: ['m', 'n'], payload: { k: 'a.type', l: 'b.type', s: 'moment.steps.a' } } } }
          152: actions.x.payload.k: 'a' is step 1 of the moment "m" but step 2 of "n"; name the step alike in all moments, or write an action for each
          165: actions.x.payload.l: 'b' is a step of the moment "n" but not of all in "on"; name the step alike in all moments, or write an action for each
          178: actions.x.payload.s: 'moment.steps.a' is step 1 of the moment "m" but step 2 of "n"; name the step alike in all moments, or write an action for each
        { version: 1, policy: { caps: [{ max: -1, over: '1d' }, { over: '1d' }, { max: 1, per: 'day' }, { max: 1, over: '1d', action: 'x' }], choose: 0, explain: 'full' } }
          39: policy.caps[0].max: -1 is out of range; write a whole number from 0 to 1000000
          57: policy.caps[1]: "max" is missing; write { max: … }
          127: policy.caps[3].action: there is no action "x"; there are no actions here
          143: policy.choose: 0 is out of range; write a whole number from 1 to 1000
        { version: 1, policy: { holdout: { percent: 101 }, quiet_hours: [{ channels: 'sms', from: '21:00', to: '25:00' }, { channels: [], from: '9:00', to: '24:00', days: ['mon', 'sol'], then: 'wait' }, { from: '10:00', to: '10:00', days: [] }], suppress: [] } }
          45: policy.holdout.percent: 101 is out of range; write a number from 0 up to 100
          78: note: policy.quiet_hours[0].channels: no action has the channel "sms", so this keeps nothing quiet; there are no channels here
          104: policy.quiet_hours[0].to: "25:00" is no time of day; write "HH:MM", from "00:00" to "24:00"
          127: policy.quiet_hours[1].channels: the list is empty; write at least one channel
          137: policy.quiet_hours[1].from: "9:00" is no time of day; write "HH:MM", from "00:00" to "23:59"
          172: policy.quiet_hours[1].days[1]: "sol" is not known here; the words are "mon", "tue", "wed", "thu", "fri", "sat", "sun"
          186: policy.quiet_hours[1].then: "wait" is not known here; the words are "defer", "next_channel", "drop", "hold"
          196: policy.quiet_hours[2]: "channels" is missing; write { channels: … }
          213: policy.quiet_hours[2].to: "from" and "to" are the same time; write "00:00" and "24:00" for a whole day
          232: policy.quiet_hours[2].days: the list is empty; write at least one element, or leave the key out
          239: policy.suppress: unknown key "suppress"; the keys are "consent", "caps", "quiet_hours", "budgets", "choose", "min_priority", "gather", "explore", "best_hour", "timezone", "holdout", "explain"
        { version: 1, policy: { holdout: { percent: 5.001, slat: 'x' }, timezone: { default: 'Europe/Nowhere', from: 5 }, consent: { default: 'maybe', email: 5 }, caps: [{ max: 1 }, { max: 1, per: 'year' }], explain: 'long' } }
          36: policy.holdout.percent: 5.001 is finer than a hundredth of a percent; write at most two decimals
          52: policy.holdout.slat: unknown key "slat"; did you mean "salt"?
          86: policy.timezone.default: there is no time zone "Europe/Nowhere" on this machine; write an IANA name such as "Europe/Madrid"
          110: policy.timezone.from: this is of type int, but text is needed here
          135: policy.consent.default: "maybe" is not known here; the words are "allow", "deny"
          151: note: policy.consent.email: no action has the channel "email", so nothing asks for this; there are no channels here
          151: policy.consent.email: this is an int, but a bool is needed here
          163: policy.caps[0]: one key of "over", "per" is missing; write one of them
          190: policy.caps[1].per: "year" is not known here; the words are "day", "week", "month"
          210: policy.explain: "long" is not known here; the words are "brief", "full", "none"
        { version: 1, policy: { timezone: { default: '../UTC' }, consent: [], quiet_hours: {}, holdout: { salt: '' } } }
          46: policy.timezone.default: there is no time zone "../UTC" on this machine; write an IANA name such as "Europe/Madrid"
          67: policy.consent: an empty list is not an object; write { … }
          84: policy.quiet_hours: an object is not a list; put it in brackets: [ … ]
          97: policy.holdout: "percent" is missing; write { percent: … }
        { version: 1, actions: { x: { on: '*', suppress: [{ after: '*', for: '1d' }, { after: 'a' }, { after: 'b', for: '0s' }], budget: { max: 5 }, class: 'must', prefer_channel: 5, group: '' } } }
          53: actions.x.suppress[0].after: "*" would be any event, also the one at hand; write types
          78: actions.x.suppress[1]: "for" is missing; write { for: … }
          113: actions.x.suppress[2].for: "0s" is no time at all; write a duration above zero, such as "30s"
          130: actions.x.budget: one key of "over", "per" is missing; write one of them
          149: actions.x.class: "must" is not known here; the words are "standard", "transactional", "mandatory", "inbound"
          173: actions.x.prefer_channel: this is of type int, but text is needed here
          183: actions.x.group: the text is empty; write at least one character, or leave the key out
        { version: 1, actions: { x: { on: '*', suppress: { after: 'a' }, budget: { max: 5, per: 'day', over: '1d' } } } }
          50: actions.x.suppress: an object is not a list; put it in brackets: [ … ]
          96: actions.x.budget.over: "over" does not go with "per" at f:1:84; keep one
        { version: 1, moments: { m: { when: true } }, actions: { x: { on: 'm', payload: { k: 'a.type', z: 'moment.name', y: 'moment.begin' } } } }
          87: actions.x.payload.k: unknown name 'a.type'; the names here are "customer", "event", "moment", "now", "profile", "scores", "segments", "touchpoint", "windows"
          118: actions.x.payload.y: unknown name 'moment.begin'; the names here are "name", "kind", "start", "end", "steps"
        { version: 1, actions: { x: { on: '*', propensity: 'event.channel', context: true, enabled: 'yes', expires_after: 0 } } }
          52: actions.x.propensity: this is of type string, but a number is needed here
          78: actions.x.context: this is of type bool, but a number is needed here
          93: actions.x.enabled: "yes" is not a boolean; write true, without quotes
          115: actions.x.expires_after: 0 is not a duration; write a number with a unit, in quotes, such as "30s"
        { version: 1, policy: { caps: [{ max: 1, over: '1d', per: 'day', group: 'g' }], consent: {} }, emit: 'all' }
          54: policy.caps[0].per: "per" does not go with "over" at f:1:42; keep one
          73: note: policy.caps[0].group: no action has the group "g", so this limits nothing; there are no groups here
          102: emit: "all" is not known here; the words are "decision", "moment", "segment", "score", "drop_off", "response", "identity"
        """#

    @Test(arguments: FaultCase.cases(of: table))
    func reportsEachFaultWithItsRemedy(fault: FaultCase) throws {
        let (plan, found) = try loaded(fault.text)
        #expect(plan == nil)
        #expect(found == fault.expected)
    }
}
