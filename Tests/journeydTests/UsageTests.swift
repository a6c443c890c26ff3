import Testing

@Suite struct UsageTests {
    let shop: Workshop

    init() throws { shop = try Workshop() }

    @Test(arguments: [
        ("journeyd", "a command is missing"), ("journeyd rnu", "did you mean \"run\"?"),
        ("journeyd --verison", "did you mean \"--version\"?"), ("journeyd run", "write journeyd run CONFIG"),
        ("journeyd run config.json5 --outptu x", "did you mean \"--output\"?"),
        ("journeyd run config.json5 --output", "write --output FILE"),
        ("journeyd run config.json5 --shards 0", "from 1 to"), ("journeyd run config.json5 --shards many", "from 1 to"),
        ("journeyd run config.json5 --at-end drop", "hold or flush"),
        ("journeyd run config.json5 --live=yes", "takes no value"),
        ("journeyd run config.json5 --strict --strict", "given twice"),
        ("journeyd run config.json5 - -", "write - once"), ("journeyd run config.json5 pings --live", "add -"),
        ("journeyd run config.json5 tcp://localhost", "has no port"),
        ("journeyd run config.json5 kafka://b:9092/events", "names no group"),
        ("journeyd run config.json5 kafka://b/events?group=g", "has no port"),
        ("journeyd run config.json5 kafka://b:9092/events?group=g -", "a topic is read alone"),
        ("journeyd run config.json5 --output kafka://b:9092", "names no topic"),
        ("journeyd check config.json5 pings", "one too many"), ("journeyd check", "journeyd check CONFIG"),
        ("journeyd test", "journeyd test CONFIG"),
        ("journeyd explain config.json5", "journeyd explain CONFIG CUSTOMER"),
        ("journeyd explain config.json5 c1 --at noon", "write it as 2026-01-31T08:00:00Z"),
        ("journeyd explain config.json5 c1 - -", "write - once"),
        ("journeyd eval", "write journeyd eval EXPRESSION|-"), ("journeyd eval 1 2", "one too many"),
        ("journeyd generate --profile retial", "write retail or subscription or loan"),
        ("journeyd generate --customers 0", "give 1 to"),
        ("journeyd generate --rate fast", "not a number"), ("journeyd generate --events -1", "whole number"),
    ])
    func aMistakeInTheCommandLineIsNamed(_ script: String, _ remedy: String) throws {
        let ran = try shop.run(script)
        #expect(ran.status == 64)
        #expect(ran.errors.contains(remedy), "\(ran.errors)")
        #expect(ran.output.isEmpty)
    }

    @Test(arguments: ["run", "check", "test", "explain", "eval", "generate"])
    func everyCommandHasHelp(_ command: String) throws {
        let help = try shop.run("journeyd \(command) --help")
        #expect(help.status == 0)
        #expect(help.output.hasPrefix("Usage: journeyd \(command)"))
        #expect(help.errors.isEmpty)
        #expect(try shop.run("journeyd --help").output.contains("\n  \(command)"))
    }

    @Test func theVersionIsOneLine() throws {
        let ran = try shop.run("journeyd --version")
        #expect(ran.status == 0)
        #expect(ran.lines.count == 1 && ran.output.hasPrefix("journeyd "))
    }

    @Test func aValidConfigurationIsSaidToBeSo() throws {
        let ran = try shop.run("journeyd check config.json5")
        #expect(ran.status == 0)
        #expect(ran.errors.isEmpty)
    }
}
