import Foundation
import TestSupport
import Testing

/// The dashboard is one that Grafana takes, as far as that can be told without it.
@Suite struct DashboardTests {
    private struct Dashboard: Decodable {
        struct Source: Decodable, Equatable {
            let type: String
            let uid: String
        }

        struct Target: Decodable {
            let expr: String
            let refId: String
            let legendFormat: String
            let datasource: Source
        }

        struct Place: Decodable {
            let (x, y, w, h): (Int, Int, Int, Int)

            enum CodingKeys: CodingKey { case x, y, w, h }

            init(from decoder: any Decoder) throws {
                let values = try decoder.container(keyedBy: CodingKeys.self)
                (x, y) = (try values.decode(Int.self, forKey: .x), try values.decode(Int.self, forKey: .y))
                (w, h) = (try values.decode(Int.self, forKey: .w), try values.decode(Int.self, forKey: .h))
            }

            func overlaps(_ other: Place) -> Bool {
                x < other.x + other.w && other.x < x + w && y < other.y + other.h && other.y < y + h
            }
        }

        struct Override: Decodable {
            struct Matcher: Decodable {
                let id: String
                let options: String
            }

            let matcher: Matcher
        }

        struct Fields: Decodable {
            struct Defaults: Decodable { let unit: String }

            let defaults: Defaults
            let overrides: [Override]
        }

        struct Panel: Decodable {
            let id: Int
            let type: String
            let title: String
            let gridPos: Place
            let datasource: Source?
            let targets: [Target]?
            let fieldConfig: Fields?
        }

        struct Variable: Decodable {
            let name: String
            let type: String
            let query: String
        }

        struct Templating: Decodable { let list: [Variable] }

        let uid: String
        let title: String
        let schemaVersion: Int
        let templating: Templating
        let panels: [Panel]
    }

    private let dashboard: Dashboard

    init() throws {
        dashboard = try JSONDecoder().decode(
            Dashboard.self, from: Data(try Repository.text("Scripts/monitoring/grafana.json").utf8))
    }

    private var queries: [String] { dashboard.panels.flatMap { $0.targets ?? [] }.map(\.expr) }

    @Test func panelsStandBesideEachOtherOnTheGrid() {
        #expect(!dashboard.uid.isEmpty && !dashboard.title.isEmpty && dashboard.schemaVersion >= 36)
        #expect(Set(dashboard.panels.map(\.id)).count == dashboard.panels.count)
        for (index, panel) in dashboard.panels.enumerated() {
            let place = panel.gridPos
            #expect(
                place.x >= 0 && place.y >= 0 && place.w > 0 && place.h > 0 && place.x + place.w <= 24, "\(panel.title)")
            for other in dashboard.panels[..<index] {
                #expect(!place.overlaps(other.gridPos), "\(panel.title) and \(other.title)")
            }
        }
    }

    /// What asks, asks the source that the reader chose, and says what each series is.
    @Test func everyPanelAsksTheChosenSource() {
        for panel in dashboard.panels where panel.type != "row" {
            #expect(panel.datasource == .init(type: "prometheus", uid: "${datasource}"), "\(panel.title)")
            let targets = panel.targets ?? []
            #expect(!targets.isEmpty, "\(panel.title)")
            #expect(Set(targets.map(\.refId)).count == targets.count, "\(panel.title)")
            for target in targets {
                #expect(target.datasource == panel.datasource && !target.legendFormat.isEmpty, "\(panel.title)")
            }
            #expect(panel.fieldConfig?.defaults.unit.isEmpty == false, "\(panel.title)")
            for matcher in (panel.fieldConfig?.overrides ?? []).map(\.matcher) {
                #expect(
                    matcher.id == "byName" && targets.contains { $0.legendFormat == matcher.options }, "\(panel.title)")
            }
        }
    }

    @Test func everyVariableIsThere() {
        let known = Set(dashboard.templating.list.map(\.name) + ["__rate_interval"])
        let texts = queries + dashboard.templating.list.map(\.query)
        for text in texts {
            for match in text.matches(of: #/\$\{?([A-Za-z_]+)/#) {
                #expect(known.contains(String(match.output.1)), "\(text)")
            }
        }
        #expect(known.contains("datasource") && queries.allSatisfy { $0.contains("$job") })
    }

    /// Prometheus reads each query, once the variables stand for something.
    @Test func promtoolReadsEveryQuery() throws {
        let shop = try Workshop()
        let rules = queries.enumerated().map { number, query in
            let asked = query.replacing("$__rate_interval", with: "1m").replacing("$job", with: "j")
                .replacing("$instance", with: ".*")
            return "      - record: query:\(number)\n        expr: '\(asked.replacing("'", with: "''"))'\n"
        }
        try shop.write("queries.yml", "groups:\n  - name: queries\n    rules:\n" + rules.joined())
        try shop.write(
            "broken.yml", "groups:\n  - name: queries\n    rules:\n      - record: a\n        expr: 'sum(a'\n")
        let ran = try shop.run(
            """
            command -v promtool >/dev/null || exit 0
            promtool check rules queries.yml && ! promtool check rules broken.yml 2>/dev/null
            """)
        #expect(ran.status == 0, "\(ran.output) \(ran.errors)")
    }
}
