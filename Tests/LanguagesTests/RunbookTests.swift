import Foundation
import Languages
import TestSupport
import Testing

/// The runbook has whatever a run says that asks for something.
@Suite struct RunbookTests {
    private static func sources() throws -> [String] {
        let folder = Repository.root.appending(path: "Sources")
        let files = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
        return try files.compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }
            .map { try String(contentsOf: $0, encoding: .utf8) }
    }

    /// The messages of warnings and errors: what stands in quotation marks behind `.warn(` and `.error(` of a log.
    private static func messages() throws -> Set<String> {
        var messages: Set<String> = []
        for source in try sources() {
            for match in source.matches(of: #/(?:log\??\.(?:warn|error)\(|tell\(\s*\.(?:warn|error),)\s*"([^"\\]+)"/#) {
                messages.insert(String(match.output.1))
            }
        }
        return messages
    }

    /// What a log is given to say, at whatever level; of two texts between which it chooses, both.
    private static func logged() throws -> Set<String> {
        var messages: Set<String> = []
        let call =
            #/[lL]og(?:\(format: \.json\))?\??\.(?:(?:debug|info|warn|error)\(|tell\(\s*\.?(?:[a-z.: ?]+|[a-z]+ == nil[^,]*),)\s*((?:[a-zA-Z]+\s*\?\s*)?"[^"\\]+"(?:\s*:\s*"[^"\\]+")?)/#
        for source in try sources() {
            for match in source.matches(of: call) {
                for text in match.output.1.matches(of: #/"([^"]+)"/#) { messages.insert(String(text.output.1)) }
            }
        }
        return messages
    }

    /// A line of a log has a code, by which it is found in the pages whatever the language and the version.
    @Test func everyMessageOfALogHasACode() throws {
        let messages = try Self.logged()
        #expect(messages.count > 40)
        #expect(messages.isSuperset(of: ["ready", "line rejected", "cell stopped", "lines were dropped", "stopped"]))
        for message in messages { #expect(Catalogue.spanish.code(of: message) != nil, "\(message)") }
    }

    @Test func namesEveryWarningAndError() throws {
        let page = try Repository.text("docs/runbook.md")
        let messages = try Self.messages()
        #expect(messages.count > 12)
        for message in messages { #expect(page.contains("`" + message.prefix(24)), "\(message)") }
    }

    /// What a rule or the runbook asks about is counted by that name.
    @Test(arguments: ["docs/runbook.md", "Scripts/monitoring/alerts.yml", "Scripts/monitoring/grafana.json"])
    func asksOnlyForMetricsThatThereAre(path: String) throws {
        var known: Set<String> = ["journeyd_build_info"]
        for source in try Self.sources() {
            for match in source.matches(of: #/"(journeyd_[a-z_]+)"/#) {
                known.insert(String(match.output.1))
            }
        }
        let page = try Repository.text(path)
        let asked = Set(page.matches(of: #/journeyd_[a-z_]+[a-z]/#).map { String($0.output) })
        #expect(asked.count > 8)
        for name in asked {
            let plain = ["_bucket", "_count", "_sum"].reduce(name) {
                $0.hasSuffix($1) ? String($0.dropLast($1.count)) : $0
            }
            #expect(known.contains(plain), "\(name)")
        }
    }
}
