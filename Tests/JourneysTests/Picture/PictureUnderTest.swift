import Pipeline

@testable import TestEngine

/// From lines of events to lines of output, for one configuration.
struct PictureUnderTest {
    private let engine: EngineUnderTest

    var plan: Plan { engine.plan }

    init(_ configuration: String) throws { engine = try EngineUnderTest("{ version: 1, \(configuration) }") }

    /// The lines of output, each from its first key behind the id on.
    func run(_ input: String, shards: Int = 1, flush: Bool = false, piece: Int = 1 << 16) -> [String] {
        engine.run(input, shards: shards, flush: flush, piece: piece).lines.map { Self.withoutID($0) }
    }

    /// `{"type":"score","id":"r-0123456789abcdef",` goes, but for the type.
    private static func withoutID(_ line: String) -> String {
        let parts = line.split(separator: ",", maxSplits: 1)
        let type = parts[0].split(separator: "\"")[3]
        let rest = parts[1].split(separator: ",", maxSplits: 1)[1]
        return "\(type) " + rest.dropLast()
    }
}

/// One event's line; the time in milliseconds.
func event(_ type: String, at time: Int64, _ properties: String = "", of customer: String = "c", more: String = "")
    -> String
{
    "{\"customer_id\":\"\(customer)\",\"event\":\"\(type)\",\"timestamp\":\(time)\(more),\"properties\":{\(properties)}}\n"
}
