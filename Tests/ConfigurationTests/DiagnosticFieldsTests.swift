import Testing

@testable import Configuration

@Suite struct DiagnosticFieldsTests {
    private func messages(_ text: String, _ read: (Fields<AnyKey>) -> Void) throws -> [String] {
        let diagnostics = Diagnostics()
        let node = try #require(parse(text, diagnostics), "\(diagnostics.rendered())")
        let done: Bool? = Reader(node, diagnostics: diagnostics).object(AnyKey.self) { fields in
            read(fields)
            return true
        }
        #expect(done == true)
        return diagnostics.all.map(\.description)
    }

    @Test func reportsAllFaultsAtOnce() throws {
        let text = """
            { moments: {
                cart: { kind: 5, sequnce: [], zzzzzz: 1,
                        sequence: [ { as: "cart", on: "add" }, { not: "purchase", for: "30 mins" } ] },
            } }
            """
        let found = try messages(text) { root in
            for moment in root.definitions("moments") {
                _ = moment.reader.object(AnyKey.self) { fields in
                    _ = fields.string("kind")
                    return fields.list("sequence") { step in
                        step.object(AnyKey.self) { step -> Bool? in
                            _ = (step.string("as"), step.strings("on"), step.strings("not"))
                            return step["for"]?.duration() != nil
                        }
                    }
                }
            }
        }
        #expect(
            found == [
                "f:2:19: moments.cart.kind: 5 is not text; put it in quotes: \"5\"",
                "f:2:22: moments.cart.sequnce: unknown key \"sequnce\"; did you mean \"sequence\"?",
                "f:2:35: moments.cart.zzzzzz: unknown key \"zzzzzz\"; the keys are \"kind\", \"sequence\"",
                "f:3:76: moments.cart.sequence[1].for: \"30 mins\" is not a duration; write \"30m\"",
            ])
    }

    @Test(arguments: [
        ("{ to: 'x' }", []), ("{}", ["f:1:1: \"to\" is missing; write { to: … }"]),
        ("{ too: 'x' }", ["f:1:3: too: unknown key \"too\"; did you mean \"to\"?"]),
        ("{ to: 1 }", ["f:1:7: to: 1 is not text; put it in quotes: \"1\""]),
    ])
    func reportsWhatIsMissing(text: String, expected: [String]) throws {
        #expect(try messages(text) { _ = $0.required("to")?.string() } == expected)
    }

    @Test(arguments: [
        ("{ sum: 1 }", ["sum"], []),
        ("{ sum: 1, count: true }", ["sum"], ["f:1:11: count: \"count\" does not go with \"sum\" at f:1:3; keep one"]),
        ("{}", [], ["f:1:1: one key of \"count\", \"sum\" is missing; write one of them"]),
    ])
    func choosesOneKey(text: String, key: [String], expected: [String]) throws {
        var chosen: [String] = []
        let found = try messages(text) { fields in
            chosen = fields.one(of: ["count", "sum"]).map { [$0.key.rawValue] } ?? []
        }
        #expect(chosen == key && found == expected)
    }

    @Test func refusesKeysThatMakeNoSense() throws {
        let found = try messages("{ as: 'x', for: '1s' }") { fields in
            _ = fields.string("as")
            fields.refuse(["for", "until"], "\"for\" is about a closing \"not\"")
        }
        #expect(found == ["f:1:12: for: \"for\" does not belong here: \"for\" is about a closing \"not\""])
    }

    @Test(arguments: ["5", "[]", "'x'", "null"])
    func rejectsWhatIsNoObject(value: String) throws {
        let found = try messages("{ a: \(value), b: \(value) }") { fields in
            _ = fields.object("a", AnyKey.self) { _ in true }
            _ = fields.definitions("b")
        }
        #expect(found.count == 2 && found.allSatisfy { $0.contains("is not an object; write {") })
    }
}

/// Whatever key a test asks for.
struct AnyKey: SectionKey, ExpressibleByStringLiteral {
    static let about = ""
    static let allCases: [AnyKey] = []

    let rawValue: String
    var entry: KeyEntry { KeyEntry(.other("anything"), example: "1", "") }

    init(rawValue: String) { self.rawValue = rawValue }
    init(stringLiteral key: String) { rawValue = key }
}
