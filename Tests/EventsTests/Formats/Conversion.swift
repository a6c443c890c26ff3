import Foundation
import Storage

@testable import Events

/// Lines in the native form, or why there are none, as `journeyd convert` writes them.
func converted(
    _ text: String, _ format: InputFormat = .standard, plan: FormatPlan = .native,
    missing: InputSettings.MissingTime? = nil, lineLimit: Int = 1 << 20
) -> [String] {
    var settings = InputSettings()
    settings.formats = plan
    settings.missing = missing
    settings.maxLine = lineLimit
    var converter = FormatConverter(settings)
    let output = converter.convert(
        block(text), source: LineSource("in", format: format), arrival: Instant(microseconds: 42_000_000),
        isFirst: true)
    return output.bytes.text.split(separator: "\n").map(String.init)
}

func block(_ text: String) -> ByteBlock {
    let block = ByteBlock(capacity: text.utf8.count)
    block.append(Array(text.utf8))
    return block
}

/// A plan with a mapping of one's own.
func plan(_ preset: Preset = .native, _ change: @escaping @Sendable (inout Mapping) -> Void) -> FormatPlan {
    var plan = FormatPlan()
    plan.preset = preset
    plan.replacements = [change]
    plan.key = "own"
    return plan
}

/// A value of JSON that can be compared; of rejected lines the reason alone.
func comparable(_ line: String) throws -> NSDictionary {
    let value = try JSONSerialization.jsonObject(with: Data(line.utf8))
    guard let object = value as? NSDictionary else { return [:] }
    return object["rejected"].map { ["rejected": $0] } ?? object
}
