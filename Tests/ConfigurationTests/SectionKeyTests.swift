import Testing

@testable import Configuration

/// Holds what the reference says of each key to what is read.
@Suite struct SectionKeyTests {
    /// A section, and how a configuration is written that has nothing in it but one text.
    struct Section: Sendable, CustomTestStringConvertible {
        let keys: any SectionKey.Type
        /// As diagnostics say it, without the dot behind.
        let path: String
        let wrap: @Sendable (String) -> String

        var testDescription: String { "\(keys)" }
    }

    static let sections: [Section] = {
        var found = [Section(keys: RootKey.self, path: "") { "{ \($0) }" }]
        var next = 0
        while next < found.count {
            let section = found[next]
            found += inner(section, section.keys).filter { new in !found.contains { $0.keys == new.keys } }
            next += 1
        }
        return found
    }()

    private static func inner<Key: SectionKey>(_ section: Section, _ keys: Key.Type) -> [Section] {
        var found: [Section] = []
        for key in Key.allCases {
            let beside = key.entry.beside.isEmpty ? "" : ", \(key.entry.beside)"
            let path = section.path.isEmpty ? key.rawValue : "\(section.path).\(key.rawValue)"
            let version = section.path.isEmpty ? "version: 1, include: ['names'], " : ""
            look(key.entry.form, path) { section.wrap("\(version)\(key.rawValue): \($0)\(beside)") }
        }
        func look(_ form: ValueForm, _ path: String, _ wrap: @escaping @Sendable (String) -> String) {
            switch form {
            case .object(let keys): found.append(Section(keys: keys, path: path) { wrap("{ \($0) }") })
            case .named(let value): look(value, path + ".it") { wrap("{ it: \($0) }") }
            case .list(let element): look(element, path + "[0]") { wrap("[\($0)]") }
            case .oneOrMore(let element): look(element, path, wrap)
            case .either(let first, let second):
                look(first, path, wrap)
                look(second, path, wrap)
            default: break
            }
        }
        return found
    }

    /// Names that the examples use.
    private static let names = """
        {
          profile: { timezone: { on: "*", from: "event.properties.zone" }, country: { on: "*", from: "event.properties.country" } },
          windows: {
            orders: { count: true, on: "purchase" }, spend: { sum: "event.properties.price", on: "purchase" },
            preferred: { mode: "event.channel" },
          },
          models: {
            churn: { file: "churn.lgb.txt", features: { recency: "windows.orders" } },
            accept: { file: "accept.lgb.txt", features: { recency: "windows.orders" } },
          },
          moments: { cart_abandoned: { when: "windows.orders > 3" } },
          actions: { coupon: { on: "cart_abandoned", channels: ["email", "phone"], group: "discount" } },
        }
        """

    private static let accounts = """
          identity: { account: "/account" },
        }
        """

    private static let model = """
        tree
        version=v4
        num_class=1
        num_tree_per_iteration=1
        objective=binary sigmoid:1
        feature_names=recency

        Tree=0
        num_leaves=1
        num_cat=0
        leaf_value=0.1

        end of trees
        """

    private func errors(_ text: String) throws -> [(path: String, message: String)] {
        // Accounts are known where the section `identity` names them.
        let names = text.contains(#"of: "account""#) ? String(Self.names.dropLast(2)) + Self.accounts : Self.names
        let found = try Configuration.load(path: "main") { path throws(FileFault) in
            Array((path == "main" ? text : path.hasSuffix(".txt") ? Self.model : names).utf8)
        }
        return found.diagnostics.all.filter { $0.severity == .error }.map { ("\($0.path)", $0.message) }
    }

    private func faults<Key: SectionKey>(ofExamplesIn section: Section, _ keys: Key.Type) throws -> [String] {
        var faults: [String] = []
        for key in Key.allCases {
            if case .later = key.entry.form { continue }
            let path = section.path.isEmpty ? key.rawValue : "\(section.path).\(key.rawValue)"
            let rest = key.entry.beside.isEmpty ? "" : ", \(key.entry.beside)"
            let text = section.wrap("\(key.rawValue): \(key.entry.example)\(rest)")
            faults += try errors(text).filter {
                "\($0.path).".hasPrefix(path + ".") || "\($0.path)".hasPrefix(path + "[")
            }
            .map { "\($0.path): \($0.message) in \(text)" }
        }
        return faults
    }

    @Test(arguments: sections) func acceptsTheExampleOfEachKey(section: Section) throws {
        #expect(try faults(ofExamplesIn: section, section.keys) == [])
    }

    private func missing<Key: SectionKey>(in section: Section, _ keys: Key.Type) throws -> (
        said: [String], documented: [String]
    ) {
        let said = try errors(section.wrap("")).filter {
            $0.path == section.path && $0.message.contains(" is missing; write { ")
        }
        let documented = Key.allCases.filter { if case .required = $0.entry.usual { true } else { false } }
        return (said.map { String($0.message.split(separator: "\"")[0]) }.sorted(), documented.map(\.rawValue).sorted())
    }

    @Test(arguments: sections) func asksForTheKeysThatTheReferenceCallsRequired(section: Section) throws {
        let (said, documented) = try missing(in: section, section.keys)
        #expect(said == documented)
    }

    @Test func findsEverySection() {
        #expect(Self.sections.count >= 25)
    }

    /// A key that is asked for by another form than its entry's stops the process; one whose default differs is a lie.
    @Test(arguments: [
        (0, "0s"), (1000, "1ms"), (1_500_000, "1500ms"), (90_000_000, "90s"), (604_800_000_000, "7d"), (1, "0.001ms"),
    ])
    func writesDurationsInTheLargestUnit(microseconds: Int64, text: String) {
        #expect(Measure.duration.text(microseconds) == text)
    }
}
