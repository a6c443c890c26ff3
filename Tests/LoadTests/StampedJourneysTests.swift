import Events
import Foundation
import Load
import Samples
import Testing

@Suite("Lines with the times of a schedule")
struct StampedJourneysTests {
    @Test
    func linesAreTheSamplesButForTheTime() throws {
        var parameters = SampleJourneys.Parameters()
        parameters.events = 500
        parameters.customers = 50
        var plain = try SampleJourneys(parameters)
        var stamped = StampedJourneys(try SampleJourneys(parameters))
        for number in 0..<500 {
            var expected: [UInt8] = []
            var line: [UInt8] = []
            let hasPlain = plain.next(into: &expected)
            let hasStamped = stamped.next(at: Instant(microseconds: Int64(number) + 7), into: &line)
            #expect(hasPlain && hasStamped)
            var object = try #require(try JSONSerialization.jsonObject(with: Data(expected)) as? [String: Any])
            object["timestamp"] = "1970-01-01T00:00:00.\(String(1_000_000 + number + 7).dropFirst())Z"
            let told = try #require(try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any])
            #expect(NSDictionary(dictionary: told) == NSDictionary(dictionary: object))
            #expect(told["customer_id"] as? String == "c" + String(10_000_000 + stamped.customer).dropFirst())
        }
        var none: [UInt8] = []
        let hasMore = stamped.next(at: .distantPast, into: &none)
        #expect(!hasMore && none.isEmpty)
    }
}
