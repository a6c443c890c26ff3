import Testing

/// What `check` says, and what `run` makes of a faulty configuration.
@Suite struct CheckTests {
    let shop: Workshop

    init() throws { shop = try Workshop() }

    private static let faulty = """
        {
          version: 1,
          windows: { spend: { sum: "event.properties.price", on: "purchase", over: "90 days" } },
          moments: {
            left: { sequence: [{ as: "cart", on: "add_to_cart" }, { not: "purchase", for: "30 mins" }] },
            rich: { when: "windows.spent > 300.0", cooldwon: "1d" },
          },
          actions: { remind: { on: "lost", channels: ["email"] } },
        }
        """

    @Test func everyFaultIsReportedAtOnceWithItsPlaceAndARemedy() throws {
        try shop.write("faulty.json5", CheckTests.faulty)
        let ran = try shop.run("journeyd check faulty.json5")
        #expect(ran.status == 78)
        #expect(ran.output.isEmpty)
        let places = ran.errors.split(separator: "\n").filter { $0.hasPrefix("faulty.json5:") }.map(String.init)
        let expected = [
            ("faulty.json5:3:76: windows.spend.over: ", "90d"),
            ("faulty.json5:5:83: moments.left.sequence[1].for: \"30 mins\" is not a duration; write \"30m\"", ""),
            ("faulty.json5:6:20: moments.rich.when: ", "did you mean \"spend\"?"),
            ("faulty.json5:6:44: moments.rich", "did you mean \"cooldown\"?"),
            ("faulty.json5:8:28: actions.remind.on: ", "\"lost\""), ("faulty.json5: 5 errors", "not valid"),
        ]
        try #require(places.count == expected.count, "\(ran.errors)")
        for (place, (beginning, remedy)) in zip(places, expected) {
            #expect(place.hasPrefix(beginning))
            #expect(remedy.isEmpty || place.contains(remedy), "\(place)")
        }
    }

    @Test func aFaultyConfigurationIsNotRun() throws {
        try shop.write("faulty.json5", CheckTests.faulty)
        let check = try shop.run("journeyd check faulty.json5")
        let ran = try shop.run("journeyd run faulty.json5 missing --output out; echo $?; ls out")
        #expect(ran.lines == ["78"])
        #expect(ran.errors.hasPrefix(check.errors.dropLast()))
    }

    @Test(arguments: [
        ("", "config.json5"), ("{ version: 1", ":1:13:"), ("{ version: 1, moments: { a: { when: } } }", ":1:"),
        ("{\n  version: 1,\n  mo ments: {}\n}", ":3:6:"), ("[1]", ":1:1:"), ("{ version: 2 }", "version: 1"),
        ("{ version: 1, include: ['missing.json5'] }", "missing.json5"),
        ("{ version: 1, include: ['config.json5'] }", "include"), ("\u{0}\u{1}\u{2}", ":1:1:"),
        ("{ version: 1, momenst: {} }", "did you mean \"moments\"?"),
    ])
    func whatIsNoConfigurationIsSaidToBeNone(_ text: String, _ message: String) throws {
        try shop.write("config.json5", text)
        for command in ["check config.json5", "run config.json5 pings"] {
            let ran = try shop.run("journeyd \(command)")
            #expect(ran.status == 78)
            #expect(ran.errors.contains(message), "\(ran.errors)")
            #expect(ran.output.isEmpty)
        }
    }

    @Test func aConfigurationThatIsNotTextIsNoConfiguration() throws {
        let ran = try shop.run("head -c 100000 \"$J\" > binary; journeyd check binary")
        #expect(ran.status == 78)
        #expect(ran.errors.hasPrefix("binary:") && ran.errors.contains("is not UTF-8"), "\(ran.errors)")
    }

    @Test(arguments: [("missing.json5", "missing.json5: "), (".", "folder"), ("pings/x", "pings/x: cannot be read")])
    func aConfigurationThatCannotBeReadIsNamed(_ path: String, _ message: String) throws {
        for command in ["check", "run"] {
            let ran = try shop.run("journeyd \(command) \(path)")
            #expect(ran.status == 66)
            #expect(ran.errors.contains(message), "\(ran.errors)")
        }
    }

    @Test func whatIsWorthKnowingIsNoted() throws {
        try shop.write("config.json5", "{ version: 1, windows: { n: { count: true } } }")
        let ran = try shop.run("journeyd check config.json5")
        #expect(ran.status == 0)
        #expect(ran.output.contains("config.json5:1:26: windows.n: ") || ran.output.contains("windows.n"))
        #expect(ran.output.hasSuffix("config.json5: 1 window, 0 moments, 0 actions; valid\n"))
    }
}
