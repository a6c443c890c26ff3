#if Kafka
    import Cells
    import Endpoints
    import Storage

    /// Which group writes to an output topic: readers of one that two groups write to would find
    /// the lines of both.
    ///
    /// It stands in what a group of its own, `OUTPUT-journeyd`, has committed for the topic's first
    /// partition: offset 0, and as metadata `journeyd output 1 INPUT GROUP`. Whether that group
    /// still has members the cluster knows.
    struct OutputClaims {
        private struct Claim {
            let topic: String
            /// The group that has the note.
            let holder: String
            let client: KafkaClient
        }

        private static let head = ["journeyd", "output", "1"]
        private static let patience = 5000
        private static let lookPatience = 1000
        private static let commitTries = 3

        private let terms: TopicTerms
        private let claims: [Claim]

        init(_ terms: TopicTerms, instance: String) throws(EndpointFault) {
            self.terms = terms
            claims = try terms.outputs.map { output throws(EndpointFault) in
                let holder = "\(output.topic)-journeyd"
                let client = try terms.client(.claiming(holder), instance)
                return Claim(topic: output.topic, holder: holder, client: client)
            }
        }

        private var own: String { (Self.head + [terms.input.topic, terms.group]).joined(separator: " ") }

        /// Which other group a note names, and what that one reads.
        private func other(_ note: String?) -> (input: String, group: String)? {
            guard let note, note != own else { return nil }
            let words = note.split(separator: " ").map(String.init)
            return words.count == 5 && Array(words[..<3]) == Self.head ? (words[3], words[4]) : nil
        }

        private static func words(_ topic: String, _ other: (input: String, group: String)) -> String {
            "\(topic): group \(other.group), which reads \(other.input), writes to this topic, and its readers would find the "
                + "lines of both; name an output of its own, or stop that group's processes first"
        }

        /// Claims the outputs for the process's group.
        /// - Returns: what operators should know.
        /// - Throws: where another group writes to one, and has members.
        func take(by producer: KafkaProducer) throws(EndpointFault) -> [String] {
            var warnings: [String] = []
            for claim in claims {
                var (note, members): (String?, Int) = (nil, 0)
                do throws(KafkaFault) {
                    note = try claim.client.committed(claim.topic, 0, milliseconds: Self.patience)?.metadata
                    if let other = other(note) {
                        members = try claim.client.memberCount(of: other.group, milliseconds: Self.patience)
                    }
                    if members == 0, note != own { try write(claim, producer) }
                } catch {
                    warnings.append(
                        "\(claim.topic): whether another group writes there cannot be told, since group \(claim.holder) cannot "
                            + "be asked: \(error)")
                    continue
                }
                guard let other = other(note) else { continue }
                if members > 0 { throw EndpointFault(.cannotOpen, Self.words(claim.topic, other)) }
                warnings.append(
                    "\(claim.topic): group \(other.group), which read \(other.input), wrote to this topic before; its readers "
                        + "find the lines of both")
            }
            return warnings
        }

        private func write(_ claim: Claim, _ producer: KafkaProducer) throws(KafkaFault) {
            try producer.begin()
            do throws(KafkaFault) {
                try producer.send(
                    [(0, 0, own)], of: claim.topic, forGroup: claim.holder, milliseconds: Self.patience)
                for attempt in 1... {
                    do throws(KafkaFault) {
                        try producer.commit(milliseconds: Self.patience)
                        return
                    } catch {
                        if !error.isRetriable || attempt == Self.commitTries { throw error }
                    }
                }
            } catch {
                try producer.abort(milliseconds: Self.patience)
                throw error
            }
        }

        /// Why the process must end: another group has claimed an output since; nil where none has,
        /// or nobody answers.
        func loss() -> String? {
            for claim in claims {
                let note = try? claim.client.committed(claim.topic, 0, milliseconds: Self.lookPatience)?.metadata
                if let other = other(note ?? nil) { return Self.words(claim.topic, other) }
            }
            return nil
        }
    }
#endif
