import Endpoints
import Storage

/// The addresses of outputs.
extension PlanDraft {
    private static let examples = [
        "stdout", "file:PATH", "tcp://HOST:PORT", "unix://PATH", "https://HOST/PATH", "exec:COMMAND",
        "kafka://HOST:PORT/TOPIC",
    ]

    /// Where an output goes to.
    func outputTarget(_ reader: Reader) -> OutputPlan.Target? {
        if case .object = reader.node.value {
            return secret(reader, allowsPlain: false).map { .web(url: $0) }
        }
        guard let text = reader.string() else { return nil }
        if text == "stdout" { return .standard }
        if text.utf8.contains(0) {
            reader.error("\(Wording.quoted(text)) has a NUL in it; write it without")
            return nil
        }
        if let path = rest(of: text, after: "file:") {
            return path.isEmpty ? wrong(reader, text, "names no file; write \"file:PATH\"") : .file(path: path)
        }
        if let command = rest(of: text, after: "exec:") {
            return command.isEmpty
                ? wrong(reader, text, "names no command; write \"exec:COMMAND\"") : .exec(command: command)
        }
        if let path = rest(of: text, after: "unix://") { return unixTarget(path, reader, text) }
        if let address = rest(of: text, after: "tcp://") { return tcpTarget(address, reader, text) }
        if KafkaAddress.isMeant(by: text) {
            do throws(KafkaAddress.Fault) {
                return .kafka(try KafkaAddress(text, isInput: false))
            } catch {
                return wrong(reader, text, error.words)
            }
        }
        if text.hasPrefix("http:") || text.hasPrefix("https:") {
            if let fault = WebAddress.fault(text) { return wrong(reader, text, fault) }
            return .web(url: .plain(text))
        }
        let remedy = NearestWord.remedy(for: text, in: Self.examples, noun: "outputs")
        return wrong(reader, text, "is no output\(remedy)")
    }

    private func rest(of text: String, after start: String) -> String? {
        text.hasPrefix(start) ? String(text.dropFirst(start.count)) : nil
    }

    private func wrong(_ reader: Reader, _ text: String, _ fault: String) -> OutputPlan.Target? {
        reader.error("\(Wording.quoted(text)) \(fault)")
        return nil
    }

    private func unixTarget(_ path: String, _ reader: Reader, _ text: String) -> OutputPlan.Target? {
        if path.isEmpty { return wrong(reader, text, "names no socket; write \"unix://PATH\"") }
        if NetworkAddress(unixPath: path) == nil {
            return wrong(reader, text, "is too long; a socket's path has at most \(NetworkAddress.pathLimit) bytes")
        }
        return .unix(path: path)
    }

    private func tcpTarget(_ address: String, _ reader: Reader, _ text: String) -> OutputPlan.Target? {
        let example = "write \"tcp://HOST:PORT\""
        guard let colon = address.lastIndex(of: ":") else { return wrong(reader, text, "has no port; \(example)") }
        var host = String(address[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = String(host.dropFirst().dropLast())
        } else if host.contains(":") {
            return wrong(reader, text, "has an address with colons; put it in brackets: \"tcp://[::1]:PORT\"")
        }
        guard let port = UInt16(address[address.index(after: colon)...]), port > 0 else {
            return wrong(reader, text, "has no port from 1 to 65535; \(example)")
        }
        if host.isEmpty || host.contains("/") { return wrong(reader, text, "names no host; \(example)") }
        return .tcp(host: host, port: port)
    }
}
