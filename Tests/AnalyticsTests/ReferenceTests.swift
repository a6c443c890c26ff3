import Analytics
import Foundation
import TestSupport
import Testing

/// The figures of a real shop, held to those that independent programs found.
struct ReferenceTests {
    private static let events = SharedFolder.place("data/simple_shop.ndjson")
    private static let figures = SharedFolder.place("conformance/map/simple_shop.json")

    @Test(.enabled(if: events != nil && figures != nil)) func agreesOnTheSimpleShop() throws {
        let (events, figures) = (try #require(Self.events), try #require(Self.figures))
        let report = try ReportUnderTest(#"{ version: 1, report: { conversion: "payment_done" } }"#)
            .report(Array(Data(contentsOf: events)), shards: 2)
        let expected = try JSONSerialization.jsonObject(with: Data(contentsOf: figures))
        let told = try JSONSerialization.jsonObject(with: Data(report.json))
        var faults: [String] = []
        compare(expected, told, "", &faults)
        #expect(faults.isEmpty, "\(faults.prefix(10))")
    }

    /// Whether all of `expected` stands in `told`: counts equal, numbers to 1e-9, lists in any order.
    private func compare(_ expected: Any, _ told: Any?, _ path: String, _ faults: inout [String]) {
        switch (expected, told) {
        case (let expected as [String: Any], let told as [String: Any]):
            for (key, value) in expected { compare(value, told[key], path + "." + key, &faults) }
        case (let expected as [Any], let told as [Any]):
            if expected.count != told.count { faults.append("\(path): \(told.count) members") }
            for member in expected {
                let name = Self.name(member)
                compare(member, told.first { Self.name($0) == name }, path + name, &faults)
            }
        case (let expected as NSNumber, let told as NSNumber):
            let (a, b) = (expected.doubleValue, told.doubleValue)
            if (a - b).magnitude > 1e-9 * max(a.magnitude, b.magnitude) { faults.append("\(path): \(b), not \(a)") }
        case (let expected as String, let told as String): if expected != told { faults.append(path) }
        case (is NSNull, is NSNull): break
        default: faults.append("\(path): \(told ?? "absent")")
        }
    }

    /// What tells a member of a list from the others.
    private static func name(_ member: Any) -> String {
        if let entry = member as? [String: Any] {
            if let path = entry["path"] as? [String] { return path.joined(separator: ">") }
            return "\(entry["from"] ?? "")>\(entry["to"] ?? "")"
        }
        if let row = member as? [NSNumber] { return "\(row[0])" }
        return "\(member)"
    }
}
