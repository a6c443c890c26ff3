import Testing

@testable import Telemetry

@Suite struct ProcessFiguresTests {
    @Test func theProcessShowsWhatItUses() {
        let metrics = Metrics()
        ProcessFigures.show(in: metrics, version: "1.2.3", start: 1_500_000)
        let reading = metrics.reading
        func number(_ name: String) -> Double? {
            guard case .number(let number) = reading.families.first(where: { $0.name == name })?.samples.first?.value
            else { return nil }
            return number
        }
        #expect(number("journeyd_build_info") == 1)
        #expect(number("process_start_time_seconds") == 1.5)
        #expect(number("process_cpu_seconds_total").map { $0 > 0 } == true)
        #expect(number("process_resident_memory_bytes").map { $0 > 1_048_576 } == true)
        #expect(number("process_open_fds").map { $0 >= 3 && $0 < 100_000 } == true)
    }
}
