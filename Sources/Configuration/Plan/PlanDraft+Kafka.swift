import Decisions
import Endpoints
import Events

/// The section `kafka`, and what a configuration must say because of it.
extension PlanDraft {
    private static let propertyMost = 64

    /// Nil where nothing is about topics.
    func kafkaSettings(_ root: Fields<RootKey>) -> KafkaSettings? {
        root.object(.kafka, KafkaKey.self) { fields in
            var settings = KafkaSettings()
            if let commit = fields.duration(.commit) { settings.commit = commit }
            if let partitioner = fields.word(.partitioner, Partitioner.self) { settings.partitioner = partitioner }
            settings.snapshots = fields[.snapshots].flatMap(filePath)
            settings.properties = properties(fields[.properties])
            return settings
        }
    }

    private func properties(_ reader: Reader?) -> [KafkaSettings.Property] {
        guard let definitions = reader?.definitions() else { return [] }
        if definitions.count > Self.propertyMost {
            definitions[Self.propertyMost].error(
                "there are \(definitions.count) properties; write at most \(Self.propertyMost)")
        }
        return definitions.prefix(Self.propertyMost).compactMap { definition in
            let isName = definition.name.utf8.allSatisfy {
                $0 &- 0x61 < 26 || $0 &- 0x30 < 10 || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "_")
            }
            guard isName, !definition.name.isEmpty else {
                definition.error(
                    "\(Wording.quoted(definition.name)) is no property's name; write one such as \"security.protocol\"")
                return nil
            }
            if KafkaSettings.own.contains(definition.name) {
                definition.error("\(Wording.quoted(definition.name)) is journeyd's own to set; leave it out")
                return nil
            }
            let isSecret = KafkaSettings.secret.contains(definition.name)
            return secret(definition.reader, allowsPlain: !isSecret).map {
                KafkaSettings.Property(name: definition.name, value: $0)
            }
        }
    }

    /// Asks each budget how partitions share it, where lines or events are on topics.
    func checkShares(_ root: Fields<RootKey>, outputs: [OutputPlan]) {
        let isOnTopics = root.has(.kafka) || outputs.contains { if case .kafka = $0.target { true } else { false } }
        guard isOnTopics else { return }
        for reader in unsharedBudgets {
            reader.error(
                "with Kafka a budget is counted in each partition by itself, so it must say how they share it; "
                    + "write share: \"split\"", code: .missingBeside)
        }
    }
}
