import Journeys
import Testing

@testable import Configuration

/// What is said of sequences that cannot be meant: each list of elements with its keys, and below it the faults with
/// path and remedy.
@Suite struct CheckSequenceTests {
    private static let table = #"""
        [{ as: 'a', optional: true }, { not: 'b' }, { as: 'c' }]
          sequence[1]: a "not" may not follow an optional step, because nothing says from which event on it acts; put it before the optional step, or after one that is not optional
        [{ as: 'a' }, { any_of: [[{ as: 'b' }], [{ as: 'c' }, { as: 'd', optional: true }]] }, { not: 'e', for: '1h' }]
          sequence[2]: a "not" may not follow an optional step, because nothing says from which event on it acts; put it before the optional step, or after one that is not optional
        [{ as: 'a', times: 3, until: 'true' }]
          sequence[0].until: "until" ends repetitions that have no end by themselves; write times: "3..", or leave it out
        [{ as: 'a', times: 'many' }]
          sequence[0].times: "many" is no number of repetitions; write 3, "2..4" (two to four) or "2.." (two or more)
        [{ as: 'a', times: '4..2' }]
          sequence[0].times: 2 is less than 4; write the smaller number first
        [{ as: 'a', times: '0..2' }]
          sequence[0].times: repetitions begin at 1; write "1..", and optional: true where there may be none
        [{ as: 'a', times: '1..20000' }]
          sequence[0].times: more than 10000 repetitions are too many; write fewer, or leave the end open
        [{ as: 'a', contiguity: 'near' }]
          sequence[0].contiguity: "near" is not known here; the words are "strict", "relaxed", "any"
        [{ as: 'a' }, { not: 'b', contiguity: 'any' }, { as: 'c' }]
          sequence[1].contiguity: "any" is not known here; the words are "relaxed", "strict"
        [{ as: 'a' }, { not: 'b', contiguity: 'strict', for: '1h' }]
          sequence[1].for: a strict "not" is about the very next event, and so has no time; leave "for" out
        [{ as: 'a' }, { not: 'b', greedy: true, until: 'true', for: '1h' }]
          sequence[1].greedy: "greedy" does not belong here: it is about a step that binds events, and a "not" binds none
          sequence[1].until: "until" does not belong here: it is about a step that binds events, and a "not" binds none
        [{ any_of: [] }]
          sequence[0].any_of: the list is empty; write at least one element, or leave the key out
        [{ any_of: [[{ as: 'a' }]] }]
          sequence[0].any_of: a group has two branches or more; write the steps of this one without it
        [{ all_of: [[{ as: 'a' }], [{ as: 'b', optional: true }]] }]
          sequence[0].all_of[1][0]: a step of "all_of" cannot be optional: all are asked for; make "any_of" of what may be missing
        [{ any_of: [[{ as: 'a' }], [{ as: 'b', optional: true }]] }]
          sequence[0].any_of[1][0]: a branch binds at least one event; let one of its steps not be optional
        [{ any_of: [[{ as: 'a' }, { not: 'c' }], [{ as: 'b' }]] }]
          sequence[0].any_of[0][1]: a branch begins and ends with a positive step; put this "not" before or after the group
        [{ any_of: [[{ as: 'a' }], [{ any_of: [] }]] }]
          sequence[0].any_of[1][0].any_of: "any_of" does not belong here: a group does not stand in a group; write each way as a branch
        [{ any_of: [[{ as: 'a' }], [{ as: 'a' }]] }]
          sequence[0].any_of[1][0].as: "a" names two steps; the first is at f:1:60; rename one
        [{ all_of: [[{ as: 'a' }], [{ as: 'b' }], [{ as: 'c' }], [{ as: 'd' }], [{ as: 'e' }]] }]
          sequence: the ways through the sequence, its groups laid out, have more than 63 steps; write fewer steps or branches
        [{ as: 'cart' }], after_match: 'skip_to_last:crt'
          after_match: the sequence has no step "crt"; did you mean "cart"?
        [{ as: 'a' }], max_bound: 0, on_overflow: 'drop'
          max_bound: 0 is out of range; write a whole number from 1 to 1000000
          on_overflow: "drop" is not known here; the words are "drop_oldest", "drop_newest"
        [{ as: 'a', where: 'steps.b.size() > 1' }]
          sequence[0].where: unknown name 'steps.b'; the names here are "a"
        [{ as: 'a' }], output: { x: 'steps.a' }
          output.x: 'steps' can be read in the conditions of a sequence's steps only; here write moment.steps.NAME
        [{ as: 'cart' }], output: { x: 'moment.steps.crt.size()', y: 'moment.steps.cart', z: 'moment.steps' }
          output.x: there is no step "crt"; did you mean "cart"?
          output.y: events are no value that can be written; write what is to be told of them: LIST.map(e, e.id)
          output.z: 'moment.steps' is no value by itself; read one step's events, such as 'moment.steps.cart'
        """#

    /// What is right, and says something that changes nothing.
    private static let idle = #"""
        [{ as: 'a', greedy: true, inner: 'strict' }, { as: 'b', optional: true, greedy: true }]
          61: note: sequence[0].greedy: it is about how many events are bound, and this step binds one event, whatever comes; write times: "1.." for that many or more, or leave it out
          74: note: sequence[0].inner: it is about the events between repetitions, and this step binds one event; write "times" too, or leave it out
          121: note: sequence[1].greedy: it is about how many events are bound, and this step binds one event, whatever comes; write times: "1.." for that many or more, or leave it out
        [{ as: 'a', times: 3, greedy: true, inner: 'strict' }, { as: 'b', times: '1..2', greedy: true }]
          71: note: sequence[0].greedy: it is about how many events are bound, and this step binds 3 events, whatever comes; write times: "3.." for that many or more, or leave it out
        [{ any_of: [[{ as: 'a', times: '2..', inner: 'any' }], [{ as: 'b', inner: 'any' }]] }]
          115: note: sequence[0].any_of[1][0].inner: it is about the events between repetitions, and this step binds one event; write "times" too, or leave it out
        """#

    @Test(arguments: FaultCase.cases(of: idle))
    func notesKeysThatChangeNothing(fault: FaultCase) throws {
        let (plan, found) = try loaded("{ version: 1, moments: { m: { sequence: \(fault.text) } } }")
        #expect(plan != nil)
        #expect(found.map { $0.replacing("moments.m.", with: "") } == fault.expected)
    }

    @Test(arguments: FaultCase.cases(of: table))
    func reportsEachFaultWithItsRemedy(fault: FaultCase) throws {
        let (plan, found) = try loaded("{ version: 1, moments: { m: { sequence: \(fault.text) } } }")
        #expect(plan == nil)
        let told = found.map { $0.drop { $0 != " " }.dropFirst().drop { $0 == " " } }
        #expect(told == fault.expected.map { "moments.m." + $0.dropFirst("f:1:".count) })
    }

    /// The same with the column at which each fault is shown.
    private static let places = #"""
        [{ not: 'a' }, { as: 'b' }]
          42: sequence[0]: a sequence starts with a positive step; write { as: NAME, on: TYPE } before this "not"
        [{ as: 'x' }, { as: 'a', optional: true }, { not: 'b', for: '1h' }]
          84: sequence[2]: a "not" may not follow an optional step, because nothing says from which event on it acts; put it before the optional step, or after one that is not optional
        [{ any_of: [[{ as: 'a' }, { as: 'b', optional: true }, { not: 'z' }, { as: 'c' }], [{ as: 'd' }]] }]
          96: sequence[0].any_of[0][2]: a "not" may not follow an optional step, because nothing says from which event on it acts; put it before the optional step, or after one that is not optional
        [{ any_of: [[{ as: 'a' }, { not: 'x', for: '1h' }], [{ as: 'b' }]] }, { as: 'c' }]
          67: sequence[0].any_of[0][1]: "for" belongs to a "not" that ends the sequence, outside of any group; take it out, or limit the time with "within"
        [{ as: 'a' }, { not: 'b', for: '1h' }, { as: 'c' }]
          72: sequence[1].for: "for" belongs to a "not" that ends the sequence; take it out, or limit the time with "within"
        [{ as: 'a' }, { not: 'b' }]
          55: sequence[1]: a "not" that ends the sequence needs a time; write { not: …, for: "30m" }, or a "within"
        [{ as: 'a' }, { not: 'b' }, { not: 'c', for: '1h' }]
          69: sequence[2]: a sequence ends with one "not"; name all types in it: { not: ["a", "b"], for: "30m" }
        [{ as: 'a' }, { not: 'b', contiguity: 'strict' }, { not: 'c', contiguity: 'strict' }]
          91: sequence[2]: a sequence ends with one "not"; name all types in it: { not: ["a", "b"], contiguity: "strict" }
        [{ as: 'a', for: '1h' }, { as: 'b' }]
          53: sequence[0].for: "for" does not belong here: it is about a "not" that ends the sequence; write { not: TYPE, for: "30m" }
        [{ as: 'a' }, { not: 'b', on: 'c', for: '1h' }]
          67: sequence[1].on: "on" does not belong here: a "not" names its types itself: { not: ["purchase", "refund"] }
        [{ as: 'a', until: 'true' }]
          53: sequence[0].until: "until" ends repetitions that have no end by themselves; write times: "1..", or leave it out
        [{ as: 'a', times: 0 }]
          60: sequence[0].times: 0 is out of range; write a whole number from 1 to 10000
        [{ as: 'a', times: '0..' }]
          60: sequence[0].times: repetitions begin at 1; write "1..", and optional: true where there may be none
        [{ as: 'a', times: '..' }]
          60: sequence[0].times: ".." is no number of repetitions; write 3, "2..4" (two to four) or "2.." (two or more)
        [{ as: 'a', times: '2..99999999999999999999' }]
          60: sequence[0].times: more than 10000 repetitions are too many; write fewer, or leave the end open
        [{ as: 'a', times: '99999999999999999999..' }]
          60: sequence[0].times: more than 10000 repetitions are too many; write fewer, or leave the end open
        [{ any_of: [[{ as: 'a' }], []] }]
          68: sequence[0].any_of[1]: a branch binds at least one event; write its steps, or leave the branch out
        [{ any_of: [[{ as: 'a' }], [{ as: 'b' }]], optional: true, on: 'x' }]
          84: sequence[0].optional: "optional" does not belong here: it is about one step, not a group; write it in the branches' steps
          100: sequence[0].on: "on" does not belong here: it is about one step, not a group; write it in the branches' steps
        [{ all_of: [[{ as: 'a' }], [{ all_of: [[{ as: 'b' }], [{ as: 'c' }]] }]] }]
          71: sequence[0].all_of[1][0].all_of: "all_of" does not belong here: a group does not stand in a group; write each way as a branch
        [{ as: 'a' }, { as: 'b' }], emit_partial: true
          69: emit_partial: without "within" no partial match runs out of time; write within: "1h"
        [{ as: 'a' }], after_match: 'skip_to_first'
          69: after_match: "skip_to_first" names no step; write one behind it: "skip_to_first:a"
        [{ as: 'a' }], after_match: 'skip_to_last:'
          69: after_match: "skip_to_last:" names no step; write one behind it: "skip_to_last:a"
        [{ as: 'a' }, { not: 'b', for: '1h' }], after_match: 'skip_to_first:b'
          94: after_match: the sequence has no step "b"; the steps are "a"
        """#

    @Test(arguments: FaultCase.cases(of: places))
    func showsThePlace(fault: FaultCase) throws {
        let (plan, found) = try loaded("{ version: 1, moments: { m: { sequence: \(fault.text) } } }")
        #expect(plan == nil)
        #expect(found == fault.expected.map { $0.replacing(": ", with: ": moments.m.", maxReplacements: 1) })
    }

    /// What is unusual and yet can be meant.
    @Test(arguments: [
        "[{ as: 'a', optional: true }]", "[{ as: 'a', optional: true }, { as: 'b', optional: true }]",
        "[{ as: 'a' }, { not: 'b' }, { not: 'c', contiguity: 'strict' }, { as: 'd' }]",
        "[{ as: 'a' }, { not: 'b', for: '1h' }], within: '30m'",
        "[{ as: 'a' }, { not: 'b', for: '30m' }], within: '1h'",
        "[{ as: 'a' }, { not: 'b', contiguity: 'strict' }]", "[{ as: 'a' }, { not: '*', for: '1h' }]",
        "[{ as: 'a', contiguity: 'strict' }, { as: 'b' }]", "[{ as: 'a', greedy: false }]",
        "[{ as: 'a', times: '3..3', inner: 'any' }]", "[{ as: 'a' }], within: '1h', emit_partial: true",
        "[{ as: 'a', times: '1..', until: 'true', optional: true, greedy: true, inner: 'any' }, { as: 'b' }]",
        "[{ as: 'x' }, { as: 'a', optional: true }, { as: 'd' }, { not: 'b', for: '1h' }]",
        "[{ as: 'a', optional: true }, { any_of: [[{ as: 'b' }], [{ as: 'c' }]] }, { not: 'd', for: '1h' }]",
        "[{ as: 'a' }, { as: 'b', optional: true }], after_match: 'skip_to_first:b'",
        "[{ all_of: [[{ as: 'a' }], [{ as: 'b' }]] }], after_match: 'skip_to_last:b'",
        "[{ as: 'a' }, { as: 'b', times: 3, optional: true }], max_bound: 1", "[{ as: 'a', times: 10000 }]",
        "[{ as: 'a', where: 'b.type == event.type || true' }, { as: 'b' }]",
    ])
    func takesWhatIsRight(text: String) throws {
        let (plan, found) = try loaded("{ version: 1, moments: { m: { sequence: \(text) } } }")
        #expect(plan != nil && found.isEmpty, "\(found)")
    }

    @Test(arguments: [
        ("[{ as: 'a' }, { as: 'b', times: 3 }, { not: 'c' }, { as: 'd' }, { not: 'e', for: '1h' }]", false),
        ("[{ as: 'a', contiguity: 'strict', greedy: true, inner: 'strict' }, { as: 'b' }]", false),
        ("[{ as: 'a' }, { as: 'b', contiguity: 'strict' }]", true),
        ("[{ as: 'a' }, { as: 'b', contiguity: 'any' }]", true),
        ("[{ as: 'a', times: '1..2' }]", true),
        ("[{ as: 'a', times: 2, inner: 'strict' }]", true),
        ("[{ as: 'a', optional: true }, { as: 'b' }]", true),
        ("[{ as: 'a' }, { not: 'b', contiguity: 'strict' }]", true),
        ("[{ as: 'a' }, { not: 'b' }], within: '1h'", true),
        ("[{ as: 'a' }, { as: 'b', where: 'a.type != event.type' }]", true),
        ("[{ as: 'a' }, { as: 'b', where: 'steps.a.size() > 0' }]", true),
        ("[{ as: 'a' }, { as: 'b' }], after_match: 'no_skip'", true),
        ("[{ as: 'a' }, { as: 'b' }], emit_partial: true, within: '1h'", true),
        ("[{ as: 'a' }, { any_of: [[{ as: 'b' }], [{ as: 'c' }]] }]", true),
        ("[{ as: 'a', times: 65 }]", true),
    ])
    func takesTheGeneralFormOnlyWhereItIsNeeded(text: String, isGeneral: Bool) throws {
        let (plan, found) = try loaded("{ version: 1, moments: { m: { sequence: \(text) } } }")
        let journeys = try #require(plan, "\(found)").journeys
        guard case .sequence(let sequence)? = journeys.moments.first?.trigger else {
            Issue.record("no sequence")
            return
        }
        #expect((sequence.pattern != nil) == isGeneral)
        #expect(sequence.positions.isEmpty == isGeneral)
    }
}
