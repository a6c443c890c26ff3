import Events
import Load
import Testing

@Suite("The schedule of a load")
struct ScheduleTests {
    private static let start: Int64 = 1_790_000_000_000_000

    @Test(
        arguments: [(1.0, 10), (3, 100), (999.7, 5000), (200_000, 50_000)])
    func eachEventIsDueInItsTurn(rate: Double, count: Int) {
        let schedule = Schedule(start: Self.start, rate: rate, count: count, speed: 1)
        #expect(schedule.due(by: Self.start - 1) == 0)
        for number in stride(from: 0, to: count, by: max(1, count / 1000)) {
            let time = schedule.sending(of: number)
            #expect(schedule.due(by: time) > number)
            #expect(number == 0 || schedule.due(by: schedule.sending(of: number - 1)) <= number + 1)
            #expect(schedule.due(by: time - 1) <= number)
        }
        #expect(schedule.due(by: Self.start + Int64(Double(count) * 1e6 / rate) + 1) == count)
    }

    @Test(arguments: [1.0, 7.5, 60])
    func eventTimeEndsWithTheClock(speed: Double) {
        let schedule = Schedule(start: Self.start, rate: 1000, count: 30_000, speed: speed)
        let last = schedule.count - 1
        #expect(abs(schedule.time(of: schedule.count).microseconds - schedule.sending(of: schedule.count)) <= 1)
        for number in stride(from: 0, through: last, by: 97) {
            #expect(schedule.time(of: number).microseconds <= schedule.sending(of: number))
        }
    }

    @Test(arguments: [1.0, 3.3, 60])
    func theDecidingEventIsTheFirstThatTellsTheTime(speed: Double) {
        let schedule = Schedule(start: Self.start, rate: 1234.5, count: 2000, speed: speed)
        for number in 0..<schedule.count {
            let time = schedule.time(of: number)
            #expect(schedule.decider(of: time) == number)
            #expect(schedule.decider(of: time.advanced(by: 1)) == (number + 1 < schedule.count ? number + 1 : nil))
        }
        #expect(schedule.decider(of: schedule.firstTime.advanced(by: -5_000_000)) == 0)
    }
}
