import Foundation
import Storage
import TestSupport
import Testing

@testable import Configuration

/// The schema says of a configuration's shape what `check` says.
@Suite struct LanguageSchemaTests {
    private static let schema = LanguageSchema.tree(
        Configuration.sections, title: "journeyd configuration", address: "urn:test")

    private func texts<Key: SectionKey>(of section: Key.Type) -> [String] {
        [section.about]
            + section.allCases.filter { if case .later = $0.entry.form { false } else { true } }
            .map(\.entry.meaning)
    }

    @Test(arguments: SectionKeyTests.sections) func hasEveryTextInSpanish(section: SectionKeyTests.Section) {
        let missing = texts(of: section.keys).filter { SpanishReference.text(of: $0) == nil }
        #expect(missing == [], "add them to SpanishReference")
    }

    @Test func hasADefinitionForEverySection() throws {
        guard case .object(let members) = Self.schema, case .object(let definitions)? = members.last?.value else {
            Issue.record("no definitions")
            return
        }
        #expect(definitions.count == Set(SectionKeyTests.sections.map { ObjectIdentifier($0.keys) }).count)
        #expect(Set(definitions.map(\.key)).count == definitions.count)
    }

    /// A configuration, and what `check` says of it.
    private struct Trial {
        let tree: JSONTree
        let codes: Set<MessageCode>

        init(_ tree: JSONTree) throws {
            self.tree = tree
            let text = Array(tree.line.utf8)
            codes = Set(
                try Configuration.load(path: "main") { path throws(FileFault) in
                    if path == "main" { return text }
                    throw .missing
                }.diagnostics.all.filter { $0.severity == .error }.map(\.code))
        }

        var hasFaultOfShape: Bool { codes.contains { $0.isOfShape } }
        /// What a schema may say too, and need not.
        var mayBeRefused: Bool {
            hasFaultOfShape || !codes.isDisjoint(with: [.amountOutOfRange, .nameForm, .misplacedKey, .configuration])
        }
    }

    /// Configurations to begin with: what is shipped, and the example of each key, with what they include.
    private static let bases: [JSONTree] = {
        var bases: [JSONTree] = []
        for name in ["retail", "loan", "subscription", "journey_map", "minimal"] {
            let root = try? ConfigurationFiles.load(
                Repository.root.appending(path: "Config/\(name).json5").path, diagnostics: Diagnostics()
            ) { path throws(FileFault) in
                guard let data = FileManager.default.contents(atPath: path) else { throw .missing }
                return [UInt8](data)
            }
            if let root { bases += Array(repeating: root.tree, count: 3) }
        }
        for section in SectionKeyTests.sections { bases += examples(of: section, section.keys) }
        return bases
    }()

    private static func examples<Key: SectionKey>(of section: SectionKeyTests.Section, _ keys: Key.Type) -> [JSONTree] {
        keys.allCases.compactMap { key in
            if case .later = key.entry.form { return nil }
            let beside = key.entry.beside.isEmpty ? "" : ", \(key.entry.beside)"
            let text = section.wrap("\(key.rawValue): \(key.entry.example)\(beside)")
            let loaded = try? ConfigurationFiles.load("main", diagnostics: Diagnostics()) { _ throws(FileFault) in
                Array((text.contains("'names'") ? text.replacing("include: ['names'], ", with: "") : text).utf8)
            }
            return (loaded ?? nil)?.tree
        }
    }

    @Test func refusesTheShapesThatCheckRefuses() throws {
        guard let python = Python.with("jsonschema") else { return }
        var numbers = SeededNumbers(seed: 22)
        var trials: [Trial] = []
        for base in Self.bases {
            trials.append(try Trial(base))
            for _ in 0..<2 { trials.append(try Trial(TreeMutation.one(of: base, &numbers))) }
        }
        let verdicts = try python.run(
            """
            import json, sys
            from jsonschema import Draft202012Validator as V
            schema = json.loads(sys.stdin.readline())
            V.check_schema(schema)
            validator = V(schema)
            for line in sys.stdin: print(int(validator.is_valid(json.loads(line))))
            """,
            input: ([Self.schema] + trials.map(\.tree)).map(\.line).joined(separator: "\n") + "\n"
        ).split(separator: "\n").map { $0 == "1" }
        try #require(verdicts.count == trials.count)
        var refused = 0
        for (trial, isValid) in zip(trials, verdicts) {
            if trial.hasFaultOfShape {
                refused += 1
                #expect(!isValid, "\(trial.codes.map(\.name).sorted()) in \(trial.tree.line.prefix(2000))")
            }
            if !isValid {
                #expect(
                    trial.mayBeRefused,
                    "the schema alone refuses \(trial.codes.map(\.name)): \(trial.tree.line.prefix(2000))")
            }
        }
        #expect(refused > trials.count / 4)
    }
}

/// Changes one thing somewhere in a configuration.
enum TreeMutation {
    static func one(of tree: JSONTree, _ numbers: inout SeededNumbers) -> JSONTree {
        switch tree {
        case .object(var members) where !members.isEmpty:
            let index = numbers.below(members.count)
            switch numbers.below(12) {
            case 0: members.remove(at: index)
            case 1: members[index].key += "x"
            case 2: members.append(("mystery", .whole(1)))
            case 3: members[index].value = other(than: members[index].value, &numbers)
            default: members[index].value = one(of: members[index].value, &numbers)
            }
            return .object(members)
        case .list(var elements) where !elements.isEmpty:
            let index = numbers.below(elements.count)
            if numbers.isTrue(of: 6) { return .list([]) }
            elements[index] = one(of: elements[index], &numbers)
            return .list(elements)
        default: return other(than: tree, &numbers)
        }
    }

    private static func other(than tree: JSONTree, _ numbers: inout SeededNumbers) -> JSONTree {
        numbers.one(of: [
            .null, .flag(true), .whole(-3), .whole(7_000_000_000_000), .number(0.25), .text(""), .text("nonsense"),
            .text("5 minutes"), .text("1h30m"), .text("0s"), .text("*"), .list([]), .list([.text("purchase")]),
            .list([.whole(1)]), .object([]), .object([("mystery", .text("yes"))]),
        ])
    }
}

/// Python with a library, where it can be had: `Scripts/install-clients` puts it beside the build.
struct Python {
    private let path: String

    static func with(_ library: String) -> Python? {
        for path in [Repository.root.appending(path: ".build/clients/bin/python").path, "/usr/bin/python3"]
        where FileManager.default.isExecutableFile(atPath: path) {
            let python = Python(path: path)
            if (try? python.run("import \(library); print(1)", input: "")) == "1\n" { return python }
        }
        return nil
    }

    func run(_ program: String, input: String) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = ["-c", program]
        let (given, answer) = (Pipe(), Pipe())
        process.standardInput = given
        process.standardOutput = answer
        process.standardError = FileHandle.nullDevice
        try process.run()
        let writing = given.fileHandleForWriting
        Thread.detachNewThread {
            try? writing.write(contentsOf: Data(input.utf8))
            try? writing.close()
        }
        let output = answer.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: output, as: UTF8.self)
    }
}
