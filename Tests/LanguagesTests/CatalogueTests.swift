import Foundation
import Languages
import TestSupport
import Testing

/// What is said to people has a translation, and nothing is translated by halves.
@Suite struct CatalogueTests {
    /// What is written for programs and for shells, or in both languages where it stands.
    private static let files = [
        "Sources/Languages/", "Sources/Configuration/Language/", "Sources/Configuration/Diagnostics/MessageHelp",
        "Sources/Stories/Beginning/", "Sources/Page/", "Sources/HTTP/", "Sources/Console/MetricsText.swift",
        "Sources/Endpoints/Forms/", "Sources/Endpoints/Live/Greeting.swift",
        "Sources/Events/Formats/Mapping+Text.swift",
        "Sources/Events/Formats/UnusableIds.swift", "Sources/Expressions/Function.swift", "Sources/Analytics/Proof/",
        "Sources/Stories/Scenarios/ScenarioKey.swift", "Sources/Load/WebTarget.swift", "Sources/Telemetry/",
        "Sources/Pipeline/Metering/EngineCounts+Reading.swift",
        "Sources/Pipeline/Metering/IdentityCounts+Reading.swift", "Sources/Journeys/Reload/StateMap.swift",
        "Sources/journeyd/CompletionCommand.swift", "Sources/journeyd/InitCommand.swift",
    ]

    /// Texts that are none for people, or are nothing but what is put into them.
    private static let others: Set<String> = [
        #"{ for: "72h" }"#, "{ on: EVENT_TYPE }", "version: 1, …", #"contiguity: "strict""#, #"for: "30m""#,
        "%1 from %2", " from process %1", "ERR %1 connections are open already; try again later",
        "ERR unfinished lines take %1 bytes already; send shorter ones", "ERR nothing came for %1 ms; closed",
        #""type" :"#, "Google Analytics 4", "%1 and %2", "map(%1, %2)", "journeyd data ", "behind %1", "end of trees",
        "[boosting: ", "[linear_tree: 1]", "total_inactive_file ", "total_active_file ", "inactive_file ",
        "active_file ", "journeyd %1", "journeyd %1 %2", "journeyd %1: %2", "journeyd %1\n", "journeyd eval: ",
        "line %1, ", "%1%2column %3: %4\n%5", "journeyd evaluate: %1", " was", "s were", "journeyd generate: %1",
        "journeyd %1%2", "journeyd load: %1", "journeyd load: %1: %2",
        "journeyd load: %1: %2 %3", "AUTH ", "journeyd run: %1", "journeyd run: %1: %2",
        "journeyd report: %1: %2", "journeyd report: %1 %2", "journeyd repartition: %1 %2",
        "journeyd repartition: %1: %2", "journeyd run: --output: %1 %2", "journeyd configuration", "journeyd scenarios",
        "journeyd run: --admin: %1 %2", "journeyd run: --admin: %1: %2", "an ", "at ", "a column of state",
        "the parts are not the block's", "a plan that follows is made with the projection of the one before",
        "the numbering has no event types", "an action is of a class that there is not",
        "Lines that were lost because what they came from ended within them.",
        // The languages of roff and of HTTP.
        "\"journeyd %1\"", "journeyd \\- ", ".B journeyd\n.I %1\n\\&...\n", ".B journeyd\n", ".SH %1\n", ".SS %1\n",
        ".BR jq (1)\n", "SIGTERM, SIGINT", "LC_ALL, LC_MESSAGES, LANG", "GET, HEAD", "POST, OPTIONS",
        "journeyd generate --events 1000 | journeyd run retail.json5 --summary", "journeyd check retail.json5",
        "journeyd help windows.over", "text/html; charset=utf-8", "; frame-ancestors 'none'",
        "Bearer realm=\"journeyd\"",
        "Basic realm=\"journeyd\"", " ms",
    ]

    private static func isProse(_ text: String) -> Bool {
        let pattern = #/[A-Za-z]{2,}[^A-Za-z]{0,3} |%[1-9] [a-z]{2,}| [a-z]{2,}/#
        return text.contains(pattern) && !text.hasPrefix("<") && !text.hasPrefix("POST ")
            && !text.contains("<failure") && !text.contains("<testcase") && !text.contains("<testsuite")
    }

    /// As texts are looked up: without what lays them out.
    private static func bare(_ text: String) -> String {
        let lines = text.trimmingCharacters(in: .newlines)
        return lines.hasPrefix("  ") || text.hasPrefix("\n") ? String(lines.trimmingPrefix { $0 == " " }) : lines
    }

    @Test func everyTextOfTheSourcesForPeopleHasOne() throws {
        var missing: [String] = []
        var count = 0
        let known = Set(Catalogue.spanish.pairs.map(\.english))
        let sources = Repository.root.appending(path: "Sources")
        for case let file as URL in try #require(
            FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
        where file.pathExtension == "swift" {
            let path = file.path.replacing(Repository.root.path + "/", with: "")
            if Self.files.contains(where: path.hasPrefix) { continue }
            let texts = SourceTexts(try String(contentsOf: file, encoding: .utf8))
            for text in texts.texts where Self.isProse(text.template) && !Self.others.contains(text.template) {
                if texts.isOfPrecondition(text) || texts.isOfMetric(text) { continue }
                count += 1
                let parts = Self.bare(text.template).split(separator: "\n", omittingEmptySubsequences: true)
                let isKnown =
                    known.contains(Self.bare(text.template))
                    || parts.allSatisfy { known.contains(Self.renumbered(String($0))) }
                if !isKnown { missing.append("\(path): \(text.template)") }
            }
        }
        #expect(count > 1000)
        #expect(missing.isEmpty, "\(missing.joined(separator: "\n"))")
    }

