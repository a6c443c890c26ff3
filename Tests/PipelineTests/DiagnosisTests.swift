import Pipeline
import Testing

/// What is said at the end of a run about input that makes no sense under its configuration.
@Suite struct DiagnosisTests {
    /// The figures of a run of which nothing is to be said.
    private var good: RunFigures {
        var figures = RunFigures()
        (figures.lines, figures.events, figures.linesOut, figures.moments) = (10, 10, 3, 3)
        figures.hasRules = true
        figures.sample = [event(#""timestamp":"2026-01-01T00:00:00Z","properties":{"price":1}"#)]
        figures.typesThatCame = ["view", "buy"]
        figures.properties = ["price"]
        return figures
    }

    private func event(_ rest: String) -> [UInt8] { Array(#"{"customer_id":"c","event":"view",\#(rest)}"#.utf8) }

    private func findings(_ change: (inout RunFigures) -> Void) -> [String] {
        var figures = good
        change(&figures)
        return Diagnosis.findings(figures)
    }

    @Test func aGoodRunIsNotSpokenOf() {
        #expect(findings { _ in } == [])
        #expect(Diagnosis.findings(RunFigures()) == [])
    }

    @Test func rejectedLinesAreCountedWithTheirReasons() {
        let some = findings { ($0.rejected, $0.reasons) = (2, "2 bad_field") }
        #expect(some == ["2 lines rejected (2 bad_field); --rejects FILE keeps them"])
        #expect(findings { ($0.rejected, $0.reasons, $0.keepsRejects) = (2, "2 bad_field", true) } == [])
        #expect(findings { ($0.rejected, $0.reasons, $0.isDaemon) = (2, "2 bad_field", true) } == [])
    }

    @Test func whereAllLinesAreRejectedThatIsSaid() {
        func none(_ figures: inout RunFigures) {
            (figures.rejected, figures.reasons, figures.events, figures.linesOut) = (7, "7 malformed_json", 0, 0)
            (figures.moments, figures.sample, figures.firstReject) = (0, [], "in:1: malformed_json: this is gzip")
        }
        #expect(findings(none) == ["all 7 lines were rejected (7 malformed_json); --rejects FILE keeps them"])
        let kept = findings {
            none(&$0)
            $0.keepsRejects = true
        }
        #expect(kept == ["all 7 lines were rejected (7 malformed_json); the first: in:1: malformed_json: this is gzip"])
    }

    @Test(arguments: [
        (#""timestamp":1767225600"#, "all times lie in 1970 (1970-01-21T10:53:45.600Z): timestamps look like seconds"),
        (#""timestamp":1767225600,"properties":{}"#, "set time.unit: \"s\""),
        (#""ts":"2026-01-01T00:00:00Z""#, "\"ts\" is there; call it timestamp, as jq -c '.timestamp = .ts' does"),
        (#""time":1767225600000"#, "\"time\" is there; call it timestamp"),
        (#""timestamp":null,"created_at":"2026""#, "\"created_at\" is there"),
        (#""id":"e1""#, "write when each happened under \"timestamp\""),
    ])
    func timesThatMakeNoSenseAreSaid(_ rest: String, _ message: String) {
        let found = findings { $0.sample = [event(rest), event(rest)] }
        #expect(found.count == 1 && found[0].contains(message), "\(found)")
    }

    @Test func timesThatMakeSenseAreNot() {
        for rest in [#""timestamp":1000"#, #""timestamp":1767225600000"#, #""timestamp":"1970-01-21T10:53:45Z""#] {
            #expect(findings { $0.sample = [event(rest)] } == [], "\(rest)")
        }
        // One that has a time in milliseconds among many is enough.
        let mixed = findings { $0.sample = [event(#""timestamp":1767225600"#), event(#""timestamp":1767225600000"#)] }
        #expect(mixed == [])
        // Where the configuration says that they are seconds, they are.
        let seconds = findings {
            ($0.sample, $0.readsMilliseconds) = ([event(#""timestamp":1767225600"#)], false)
        }
        #expect(seconds == [])
        // Live events may go without, unless another key says when.
        let live = findings {
            $0.sample = [event(#""id":"e1""#)]
            $0.isLive = true
        }
        #expect(live == [])
    }

    @Test func whatStandsBesidePropertiesIsNamed() {
        let beside = findings {
            $0.properties = ["price", "sku", "channel", "colour"]
            $0.sample = [
                event(#""timestamp":"2026-01-01T00:00:00Z","price":1,"sku":"A","channel":"web""#),
                event(#""timestamp":"2026-01-01T00:00:00Z","properties":{"price":{"a":1}}"#),
            ]
        }
        #expect(
            beside == [
                #""sku" stands beside "properties", not in it, so event.properties.sku finds nothing; read event.raw.sku, or put it inside"#
            ])
    }

    @Test func typesThatDidNotComeAreNamedBesideThoseThatDid() {
        func lack(_ figures: inout RunFigures) {
            figures.hasOtherTypes = true
            figures.typesThatCame = ["view", "AddToCart", "login", "logout"]
            figures.typesThatDidNot = ["refund", "purchase", "visit", "add_to_cart"]
        }
        #expect(
            findings(lack) == [
                "no event came of type \"add_to_cart\", \"refund\", \"purchase\" or 1 more, which the configuration names; the most "
                    + "frequent that came: \"view\", \"AddToCart\" and \"login\" (\"AddToCart\" may be \"add_to_cart\")"
            ])
        let known = findings {
            lack(&$0)
            $0.hasOtherTypes = false
        }
        #expect(known == [])
        let later = findings {
            lack(&$0)
            $0.goesOn = true
        }
        #expect(later == [])
    }

    @Test func silenceIsSaidWithWhatHadNoValue() {
        func silent(_ figures: inout RunFigures) { (figures.linesOut, figures.moments) = (0, 0) }
        #expect(findings(silent) == ["nothing matched: 10 events came, and no line was written"])
        let failing = findings {
            silent(&$0)
            $0.failing = ("moments.m.when", 9)
        }
        #expect(
            failing == [
                "nothing matched: 10 events came, and no line was written; moments.m.when had no value 9 times"
            ])
        let ruleless = findings {
            silent(&$0)
            $0.hasRules = false
        }
        #expect(ruleless == [])
        #expect(findings { $0.linesOut = 0 } == [])
    }

    @Test func deadlinesThatAreLeftAreCounted() {
        #expect(
            findings { $0.pendingMatches = 2 } == [
                "2 deadlines are pending at the end of the input; --at-end flush lets them fire"
            ])
        let runs: [(inout RunFigures) -> Void] = [
            { $0.flushes = true }, { $0.isLive = true }, { $0.wasStopped = true },
        ]
        for change in runs {
            let found = findings {
                $0.pendingMatches = 2
                change(&$0)
            }
            #expect(found == [])
        }
    }

    @Test func lateEventsAreCounted() {
        #expect(findings { $0.late = 1 } == ["1 of 10 events were late; sort the input by time, or set time.disorder"])
        #expect(findings { ($0.late, $0.events) = (1, 100) } == [])
    }

    @Test func noMoreThanFiveThingsAreSaid() {
        let found = findings {
            ($0.rejected, $0.reasons, $0.late, $0.pendingMatches) = (1, "1 late", 5, 3)
            ($0.linesOut, $0.moments, $0.hasOtherTypes, $0.typesThatDidNot) = (0, 0, true, ["refund"])
            $0.sample = [event(#""ts":"2026-01-01T00:00:00Z","price":1"#)]
        }
        #expect(found.count == Diagnosis.findingsMost)
        #expect(found[0].hasPrefix("1 line rejected") && found[4].hasPrefix("nothing matched"))
    }

    @Test func namesThatCouldSteerATerminalAreShownHarmless() {
        let found = findings {
            ($0.hasOtherTypes, $0.typesThatDidNot, $0.typesThatCame) = (true, ["a"], ["\u{1B}[2J", "\u{9B}x"])
        }
        #expect(
            found.count == 1
                && !found[0].unicodeScalars.contains { $0.value < 0x20 || (0x80..<0xA0).contains($0.value) })
    }
}
