import Decisions
import Endpoints
import Testing

@testable import Configuration

/// What is said of faulty topics: each configuration, and below it the faults with column, path and remedy.
@Suite struct CheckKafkaTests {
    private static func errors(_ text: String) throws -> [String] {
        let found = try Configuration.load(path: "main") { _ throws(FileFault) in Array(text.utf8) }
        return found.diagnostics.all.filter { $0.severity == .error }.map { "\($0.path): \($0.message)" }
    }

    @Test(
        arguments: [
            ("kafka: { commit: '0s' }", "kafka.commit: "), ("kafka: { commit: '11s' }", "kafka.commit: "),
            ("kafka: { partitioner: 'random' }", "kafka.partitioner: "),
            ("kafka: { properties: { 'group.id': 'x' } }", "\"group.id\" is journeyd's own"),
            ("kafka: { properties: { 'Security Protocol': 'x' } }", "is no property's name"),
            ("kafka: { properties: { 'sasl.password': 'x' } }", "a key in the configuration is read by everybody"),
            ("kafka: { brokers: 'x' }", "kafka.brokers: unknown key \"brokers\""),
            ("outputs: [{ to: 'kafka://b:1' }]", "outputs[0].to: \"kafka://b:1\" names no topic"),
            ("outputs: [{ to: 'kafka://b:1/t?group=g' }]", "which only inputs have"),
            ("outputs: [{ to: 'kafka://b:1/t', retry: {} }]", "\"retry\" does not belong here"),
            ("outputs: [{ to: 'kafka://b:1/t' }, { to: 'kafka://b:1/t' }]", "is written to already"),
            ("kafka: {}, policy: { budgets: [{ max: 5, per: 'day' }] }", "policy.budgets[0]: with Kafka a budget"),
            (
                "outputs: [{ to: 'kafka://b:1/t' }], actions: { a: { on: '*', budget: { max: 5, per: 'day' } } }",
                "actions.a.budget: with Kafka a budget"
            ),
            (
                "kafka: {}, policy: { budgets: [{ max: 5, over: '1h', share: 'leased' }] }",
                "policy.budgets[0].share: slices are granted for a day"
            ),
            ("kafka: {}, policy: { budgets: [{ max: 5, per: 'day', share: 'fair' }] }", "policy.budgets[0].share: "),
        ])
    func saysWhatIsWrong(_ sections: String, _ words: String) throws {
        let errors = try Self.errors("{ version: 1, \(sections) }")
        #expect(errors.count == 1 && errors[0].contains(words), "\(errors)")
    }

    @Test func readsWhatIsSaid() throws {
        let text = """
            { version: 1, kafka: { commit: '250ms', partitioner: 'crc32', snapshots: '/mnt/s',
              properties: { 'security.protocol': 'SASL_SSL', 'sasl.password': { file: '/run/secret' } } },
              outputs: [{ to: 'kafka://b:1/t', only: 'decision' }],
              actions: { a: { on: '*', budget: { max: 7, per: 'day', share: 'split' } } },
              policy: { budgets: [{ max: 5, per: 'day', share: 'leased' }] } }
            """
        #expect(try Self.errors(text) == [])
        let found = try Configuration.load(path: "main") { _ throws(FileFault) in Array(text.utf8) }
        let plan = try #require(found.plan)
        var expected = KafkaSettings()
        expected.commit = 250_000
        expected.partitioner = .crc32
        expected.snapshots = "/mnt/s"
        expected.properties = [
            KafkaSettings.Property(name: "security.protocol", value: .plain("SASL_SSL")),
            KafkaSettings.Property(name: "sasl.password", value: .file(path: "/run/secret")),
        ]
        #expect(plan.kafka == expected)
        #expect(plan.outputs[0].target == .kafka(KafkaAddress(brokers: ["b:1"], topic: "t")))
        #expect(plan.policy.budgets[0].share == .leased)
        let parts = (0..<3).map { plan.decisionPlan(of: $0, among: 3).actions[0].budget?.max }
        #expect(parts == [3, 2, 2])
        // Of what is leased, half is split, and the rest the bank's.
        let leased = (0..<3).map { plan.decisionPlan(of: $0, among: 3).policy.budgets[0] }
        #expect(leased.map(\.max) == [1, 1, 0] && leased.allSatisfy { $0.lease?.pool == 3 })
        #expect(plan.decisionPlan.policy.budgets[0].lease == nil)
    }

    @Test func withoutTopicsABudgetNeedsNoShare() throws {
        #expect(try Self.errors("{ version: 1, policy: { budgets: [{ max: 5, per: 'day' }] } }") == [])
    }
}
