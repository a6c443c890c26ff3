#if Kafka
    import Endpoints
    import Events
    import Storage

    /// The clients of the cluster that the terms ask for.
    extension TopicTerms {
        /// What a client is for.
        enum ClientRole {
            /// Reads records, without a group.
            case reading
            /// Is a member of the group.
            case following
            /// Sends in transactions.
            case sending
            /// Asks what another group than the process's has committed.
            case claiming(String)
        }

        /// The name under which a process has transactions.
        func transactionalName(_ instance: String) -> String { "\(group)-\(instance)" }

        /// What opening something comes to; a fault says what was to be opened.
        func opened<Opened>(
            by client: KafkaClient? = nil, _ body: () throws(KafkaFault) -> Opened
        ) throws(EndpointFault) -> Opened {
            do throws(KafkaFault) {
                return try body()
            } catch {
                throw EndpointFault(
                    .cannotOpen,
                    "\(shown): \(client?.toldFault() ?? error); see to it that the brokers are there and let journeyd in"
                )
            }
        }

        func client(_ role: ClientRole, _ instance: String) throws(EndpointFault) -> KafkaClient {
            let properties = try properties(role, instance)
            var isProducer = false
            if case .sending = role { isProducer = true }
            return try opened { () throws(KafkaFault) in try KafkaClient(producer: isProducer, properties) }
        }

        private func properties(
            _ role: ClientRole, _ instance: String
        ) throws(EndpointFault) -> KafkaProperties {
            let properties = KafkaProperties()
            var own = ["bootstrap.servers": input.bootstrap]
            // What the configuration may say otherwise.
            var usual = ["client.id": "journeyd"]
            switch role {
            case .reading:
                own["isolation.level"] = "read_committed"
                own["enable.partition.eof"] = "true"
                own["enable.auto.commit"] = "false"
                own["auto.offset.reset"] = "error"
                own["allow.auto.create.topics"] = "false"
                usual["fetch.wait.max.ms"] = "100"
                // What waits to be taken, of each partition. More costs memory, and the time to get
                // it from the system.
                usual["queued.max.messages.kbytes"] = "4096"
                usual["fetch.error.backoff.ms"] = "100"
            case .following:
                own["isolation.level"] = "read_committed"
                own["enable.auto.commit"] = "false"
                own["enable.auto.offset.store"] = "false"
                own["group.id"] = group
                own["partition.assignment.strategy"] = "range"
                if let name = input.instance { own["group.instance.id"] = name }
            case .claiming(let group):
                own["enable.auto.commit"] = "false"
                own["group.id"] = group
            case .sending:
                own["transactional.id"] = transactionalName(instance)
                own["enable.idempotence"] = "true"
                usual["transaction.timeout.ms"] = "10000"
                usual["linger.ms"] = "0"
                usual["message.max.bytes"] = "16000000"
            }
            for (name, value) in usual.sorted(by: { $0.key < $1.key }) { try Self.set(name, value, in: properties) }
            for property in settings.properties {
                let path = "kafka.properties.\(property.name)"
                let value = try property.value.reveal(path)
                do throws(KafkaFault) {
                    try properties.set(property.name, value)
                } catch {
                    let isSecret = KafkaSettings.secret.contains(property.name)
                    throw EndpointFault(
                        .cannotOpen,
                        isSecret ? "\(path): librdkafka does not take the value" : "\(path): \(error.text)")
                }
            }
            for (name, value) in own.sorted(by: { $0.key < $1.key }) { try Self.set(name, value, in: properties) }
            return properties
        }

        private static func set(
            _ name: String, _ value: String, in properties: KafkaProperties
        ) throws(EndpointFault) {
            do throws(KafkaFault) {
                try properties.set(name, value)
            } catch {
                throw EndpointFault(.cannotOpen, "\(name): \(error.text)")
            }
        }
    }
#endif
