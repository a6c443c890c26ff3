#if Kafka
    import Cells
    package import Endpoints
    import Events
    import Storage
    import Synchronization

    /// Carries what a partition of a topic has by now into a pipe, a line for each record that is in its place, for whoever
    /// reads lines and knows no topics.
    package final class TopicPast: @unchecked Sendable {
        // Sendable: the thread that carries has the reader.
        private static let patience = 15_000

        private let reader: KafkaReader
        private let topic: KafkaTopic
        private let partition: Int
        private let count: Int
        private let end: Int64
        private let isEmpty: Bool
        private let partitioner: Partitioner
        private let ends: (reading: Descriptor, writing: Descriptor)
        private let fault = Mutex<KafkaFault?>(nil)

        private init(
            _ client: KafkaClient, _ topic: KafkaTopic, _ partition: Int, of count: Int, _ partitioner: Partitioner
        ) throws(EndpointFault) {
            reader = KafkaReader(client)
            (self.topic, self.partition, self.count, self.partitioner) = (topic, partition, count, partitioner)
            do throws(KafkaFault) {
                let extent = try client.extent(topic.name, partition, milliseconds: Self.patience)
                end = extent.upperBound
                isEmpty = extent.isEmpty
                if !isEmpty { try reader.start(topic, partition, at: extent.lowerBound) }
            } catch {
                throw EndpointFault(.readingFailed, "\(topic.name): partition \(partition): \(error); try again")
            }
            do throws(SystemError) {
                ends = try Descriptor.pipe()
            } catch {
                throw EndpointFault(.cannotOpen, "a pipe cannot be made: \(error)")
            }
        }

        /// Begins to carry what a topic has by now, of each partition, or of one of them.
        package static func start(
            _ address: KafkaAddress, partition: Int?, settings: KafkaSettings
        ) throws(EndpointFault) -> [TopicPast] {
            let terms = try TopicTerms(address, outputs: [], settings: settings)
            let client = try terms.client(.reading, "report")
            let (topic, count): (KafkaTopic, Int)
            do throws(KafkaFault) {
                topic = try KafkaTopic(address.topic, of: client)
                count = try topic.partitionCount(milliseconds: patience)
            } catch {
                throw EndpointFault(.cannotOpen, "\(address.shown): \(error); see to it that the brokers are there")
            }
            if count == 0 {
                throw EndpointFault(.cannotOpen, "\(address.shown): there is no topic of that name; name one that is")
            }
            if let partition, partition >= count {
                throw EndpointFault(
                    .cannotOpen, "\(address.shown): --partition: it has \(count), from 0 on; name one of them")
            }
            return try (partition.map { [$0] } ?? Array(0..<count)).map { number throws(EndpointFault) in
                let past = try TopicPast(client, topic, number, of: count, settings.partitioner)
                BlockingThread.start { past.carry() }
                return past
            }
        }

        /// What is carried, as an input.
        package var input: Input {
            Input(descriptor: ends.reading, name: "\(topic.name)/\(partition)", isLive: false)
        }

        /// Why not all could be read, once the input has ended; nil where all was.
        package var readingFault: EndpointFault? {
            fault.withLock { $0 }.map {
                EndpointFault(.readingFailed, "\(topic.name): partition \(partition): \($0); try again")
            }
        }

        private func carry() {
            let block = ByteBlock(capacity: 256 << 10)
            var isOver = isEmpty
            while !isOver {
                block.truncate(to: 0)
                reader.poll(milliseconds: 200) { found in
                    switch found {
                    case .record(_, let offset, _, let key, let value):
                        if offset >= end - 1 { isOver = true }
                        let home = key.map { partitioner.partition(of: $0, among: count) }
                        if offset < end, let value, home == partition { block.append(record: value) }
                    case .end: isOver = true
                    case .fault(_, let reason):
                        // What librdkafka gets over by itself is not told to last.
                        guard reason.code == KafkaFault.noOffset || reason.isMissingTopic || reason.isRefusal else {
                            return
                        }
                        fault.withLock { $0 = reason }
                        isOver = true
                    }
                }
                guard write(block) else { return }
            }
            reader.stop(topic, partition)
            do throws(SystemError) { try ends.writing.close() } catch {}
        }

        private func write(_ block: ByteBlock) -> Bool {
            var done = 0
            while done < block.count {
                let put = block.write(from: done, to: ends.writing.number)
                if put < 0 {
                    guard SystemError(code: Int32(-put)).isPassing else { return false }
                    ends.writing.waitToWrite()
                } else {
                    done += put
                }
            }
            return true
        }
    }
#endif
