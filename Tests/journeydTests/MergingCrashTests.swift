import Foundation
import Glibc
import TestSupport
import Testing

/// The program is killed while customers turn out to be one and accounts are followed, started
/// again, and must come to what an uninterrupted run comes to; so must a replay, and a run that
/// takes another configuration on the way.
@Suite struct MergingCrashTests {
    let shop: Workshop

    private static let configuration = """
        { version: 1, journal: { segment: "64KiB", interval: "2ms", snapshot_size: "64KiB" },
          identity: { ids: { customer_id: { unique: true }, device: { limit: 20 } }, leave_account: { on: "search" } },
          windows: {
            views: { count: true, on: "page_view", over: "1d" },
            people: { distinct: "event.customer_id", on: "add_to_cart", over: "7d", of: "account" },
          },
          segments: { keen: { when: "windows.views >= 5" }, many: { when: "account.members >= 5", of: "account" } },
          moments: {
            left: { sequence: [{ as: "cart", on: "add_to_cart" }, { not: "purchase", for: "30m" }] },
            bought: { sequence: [{ as: "cart", on: "add_to_cart" }, { as: "pay", on: "purchase" }], within: "1d" },
            eager: { when: "segments.keen" },
            firm: { of: "account", by: "event.properties.sku", output: { people: "windows.people" },
                    sequence: [{ as: "one", on: "add_to_cart" }, { not: "purchase", for: "2h" }] },
          },
          actions: {
            mail: { on: ["left", "firm"], channels: ["email"], cooldown: "1h" },
            call: { on: ["left", "bought"], channels: ["phone"], propensity: 0.5 },
          },
          policy: { caps: [{ max: 2, over: "1d" }] },
          emit: ["moment", "decision", "segment", "identity"] }
        """

    init() throws {
        shop = try Workshop()
        try shop.write("config", Self.configuration)
        let made = try shop.run(
            #"""
            journeyd generate --events 5000 --customers 200 > made
            # Pages are seen by devices, carts by customers and purchases by both; a tenth of the customers is a firm each.
            sed -E -e 's/"customer_id":"([^"]*)(.)"/"customer_id":"\1\2","account":"firm-\2"/' \
              -e '/"event":"(page|product)_view"/ s/"customer_id":"([^"]*)"/"customer_id":"unknown","ids":{"device":"d-\1"}/' \
              -e '/"event":"(purchase|app_open)"/ s/"customer_id":"([^"]*)"/"customer_id":"\1","ids":{"device":"d-\1"}/' made > events
            journeyd run config events --output plain
            grep -c '"change":"merged"' plain; grep -c '"account_id":"firm-' plain
            """#)
        #expect(made.status == 0 && made.lines.count == 2 && made.lines.allSatisfy { Int($0) ?? 0 > 20 }, "\(made)")
    }

    @Test(arguments: [1]) func filesComeOutByteForByte(seed: UInt64) throws {
        var numbers = SeededNumbers(seed: seed)
        var script = "export SWIFT_BACKTRACE=enable=no\n"
        for _ in 0..<3 {
            script += """
                timeout -s KILL 0.\(100 + numbers.below(500)) "$J" run config events --output out --data-dir data --quiet \
                  --shards \(1 + numbers.below(3)) 2> /dev/null

                """
        }
        let ran = try shop.run(
            script + """
                journeyd run config events --output out --data-dir data --quiet 2> /dev/null; cmp out plain && echo same
                journeyd replay config --data-dir data 2> /dev/null | cmp - plain && echo same
                """)
        #expect(ran.lines.filter { $0 == "same" }.count == 2, "\(ran.output)\(ran.errors)")
    }

    @Test func aRunGoesOnUnderAnotherConfiguration() throws {
        let other = Self.configuration.replacingOccurrences(of: "for: \"2h\"", with: "for: \"3h\"")
        try shop.write("other", other)
        let ran = try shop.run(
            """
            head -2500 events > one; tail -n +2501 events > two
            cp config now; journeyd run now one --output out --data-dir data --quiet --shards 2
            cp other now; journeyd run now two --output out --data-dir data --quiet 2> /dev/null
            journeyd replay now --data-dir data 2> /dev/null | cmp - out && echo same
            """)
        #expect(ran.lines == ["same"], "\(ran.output)\(ran.errors)")
    }
}
