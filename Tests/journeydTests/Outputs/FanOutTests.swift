import Testing

/// Several outputs of one run: who gets what.
@Suite struct FanOutTests {
    let shop: Workshop

    init() throws { shop = try Workshop() }

    /// A configuration with decisions, half of them for the control group.
    private func configure(_ outputs: String) throws {
        try shop.write(
            "config.json5",
            """
            { version: 1, moments: { seen: { kind: "opportunity", sequence: [{ as: "ping", on: "ping" }] } },
              actions: { greet: { on: "seen" } }, policy: { holdout: { percent: 50 } }, outputs: [\(outputs)] }
            """)
    }

    @Test func everyOutputGetsWhatItAsksFor() throws {
        try configure(
            """
            { to: "stdout", only: "decision" }, { to: "file:all" }, { to: "file:treated", control: false, only: ["decision"] },
            { to: "file:third", where: "customer_id == 'c3' && type == 'moment'" },
            """)
        let ran = try shop.run("journeyd run config.json5 pings; echo status $?; wc -l all treated third")
        #expect(ran.errors == "")
        #expect(ran.lines.count { $0.contains(#""type":"decision""#) } == 3)
        #expect(ran.lines.contains("status 0"))
        let all = try shop.read("all").split(separator: "\n")
        let treated = try shop.read("treated").split(separator: "\n")
        #expect(all.count == 6)
        #expect(treated == all.filter { $0.contains(#""group":"treatment""#) })
        let third = try shop.read("third").split(separator: "\n")
        #expect(third.count == 1 && third == all.filter { $0.contains("\"c3\"") && $0.contains("\"id\":\"m-") })
    }

    @Test func filesAreAppendedTo() throws {
        try configure(#"{ to: "file:log", only: "moment" }"#)
        try shop.write("log", "kept\n")
        let ran = try shop.run("journeyd run config.json5 pings && journeyd run config.json5 pings; wc -l < log")
        #expect(ran.lines == ["7"])
        #expect(try shop.read("log").hasPrefix("kept\n{"))
    }

    @Test func conditionsThatFailAreCounted() throws {
        try configure(#"{ to: "stdout", where: "reason == 'cap'" }"#)
        let ran = try shop.run("journeyd run config.json5 pings --summary")
        #expect(ran.output.isEmpty)
        #expect(ran.errors.contains("absent values in outputs[0].where  "))
        try configure(#"{ to: "stdout", where: "int(customer_id) > 1" }"#)
        let failing = try shop.run("journeyd run config.json5 pings --summary")
        #expect(failing.errors.contains("failed evaluations of outputs[0].where  "))
        #expect(!failing.errors.contains("absent values"))
    }

    @Test(arguments: [
        (#"{ to: "file:nowhere/x" }"#, "", 69, "nowhere/x: cannot be written: No such file or directory"),
        (#"{ to: "file:pings" }"#, "", 69, "pings: cannot be written: the run reads or writes it already"),
        (#"{ to: "file:x" }"#, "--output y", 64, "journeyd run: --output stands for standard output"),
        (#"{ to: "file:/dev/full" }"#, "", 74, "/dev/full: writing failed after 0 bytes: No space left on device"),
    ])
    func whatCannotBeOpenedEndsTheRun(_ outputs: String, _ flags: String, _ status: Int, _ message: String) throws {
        try configure(outputs)
        let ran = try shop.run("journeyd run config.json5 pings \(flags); echo $?")
        #expect(ran.lines == ["\(status)"])
        #expect(ran.errors.hasPrefix(message))
    }

    @Test func aReaderThatLeavesStandardOutputEndsTheRunWhateverElseThereIs() throws {
        try configure(#"{ to: "stdout" }, { to: "file:log" }"#)
        let ran = try shop.run(
            """
            (yes '{"customer_id":"c","event":"ping","timestamp":0}' | journeyd run config.json5; echo status $? >&2) | head -n 1
            [ -s log ] && echo written
            """)
        #expect(ran.errors == "status 0\n")
        #expect(ran.lines.last == "written")
    }

    @Test func outputFileStandsForStandardOutput() throws {
        try configure(#"{ to: "file:log", only: "moment" }, { to: "stdout", only: "decision" }"#)
        let ran = try shop.run(
            "journeyd run config.json5 pings --output fresh; grep -c decision fresh; grep -c moment log")
        #expect(ran.lines == ["3", "3"])
    }
}
