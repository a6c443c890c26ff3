import Testing

@testable import Configuration

/// What is said of faulty moments and their sequences: each configuration, and below it the faults
/// with column, path and remedy.
@Suite struct CheckMomentTests {
    private static let table = #"""
        { version: 1, moments: { m: {} } }
          29: moments.m: one key of "sequence", "when" is missing; write one of them
        { version: 1, moments: { m: { sequnce: [{ as: 'cart', on: 'add' }], output: { price: 'cart.properties.price' } } } }
          31: moments.m.sequnce: unknown key "sequnce"; did you mean "sequence"?
        { version: 1, moments: { m: { when: 'windows.a > 1' } } }
          38: moments.m.when: there is no window "a"; there are no windows here
        { version: 1, windows: { abc: { count: true } }, moments: { m: { when: 'windows.abd > 1' } } }
          73: moments.m.when: there is no window "abd"; did you mean "abc"?
        { version: 1, moments: { m: { when: true, within: '1h', by: 'event.type' } } }
          43: moments.m.within: "within" does not belong here: it is about a "sequence", and this moment has a "when"
          57: moments.m.by: "by" with "when" is not supported by this version yet; leave it out, or write a "sequence"
        { version: 1, moments: { m: { when: 'moment.start < now' } } }
          38: moments.m.when: 'moment' can be read in a moment's "output" and in actions only, because elsewhere no moment has come
        { version: 1, moments: { m: { sequence: [{ not: 'a' }, { as: 'b' }] } } }
          42: moments.m.sequence[0]: a sequence starts with a positive step; write { as: NAME, on: TYPE } before this "not"
        { version: 1, moments: { m: { sequence: [] } } }
          41: moments.m.sequence: the list is empty; write at least one element, or leave the key out
        { version: 1, moments: { m: { sequence: [{ on: 'a' }] } } }
          42: moments.m.sequence[0]: one key of "as", "not", "any_of", "all_of" is missing; write one of them
        { version: 1, moments: { m: { sequence: [{ as: 'a' }, { as: 'a' }] } } }
          61: moments.m.sequence[1].as: "a" names two steps; the first is at f:1:48; rename one
        { version: 1, moments: { m: { sequence: [{ as: 'event' }] } } }
          48: moments.m.sequence[0].as: "event" means something else in expressions; choose another name
        { version: 1, moments: { m: { sequence: [{ as: 'my step' }] } } }
          48: moments.m.sequence[0].as: "my step" is no name that expressions can use; write letters, digits and _, such as "first_visit"
        { version: 1, moments: { m: { sequence: [{ as: 'a', for: '1h' }] } } }
          53: moments.m.sequence[0].for: "for" does not belong here: it is about a "not" that ends the sequence; write { not: TYPE, for: "30m" }
        { version: 1, moments: { m: { sequence: [{ as: 'a' }, { not: 'b', for: '1h' }, { as: 'c' }] } } }
          72: moments.m.sequence[1].for: "for" belongs to a "not" that ends the sequence; take it out, or limit the time with "within"
        { version: 1, moments: { m: { sequence: [{ as: 'a' }, { not: 'b' }] } } }
          55: moments.m.sequence[1]: a "not" that ends the sequence needs a time; write { not: …, for: "30m" }, or a "within"
        { version: 1, moments: { m: { sequence: [{ as: 'a' }, { not: 'b', for: '30 mins' }] } } }
          72: moments.m.sequence[1].for: "30 mins" is not a duration; write "30m"
        { version: 1, moments: { m: { sequence: [{ as: 'a' }, { not: 'b' }, { not: 'c', for: '1h' }] } } }
          69: moments.m.sequence[2]: a sequence ends with one "not"; name all types in it: { not: ["a", "b"], for: "30m" }
        { version: 1, moments: { m: { sequence: [{ as: 'a' }, { not: 'b', on: 'c', times: 2, for: '1h' }] } } }
          67: moments.m.sequence[1].on: "on" does not belong here: a "not" names its types itself: { not: ["purchase", "refund"] }
          76: moments.m.sequence[1].times: "times" does not belong here: it is about a step that binds events, and a "not" binds none
        { version: 1, moments: { m: { sequence: [{ as: 'a', times: '2..' }, { as: 'b', times: 0 }] } } }
          87: moments.m.sequence[1].times: 0 is out of range; write a whole number from 1 to 10000
        { version: 1, moments: { m: { sequence: [{ as: 'a', where: 'windows.w > 0' }] } } }
          61: moments.m.sequence[0].where: there is no window "w"; there are no windows here
        { version: 1, moments: { m: { sequence: [{ as: 'a' }], by: 'a.type' } } }
          61: moments.m.by: 'a' cannot be read in "by", which is worked out for each event by itself
        { version: 1, moments: { m: { sequence: [{ as: 'a' }], after_match: 'skip_past' } } }
          69: moments.m.after_match: "skip_past" is not known here; the words are "no_skip", "skip_to_next", "skip_past_last_event", "skip_to_first:STEP", "skip_to_last:STEP"
        { version: 1, moments: { m: { sequence: [{ as: 'a' }], emit_partial: true, max_partial: 0 } } }
          56: moments.m.emit_partial: without "within" no partial match runs out of time; write within: "1h"
          89: moments.m.max_partial: 0 is out of range; write a whole number from 1 to 100000
        { version: 1, moments: { m: { sequence: [{ as: 'cart' }], output: { x: 'crt.properties.x' } } } }
          73: moments.m.output.x: unknown name 'crt.properties.x'; did you mean 'cart.properties.x'?
        { version: 1, moments: { m: { sequence: [{ as: 'a' }], repeat: '1h' } } }
          64: moments.m.repeat: only what lasts is told again: a "when", or a sequence that closes with a "not … for"; end it with { not: TYPE, for: "30m" }, or leave "repeat" out
        { version: 1, moments: { m: { when: true, repeat: '0s', cooldown: '1h', level: 'event', among: 'a' } } }
          51: moments.m.repeat: "0s" is no time at all; write a duration above zero, such as "30s"
          81: moments.m.level: 'event' is no value by itself; read a part of it, such as 'event.type'
          89: moments.m.among: "among" does not belong here: it is about a "sequence", and this moment has a "when"
        { version: 1, moments: { m: { among: ['a'], sequence: [{ as: 'x', on: ['a', 'b'] }, { as: 'y' }] } } }
          56: moments.m.sequence[0]: the sequence does not see "b", which "among" leaves out; write it there too, or not here
        { version: 1, moments: { '*': { when: true } } }
          26: moments["*"]: "*" means every moment where moments are named; choose another name
        { version: 1, moments: { m: { sequence: [{ as: 'a', on: 'x' }, 5, { as: 'b', on: { a: 1 } }] } } }
          64: moments.m.sequence[1]: 5 is not an object; write { … }
          82: moments.m.sequence[2].on: an object is neither text nor a list of texts; write "…" or ["…", "…"]
        { version: 1, moments: { m: { sequence: [{ as: 'a' }], kind: '', cooldown: '-1h', output: { x: 'profile.tier' } } } }
          62: moments.m.kind: the text is empty; write at least one character, or leave the key out
          76: moments.m.cooldown: "-1h" is negative; write "0s" or more
          97: moments.m.output.x: there is no attribute "tier"; there are no attributes here
        { version: 1, moments: { m: { kind: 'friction', sequence: [{ as: 'a' }], when: true } } }
          74: moments.m.when: "when" does not go with "sequence" at f:1:49; keep one
        { version: 1, moments: { m: { sequence: [{ as: 'a', where: 'm.type' }], outputs: {} } } }
          61: moments.m.sequence[0].where: unknown name 'm.type'; the names here are "a", "customer", "event", "now", "profile", "scores", "segments", "steps", "touchpoint", "windows"
          73: moments.m.outputs: unknown key "outputs"; did you mean "output"?
        """#

    @Test(arguments: FaultCase.cases(of: table))
    func reportsEachFaultWithItsRemedy(fault: FaultCase) throws {
        let (plan, found) = try loaded(fault.text)
        #expect(plan == nil)
        #expect(found == fault.expected)
    }
}
