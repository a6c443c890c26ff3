import Foundation
import TestSupport
import Testing

/// The examples that put lines into stores, with the real servers where Debian's are installed; and `outputs test`.
@Suite struct StoreExampleTests {
    let shop: Workshop

    init() throws { shop = try Workshop() }

    private static let stores = Repository.root.appending(path: "Scripts/examples/stores").path

    /// A configuration whose lines go to a command, and events with names that stores must not trip over.
    private func configure(_ command: String) throws {
        try shop.write(
            "config.json5",
            """
            { version: 1, moments: { seen: { kind: "opportunity", sequence: [{ as: "ping", on: "ping" }],
              output: { said: "event.properties.said" } } }, outputs: [{ to: "exec:\(command)" }] }
            """)
        let said = [#"it's"#, #"\"quoted\" \\ back"#, #"tab\tñ 🛒 \u0001"#]
        try shop.write(
            "pings",
            said.enumerated().map { index, text in
                #"{"customer_id":"c\#(index)","event":"ping","timestamp":\#(index + 1),"properties":{"said":"\#(text)"}}"#
                    + "\n"
            }.joined())
    }

    private static let said = [#"it's"#, #""quoted" \ back"#, "tab\tñ 🛒 \u{1}"]

    private func values(_ lines: some Sequence<String>) throws -> [String] {
        try lines.filter { $0.hasPrefix("{") }.map { line in
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            return try #require((object?["output"] as? [String: Any])?["said"] as? String)
        }
    }

    private func has(_ programs: String...) throws -> Bool {
        try shop.run(
            "PATH=$PATH:/usr/sbin; for p in \(programs.joined(separator: " ")); do command -v $p || exit 1; done"
        ).status == 0
    }

    @Test func sqliteHasEveryLine() throws {
        guard try has("sqlite3") else { return }
        try configure("\(Self.stores)/to-sqlite lines.db moments")
        let ran = try shop.run("journeyd run config.json5 pings && sqlite3 lines.db 'select line from moments'")
        #expect(ran.errors == "")
        #expect(try values(ran.lines) == Self.said)
    }

    @Test func redisHasEveryLine() throws {
        guard try has("redis-server", "redis-cli") else { return }
        try configure("\(Self.stores)/to-redis moments -s $PWD/redis.sock")
        let ran = try shop.run(
            """
            redis-server --port 0 --unixsocket $PWD/redis.sock --save '' >/dev/null & server=$!
            for i in $(seq 100); do [ -S redis.sock ] && break; sleep 0.05; done
            journeyd run config.json5 pings 2>errors; redis-cli -s redis.sock --raw xrange moments - +
            kill $server
            """)
        #expect(try values(ran.lines) == Self.said, "\(ran.output)")
    }

    @Test func mqttGetsEveryLine() throws {
        guard try has("mosquitto", "mosquitto_pub", "mosquitto_sub") else { return }
        let ran = try shop.run(
            """
            PATH=$PATH:/usr/sbin
            printf 'user %s\\nlistener 0 %s\\nallow_anonymous true\\n' "$(id -un)" "$PWD/broker" > broker.conf
            mosquitto -c broker.conf >log 2>&1 & server=$!
            # The broker keeps the lines for a reader that it knows, however late that comes.
            reader() { mosquitto_sub --unix broker -c -i reader -t moments -q 1 "$@"; }
            for i in $(seq 400); do reader -E 2>/dev/null && break; sleep 0.05; done
            cat > config.json5 <<END
            { version: 1, moments: { seen: { kind: "opportunity", sequence: [{ as: "ping", on: "ping" }] } },
              outputs: [{ to: "exec:mosquitto_pub --unix broker -t moments -q 1 -l" }] }
            END
            journeyd run config.json5 pings; reader -C 3 -W 100 > got; grep -c '"moment":"seen"' got
            kill $server; cat log >&2
            """)
        #expect(ran.lines.last == "3", "\(ran.output) \(ran.errors)")
    }

    @Test func postgresHasEveryLine() throws {
        guard try has("psql", "runuser"), getuid() == 0,
            try shop.run("id postgres && ls /usr/lib/postgresql/*/bin/initdb").status == 0
        else { return }
        // jsonb holds no U+0000 and all else.
        try configure("\(Self.stores)/to-postgres moments")
        let ran = try shop.run(
            """
            bin=$(ls -d /usr/lib/postgresql/*/bin | tail -1); place=$(mktemp -d); chown postgres $place
            as() { (cd /; runuser -u postgres -- "$@"); }
            as $bin/initdb -A trust -D $place/db >/dev/null 2>&1
            as $bin/pg_ctl -D $place/db -o "-k $place -c listen_addresses='' -c fsync=off" -w -l $place/log start >/dev/null
            export PGHOST=$place PGUSER=postgres
            journeyd run config.json5 pings; psql -qAtX -c 'select line from moments order by line->>$$customer_id$$'
            as $bin/pg_ctl -D $place/db -m immediate stop >/dev/null; rm -rf $place
            """)
        #expect(try values(ran.lines) == Self.said, "\(ran.output) \(ran.errors)")
    }

    @Test func filesAreClosedBySizeAndWhole() throws {
        guard try has("python3") else { return }
        try configure("\(Self.stores)/to-files out --size 0.0001 --then 'touch {}.sent'")
        let ran = try shop.run(
            "journeyd run config.json5 pings; find out -name '*.gz' | sort | xargs zcat; find out -name '*.sent' | wc -l; find out -name '*.unfinished'"
        )
        #expect(ran.errors == "")
        #expect(try values(ran.lines) == Self.said)
        #expect(Int(ran.lines.last ?? "") ?? 0 >= 2)
    }

    // MARK: outputs test

    @Test func saysOfEachOutputWhatCameBack() throws {
        try shop.write(
            "config.json5",
            """
            { version: 1, outputs: [{ to: "stdout" }, { to: "file:log", only: "moment" }, { to: "exec:cat > child" },
              { to: "unix://\(shop.folder.path)/nobody.sock" }, { to: "http://127.0.0.1:1/hook" }] }
            """)
        let ran = try shop.run("journeyd outputs test config.json5 --timeout 1s; echo $?; cat child log")
        #expect(ran.errors == "")
        #expect(ran.lines.first?.contains(#""type":"decision""#) == true)
        func line(_ number: Int) -> String { ran.lines.first { $0.hasPrefix("outputs[\(number)] ") } ?? "" }
        #expect(line(0).hasSuffix(": written"))
        #expect(line(1).hasSuffix(": written"))
        #expect(line(2).contains(": taken, "))
        #expect(line(3).contains(": failed: cannot connect"), "\(line(3))")
        #expect(line(4).contains(": failed: "), "\(line(4))")
        #expect(ran.lines.contains("74"))
        #expect(try shop.read("log").contains(#""type":"moment""#))
        #expect(try shop.read("child").contains(#""test":true"#))
    }

    @Test func outputsTestSaysWhatItCannotDo() throws {
        #expect(try shop.run("journeyd outputs try config.json5").status == 64)
        try shop.write("faulty.json5", "{ version: 1, outputs: [{ to: 'nowhere' }] }")
        #expect(try shop.run("journeyd outputs test faulty.json5").status == 78)
        try shop.write("closed.json5", "{ version: 1, outputs: [{ to: 'file:missing/log' }] }")
        let closed = try shop.run("journeyd outputs test closed.json5")
        #expect(closed.status == 69)
        #expect(closed.output.contains("failed: "))
    }
}
