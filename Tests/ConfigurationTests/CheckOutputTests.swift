import Endpoints
import Events
import Testing

@testable import Configuration

/// What is said of faulty outputs, and what is read of good ones.
@Suite struct CheckOutputTests {
    /// What is wrong with one output, without its place.
    private func faults(_ output: String) throws -> [String] {
        let (plan, found) = try loaded("{ version: 1, outputs: [\(output)] }")
        #expect((plan == nil) == !found.isEmpty)
        return found.map { String($0.drop { $0 != " " }.dropFirst()) }
    }

    @Test(arguments: [
        ("to: 'tcp://host'", "to: \"tcp://host\" has no port; write \"tcp://HOST:PORT\""),
        ("to: 'tcp://:5'", "to: \"tcp://:5\" names no host; write \"tcp://HOST:PORT\""),
        ("to: 'tcp://a:70000'", "to: \"tcp://a:70000\" has no port from 1 to 65535; write \"tcp://HOST:PORT\""),
        (
            "to: 'tcp://::1:5'",
            "to: \"tcp://::1:5\" has an address with colons; put it in brackets: \"tcp://[::1]:PORT\""
        ),
        ("to: 'unix://'", "to: \"unix://\" names no socket; write \"unix://PATH\""),
        ("to: 'exec:'", "to: \"exec:\" names no command; write \"exec:COMMAND\""),
        ("to: 'https://'", "to: \"https://\" names no host; write \"https://HOST/PATH\""),
        ("to: 'http://a/ b'", "to: \"http://a/ b\" has blanks or characters outside ASCII; write them as %XX"),
        (
            "to: 'stdout', spool: 's'",
            "spool: \"spool\" does not belong here: lines for standard output and files are written at once, and the run waits"
        ),
        (
            "to: 'tcp://a:5', headers: {}",
            "headers: \"headers\" does not belong here: only what is posted to a URL is answered, line by line"
        ),
        ("to: 'http://a', as: 'slak'", "as: \"slak\" is not known here; did you mean \"slack\"?"),
        (
            "to: 'http://a', as: 'slack', batch: 2",
            "batch: a request of the form \"slack\" has one line; leave \"batch\" out"
        ),
        (
            "to: 'http://a', as: 'pagerduty', routing_key: 'k'",
            "routing_key: a key in the configuration is read by everybody; write { file: \"PATH\" } or { env: \"NAME\" }"
        ),
        ("to: 'http://a', as: 'pagerduty'", ": \"routing_key\" is missing; write { routing_key: … }"),
        (
            "to: 'exec:x', as: 'pagerduty', routing_key: { env: 'K' }",
            "as: \"pagerduty\" is a form of requests; write to: \"https://events.pagerduty.com/v2/enqueue\""
        ),
        (
            "to: 'http://a', severity: 'info'",
            "severity: \"severity\" does not belong here: only the form \"pagerduty\" has it"
        ),
        (
            "to: 'http://a', retry: { min: '2s', max: '1s' }",
            "retry.min: the shortest pause, \"min\", is longer than the longest, \"max\"; swap them"
        ),
        (
            "to: 'http://a', retry: { tries: 3 }",
            "retry.tries: unknown key \"tries\"; the keys are \"min\", \"max\", \"attempts\", \"retry_after_max\""
        ),
        ("to: 'http://a', spool: { limit: '1MiB' }", "spool: \"folder\" is missing; write { folder: … }"),
        (
            "to: 'http://a', spool: { folder: 's', limit: '1KiB' }",
            "spool.limit: \"1KiB\" is out of range; write a size from 65536 to 1099511627776 bytes"
        ),
        (
            "to: 'http://a', spool: 's', queue: '1MiB'",
            "queue: \"queue\" does not belong here: lines wait in the spool; write spool: { folder: …, limit: … }"
        ),
        (
            "to: 'http://a', headers: { 'a b': 'x' }",
            "headers[\"a b\"]: \"a b\" is no header's name; write letters, digits and -"
        ),
        (
            "to: 'http://a', headers: { A: { fil: 'x' } }",
            "headers.A.fil: unknown key \"fil\"; did you mean \"file\"?"
        ),
        (
            "to: 'http://a', headers: { A: {} }",
            "headers.A: one key of \"file\", \"env\" is missing; write one of them"
        ),
        (
            "to: 'http://a', on_overflow: 'drop'",
            "on_overflow: \"drop\" is not known here; the words are \"drop_newest\", \"drop_oldest\", \"block\""
        ),
    ])
    func reportsEachFaultWithItsRemedy(_ output: String, _ expected: String) throws {
        let found = try faults("{ \(output) }")
        let place = expected.hasPrefix(":") ? "outputs[0]" : "outputs[0]."
        #expect(found.first == place + expected)
    }

    @Test func spoolsAreNotShared() throws {
        let found = try faults("{ to: 'http://a', spool: 's' }, { to: 'unix://b', spool: { folder: 's' } }")
        #expect(found == ["outputs[1].spool: this folder is the spool of an output before this; give each its own"])
    }

    @Test func everythingIsRead() throws {
        let text = """
            { version: 1, outputs: [
                { to: 'https://u:p@h/x', as: 'cloudevents', source: 's', batch: 5, timeout: '3s', linger: '0s',
                  headers: { A: 'b', B: { file: 'f' }, C: { env: 'E' } }, dead_letter: 'd', spool: { folder: 's', limit: '1MiB' },
                  retry: { min: '1s', max: '2s', attempts: 3, retry_after_max: '4s' }, on_overflow: 'block', control: true },
                { to: 'tcp://[::1]:5', queue: '64KiB' }, { to: { env: 'URL' } }, { to: 'file:a' }, { to: 'exec:b c' },
                { to: 'unix:///d', only: ['drop_off', 'score'] } ] }
            """
        let (plan, found) = try loaded(text)
        #expect(found.count == 2)
        let outputs = try #require(plan?.outputs)
        #expect(
            outputs.map(\.target) == [
                .web(url: .plain("https://u:p@h/x")), .tcp(host: "::1", port: 5), .web(url: .environment(name: "URL")),
                .file(path: "a"), .exec(command: "b c"), .unix(path: "/d"),
            ])
        #expect(outputs.map(\.takesControl) == [true, false, false, true, false, false])
        #expect(outputs[5].types == [.dropOff, .score] && outputs[0].types == nil)
        let (form, delivery) = (outputs[0].form, outputs[0].delivery)
        #expect(form.kind == .cloudevents && form.source == "s")
        #expect(delivery.batch == 5 && delivery.timeout == 3_000_000 && delivery.linger == 0)
        #expect(delivery.headers.map(\.value) == [.plain("b"), .file(path: "f"), .environment(name: "E")])
        #expect(delivery.deadLetters == "d" && delivery.spool?.folder == "s" && delivery.spool?.limit == 1 << 20)
        #expect(delivery.retry.first == 1_000_000 && delivery.retry.most == 2_000_000)
        #expect(delivery.retry.attempts == 3 && delivery.retry.askedMost == 4_000_000 && delivery.overflow == .block)
        #expect(outputs[1].delivery.queue == 64 << 10 && outputs[1].delivery.overflow == .dropNewest)
    }
}
