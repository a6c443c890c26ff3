import Foundation
import Testing

@testable import Samples

/// One line, as far as the tests look at it.
struct Told {
    var id = ""
    var customer = ""
    var event = ""
    var timestamp = ""
    var channel = ""
    var properties: [String: any Sendable] = [:]

    init(_ line: some DataProtocol) throws {
        let object = try #require(try JSONSerialization.jsonObject(with: Data(line)) as? [String: any Sendable])
        #expect(Set(object.keys) == ["id", "customer_id", "event", "timestamp", "channel", "properties"])
        id = try #require(object["id"] as? String)
        customer = try #require(object["customer_id"] as? String)
        event = try #require(object["event"] as? String)
        timestamp = try #require(object["timestamp"] as? String)
        channel = try #require(object["channel"] as? String)
        properties = try #require(object["properties"] as? [String: any Sendable])
    }
}

func bytes(
    of business: SampleJourneys.Business = .retail, customers: Int = 2000, events: Int, seed: UInt64 = 1,
    rate: Double? = nil
) throws -> [UInt8] {
    var parameters = SampleJourneys.Parameters()
    parameters.business = business
    parameters.customers = customers
    parameters.events = events
    parameters.seed = seed
    parameters.rate = rate
    var journeys = try SampleJourneys(parameters)
    var out: [UInt8] = []
    while journeys.next(into: &out) {}
    return out
}

func told(_ bytes: [UInt8]) throws -> [Told] {
    try bytes.split(separator: 10).map { try Told($0) }
}

/// FNV-1a, 64 bits.
func hash(_ bytes: [UInt8]) -> UInt64 {
    bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
}
