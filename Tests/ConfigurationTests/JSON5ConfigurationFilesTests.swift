import Testing

@testable import Configuration

@Suite struct JSON5ConfigurationFilesTests {
    private func load(_ files: [String: String], main: String = "c/main.json5") throws -> (
        tree: String?, faults: [String]
    ) {
        let diagnostics = Diagnostics()
        let root = try ConfigurationFiles.load(main, diagnostics: diagnostics) { path throws(FileFault) in
            guard let text = files[path] else { throw path.hasSuffix("/dir") ? .folder : .missing }
            return Array(text.utf8)
        }
        return (root.map(compact), diagnostics.all.map(\.description))
    }

    @Test func mergesSectionsInTheOrderWritten() throws {
        let (tree, faults) = try load([
            "c/main.json5": "{ version: 1, scores: { b: 2 }, include: ['lib/a.json5', './x/../b.json5'], scores_: 1 }",
            "c/lib/a.json5": "{ include: ['../b.json5', '/abs.json5'], version: 1, scores: { a: 1 }, emit: [] }",
            "c/b.json5": "{ windows: { w: 1 }, scores: { c: 3 }, moments: {} }", "/abs.json5": "{}",
        ])
        #expect(
            tree == "{version:1,scores:{b:2,c:3,a:1},windows:{w:1},moments:{},emit:[],scores_:1}")
        #expect(faults.isEmpty)
    }

    @Test func reportsNamesDefinedTwice() throws {
        let (tree, faults) = try load([
            "c/main.json5": "{ version: 1, include: ['a', 'b'], moments: { x: 1 }, emit: [1] }",
            "c/a": "{ version: 2,\n moments: { x: 2, y: 2 } }", "c/b": "{ emit: [2], windows: 5 }",
        ])
        #expect(tree == "{version:1,moments:{x:2,y:2},emit:[2]}")
        #expect(
            faults == [
                "c/a:1:3: version: \"version\" is set in two files; it is first set at c/main.json5:1:3; keep one",
                "c/b:1:23: windows: 5 is not an object; write { NAME: … }",
                "c/main.json5:1:47: moments.x: \"x\" is defined twice; it is first defined at c/a:2:13; rename one",
                "c/main.json5:1:55: emit: \"emit\" is set in two files; it is first set at c/b:1:3; keep one",
            ])
    }

    @Test(arguments: [
        ("['no']", "c/main.json5:1:13: include[0]: \"c/no\" does not exist; paths are relative to the including file"),
        ("['dir']", "c/main.json5:1:13: include[0]: \"c/dir\" is a folder; paths are relative to the including file"),
        ("'a'", "c/main.json5:1:12: include: \"a\" is not a list; put it in brackets: [ … ]"),
        ("[5]", "c/main.json5:1:13: include[0]: 5 is not text; put it in quotes: \"5\""),
        (
            "['main.json5']",
            "c/main.json5:1:13: include[0]: the file includes itself (c/main.json5 → c/main.json5); "
                + "take one of these out"
        ),
        (
            "['a']",
            "c/a:2:2: include[0]: the file includes itself (c/main.json5 → c/a → c/main.json5); take one of these out"
        ),
        ("['list']", "c/list:1:1: an empty list is not a configuration; write { version: 1, … }"),
        (
            "['bad']",
            "c/bad:1:2: expected a key or '}', found the end of the file; the '{' of line 1, column 1 is not closed"
        ),
    ])
    func reportsIncludesThatFail(include: String, expected: String) throws {
        let (tree, faults) = try load([
            "c/main.json5": "{ include: \(include), version: 1 }", "c/a": "{ include: [\n './../c/main.json5'] }",
            "c/list": "[]", "c/bad": "{",
        ])
        #expect(faults == [expected])
        #expect(tree == "{version:1}")
    }

    @Test func limitsHowDeepAndHowMany() throws {
        let chain = Dictionary(uniqueKeysWithValues: (0..<20).map { ("\($0)", "{ include: ['\($0 + 1)'] }") })
        let deep = try load(chain, main: "0")
        #expect(deep.faults.count == 1 && deep.faults[0].hasPrefix("15:1:13: include[0]: includes nest more than 16"))

        let names = (0..<300).map { "'\($0)'" }.joined(separator: ",")
        var many = Dictionary(uniqueKeysWithValues: (0..<300).map { ("\($0)", "{}") })
        many["main"] = "{ include: [\(names)] }"
        let faults = try load(many, main: "main").faults
        #expect(faults.first?.contains("more than 256 files") == true)
    }

    @Test func throwsWhereTheMainFileIsMissing() {
        #expect(throws: FileFault.missing) { try load([:]) }
        #expect(throws: FileFault.folder) { try load([:], main: "some/dir") }
    }
}
