package import Events
package import Samples
import Storage

/// Lines of made-up journeys that tell the times of a schedule instead of their own.
package struct StampedJourneys: ~Copyable {
    private static let customerKey = Array(",\"customer_id\":\"c".utf8)
    private static let timeKey = Array("\"timestamp\":\"".utf8)
    /// The length of the stamp in sample lines.
    private static let stampCount = 24

    /// The number of the customer whose the last line was.
    package private(set) var customer = 0
    private var journeys: SampleJourneys
    private var line: [UInt8] = []
    private var stamp: [UInt8] = []

    package init(_ journeys: consuming SampleJourneys) { self.journeys = journeys }

    /// Appends the next line with its LF; false when there are no more.
    package mutating func next(at time: Instant, into lines: inout [UInt8]) -> Bool {
        line.removeAll(keepingCapacity: true)
        guard journeys.next(into: &line) else { return false }
        var place = end(of: Self.customerKey, from: 0)
        customer = 0
        while line[place] != UInt8(ascii: "\"") {
            customer = customer * 10 + Int(line[place] - UInt8(ascii: "0"))
            place += 1
        }
        place = end(of: Self.timeKey, from: place)
        stamp.removeAll(keepingCapacity: true)
        time.append(to: &stamp)
        lines += line[..<place]
        lines += stamp
        lines += line[(place + Self.stampCount)...]
        return true
    }

    /// Where `key`, which every sample line has, ends.
    private func end(of key: [UInt8], from start: Int) -> Int {
        var place = start
        while place + key.count <= line.count {
            if line[place] == key[0], line[place..<place + key.count].elementsEqual(key) { return place + key.count }
            place += 1
        }
        preconditionFailure("a sample line has \(String(decoding: key, as: UTF8.self))")
    }
}
