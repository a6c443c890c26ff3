import Events
import Storage
import Testing

@testable import Cells

/// What stands in the control topic and beside committed offsets.
@Suite struct ControlRecordTests {
    private static let records = [
        ControlRecord(number: 0, offset: 7, content: .configuration(Array("{ version: 1 }".utf8), partitions: 12)),
        ControlRecord(number: 1, offset: 7, content: .configuration([], partitions: 1)),
        ControlRecord(number: .max, offset: .max, content: .time(Instant(microseconds: -5))),
        ControlRecord(
            number: 3, offset: 9,
            content: .grant(7, LeaseAccount(budget: Array("all".utf8), value: Array("\"x\"".utf8), window: -3))),
    ]

    @Test(arguments: records) func readsWhatItWrites(_ record: ControlRecord) {
        #expect(View.of(record.bytes) { ControlRecord($0) } == record)
    }

    @Test(arguments: records) func noticesEveryByteThatIsAnother(_ record: ControlRecord) {
        for index in record.bytes.indices {
            var bytes = record.bytes
            bytes[index] ^= 1
            #expect(View.of(bytes) { ControlRecord($0) } == nil)
            #expect(View.of(Array(record.bytes.prefix(index))) { ControlRecord($0) } == nil)
        }
    }

    @Test(arguments: ["", "{\"customer_id\":\"a\"}", "jdcell1\n"]) func takesNothingElseForARecord(_ text: String) {
        #expect(View.of(Array(text.utf8)) { ControlRecord($0) } == nil)
    }

    @Test func saysHowFarACellHasCome() {
        let place = CellPlace(offset: 12, controls: 34, partitions: 5)
        #expect(place.metadata(after: nil) == "journeyd 1 5 34")
        #expect(CommittedOffset(place, after: nil).cell?.place == place)
        for size in [nil, 0, 7] {
            let last = RecordMark(offset: 9, time: Instant(microseconds: -2000), size: size)
            #expect(place.metadata(after: last) == "journeyd 1 5 34 9 -2000 \(size ?? -1)")
            let found = CommittedOffset(place, after: last).cell
            #expect(found?.place == place && found?.last == last)
        }
        for other in [
            "", "journeyd 2 5 34", "journeyd 1 0 34", "journeyd 1 5", "journeyd 1 5 -1", "kafka 1 5 34",
            "journeyd 1 5 34 ", "journeyd 1 5 34 9 1", "journeyd 1 5 34 -9 1 1", "journeyd 1 5 34 9 1 -2",
            "journeyd 1 5 34 9 1 x", "journeyd 1 5 34 9 1 1 1",
        ] {
            #expect(CommittedOffset(offset: 12, metadata: other).cell == nil, "\(other)")
        }
        #expect(CommittedOffset(offset: -1, metadata: place.metadata(after: nil)).cell == nil)
    }
}
