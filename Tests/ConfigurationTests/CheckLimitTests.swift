import Testing

@testable import Configuration

/// What is said of faulty limits of what is chosen: each configuration, and below it the faults with column, path and
/// remedy.
@Suite struct CheckLimitTests {
    private static let table = #"""
        { version: 1, actions: { x: { on: '*', class: 'mandatory', fallback: true }, y: { on: '*', fallback: 'no' } } }
          60: actions.x.fallback: an action of this class never competes, so there is nothing to fall back from; leave one of the two out
          102: actions.y.fallback: "no" is not a boolean; write false, without quotes
        { version: 1, actions: { x: { on: '*', group: 'g' }, y: { on: '*', group: 'h' } }, policy: { caps: [{ max: 1, over: '1d', reserve: { group: 'g', keep: 2 } }, { max: 'event.type', over: '1d' }, { max: 3, over: '1d', group: 'g', reserve: { group: 'h', keep: 1 } }, { max: 3, over: '1d', channel: [], reserve: {} }] } }
          123: policy.caps[0].reserve: of at most 1 contacts 2 cannot be kept; write a "keep" of at most 1, or a greater "max"
          167: policy.caps[1].max: 'event' cannot be read in a cap's "max", which is the same at every moment; it reads profile, segments and customer
          246: policy.caps[2].reserve.group: the cap counts only "g", so it can keep nothing for "h"; name the group in the cap's "group", too
          295: policy.caps[3].channel: the list is empty; write at least one element, or leave the key out
          308: policy.caps[3].reserve: "group" is missing; write { group: … }
          308: policy.caps[3].reserve: "keep" is missing; write { keep: … }
        { version: 1, actions: { x: { on: '*', channels: 'a' } }, policy: { budgets: [{ max: 1.5, over: '1d' }, { max: 1.5, over: '1d', sum: 'price' }, { max: 5, per: 'day', channel: ['a', 'a'], per_value: "'all'" }, { max: -1, per: 'hour', sum: 'value', action: ['x', 'y'] }], min_priority: 'low' } }
          86: policy.budgets[0].max: 1.5 is not a whole number; write a whole number from 0 to 1000000
          112: policy.budgets[1].max: 1.5 is not a whole number; write a whole number from 0 to 1000000
          134: policy.budgets[1].sum: "price" is not known here; the words are "value"
          182: policy.budgets[2].channel[1]: "a" is listed twice; take one out
          199: policy.budgets[2].per_value: this is always the same, so it tells nothing apart; leave it out
          217: policy.budgets[3].max: -1 is out of range; write a number from 0
          226: policy.budgets[3].per: "hour" is not known here; the words are "day", "week", "month"
          262: policy.budgets[3].action[1]: there is no action "y"; the actions are "x"
          285: policy.min_priority: "low" is not a number; write one without quotes, such as 0.5
        { version: 1, moments: { m: { when: true, choose: 0 } }, actions: { x: { on: '*', group: 'g' } }, policy: { holdout: { percent: 5, exempt: ['f', 5] } } }
          51: moments.m.choose: 0 is out of range; write a whole number from 1 to 1000
          140: note: policy.holdout.exempt: no action has the group "f", so nobody gets more for this; the groups are "g"
          146: policy.holdout.exempt[1]: 5 is not text; put it in quotes: "5"
        """#

    @Test(arguments: FaultCase.cases(of: table))
    func reportsEachFaultWithItsRemedy(fault: FaultCase) throws {
        let (plan, found) = try loaded(fault.text)
        #expect(plan == nil)
        #expect(found == fault.expected)
    }
}
