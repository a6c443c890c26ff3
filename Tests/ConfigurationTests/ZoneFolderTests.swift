import Decisions
import Expressions
import Foundation
import Testing

@testable import Configuration

/// The machine's time zones. Where there are none, only the names are looked at.
@Suite struct ZoneFolderTests {
    @Test(arguments: [
        "", "/etc/passwd", "../zoneinfo/UTC", "Europe/../UTC", "Europe//Madrid", "Europe", "zone.tab", "é",
    ])
    func namesThatLeadNowhereNameNothing(name: String) {
        #expect(ZoneFolder.system.zone(named: name) == nil)
    }

    @Test(arguments: [
        "Europe/Madrid", "America/Mexico_City", "Asia/Kolkata", "Australia/Lord_Howe", "America/New_York",
    ])
    func changesAreWhereTheOffsetChanges(name: String) {
        guard let zone = ZoneFolder.system.zone(named: name) else { return }
        for year in [1975, 2010, 2022, 2026, 2037, 2060] {
            let start = Int64(year - 1970) * 31_556_952 / 1800 * 1800
            var next = zone.nextChange(after: start)
            for time in stride(from: start + 1800, to: start + 366 * 86_400, by: 1800) {
                let isChange = zone.offset(at: time) != zone.offset(at: time - 1)
                #expect(!isChange || next == time, "\(time)")
                if let due = next, due <= time { next = zone.nextChange(after: time) }
            }
        }
    }

    @Test func theDefaultZoneMustBeKnown() throws {
        let text = "{ version: 1, policy: { timezone: { default: 'Here/There' } } }"
        let known = try Configuration.load(path: "f", zone: { $0 == "Here/There" ? .utc : nil }) {
            _ throws(FileFault) in
            Array(text.utf8)
        }
        #expect(known.plan?.policy.defaultZone == "Here/There")
        let unknown = try Configuration.load(path: "f", zone: { _ in nil }) { _ throws(FileFault) in Array(text.utf8) }
        #expect(unknown.plan == nil)
    }
}
