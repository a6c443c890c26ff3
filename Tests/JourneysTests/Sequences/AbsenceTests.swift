import Journeys
import Testing

/// Absences that are waited for: what they cost, when they come, and that nothing is left of them.
@Suite struct AbsenceTests {
    private static let count = 20_000
    private let absence = "{ as: 'cart', on: 'cart' }, { not: 'buy', for: '30m' }"

    private func configuration(_ sequence: String, _ keys: String = "") -> String {
        "{ version: 1, moments: { m: { sequence: [\(sequence)], \(keys) } } }"
    }

    private func line(_ type: String, _ customer: Int, at time: Int64, id: String) -> String {
        #"{"customer_id":"customer-\#(customer)","event":"\#(type)","timestamp":\#(time),"id":"\#(id)"}"#
    }

    private func carts(_ count: Int, idLength: Int) -> [String] {
        (0..<count).map { number in
            let digits = String(number)
            let id = String(repeating: "e", count: max(0, idLength - digits.utf8.count)) + digits
            return line("cart", number * 7919 % count, at: Int64(number), id: id)
        }
    }

    /// Bytes for each customer at the end of the input, while all absences are pending.
    private func bytes(_ configuration: String, _ lines: [String]) throws -> Int {
        var sequenceRun = try SequenceRun(configuration)
        sequenceRun.flushes = false
        let outcome = sequenceRun.outcome(lines)
        #expect(outcome.lines.isEmpty)
        let statistics = outcome.statistics[0]
        #expect(statistics.customers == lines.count)
        return (statistics.stateBytes + statistics.deadlineBytes) / lines.count
    }

    /// The customer's entry alone is what a window costs that keeps one number in it.
    @Test(arguments: [5, 8, 10, 16, 20, 36, 48])
    func costsAtMostSixtyFourBytesBesidesTheIDs(idLength: Int) throws {
        let lines = carts(Self.count, idLength: idLength)
        let pending = try bytes(configuration(absence), lines)
        let entry = try bytes(
            "{ version: 1, windows: { w: { since_last: true, on: 'cart' } }, moments: { m: { when: 'windows.w < duration(\"-1s\")' } } }",
            lines)
        #expect(pending - entry - idLength <= 64, "\(pending) bytes with the customer's entry of \(entry)")
        #expect(pending > entry)
    }

    @Test func aYearInOneStepFiresAllInOrder() throws {
        let year: Int64 = 365 * 86_400_000
        let lines = carts(Self.count, idLength: 8) + [line("other", Self.count, at: year, id: "last")]
        var sequenceRun = try SequenceRun(configuration(absence))
        sequenceRun.flushes = false
        let one = sequenceRun.outcome(lines)
        let customers = try one.lines.map { try Told($0).customer }
        #expect(customers == (0..<Self.count).map { "customer-\($0 * 7919 % Self.count)" })
        #expect(one.statistics[0].stateBytes == 0 && one.statistics[0].deadlineBytes == 0)
        sequenceRun.shards = 3
        #expect(sequenceRun.outcome(lines).lines == one.lines)
    }

    /// What is kept in short and what is kept in full must come out alike: a kept value of the event, a second start, a
    /// cooldown and a `by` each take the other form.
    @Test(arguments: ["", "output: { v: 'cart.properties.v' }", "cooldown: '1ms'", "by: 'event.channel'"])
    func comesOutAlikeHoweverItIsKept(keys: String) throws {
        let lines = [
            ("cart", 0), ("cart", 10), ("buy", 5), ("cart", 2000), ("cart", 3000), ("other", 3000), ("buy", 1_803_000),
        ]
        .enumerated().map { index, event in
            let (type, time) = event
            return #"{"customer_id":"c","event":"\#(type)","timestamp":\#(time),"id":"e\#(index)","channel":"web","#
                + #""properties":{"v":1}}"#
        }
        let sequenceRun = try SequenceRun(configuration(absence, keys))
        let outcome = sequenceRun.outcome(lines)
        // Late events are taken at the time of the one before, so that the purchase ends both carts.
        let ids = try outcome.lines.map { try Told($0).steps["cart"] }
        #expect(ids == [["e3"], ["e4"]])
        #expect(outcome.statistics[0].stateBytes == 0 || keys.contains("cooldown"))
    }

    /// Deadlines at and around the beginning of 1970, which is nothing special.
    @Test(arguments: [-86_400_000, -1800_000, -1800_001, -1799_999, 0, 1] as [Int64])
    func anInstantIsAsGoodAsAnyOther(start: Int64) throws {
        let steps = [
            absence, "{ as: 'cart', on: 'cart', contiguity: 'strict', times: '1..' }, { not: 'buy', for: '30m' }",
        ]
        for sequence in steps {
            let sequenceRun = try SequenceRun(configuration(sequence))
            let lines = [
                line("cart", 1, at: start, id: "a"), line("cart", 2, at: start, id: "b"),
                line("buy", 2, at: start + 1_799_999, id: "c"), line("buy", 1, at: start + 1_800_000, id: "d"),
            ]
            let outcome = sequenceRun.outcome(lines)
            #expect(try outcome.lines.map { try Told($0).customer } == ["customer-1"])
            #expect(outcome.statistics[0].stateBytes == 0)
        }
    }

    /// Partial matches that run out of time are told once, also where that is the beginning of 1970.
    @Test(arguments: [-1000, -999, 0] as [Int64])
    func withinMayEndAtTheBeginningOf1970(start: Int64) throws {
        let sequenceRun = try SequenceRun(
            "{ version: 1, emit: ['drop_off'], moments: { m: { sequence: [{ as: 'a', on: 'a' }, { as: 'b', on: 'b' }], within: '1s', emit_partial: true } } }"
        )
        let outcome = sequenceRun.outcome([line("a", 1, at: start, id: "e")])
        #expect(outcome.lines.count == 1)
        #expect(outcome.statistics[0].stateBytes == 0)
    }

    /// What waits when its absence is met again, or ends, leaves nothing behind; nor does a customer that comes and goes.
    @Test func nothingIsLeftOfWhatIsOver() throws {
        var sequenceRun = try SequenceRun(configuration(absence))
        sequenceRun.flushes = false
        var lines: [String] = []
        for number in 0..<500 {
            lines.append(line("cart", number % 50, at: Int64(number * 10), id: "c\(number)"))
            if number % 3 == 0 { lines.append(line("cart", number % 50, at: Int64(number * 10), id: "d\(number)")) }
            lines.append(line("buy", number % 50, at: Int64(number * 10 + 5), id: "b\(number)"))
        }
        let outcome = sequenceRun.outcome(lines)
        #expect(outcome.lines.isEmpty)
        #expect(outcome.statistics[0].customers == 0 && outcome.statistics[0].stateBytes == 0)
    }
}
