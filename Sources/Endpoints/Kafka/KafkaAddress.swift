/// A topic of a Kafka-protocol log, as the command line and outputs name it:
/// `kafka://HOST:PORT,HOST:PORT/TOPIC?group=NAME&instance=NAME`.
package struct KafkaAddress: Sendable, Equatable, Hashable {
    /// `HOST:PORT`, at least one: brokers by which the others are found.
    package let brokers: [String]
    package let topic: String
    /// The consumer group; nil where the address names none. Only inputs have one.
    package let group: String?
    /// The name of the process within its group, which it keeps over restarts; nil where the address names none.
    package let instance: String?

    package static let scheme = "kafka://"
    /// The longest name of a topic, as Kafka has it. The control topic's name has 10 bytes and the group's more.
    static let nameMost = 249

    package init(brokers: [String], topic: String, group: String? = nil, instance: String? = nil) {
        self.brokers = brokers
        self.topic = topic
        self.group = group
        self.instance = instance
    }

    /// Whether a text is meant as such an address.
    package static func isMeant(by text: String) -> Bool { text.hasPrefix("kafka:") }

    /// The brokers as librdkafka takes them.
    package var bootstrap: String { brokers.joined(separator: ",") }

    /// The topic in which stands, by partition, what influences the output and is not in the input.
    package var controlTopic: String { "\(topic)-\(group ?? "")-journeyd" }

    /// The address without what only members of a group have.
    package var shown: String { "\(Self.scheme)\(bootstrap)/\(topic)" }

    /// The address with all it says.
    package var text: String {
        let words = [group.map { "group=\($0)" }, instance.map { "instance=\($0)" }].compactMap { $0 }
        return words.isEmpty ? shown : "\(shown)?" + words.joined(separator: "&")
    }

    /// Why nothing can be read from a topic or written to one, and what to do instead, in words that go behind the address.
    package static let absence =
        "this build of journeyd has no topics; build one where librdkafka-dev is installed: swift build -c release --traits Kafka"

    /// What is wrong with an address, in words that go behind it.
    package struct Fault: Error, Equatable {
        package let words: String
    }

    private static let form = "write kafka://HOST:PORT/TOPIC"

    /// Reads an address.
    /// - Parameter isInput: whether it may name a group and an instance, and must name the group.
    package init(_ text: String, isInput: Bool) throws(Fault) {
        guard text.hasPrefix(Self.scheme) else { throw Fault(words: "is no address of a topic; \(Self.form)") }
        let parts = text.dropFirst(Self.scheme.count).split(
            separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let places = parts[0].split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard places.count == 2, !places[1].isEmpty else { throw Fault(words: "names no topic; \(Self.form)") }
        brokers = try places[0].split(separator: ",", omittingEmptySubsequences: false).map {
            broker throws(Fault) in try Self.broker(String(broker))
        }
        topic = try Self.name(String(places[1]), "topic")
        var found: [String: String] = [:]
        let example = "write ?group=NAME, and with it &instance=NAME where the process keeps its name"
        for word in parts.count > 1 ? parts[1].split(separator: "&", omittingEmptySubsequences: false) : [] {
            let pair = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard isInput else { throw Fault(words: "has a \"?\", which only inputs have; \(Self.form)") }
            guard pair.count == 2, ["group", "instance"].contains(pair[0]) else {
                throw Fault(words: "has \"\(word)\", which is not known; \(example)")
            }
            guard found.updateValue(try Self.name(pair[1], pair[0]), forKey: pair[0]) == nil else {
                throw Fault(words: "has \"\(pair[0])\" twice; write it once")
            }
        }
        (group, instance) = (found["group"], found["instance"])
        if isInput, group == nil { throw Fault(words: "names no group; \(example)") }
        if controlTopic.utf8.count > Self.nameMost {
            throw Fault(words: "has names too long for the control topic \"\(controlTopic)\"; choose shorter ones")
        }
    }

    private static func broker(_ text: String) throws(Fault) -> String {
        let address: SocketAddress
        do throws(SocketAddress.Fault) {
            address = try SocketAddress(hostAndPort: text)
        } catch {
            throw Fault(words: "has the broker \"\(text)\", which \(error)")
        }
        guard case .tcp(_, let port) = address, port > 0 else {
            throw Fault(words: "has the broker \"\(text)\", which has no port from 1 to 65535; \(form)")
        }
        return text
    }

    /// The names that Kafka allows topics; groups and instances are held to the same.
    private static func name(_ text: String, _ what: String) throws(Fault) -> String {
        let isFit =
            (1...nameMost).contains(text.utf8.count) && text != "." && text != ".."
            && text.utf8.allSatisfy { ($0 | 0x20) &- 0x61 < 26 || $0 &- 0x30 < 10 || "._-".utf8.contains($0) }
        if isFit { return text }
        throw Fault(
            words: "has the \(what) \"\(text)\"; write letters, digits, \".\", \"_\" and \"-\", at most \(nameMost)")
    }
}
