import Testing

@testable import Configuration

/// Templates and rates of outputs, as `check` reads them.
@Suite struct CheckTemplateTests {
    private func messages(_ output: String) throws -> [String] {
        let text = "{ version: 1, outputs: [{ to: 'https://example.com/hook', \(output) }] }"
        return try Configuration.load(path: "main") { _ throws(FileFault) in Array(text.utf8) }.diagnostics.all.map {
            "\($0.path): \($0.message)"
        }
    }

    @Test func takesTemplatesAndRates() throws {
        #expect(
            try messages("as: { template: { a: 'customer_id', b: [1, true, null, { c: 'line.payload.x' }] } }") == [])
        #expect(try messages("rate: { max: 10, per: '1s' }") == [])
    }

    @Test(arguments: [
        ("as: { template: 'customer_id' }", "outputs[0].as.template: \"customer_id\" is no template"),
        ("as: { template: { a: 'custmer_id' } }", "outputs[0].as.template.a: "),
        ("as: { template: { a: [{ b: '1 +' }] } }", "outputs[0].as.template.a[0].b: "),
        ("as: { template: { a: Infinity } }", "outputs[0].as.template.a: Infinity is not a finite number"),
        ("as: 'template'", "outputs[0].as: \"template\" is not known here"),
        ("as: { template: {} }, batch: 2", "outputs[0].batch: a request of the form \"template\" has one line"),
        ("rate: { max: 0, per: '1s' }", "outputs[0].rate.max: 0 is out of range"),
        ("rate: { max: 1 }", "outputs[0].rate: \"per\" is missing"),
    ])
    func saysWhatIsWrong(_ output: String, _ message: String) throws {
        let said = try messages(output)
        #expect(said.contains { $0.hasPrefix(message) }, "\(said)")
    }
}
