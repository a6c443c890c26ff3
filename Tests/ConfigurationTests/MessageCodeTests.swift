import Foundation
import Languages
import TestSupport
import Testing

@testable import Configuration

/// The catalogue of messages: each code is what its page says it is.
@Suite struct MessageCodeTests {
    @Test(arguments: MessageCode.allCases) func comesWithItsExampleAndNotWithTheMendedOne(code: MessageCode) throws {
        let help = code.help
        for text in [help.meaning.english, help.meaning.spanish, help.remedy.english, help.remedy.spanish] {
            #expect(text.hasSuffix(".") || text.hasSuffix("`"), "\(code.name): \(text)")
        }
        #expect(help.meaning.english != help.meaning.spanish)
        #expect(help.remedy.english != help.remedy.spanish)
        if let said = MessagePage.said(of: code, .english) {
            let spanish = try #require(MessagePage.said(of: code, .spanish))
            #expect(said != spanish, "\(code.name) is not translated: \(said)")
        }
        guard let faulty = help.faulty else {
            let isShown = help.example != nil || [.notUTF8, .tooLarge, .scores, .scenario].contains(code)
            #expect(isShown, "\(code.name) has no example")
            return
        }
        #expect(MessagePage.diagnostics(of: faulty).contains { $0.code == code }, "\(code.name): \(faulty)")
        if let mended = help.mended {
            let left = MessagePage.diagnostics(of: mended)
            #expect(!left.contains { $0.code == code || $0.severity == .error }, "\(code.name): \(left)")
        }
    }

    /// What is said while a run goes on has the code under which the catalogue documents it.
    @Test(arguments: MessageCode.allCases) func theCatalogueKnowsTheCodeOfItsExample(code: MessageCode) {
        guard let example = code.help.example else { return }
        #expect(Catalogue.spanish.code(of: example) == code.name, "\(example)")
    }

    @Test func namesAreFourDigitsAndFoundInAnyCase() {
        #expect(MessageCode.notAnAmount.name == "JD0205")
        #expect(MessageCode(name: "jd0205") == .notAnAmount)
        #expect(MessageCode(name: "JD205") == nil)
        #expect(Set(MessageCode.allCases.map(\.name)).count == MessageCode.allCases.count)
    }

    @Test func whatNoExampleShowsHasItsCodeAll() throws {
        func codes(_ bytes: [UInt8]) throws -> [MessageCode] {
            try Configuration.load(path: "main") { _ throws(FileFault) in bytes }.diagnostics.all.map(\.code)
        }
        #expect(try codes([0xFF, 0xFE, 0x7B]) == [.notUTF8])
        #expect(try codes([0x7B, 0x80]) == [.notUTF8])
        #expect(try codes(Array(repeating: 0x20, count: ConfigurationFiles.byteLimit + 1)) == [.tooLarge])
        let terms = Array(repeating: "{ value: 1, weight: 1 }", count: 1001).joined(separator: ", ")
        #expect(try codes(Array("{ version: 1, scores: { risk: { terms: [\(terms)] } } }".utf8)).contains(.scores))
    }

    @Test(arguments: [("docs/messages.md", Language.english), ("docs/es/mensajes.md", .spanish)])
    func isWhatThePageShows(path: String, language: Language) throws {
        let mark = "<!-- the program writes what follows -->\n\n"
        let page = Repository.root.appending(path: path)
        let written = try String(contentsOf: page, encoding: .utf8)
        let place = try #require(written.range(of: mark), "the page has lost its mark")
        let expected = written[..<place.upperBound] + MessagePage.page(language)
        if ProcessInfo.processInfo.environment["WRITE_REFERENCE"] != nil {
            try String(expected).write(to: page, atomically: true, encoding: .utf8)
        } else {
            #expect(written == expected, "run Scripts/write-reference")
        }
    }

    // MARK: Reports

    private func report(_ form: DiagnosticReport, _ text: String) throws -> String {
        let loaded = try Configuration.load(path: "a b.json5") { _ throws(FileFault) in Array(text.utf8) }
        return form.text(path: "a b.json5", version: "1.2.3", diagnostics: loaded.diagnostics)
    }

    private static let faulty = "{ version: 1, moments: { \"50%,\": { when: true, cooldown: \"5 mins\" } } }"

    @Test func reportsAsOneJSONObject() throws {
        let text = try report(.json, Self.faulty)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(object["valid"] as? Bool == false)
        #expect(object["errors"] as? Int == 1)
        let messages = try #require(object["messages"] as? [[String: Any]])
        let first = try #require(messages.first { $0["severity"] as? String == "error" })
        #expect(first["code"] as? String == "JD0205")
        #expect(first["line"] as? Int == 1)
        #expect(first["column"] as? Int == 58)
        #expect(text.hasSuffix("}\n") && text.count { $0 == "\n" } == 1)
        #expect(try report(.json, "{ version: 1 }").contains("\"valid\":true"))
    }

    @Test func reportsAsSARIFWithARuleForEachCode() throws {
        let text = try report(.sarif, Self.faulty)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(object["version"] as? String == "2.1.0")
        let run = try #require((object["runs"] as? [[String: Any]])?.first)
        let driver = try #require((run["tool"] as? [String: Any])?["driver"] as? [String: Any])
        let rules = try #require(driver["rules"] as? [[String: Any]]).compactMap { $0["id"] as? String }
        for result in try #require(run["results"] as? [[String: Any]]) {
            let index = try #require(result["ruleIndex"] as? Int)
            #expect(rules[index] == result["ruleId"] as? String)
        }
        #expect(text.contains("\"uri\": \"a%20b.json5\""))
        #expect(text.contains("\"startColumn\": 58"))
    }

    @Test func reportsAsCommandsOfAWorkflow() throws {
        let lines = try report(.github, Self.faulty).split(separator: "\n")
        let fault = try #require(lines.first { $0.hasPrefix("::error") })
        #expect(fault.hasPrefix("::error file=a b.json5,line=1,col=58,title=JD0205::moments"))
        #expect(fault.contains("50%25,"))
    }
}
