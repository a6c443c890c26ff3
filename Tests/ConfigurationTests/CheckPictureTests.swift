import Journeys
import Storage
import Testing

@testable import Configuration

/// What is said of faulty touchpoints, attributes, scores and segments, and of what expressions may not read where they
/// stand.
@Suite struct CheckPictureTests {
    private static let table = #"""
        { version: 1, touchpoints: { t: { stage: 'retntion', friction: 1 } } }
          33: touchpoints.t: "on" is missing; write { on: … }
          42: touchpoints.t.stage: "retntion" is not known here; did you mean "retention"?
          64: touchpoints.t.friction: 1 is not a boolean; write true or false
        { version: 1, touchpoints: { t: { on: 'a', where: 'touchpoint.name == "b"' } } }
          52: touchpoints.t.where: 'touchpoint' cannot be read in a touchpoint, which is found before anything else; it reads event, profile, customer and now
        { version: 1, profile: { a: { on: 'x' }, b: { on: 'x', from: 'windows.w', keep: 'newest' } } }
          29: profile.a: "from" is missing; write { from: … }
          63: profile.b.from: 'windows' cannot be read in the profile, which comes before them; it reads event, touchpoint, profile, customer and now
          81: profile.b.keep: "newest" is not known here; the words are "latest", "first", "max", "min", "longest"
        { version: 1, profile: { a: { on: 'x', from: 'event.type', keep: { priority: [] } } } }
          66: profile.a.keep: "by" is missing; write { by: … }
          78: profile.a.keep.priority: the list is empty; write at least one element, or leave the key out
        { version: 1, profile: { a: { on: 'x', from: 'event.type', keep: 'priority' } } }
          66: profile.a.keep: "priority" needs the sources in their order; write { priority: ["crm", "web"], by: "…" }
        { version: 1, scores: { s: {} } }
          28: scores.s: one key of "terms", "expr", "model", "clv" is missing; write one of them
        { version: 1, scores: { s: { expr: '1', link: 'logistic', report_at: [0.5, 0.5] } } }
          41: scores.s.link: "link" does not belong here: it is about "terms", and this score has an "expr"
          76: scores.s.report_at[1]: 0.5 is listed twice; take one out
        { version: 1, scores: { s: { terms: [{ value: 'event.type', weight: 1 }, { when: '1', weight: 1 }, { value: 1 }] } } }
          47: scores.s.terms[0].value: this is of type string, but a number is needed here
          83: scores.s.terms[1].when: this is an int, but a bool is needed here
          100: scores.s.terms[2]: "weight" is missing; write { weight: … }
        { version: 1, scores: { a: { expr: 'scores.b + scores.a' }, b: { expr: 'segments.s ? 1 : 2' } }, segments: { s: { when: true } } }
          37: scores.a.expr: the score "b" is not written before this; move it up
          48: scores.a.expr: the score "a" is not written before this; move it up
          73: scores.b.expr: 'segments' cannot be read in a score, which is worked out before them; it reads windows, profile, event and the scores above it
        { version: 1, segments: { a: { when: 'segments.b && scores.x > 1.0', leave_when: 'profile.y' }, b: { leave_when: true } } }
          39: segments.a.when: the segment "b" is not written before this; move it up
          53: segments.a.when: there is no score "x"; there are no scores here
          83: segments.a.leave_when: there is no attribute "y"; there are no attributes here
          100: segments.b: "when" is missing; write { when: … }
        { version: 1, segments: { a: { when: 'touchpoint.polarty == "x"' } } }
          39: segments.a.when: unknown name 'touchpoint.polarty'; did you mean 'touchpoint.polarity'?
        { version: 1, windows: { w: { count: true, where: 'scores.s > 1.0' } }, scores: { s: { expr: 1 } } }
          52: windows.w.where: 'scores' cannot be read in a window, which is worked out before any other; it reads event, touchpoint, profile, customer and now
        """#

    @Test(arguments: FaultCase.cases(of: table))
    func reportsEachFaultWithItsRemedy(fault: FaultCase) throws {
        let (plan, found) = try loaded(fault.text)
        #expect(plan == nil)
        #expect(found == fault.expected)
    }

    /// Stages and phases may be written in Spanish, with accents or without; what is read is the English word.
    @Test func stagesAndPhasesHaveSpanishWords() throws {
        let stages = [
            "conciencia", "consideración", "consideracion", "consideracio\u{301}n", "decisión", "decision", "retención",
            "retencion", "abogacía", "abogacia", "advocacy",
        ]
        let phases = ["antes", "durante", "después", "despues", "despue\u{301}s", "after"]
        let points = (stages.map { "stage: '\($0)'" } + phases.map { "phase: '\($0)'" }).enumerated()
            .map { "t\($0): { on: 'x', \($1) }" }
        let (plan, found) = try loaded("{ version: 1, touchpoints: { \(points.joined(separator: ", ")) } }")
        #expect(found.isEmpty)
        let read = try #require(plan).journeys.picture.touchpoints.map { $0.stage ?? $0.phase ?? "" }
        #expect(
            read == [
                "awareness", "consideration", "consideration", "consideration", "decision", "decision", "retention",
                "retention", "advocacy", "advocacy", "advocacy", "before", "during", "after", "after", "after", "after",
            ])
    }

    /// Names that look alike and differ in their bytes are different, and said to be.
    @Test func notesNamesThatLookAlike() throws {
        let text = """
            { version: 1, moments: {
              a: { sequence: [{ as: 'x', on: 'caf\\u00e9', where: "event.properties['n\\u0303'] == 1" }] },
              b: { sequence: [{ as: 'x', on: 'cafe\\u0301', where: "event.properties['\\u00f1'] == 1" }] },
              'caf\\u00e9': { sequence: [{ as: 'x', on: 'caf\\u00e9' }] },
              'cafe\\u0301': { sequence: [{ as: 'x', on: 'y' }] },
            } }
            """
        let (plan, found) = try Configuration.load(path: "f") { _ in Array(text.utf8) }
        #expect(plan != nil)
        let notes = found.rendered(excerpts: false).split(separator: "\n").filter { $0.contains("looks like") }
        #expect(notes.count == 3, "\(notes)")
        #expect(notes.contains { $0.contains("its bytes are 63 61 66 65 CC 81, those of the other 63 61 66 C3 A9") })
        #expect(notes.contains { $0.contains("the field \"ñ\" looks like the one at f:2:") })
    }

    @Test func showsTheColumnOfAFaultWithACaret() throws {
        let text = "{\n  version: 1,\n  segments: { a: { when: \"1 < windows.nothing\" } },\n}\n"
        let (plan, found) = try Configuration.load(path: "f") { _ in Array(text.utf8) }
        #expect(plan == nil)
        let lines = found.rendered(excerpts: true).split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines[1].hasSuffix(#"segments: { a: { when: "1 < windows.nothing" } },"#))
        let column = try #require(
            lines[2].firstIndex(of: "^").map { lines[2].distance(from: lines[2].startIndex, to: $0) })
        #expect(lines[1].dropFirst(column).hasPrefix("windows.nothing"))
    }

    @Test func readsThePicture() throws {
        let (plan, found) = try loaded(
            """
            { version: 1,
              touchpoints: { t: { on: ['a', 'b'], where: 'profile.p == 1', stage: 'decision', phase: 'during', channel: 'web',
                                  medium: 'digital', polarity: 'neutral', initiative: 'brand', friction: true } },
              profile: { p: { on: '*', from: 'event.properties.p', keep: { priority: ['x', 'y'], by: 'event.type' } },
                         q: { on: 'a', from: 'touchpoint.name', keep: 'longest' } },
              scores: { s: { intercept: -1, link: 'logistic', report_at: [0.8, 0.5], terms: [{ value: 'profile.p', weight: 2 }] },
                        r: { expr: 'scores.s * 2.0', report_at: 1 } },
              segments: { g: { when: 'scores.r > 1.0', leave_when: 'scores.r < 0.5' }, h: { when: 'segments.g' } },
              emit: ['score', 'segment'] }
            """)
        let picture = try #require(plan?.journeys.picture, "\(found)")
        #expect(picture.touchpoints.map(\.stage) == ["decision"] && picture.touchpoints[0].isFriction)
        #expect(picture.attributes.map(\.keep) != [.latest, .longest])
        #expect(picture.attributes[1].keep == .longest)
        #expect(picture.scores.map(\.thresholds) == [[0.5, 0.8], [1]])
        #expect(picture.segments.map { !$0.leaveWhen.isNone } == [true, false])
        #expect(picture.emitsScores && picture.emitsSegments)
    }
}
