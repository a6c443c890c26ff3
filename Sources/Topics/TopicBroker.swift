#if Kafka
    package import Cells
    package import Endpoints
    package import Events
    package import Expressions
    import Storage

    /// The log by librdkafka: a member of the input's group, a reader of its partitions, and one
    /// transactional producer.
    ///
    /// The member only says whose the partitions are; what is in them comes by the reader, so that
    /// a cell begins at its own offset. One thread uses it.
    package final class TopicBroker: CellBroker {
        /// How long one request may take, in milliseconds.
        private static let patience = 5000
        /// How long it is waited for that a predecessor's transaction is over; other cells wait meanwhile.
        private static let committedPatience = 1000
        /// How long the cluster is looked for at the start.
        private static let firstPatience = 15_000
        /// How long, in nanoseconds, the process stays in the group at least before it leaves it to join it again.
        private static let rejoinPause: Int64 = 1_000_000_000

        private let terms: TopicTerms
        /// The name under which the process has transactions.
        package let transactionalName: String
        /// What is read.
        package let reader: TopicReader
        private let member: KafkaMember
        private let producer: KafkaProducer
        private let sentControl: KafkaTopic
        /// What the outputs are claimed with, until it has been seen at the first assignment that
        /// nobody else has claimed them meanwhile: then other groups are refused as they start.
        private var claims: OutputClaims?
        /// What operators should know of what was found at the start.
        package let warnings: [String]
        private var routes: [TopicRoute]
        /// Whether records are taken; else they wait at the brokers, so that memory does not grow.
        package var takesRecords = true
        /// How far a transaction has come.
        private var isInTransaction = false
        private var hasOffsets = false
        /// Whether it was to be committed, and nobody knows yet what came of that: librdkafka does nothing else before.
        private var isCommitting = false
        /// How many assignments there were. What the group calls them the member keeps.
        private var generation = 0
        /// When the process left the group last to join it again.
        private var rejoined: Int64?

        /// Looks for the cluster, makes the topics that are missing, joins the group, and ends
        /// transactions of whoever had the process's name before.
        package init(_ terms: TopicTerms, zone: @escaping @Sendable (String) -> Zone?) throws(EndpointFault) {
            self.terms = terms
            let instance = terms.input.instance ?? "\(System.processNumber)-\(Instant.now.microseconds)"
            transactionalName = terms.transactionalName(instance)
            reader = try TopicReader(terms, instance) { client, input throws(EndpointFault) in
                try Self.makeTopics(terms, client, input)
            }
            let sending = try terms.client(.sending, instance)
            func topic(_ name: String) throws(EndpointFault) -> KafkaTopic {
                try terms.opened { () throws(KafkaFault) in try KafkaTopic(name, of: sending) }
            }
            let producer = KafkaProducer(sending)
            self.producer = producer
            sentControl = try topic(terms.input.controlTopic)
            routes = []
            for output in terms.outputs { routes.append(TopicRoute(try topic(output.topic), output.plan, zone: zone)) }
            let following = try terms.client(.following, instance)
            try terms.opened { () throws(KafkaFault) in
                try producer.beginTransactions(milliseconds: Self.firstPatience)
            }
            let claims = try OutputClaims(terms, instance: instance)
            warnings = try claims.take(by: producer)
            self.claims = claims
            member = try terms.opened { () throws(KafkaFault) in
                try KafkaMember(
                    following, group: terms.group, instance: terms.input.instance, topic: terms.input.topic)
            }
        }

        /// See `CellBroker`.
        package var log: any PartitionLog { reader }

        /// Leaves the group, where the process has no name of its own there.
        package func close() {
            reader.stopAll()
            member.close()
        }

        // MARK: Opening

        private static func makeTopics(
            _ terms: TopicTerms, _ client: KafkaClient, _ input: KafkaTopic
        ) throws(EndpointFault) {
            let wanted = try terms.opened(by: client) { () throws(KafkaFault) in
                try input.partitionCount(milliseconds: firstPatience)
            }
            if wanted == 0 {
                throw EndpointFault(
                    .cannotOpen,
                    "\(terms.shown): there is no topic of that name; make it, with as many partitions as it is ever to have"
                )
            }
            for name in [terms.input.controlTopic] + terms.outputs.map(\.topic) {
                let found = try terms.opened(by: client) { () throws(KafkaFault) in
                    var reason: KafkaFault?
                    do throws(KafkaFault) {
                        try client.make(
                            topic: name, partitions: wanted, keeps: name == terms.input.controlTopic,
                            milliseconds: patience)
                    } catch {
                        // It may be there all the same, made by somebody who may.
                        reason = error
                    }
                    let found = try KafkaTopic(name, of: client).partitionCount(milliseconds: patience)
                    if found == 0, let reason { throw reason }
                    return found == 0 ? wanted : found
                }
                if found == wanted { continue }
                if name == terms.input.controlTopic {
                    throw EndpointFault(
                        .cannotOpen,
                        "\(terms.shown) has \(wanted) partitions, and had \(found) when the group began; customers are on others "
                            + "now, so have journeyd repartition copy the records, by their keys, to a topic of as many as "
                            + "there are to be")
                }
                throw EndpointFault(
                    .cannotOpen,
                    "the topic \(name) has \(found) partitions, and \(terms.input.topic) has \(wanted); what follows from a "
                        + "partition goes to the one of the same number, so both must have as many")
            }
        }

        // MARK: The group

        /// See `CellBroker`.
        package func poll(
            milliseconds: Int, _ take: (BrokerEvent) throws(BrokerFault) -> Void
        ) throws(BrokerFault) {
            let reads = takesRecords && !reader.started.isEmpty
            try follow(milliseconds: reads ? 0 : milliseconds, take)
            if reads, !reader.started.isEmpty { try reader.read(milliseconds: milliseconds, take) }
        }

        private func follow(
            milliseconds: Int, _ take: (BrokerEvent) throws(BrokerFault) -> Void
        ) throws(BrokerFault) {
            switch member.poll(milliseconds: milliseconds) {
            case .nothing: break
            case .assigned(let partitions):
                try membership { () throws(KafkaFault) in try member.takeAssignment() }
                if let reason = claims?.loss() { throw .ended(reason) }
                claims = nil
                generation += 1
                try take(.assigned(partitions, generation: generation))
            case .revoked: try give(.revoked, take)
            case .lost: try give(.lost, take)
            case .fault(let fault):
                if fault.isFenced { throw .ended("another process is \(name) in the group now: \(fault)") }
                if fault.isFatal || fault.isRefusal { throw .ended("\(terms.shown): \(fault)") }
            }
            if let fault = member.client.fatalFault {
                throw .ended("another process is \(name) in the group now, or the group is gone: \(fault)")
            }
        }

        /// See `CellBroker`.
        package func rejoin() throws(BrokerFault) {
            // This also tells whether another process has the name by now.
            try abort()
            let now = System.monotonicClock
            if let rejoined, now - rejoined < Self.rejoinPause {
                throw .again("the group takes no commits of this process, which has only just joined it again")
            }
            rejoined = now
            reader.stopAll()
            try membership { () throws(KafkaFault) in try member.rejoin() }
        }

        private var name: String { terms.input.instance.map { "instance \($0)" } ?? "this one" }

        private func give(_ event: BrokerEvent, _ take: (BrokerEvent) throws(BrokerFault) -> Void) throws(BrokerFault) {
            let result = Result { () throws(BrokerFault) in try take(event) }
            reader.stopAll()
            try membership { () throws(KafkaFault) in try member.giveBack() }
            try result.get()
        }

        private func membership(_ body: () throws(KafkaFault) -> Void) throws(BrokerFault) {
            do throws(KafkaFault) { try body() } catch { throw .ended("\(terms.shown): the group: \(error)") }
        }

        // MARK: What is asked

        /// See `CellBroker`.
        package func committed(_ partition: Int) throws(BrokerFault) -> CommittedOffset? {
            try reader.ask { () throws(KafkaFault) in
                try member.committed(terms.input.topic, partition, milliseconds: Self.committedPatience).map {
                    CommittedOffset(offset: $0.offset, metadata: $0.metadata)
                }
            }
        }

        // MARK: Transactions

        private func transact(_ body: () throws(KafkaFault) -> Void) throws(BrokerFault) {
            do throws(KafkaFault) {
                try body()
            } catch {
                if error.isFatal || producer.client.fatalFault != nil {
                    let reason = producer.client.fatalFault ?? error
                    throw .ended(
                        reason.isFenced
                            ? "another process is \(name) of group \(terms.group) now, or this one was away for longer than "
                                + "transaction.timeout.ms: \(reason)"
                            : "\(terms.shown): \(reason)")
                }
                if error.isExpulsion { throw .expelled("\(error)") }
                if error.requiresAbort || !error.isRetriable { throw .aborted("\(error)") }
                throw .again("\(producer.client.toldFault() ?? error)")
            }
        }

        /// See `CellBroker`.
        package func begin() throws(BrokerFault) {
            // What could not be ended before is ended first.
            if isInTransaction { try abort() }
            try transact { () throws(KafkaFault) in try producer.begin() }
            isInTransaction = true
            hasOffsets = false
        }

        /// See `CellBroker`.
        package func send(_ lines: OutputLines, to partition: Int) throws(BrokerFault) {
            for index in routes.indices {
                let topic = routes[index].topic
                try routes[index].forEach(of: lines) { line throws(BrokerFault) in try send(line, to: topic, partition)
                }
            }
        }

        /// See `CellBroker`.
        package func send(_ record: ControlRecord, to partition: Int) throws(BrokerFault) {
            try control(record.bytes, partition)
        }

        /// See `CellBroker`.
        package func send(_ claim: LeaseClaim) throws(BrokerFault) { try control(claim.bytes, 0) }

        private func control(_ bytes: [UInt8], _ partition: Int) throws(BrokerFault) {
            let result = View.of(bytes) { view in
                Result { () throws(BrokerFault) in try send(view, to: sentControl, partition) }
            }
            try result.get()
        }

        private func send(_ value: View<UInt8>, to topic: KafkaTopic, _ partition: Int) throws(BrokerFault) {
            let deadline = System.monotonicClock + Int64(Self.patience) * 1_000_000
            while true {
                do throws(KafkaFault) {
                    return try producer.send(value, to: topic, partition)
                } catch {
                    if error.isTooLarge {
                        throw .ended(
                            "\(topic.name): partition \(partition): a line of \(value.count) bytes is larger than message.max.bytes in "
                                + "kafka.properties; raise it there, and at the topic")
                    }
                    guard error.isFull, System.monotonicClock < deadline else {
                        return try transact { () throws(KafkaFault) in throw error }
                    }
                    producer.makeRoom(milliseconds: 20)
                }
            }
        }

        /// See `CellBroker`.
        package func commit(
            _ places: [(partition: Int, offset: CommittedOffset)], generation: Int
        ) throws(BrokerFault) {
            guard generation == self.generation else { throw .expelled("the partitions were assigned anew") }
            if !hasOffsets {
                let offsets = places.map { ($0.partition, $0.offset.offset, $0.offset.metadata) }
                try transact { () throws(KafkaFault) in
                    try producer.send(
                        offsets, of: terms.input.topic, for: member, milliseconds: Self.patience)
                }
                hasOffsets = true
            }
            try goOnCommitting()
        }

        /// Commits, or finds out what came of a commit that nobody answered.
        private func goOnCommitting() throws(BrokerFault) {
            isCommitting = true
            do throws(BrokerFault) {
                try transact { () throws(KafkaFault) in try producer.commit(milliseconds: Self.patience) }
            } catch {
                if case .again = error { throw error }
                isCommitting = false
                throw error
            }
            isCommitting = false
            isInTransaction = false
        }

        /// See `CellBroker`.
        package func abort() throws(BrokerFault) {
            if isInTransaction, isCommitting {
                do throws(BrokerFault) {
                    try goOnCommitting()
                } catch .aborted {
                } catch .expelled {
                }
            }
            guard isInTransaction else { return }
            try transact { () throws(KafkaFault) in try producer.abort(milliseconds: Self.patience) }
            isInTransaction = false
        }
    }

    /// A topic that lines go to: which of them, and how they look there.
    struct TopicRoute {
        let topic: KafkaTopic
        private let form: LineForm
        private let filter: HeldFilter

        /// The filter cannot be copied; a route can.
        private final class HeldFilter {
            var filter: LineFilter
            init(_ plan: OutputPlan, zone: @escaping @Sendable (String) -> Zone?) {
                filter = LineFilter(plan, zone: zone)
            }
        }

        init(_ topic: KafkaTopic, _ plan: OutputPlan, zone: @escaping @Sendable (String) -> Zone?) {
            self.topic = topic
            form = LineForm(plan.form)
            filter = HeldFilter(plan, zone: zone)
        }

        /// Calls `body` with each line that the topic takes, without a line end.
        func forEach<Failure: Error>(
            of lines: OutputLines, _ body: (View<UInt8>) throws(Failure) -> Void
        ) throws(Failure) {
            let picked = filter.filter.pick(from: lines)
            var bytes: [UInt8] = []
            for line in picked.lines {
                if form.isNative {
                    try body(picked.text(of: line))
                    continue
                }
                bytes.removeAll(keepingCapacity: true)
                form.append(picked.text(of: line), to: &bytes)
                bytes.removeLast()
                let result = View.of(bytes) { view in Result { () throws(Failure) in try body(view) } }
                try result.get()
            }
            withExtendedLifetime(picked.block) {}
        }
    }
#endif