    private static func renumbered(_ line: String) -> String {
        var count = 0
        return line.replacing(#/%[1-9]/#) { _ in
            count += 1
            return "%\(count)"
        }
    }

    /// What a translation has places for, its English has; and none says the same.
    @Test func translationsHaveThePlacesOfTheirTexts() {
        for text in Catalogue.spanish.pairs {
            // The rest of a text that ends in a blank is a place, too.
            let rest = text.english.hasSuffix(" ") ? "%1" : ""
            let known = Set((text.english + rest).matches(of: #/%([1-9])/#).map { String($0.1) })
            let used = Set(text.translation.matches(of: #/%'?([1-9])/#).map { String($0.1) })
            #expect(used.isSubset(of: known), "\(text.english)")
        }
    }

    /// No text is English in parts: outside of quotation marks, code and names none has a word that Spanish has not.
    @Test func translationsAreSpanishAsAWhole() {
        let english: Set<String> = [
            "the", "is", "not", "of", "and", "or", "with", "which", "are", "was", "have", "cannot", "its", "it", "to",
            "from", "be", "that", "this", "there", "for", "were", "been", "what", "when", "than", "does",
        ]
        for (text, translation) in Catalogue.spanish.pairs {
            let bare = translation.replacing(#/"[^"]*"|`[^`]*`|\{[^}]*\}/#, with: "")
            let words = bare.matches(of: #/(?:^|[\s(;,])([a-z]+)(?=$|[\s);,])/#).map { String($0.output.1) }
            let left = words.filter(english.contains)
            #expect(left.isEmpty, "\(text): \(left)")
        }
    }

    @Test(arguments: [
        (
            #"main.json5:1:14: expected ',' or '}' after the value of "version", found "emit""#,
            #"main.json5:1:14: se esperaba ',' o '}' detrás del valor de "version" y se encontró "emit""#
        ),
        (
            #"journeyd: "chek" is not a command; did you mean "check"?"#,
            #"journeyd: no existe la orden "chek"; ¿quería decir "check"?"#
        ),
        (
            "a.json5: 4 touchpoints, 1 moment, 6 actions; valid",
            "a.json5: 4 puntos de contacto, 1 momento, 6 acciones; es válida"
        ),
        (
            #"no event came of type "b" or "x", which the configuration names; the most frequent that came: "B", "a" and 3 more ("B" may be "b")"#,
            #"no llegó ningún evento del tipo "b" o "x", que la configuración nombra; los más frecuentes que llegaron: "B", "a" y 3 más ("B" puede ser "b")"#
        ),
        ("out: cannot be written: No space left on device", "out: no se puede escribir: no queda espacio en el disco"),
        ("  2 lines\n  rejected", "  2 lines\n  rechazadas"),
    ])
    func textsAreFoundWithWhatStandsInAndAroundThem(english: String, spanish: String) {
        #expect(Speech(.spanish)(english) == spanish)
        #expect(Speech(.english)(english) == english)
    }

    /// A text is on its line, whatever stands on others.
    @Test func linesAreTranslatedOneByOne() {
        #expect(
            Speech(.spanish)("conversion: late\n  cart: about 2 conversions lost, worth 3\n")
                == "conversión: late\n  cart: unas 2 conversiones perdidas, por valor de 3\n")
    }

    /// Names of users and words for programs are no texts of ours, though they may be the same.
    @Test func namesStay() {
        #expect(Speech(.spanish)("moment late") == "momento late")
        #expect(Speech(.spanish)("moment late, held back by its cooldown") == "momento late, retenidos por su pausa")
        #expect(Speech(.spanish)("decision lines: nothing, because of cap") == "decisión lines: nada, por cap")
        #expect(Speech(.spanish)("no decision: cooldown") == "sin decisión: cooldown")
    }

    /// What users wrote stays as they wrote it.
    @Test(arguments: [
        #"2026-01-01T00:00:00Z  purchase o1 {"note":"held on account and sent to Ana or Bea"}"#,
        "carrito-abandonado 12", "shop: all and sundry", "", "\n\n", #"the "cart" and the "till""#,
    ])
    func whatIsNoTextOfOursStays(text: String) { #expect(Speech(.spanish)(text) == text) }

    @Test func valuesInQuotationMarksStay() {
        #expect(Speech(.spanish)(#""nothing" is not a list; put it in brackets: [ … ]"#).hasPrefix(#""nothing" no es"#))
        #expect(Speech(.spanish)(#"journeyd explain: no event of customer "moment" came"#).hasSuffix(#""moment""#))
    }

    /// Whatever it is given, it comes to an end soon.
    @Test(arguments: ["a and ", "x: ", "\"a, b or c is not ", "; did you mean ", "is is not is, found ", " and a list"])
    func hostileTextsTakeNoLong(piece: String) {
        let text = String(repeating: piece, count: 30)
        // Without bounds this would not come back.
        #expect(Speech(.spanish)(text).utf8.count >= piece.utf8.count)
    }

    @Test func theEnvironmentSaysTheLanguage() {
        func language(_ variables: [String: String]) -> Language { Language(environment: { variables[$0] }) }
        #expect(language([:]) == .english)
        #expect(language(["LANG": "es_ES.UTF-8"]) == .spanish)
        #expect(language(["LANG": "es"]) == .spanish)
        #expect(language(["LANG": "est_EE"]) == .english)
        #expect(language(["LC_ALL": "C", "LANG": "es_ES"]) == .english)
        #expect(language(["LC_ALL": "", "LC_MESSAGES": "es_MX", "LANG": "de_DE"]) == .spanish)
    }
}
