import Testing

@testable import Expressions

/// Holds the table of overloads to the functions, and both to what carries them out.
@Suite struct FunctionTableTests {
    private static let samples: [(type: StaticType, text: String)] = [
        (.bool, "true"), (.int, "1"), (.uint, "1u"), (.double, "1.5"), (.string, "'1'"), (.bytes, "b'1'"),
        (.duration, "duration('1s')"), (.timestamp, "timestamp('2026-01-01T00:00:00Z')"), (.list(.dyn), "[1]"),
        (.list(.string), "['a']"), (.map(.dyn, .dyn), "{'a': 1}"), (.dyn, "1"),
    ]
    /// Texts that a function takes and others do not.
    private static let texts: [Function: [String]] = [
        .bool: ["'true'"], .duration: ["'1s'"], .timestamp: ["'2026-01-01T00:00:00Z'"],
    ]

    private static func call(_ overload: Overload) -> String {
        var arguments = overload.parameters.map { types in samples.first { $0.type == types[0] }?.text ?? "?" }
        if let text = texts[overload.function]?.first, overload.parameters[0].contains(.string) { arguments[0] = text }
        // A time zone is the only text that these take besides.
        if overload.function.family == .time, arguments.count == 2 { arguments[1] = "'UTC'" }
        let name = overload.function.rawValue
        guard overload.isMember else { return "\(name)(\(arguments.joined(separator: ", ")))" }
        return "\(arguments[0]).\(name)(\(arguments.dropFirst().joined(separator: ", ")))"
    }

    @Test(arguments: Function.allCases) func carriesOutEveryOverload(function: Function) throws {
        let overloads = try #require(Overload.all[function], "\(function) has no line in the table")
        for overload in overloads {
            #expect(LanguageCase.evaluate(Self.call(overload)) != nil, "\(Self.call(overload))")
        }
    }
}
