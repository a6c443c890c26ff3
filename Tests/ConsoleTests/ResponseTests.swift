import Pipeline
import Testing

@testable import Console

@Suite struct ResponseTests {
    @Test(
        arguments: [
            (784_111_777_000_000, "Sun, 06 Nov 1994 08:49:37 GMT"), (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
            (1_709_164_800_999_999, "Thu, 29 Feb 2024 00:00:00 GMT"), (-1, "Wed, 31 Dec 1969 23:59:59 GMT"),
        ] as [(Int64, String)]) func datesAreAsHTTPWritesThem(_ time: Int64, _ text: String)
    {
        #expect(Response.date(time) == text)
    }

    @Test func muchLateInputIsNoticedNowAndThen() {
        func pulse(_ events: UInt64, _ late: UInt64) -> Pulse {
            Pulse(workers: [], queued: 0, events: events, late: late)
        }
        let minute: Int64 = 60_000_000_000
        var lateness = Overseer.Lateness()
        var said: [String?] = []
        said.append(lateness.look(pulse(100, 50), at: 0)?.message)
        said.append(lateness.look(pulse(200, 90), at: minute - 1)?.message)
        said.append(lateness.look(pulse(1100, 60), at: minute)?.message)
        said.append(lateness.look(pulse(2100, 71), at: 2 * minute)?.message)
        said.append(lateness.look(pulse(2100, 71), at: 3 * minute)?.message)
        #expect(said == [nil, nil, nil, "much late input; sort it by time, or set time.disorder", nil])
    }
}
