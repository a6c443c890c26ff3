import Pipeline
import Testing

@testable import Console

@Suite struct LatenessTests {
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
        said.append(lateness.look(pulse(40, 30), at: 4 * minute)?.message)
        said.append(lateness.look(pulse(50, 20), at: 5 * minute)?.message)
        #expect(said == [nil, nil, nil, "much late input; sort it by time, or set time.disorder", nil, nil, nil])
    }
}
