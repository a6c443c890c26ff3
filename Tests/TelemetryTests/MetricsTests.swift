import Testing

@testable import Telemetry

/// Registering instruments, and the text that scrapers read.
@Suite struct MetricsTests {
    @Test func theTextIsAPureFunctionOfTheReading() {
        let metrics = Metrics()
        metrics.counter("lines_total", "Lines read.", ["source": "a\"b\\c\nd"]).add(3)
        metrics.counter("busy_seconds_total", "Time\nspent \\ worked.", scale: 1e-9).add(1_500_000_000)
        metrics.gauge("depth", "Batches that wait.").set(2.5)
        metrics.observe { $0.gauge("rss_bytes", "Memory.", [.init("of", "it")], 4096) }
        #expect(
            metrics.reading.prometheusText == """
                # HELP lines_total Lines read.
                # TYPE lines_total counter
                lines_total{source="a\\"b\\\\c\\nd"} 3
                # HELP busy_seconds_total Time\\nspent \\\\ worked.
                # TYPE busy_seconds_total counter
                busy_seconds_total 1.5
                # HELP depth Batches that wait.
                # TYPE depth gauge
                depth 2.5
                # HELP rss_bytes Memory.
                # TYPE rss_bytes gauge
                rss_bytes{of="it"} 4096

                """)
    }

    @Test func aHistogramIsCumulativeAndEndsWithEverything() {
        let metrics = Metrics()
        let histogram = metrics.histogram("latency_seconds", "Latency.")
        for value: UInt64 in [100, 125, 126, 1000, 1001, 200_000_000] { histogram.record(value) }
        let lines = metrics.reading.prometheusText.split(separator: "\n")
        #expect(lines.contains(#"latency_seconds_bucket{le="0.000125"} 2"#))
        #expect(lines.contains(#"latency_seconds_bucket{le="0.00025"} 3"#))
        #expect(lines.contains(#"latency_seconds_bucket{le="0.001"} 4"#))
        #expect(lines.contains(#"latency_seconds_bucket{le="0.002"} 5"#))
        #expect(lines.contains(#"latency_seconds_bucket{le="65.536"} 5"#))
        #expect(lines.contains(#"latency_seconds_bucket{le="+Inf"} 6"#))
        #expect(lines.contains("latency_seconds_sum 200.002352"))
        #expect(lines.last == "latency_seconds_count 6")
    }

    @Test func theSameNameAndLabelsAreTheSameInstrument() {
        let metrics = Metrics()
        metrics.counter("a_total", "A.", ["x": "1"]).add(1)
        metrics.counter("a_total", "A.", ["x": "1"]).add(2)
        metrics.counter("a_total", "A.", ["x": "2"]).add(4)
        #expect(metrics.reading.families[0].samples.map(\.value) == [.number(3), .number(4)])
    }

    @Test func seriesBeyondTheLimitShareOne() {
        let metrics = Metrics()
        for number in 0..<Metrics.seriesMost + 50 { metrics.counter("a_total", "A.", ["x": "\(number)"]).add() }
        let samples = metrics.reading.families[0].samples
        #expect(samples.count == Metrics.seriesMost + 1)
        #expect(samples.last == Reading.Sample([.init("x", "other")], .number(50)))
    }

    @Test func aLongLabelIsCutBetweenCharacters() {
        let metrics = Metrics()
        metrics.counter("a_total", "A.", ["x": String(repeating: "é", count: 500)]).add()
        let value = metrics.reading.families[0].samples[0].labels[0].value
        #expect(value.utf8.count <= Metrics.labelBytesMost)
        #expect(value.hasSuffix("é…"))
    }

    @Test(arguments: [(0.0, "0"), (-3, "-3"), (1e18, "1e+18"), (0.25, "0.25"), (.infinity, "+Inf"), (.nan, "NaN")])
    func numbersAreAsScrapersReadThem(_ number: Double, _ text: String) {
        #expect(Reading.text(of: number) == text)
    }
}
