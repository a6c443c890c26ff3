import Foundation
import Testing

/// How a run ends says what came of it, and what it says on standard error can be read by machines.
@Suite struct StatusTests {
    let shop: Workshop

    init() throws { shop = try Workshop() }

    @Test(arguments: [
        ("echo bad", "", 65), ("echo", "", 0), ("true", "", 0), ("cat pings; echo bad", "", 0),
        ("cat pings; echo bad", "--strict", 65), ("cat pings", "--strict", 0),
        ("echo bad; echo bad", "--rejects kept", 65),
    ])
    func onlyBadInputIsNoSuccess(_ input: String, _ flags: String, _ status: Int32) throws {
        let ran = try shop.run("(\(input)) | journeyd run config.json5 \(flags); exit $?")
        #expect(ran.status == status)
    }

    /// What would read or write topics says so before anything is opened or written, in a build without them; else that a
    /// topic is written to only where one is read.
    @Test(arguments: [
        (
            "config.json5 'kafka://127.0.0.1:1/events?group=g' --at-end flush", "kafka://127.0.0.1:1/events",
            "--at-end"
        ),
        ("config.json5 pings --output kafka://b:9092/decisions", "kafka://b:9092/decisions", "name a kafka:// input"),
        ("topic.json5 pings --output out", "kafka://b:9092/made", "name a kafka:// input"),
    ])
    func topicsAreRefusedAtOnce(_ arguments: String, _ shown: String, _ reason: String) throws {
        let ran = try shop.run(
            """
            echo "{ version: 1, include: ['config.json5'], outputs: [{ to: 'stdout' }, { to: 'kafka://b:9092/made' }] }" > topic.json5
            journeyd check topic.json5 >&2 || exit 1
            journeyd run \(arguments); exit $?
            """)
        #if Kafka
            #expect(ran.status == 64 && ran.errors.contains(reason), "\(ran.errors)")
        #else
            #expect(ran.status == 69, "\(ran.errors)")
            #expect(
                ran.errors.contains("journeyd run: \(shown): this build of journeyd has no topics"), "\(ran.errors)")
        #endif
        #expect(ran.output.isEmpty)
    }

    @Test func whoEndsARunThatHadNoGoodLineYetIsNotBlamed() throws {
        let ran = try shop.run(
            """
            mkfifo in; "$J" run config.json5 < in 2> said & pid=$!
            exec 3> in; echo bad >&3
            until grep -q malformed said; do sleep 0.02; done
            kill -TERM $pid; wait $pid; echo $?
            """)
        #expect(ran.lines == ["0"])
    }

    @Test(
        .enabled(if: Receivers.areThere),
        arguments: [
            ("http://127.0.0.1:1", "linger: '100ms'", "", 74), ("http://127.0.0.1:$(cat port)", "", "", 74),
            ("http://127.0.0.1:$(cat port)", "dead_letter: 'dead'", "", 0),
            ("http://127.0.0.1:1", "linger: '100ms', spool: 'spool'", "", 0),
            // What a run with a data directory leaves, the next one delivers.
            ("http://127.0.0.1:1", "linger: '100ms'", "--data-dir data", 0),
        ])
    func linesThatNobodyGetsAreNoSuccess(_ to: String, _ more: String, _ flags: String, _ status: Int32) throws {
        let ran = try shop.runWithReceivers(
            """
            receiver http log port 400
            outputs "{ to: \\"\(to)\\", \(more) }"
            journeyd run config.json5 pings \(flags) > out; echo $?
            """)
        #expect(ran.lines == ["\(status)"], "\(ran.errors)")
    }

    // MARK: Reload

    private static let reload = """
        mkfifo in; "$J" run config.json5 < in > out 2> said & pid=$!
        exec 3> in; cat pings >&3
        until [ "$(grep -c seen out)" = 3 ]; do sleep 0.02; done

        """

    @Test func reloadSaysWhatCameOfIt() throws {
        let ran = try shop.run(
            StatusTests.reload + """
                sed 's/seen/met/' config.json5 > new; cp new config.json5
                "$J" reload --pid $pid 2> told; echo $?; cat told
                echo '{ version: 1, moments: { m: { sequence: [{ as: "a", onn: "b" }] } } }' > config.json5
                "$J" reload --pid $pid 2> told; echo $?; cat told
                cp new config.json5; for n in 1 2 3; do "$J" reload --pid $pid 2> told$n & all="$all $!"; done
                for one in $all; do wait $one; echo $?; done
                exec 3>&-; wait $pid; echo $?
                """)
        #expect(ran.lines.first == "0" && ran.lines[1] == "config.json5: the configuration was taken anew")
        #expect(ran.lines.contains("78") && ran.output.contains("unknown key \"onn\""))
        #expect(ran.output.contains("config.json5: the configuration was not taken anew; the run goes on"))
        #expect(ran.lines.suffix(4) == ["0", "0", "0", "0"])
        // The run says it as well.
        #expect(try shop.read("said").contains("unknown key \"onn\""))
    }

    @Test func reloadDoesNotWaitForEver() throws {
        let ran = try shop.run(
            StatusTests.reload + """
                kill -STOP $pid; "$J" reload --pid $pid; echo $?
                kill -CONT $pid; exec 3>&-; wait $pid; echo $?
                """)
        #expect(ran.lines == ["75", "0"])
        #expect(ran.errors.contains("does not answer within ten seconds"))
    }

    // MARK: JSON

    @Test func everythingOnStandardErrorIsOneLogLineEach() throws {
        let ran = try shop.run(
            """
            journeyd run missing.json5 --log-format json 2>> said
            journeyd run config.json5 --log-format=json --nonsense 2>> said
            echo '{ version: 1, moments: { m: { sequence: [{ as: "a", onn: "b" }] }, n: 5 } }' > bad.json5
            journeyd run bad.json5 --log-format json 2>> said
            (cat pings; echo bad) | journeyd run config.json5 --log-format json --summary --data-dir data 2>> said > out
            sed 's/seen/met/' config.json5 > other.json5
            journeyd run other.json5 --log-format json --data-dir data < /dev/null 2>> said >> out
            mkfifo in; "$J" run config.json5 --log-format json < in 2>> said > late & pid=$!
            exec 3> in; cat pings >&3
            until [ "$(grep -c seen late)" = 3 ]; do sleep 0.02; done
            cp bad.json5 config.json5; "$J" reload --pid $pid 2> told; echo $?
            cp other.json5 config.json5; "$J" reload --pid $pid 2> told; echo $?
            exec 3>&-; wait $pid
            """)
        #expect(ran.lines == ["78", "0"])
        var messages = ""
        for line in try shop.read("said").split(separator: "\n") {
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            let message = try #require(object?["msg"] as? String)
            #expect(object?["time"] != nil && object?["level"] != nil)
            messages += message + "\n"
            if message == "summary" { #expect(object?["events"] as? Int == 3 && object?["rejected"] as? Int == 1) }
        }
        for part in [
            "missing.json5: cannot be read", "--nonsense is not a flag of run", "unknown key \"onn\"", "moments.n: ",
            "the run before had another configuration", "was not taken anew", "was taken anew", "summary",
        ] {
            #expect(messages.contains(part), "\(part) in \(messages)")
        }
    }
}
