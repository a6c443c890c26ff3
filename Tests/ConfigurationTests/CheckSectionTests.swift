import Testing

@testable import Configuration

/// What is said of faulty sections other than moments and actions: each configuration, and below it
/// the faults with column, path and remedy.
@Suite struct CheckSectionTests {
    private static let table = #"""
        {}
          1: "version" is missing; write { version: 1, … }
        { version: 2 }
          12: version: version 2 of the configuration's language is not known; write version: 1
        { version: '1' }
          12: version: "1" is not a whole number; write 1, without quotes
        { verson: 1, window: { a: { count: true } }, moments: { m: { when: 'windows.a > 1' } }, emits: ['moment'] }
          3: verson: unknown key "verson"; did you mean "version"?
          14: window: unknown key "window"; did you mean "windows"?
          89: emits: unknown key "emits"; did you mean "emit"?
        { version: 1, window: {}, windows: {} }
          15: window: unknown key "window"; did you mean "windows"?
        { version: 1, momments: {} }
          15: momments: unknown key "momments"; did you mean "moments"?
        { version: 1, input: { format: 'nativ' } }
          32: input.format: "nativ" is not known here; did you mean "native"?
        { version: 1, input: { mapping: { id: '/a~2', each: 7, timestamp: { unit: 'min', zone: 'Mars' }, user: '/u' } } }
          39: input.mapping.id: "/a~2" is no JSON Pointer; write "/key/key", with ~1 for a slash in a key and ~0 for ~, of at most 32 keys
          53: input.mapping.each: 7 is not text; put it in quotes: "7"
          75: input.mapping.timestamp.unit: "min" is not known here; the words are "s", "ms", "us", "ns", "rfc3339", "auto"
          88: input.mapping.timestamp.zone: "Mars" is not a time zone; write an IANA name, such as "Europe/Berlin"
          98: input.mapping.user: unknown key "user"; the keys are "each", "inherit", "id", "customer_id", "event", "channel", "account", "timestamp", "properties", "ids", "merge"
        { version: 1, input: { max_line: '1MB', dedup: '1 hour' } }
          34: input.max_line: "1MB" is not a size; write "1MiB"
          48: input.dedup: "1 hour" is not a duration; write "1h"
        { version: 1, input: { max_line: '1GiB' } }
          34: input.max_line: "1GiB" is out of range; write a size from 1 to 268435456 bytes
        { version: 1, time: { disorder: '-1s', late: 'drop', idle_after: '0s' } }
          33: time.disorder: "-1s" is negative; write "0s" or more
          46: time.late: "drop" is not known here; the words are "process", "reject"
          66: time.idle_after: "0s" is no time at all; write a duration above zero, such as "30s"
        { version: 1, journal: { snapshot_size: '1KiB', snapshot_evry: '1m', keep_age: '0s' } }
          41: journal.snapshot_size: "1KiB" is out of range; write a size from 65536 to 1125899906842624 bytes
          49: journal.snapshot_evry: unknown key "snapshot_evry"; did you mean "snapshot_every"?
          80: journal.keep_age: "0s" is no time at all; write a duration above zero, such as "30s"
        { version: 1, emit: ['decision', 'drop_off', 'moments'] }
          46: emit[2]: "moments" is not known here; did you mean "moment"?
        { version: 1, outputs: [{ to: 'file:' }, { to: 'stdot' }, { only: 'momnt' }] }
          31: outputs[0].to: "file:" names no file; write "file:PATH"
          48: outputs[1].to: "stdot" is no output; did you mean "stdout"?
          59: outputs[2]: "to" is missing; write { to: … }
          67: outputs[2].only: "momnt" is not known here; did you mean "moment"?
        { version: 1, outputs: [{ to: 'stdout' }, { to: 'stdout' }, { to: 'file:a' }, { to: 'file:a' }] }
          49: outputs[1].to: "stdout" is written to already by an output before this; write it once
          85: outputs[3].to: "file:a" is written to already by an output before this; write it once
        { version: 1, outputs: [{ to: 'stdout', where: 'actoin == "x" && line.typ == 1', control: 1, ony: 1 }] }
          49: outputs[0].where: unknown name 'actoin'; did you mean 'action'?
          91: outputs[0].control: 1 is not a boolean; write true or false
          94: outputs[0].ony: unknown key "ony"; did you mean "only"?
        { version: 1, windows: { w: {} } }
          29: windows.w: one key of "count", "sum", "avg", "min", "max", "first", "last", "distinct", "mode", "since_last", "since_first", "median", "quantile", "stddev" is missing; write one of them
        { version: 1, windows: { w: { count: true, sum: 1 } } }
          44: windows.w.sum: "sum" does not go with "count" at f:1:31; keep one
        { version: 1, windows: { w: { count: false } } }
          38: windows.w.count: "count": false asks for nothing; write count: true, or another aggregate
        { version: 1, windows: { w: { count: true, over: 30 } } }
          50: windows.w.over: 30 is not a duration; write a number with a unit, in quotes, such as "30s"
        { version: 1, windows: { w: { count: true, over: '1d', session: '30m' } } }
          56: windows.w.session: "session" does not go with "over" at f:1:44; keep one
        { version: 1, windows: { w: { count: true, per: 'day', over: '30m', events: 2 } } }
          56: windows.w.over: "over" does not go with "per" at f:1:44; keep one
          69: windows.w.events: "events" does not go with "per" at f:1:44; keep one
        { version: 1, windows: { w: { count: true, per: 'dya' } } }
          49: windows.w.per: "dya" is not known here; did you mean "day"?
        { version: 1, windows: { w: { count: true, per: 'day', resolution: '1h', q: 0.5, before: 'yes' } } }
          56: windows.w.resolution: "resolution" does not belong here: it is about a window "over" a time, and this one has none
          74: windows.w.q: "q" does not belong here: it says which value a "quantile" is, and this window has none
          90: windows.w.before: "yes" is not a boolean; write true, without quotes
        { version: 1, windows: { w: { quantile: 'event.properties.v' } } }
          29: windows.w: "q" is missing; write { q: … }
        { version: 1, windows: { w: { quantile: 'event.properties.v', q: 0 } } }
          66: windows.w.q: 0 is out of range; write a number above 0 up to 1, such as 0.9
        { version: 1, windows: { w: { quantile: 'event.properties.v', q: 1.01 } } }
          66: windows.w.q: 1.01 is out of range; write a number above 0 up to 1, such as 0.9
        { version: 1, windows: { w: { quantile: 'event.properties.v', q: 0.1234567890123456789 } } }
          66: windows.w.q: 0.1234567890123456789 has more than 18 decimals; write fewer
        { version: 1, windows: { w: { quantile: 'event.properties.v', q: '90%' } } }
          66: windows.w.q: "90%" is not a number; write 0.9, without quotes
        { version: 1, windows: { w: { stddev: 'event.type' } } }
          39: windows.w.stddev: this is of type string, but a number is needed here
        { version: 1, windows: { w: { count: true, per: 'day' } }, policy: { timezone: { from: 'windows.w > 1 ? "UTC" : "Europe/Madrid"' } } }
          88: policy.timezone.from: this reads windows.w, and windows with "per" need the zone before that is known; read the profile or the event, such as "profile.timezone"
        { version: 1, windows: { w: { count: true, events: 0 } } }
          52: windows.w.events: 0 is out of range; write a whole number from 1 to 1000000
        { version: 1, windows: { w: { count: true, events: 3, resolution: '1h' } } }
          55: windows.w.resolution: "resolution" does not belong here: it is about a window "over" a time, and this one has none
        { version: 1, windows: { w: { count: true, over: '1h', resolution: '1d' } } }
          56: windows.w.resolution: "resolution" is longer than the window itself; write a shorter one
        { version: 1, windows: { w: { sum: 'event.type' } } }
          36: windows.w.sum: this is of type string, but a number is needed here
        { version: 1, windows: { w: { sum: 'event.price' } } }
          37: windows.w.sum: unknown name 'event.price'; did you mean 'event.properties.price'?
        { version: 1, windows: { w: { count: true, where: 'event.propertes.x > 1' } } }
          52: windows.w.where: unknown name 'event.propertes.x'; did you mean 'event.properties.x'?
        { version: 1, windows: { w: { count: true, where: 'windows.w > 1' } } }
          52: windows.w.where: 'windows' cannot be read in a window, which is worked out before any other; it reads event, touchpoint, profile, customer and now
        { version: 1, windows: { w: { count: true, where: 'profile.x == 1' } } }
          52: windows.w.where: there is no attribute "x"; there are no attributes here
        { version: 1, windows: { w: { count: true, where: 'event' } } }
          52: windows.w.where: 'event' is no value by itself; read a part of it, such as 'event.type'
        { version: 1, windows: { w: { count: true, where: '"\u00e9" == event.kanal' } } }
          64: windows.w.where: unknown name 'event.kanal'; did you mean 'event.properties.kanal'?
        { version: 1, windows: { w: { count: true, where: 'event.type' } } }
          58: windows.w.where: this is a string, but a bool is needed here
        { version: 1, windows: { w: { count: true, on: ['a', 'a', '*'] } } }
          54: windows.w.on[1]: "a" is listed twice; take one out
          59: windows.w.on[2]: "*" means every type; write it alone: "*"
        { version: 1, windows: { w: { count: true, on: [] } } }
          48: windows.w.on: the list is empty; write at least one element, or leave the key out
        { version: 1, windows: { w: { count: true, on: '' } } }
          48: windows.w.on: the text is empty; write at least one character, or leave the key out
        { version: 1, include: 5, moments: 5 }
          24: include: 5 is not a list; put it in brackets: [ … ]
          36: moments: 5 is not an object; write { NAME: … }
        { version: 1, windows: { w: { count: true, where: 'price > 1' } } }
          52: windows.w.where: unknown name 'price'; did you mean 'event.properties.price'?
        { version: 1, windows: { w: { count: true, where: 'properties.price > 1' } } }
          52: windows.w.where: unknown name 'properties.price'; did you mean 'event.properties.price'?
        { version: 1, windows: { spend: { count: true } }, moments: { m: { when: 'spend > 1' } } }
          75: moments.m.when: unknown name 'spend'; did you mean 'windows.spend'?
        { version: 1, moments: { m: { when: 'channel == "web"' } } }
          38: moments.m.when: unknown name 'channel'; did you mean 'event.channel'?
        { version: 1, moments: { m: { when: 'event.channel == "web" and true' } } }
          61: moments.m.when: unexpected 'and' after the expression; 'and' is written '&&'
        { version: 1, windows: { w: { cuont: true, over: '1d' } } }
          31: windows.w.cuont: unknown key "cuont"; did you mean "count"?
        { version: 1, scores: { s: { intercept: '20%', terms: [{ value: '0,5', weight: '$1,000.50' }, { value: 1, weight: 'much' }] } } }
          41: scores.s.intercept: "20%" is not a number; write 0.2, without quotes
          65: scores.s.terms[0].value: "0,5" is not an expression; write 0.5
          80: scores.s.terms[0].weight: "$1,000.50" is not a number; write 1000.50, without quotes
          115: scores.s.terms[1].weight: "much" is not a number; write one without quotes, such as 0.5
        { version: 1, windows: { w: { last: 'event.type', max: 1 } } }
          51: windows.w.max: "max" does not go with "last" at f:1:31; keep one
        { version: 1, windows: { w: { count: true, where: 'event.properties.x >' } } }
          72: windows.w.where: expected a value, not the end
        { version: 1, windows: { w: { count: true, where: "event.type == 'a\u00e9' && custmer.id == event.raw" } } }
          79: windows.w.where: unknown name 'custmer.id'; did you mean 'customer.id'?
        { version: 1, windows: { '': { count: true } } }
          26: windows[""]: a name has 1 to 128 bytes; choose another one
        """#

    @Test(arguments: FaultCase.cases(of: table))
    func reportsEachFaultWithItsRemedy(fault: FaultCase) throws {
        let (plan, found) = try loaded(fault.text)
        #expect(plan == nil)
        #expect(found == fault.expected)
    }
}
