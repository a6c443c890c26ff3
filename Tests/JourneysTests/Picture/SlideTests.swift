import Testing

/// When it is decided that windows slide: behind the events of the instant, and only where no event of the customer has
/// found them so.
@Suite struct SlideTests {
    private func heads(_ lines: [String]) -> [String] {
        lines.map { line in
            let parts = line.split(separator: ",")
            let change = parts.first { $0.hasPrefix("\"change\"") } ?? ""
            let time = parts.first { $0.hasPrefix("\"time\"") } ?? ""
            return "\(parts[0].split(separator: " ")[1])\(change)\(time)".replacing("\"", with: "")
        }
    }

    private static let rates = """
        windows: { n: { count: true, on: 'x', over: '4s' } },
        segments: { busy: { when: 'windows.n >= 4' }, empty: { when: 'windows.n == 0' } },
        moments: { steady: { when: 'windows.n >= 4' } },
        emit: ['segment', 'moment'],
        """

    /// What comes at a steady rate that divides the window neither empties it nor turns anything.
    @Test(arguments: [1, 2, 5], [1, 17, 1 << 16])
    func aSteadyRateDoesNotFlap(shards: Int, piece: Int) throws {
        var input = ""
        for time in stride(from: 1000, through: 9000, by: 1000) as StrideThrough<Int64> {
            input += event("x", at: time) + event("x", at: time, of: "d")
        }
        let lines = try PictureUnderTest(SlideTests.rates).run(
            input + event("z", at: 20_000, of: "e"), shards: shards, piece: piece)
        for customer in ["c", "d"] {
            #expect(
                heads(lines.filter { $0.contains("\"customer_id\":\"\(customer)\"") }) == [
                    "segment:busychange:entertime:1970-01-01T00:00:04.000Z",
                    "moment:steadytime:1970-01-01T00:00:04.000Z",
                    "segment:busychange:leavetime:1970-01-01T00:00:10.000Z",
                    "segment:emptychange:entertime:1970-01-01T00:00:13.000Z",
                ], "\(lines)")
        }
    }

    /// An event of any type, of those that no rule names as well, finds windows as they stand at its instant, and what
    /// follows is its doing: it comes at the event's place.
    @Test func anEventOfAnyTypeDecidesWhatSlides() throws {
        let engine = try PictureUnderTest(SlideTests.rates)
        let input = event("x", at: 1000, of: "a") + event("x", at: 1000, of: "b") + event("q", at: 5000, of: "b")
        let lines = engine.run(input + event("z", at: 9000, of: "b")).filter { $0.contains("\"empty\"") }
        // Customer a, whose event came first, has none at that instant, and so comes behind it.
        try #require(lines.count == 2)
        #expect(lines.map { $0.contains("\"b\"") } == [true, false], "\(lines)")
    }

    /// Of several events of one instant the first finds what has fallen out gone; a later one sees the earlier.
    @Test func ofTiesTheFirstDecides() throws {
        let engine = try PictureUnderTest(
            """
            windows: { n: { count: true, on: 'x', over: '4s' } },
            segments: { some: { when: 'windows.n > 0' } },
            emit: ['segment'],
            """)
        let input = event("x", at: 1000) + event("q", at: 5000) + event("x", at: 5000)
        #expect(
            heads(engine.run(input)) == [
                "segment:somechange:entertime:1970-01-01T00:00:01.000Z",
                "segment:somechange:leavetime:1970-01-01T00:00:05.000Z",
                "segment:somechange:entertime:1970-01-01T00:00:05.000Z",
            ])
        #expect(
            heads(engine.run(event("x", at: 1000) + event("x", at: 5000) + event("q", at: 5000))) == [
                "segment:somechange:entertime:1970-01-01T00:00:01.000Z"
            ])
    }

    /// At the end of the input nothing more can come at the watermark, and what slides there does.
    @Test func theEndOfTheInputDecidesWhatSlidesAtTheWatermark() throws {
        let engine = try PictureUnderTest(SlideTests.rates)
        let lines = engine.run(event("x", at: 1000) + event("q", at: 5000, of: "d"))
        #expect(heads(lines).last == "segment:emptychange:entertime:1970-01-01T00:00:05.000Z", "\(lines)")
    }

    /// A duration since the last event passes a constant only where no such event comes at that very instant.
    @Test func whatComesInTimeIsNotMissed() throws {
        let engine = try PictureUnderTest(
            """
            windows: { quiet: { since_last: true, on: 'x' } },
            moments: { missed: { when: "windows.quiet >= duration('4s')" } },
            """)
        let lines = engine.run(
            event("x", at: 1000) + event("x", at: 5000) + event("x", at: 9000) + event("q", at: 14_000, of: "d"))
        #expect(heads(lines) == ["moment:missedtime:1970-01-01T00:00:13.000Z"])
    }
}
