import Foundation
import TestSupport
import Testing

/// What operators are given beside the program: alerts, a dashboard, metrics for a collector.
@Suite struct MonitoringTests {
    private func names(in text: String) -> Set<String> {
        var names: Set<String> = []
        for word in text.split(whereSeparator: { !($0.isLetter || $0.isNumber || $0 == "_") }) {
            guard word.hasPrefix("journeyd_") || word.hasPrefix("process_") else { continue }
            names.insert(word.hasSuffix("_bucket") ? String(word.dropLast(7)) : String(word))
        }
        return names
    }

    private static func sources() throws -> String {
        let files = try #require(
            FileManager.default.enumerator(atPath: Repository.root.appending(path: "Sources").path))
        // What is said in other languages says nothing of what there is.
        return try files.compactMap { $0 as? String }.filter { $0.hasSuffix(".swift") && !$0.hasPrefix("Languages/") }
            .map { try Repository.text("Sources/\($0)") }.joined()
    }

    @Test(arguments: ["alerts.yml", "grafana.json", "alerts.test.yml"])
    func asksOnlyForMetricsThatThereAre(file: String) throws {
        let known = names(in: try Self.sources())
        let asked = names(in: try Repository.text("Scripts/monitoring/\(file)"))
            .subtracting([
                "process_resident_memory_bytes", "process_start_time_seconds", "process_open_fds", "process_max_fds",
                "process_cpu_seconds_total",
            ])
        #expect(asked.subtracting(known) == [])
    }

    @Test func theRunbookAndTheTestsHaveEveryAlert() throws {
        let alerts = try Repository.text("Scripts/monitoring/alerts.yml").split(separator: "\n")
            .compactMap { $0.split(separator: "alert: ").last.map(String.init) }.filter { $0.hasPrefix("Journeyd") }
        #expect(alerts.count >= 15)
        let (runbook, tests) = (
            try Repository.text("docs/runbook.md"), try Repository.text("Scripts/monitoring/alerts.test.yml")
        )
        for alert in alerts {
            #expect(runbook.contains("\n### \(alert)\n"), "\(alert)")
            #expect(tests.contains("alertname: \(alert)\n"), "\(alert)")
        }
    }

    @Test func theRunbookHasTheLogMessagesThatThereAre() throws {
        let runbook = try Repository.text("docs/runbook.md")
        let rows = runbook.split(separator: "\n").filter { $0.hasPrefix("| `") }
        let sources = try Self.sources()
        for row in rows {
            for (index, quoted) in row.split(separator: "|")[0].split(separator: "`").enumerated() where index % 2 == 1
            {
                // A metric may stand there with its labels, and a message with what stands before it left out.
                let message = quoted.prefix { $0 != "{" }
                #expect(sources.contains("\"" + message) || sources.contains(": " + message), "\(message)")
            }
        }
    }

    @Test func promtoolFindsTheAlertsRight() throws {
        let shop = try Workshop()
        let folder = Repository.root.appending(path: "Scripts/monitoring").path
        let ran = try shop.run(
            "command -v promtool >/dev/null || exit 0; cd '\(folder)'; promtool check rules alerts.yml && promtool test rules alerts.test.yml"
        )
        #expect(ran.status == 0, "\(ran.output) \(ran.errors)")
    }

    // MARK: OTLP

    /// A collector that takes one request and prints what it had, as the published definitions read it.
    private static let collector = """
        import http.server, sys
        class Collector(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                open("posted", "wb").write(body)
                print(self.path, self.headers["Content-Type"], flush=True)
                self.send_response(int(sys.argv[1])); self.end_headers()
            def log_message(self, *words): pass
        server = http.server.HTTPServer(("127.0.0.1", 0), Collector)
        open("port", "w").write(str(server.server_port))
        server.handle_request()
        """

    @Test func sendsMetricsThatTheDefinitionsOfOTLPRead() throws {
        let shop = try Workshop()
        try shop.write("collector.py", Self.collector)
        try shop.write(
            "read.py",
            """
            from google.protobuf.json_format import Parse
            from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
            request = Parse(open("posted").read(), ExportMetricsServiceRequest())
            metrics = {m.name: m for m in request.resource_metrics[0].scope_metrics[0].metrics}
            events = metrics["journeyd_events_total"].sum
            print(int(events.data_points[0].as_double), events.is_monotonic, events.aggregation_temporality)
            point = metrics["journeyd_latency_seconds"].histogram.data_points[0]
            print(sum(point.bucket_counts) == point.count, len(point.bucket_counts) - len(point.explicit_bounds))
            print(metrics["journeyd_customers"].WhichOneof("data"), metrics["journeyd_state_bytes"].unit)
            """)
        let python = Repository.root.appending(path: ".build/clients/bin/python").path
        let ran = try shop.run(
            """
            python3 collector.py 200 > collected & server=$!
            while [ ! -s port ]; do sleep 0.05; done
            journeyd run config.json5 pings --otlp http://127.0.0.1:$(cat port) > lines; echo $?
            wait $server; cat collected
            if '\(python)' -c 'import opentelemetry.proto' 2>/dev/null; then '\(python)' read.py; fi
            """)
        #expect(ran.errors.isEmpty)
        #expect(ran.lines.prefix(2) == ["0", "/v1/metrics application/json"])
        if ran.lines.count > 2 { #expect(ran.lines.dropFirst(2) == ["3 True 2", "True 1", "gauge By"]) }
    }

    @Test func goesOnWhereTheCollectorDoesNot() throws {
        let shop = try Workshop()
        try shop.write("collector.py", Self.collector)
        let ran = try shop.run(
            """
            python3 collector.py 500 > collected & server=$!
            while [ ! -s port ]; do sleep 0.05; done
            journeyd run config.json5 pings --otlp http://127.0.0.1:$(cat port)/x | wc -l
            wait $server
            journeyd run config.json5 pings --otlp http://127.0.0.1:$(cat port) | wc -l
            """)
        #expect(ran.lines == ["3", "3"])
        #expect(ran.errors.contains("the collector answers 500"))
        #expect(ran.errors.contains("metrics cannot be sent"))
        #expect(try shop.run("journeyd run config.json5 pings --otlp https://there").status == 64)
    }
}
