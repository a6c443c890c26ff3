#if Kafka
    import Cells
    import Configuration
    import Endpoints
    import Journal
    import Storage
    import Topics

    /// What a run on topics starts beside it to make a snapshot of one of its cells: nothing for
    /// people, so it stands in no help. It reads the topics without joining the group.
    enum CellSnapshotCommand {
        static let name = "make-cell-snapshot"

        /// Has snapshots made by processes of this program.
        /// - Parameter recorded: the configuration that the run began with, which says how the
        ///   brokers are met.
        static func errands(
            _ terms: TopicTerms, _ folder: Folder, _ recorded: RecordedConfiguration,
            tell: @escaping @Sendable (String) -> Void
        ) -> SnapshotErrands {
            let address = terms.input.text
            let configuration = recorded.payloadBytes
            return SnapshotErrands(
                start: { errand throws(SystemError) in
                    try OwnProcess(
                        [
                            name, address, folder.path, "\(errand.partition)", "\(errand.committed.offset)",
                            errand.committed.metadata, "\(errand.controlOffset)", "\(System.processNumber)",
                        ], input: try .nameless(holding: configuration))
                }, tell: tell)
        }

        /// Makes the snapshot, as that process.
        static func run(_ words: [String]) throws(CommandFault) -> ExitStatus {
            guard words.count == 7, let address = try? KafkaAddress(words[0], isInput: true),
                let partition = Int(words[2]), let offset = Int64(words[3]), let controlOffset = Int64(words[5]),
                let parent = Int32(words[6])
            else { throw CommandFault(.usage, "journeyd \(name): only journeyd run starts this") }
            guard System.attend(to: parent) else { return .done }
            let bytes = (try? LoadedConfiguration.bytes(of: "/dev/stdin")) ?? []
            guard let recorded = View.of(bytes, { RecordedConfiguration($0) }) else {
                throw CommandFault(.usage, "journeyd \(name): only journeyd run starts this")
            }
            let settings = try LoadedConfiguration(recorded: recorded).plan?.kafka ?? KafkaSettings()
            let reader: TopicReader
            do throws(EndpointFault) {
                reader = try TopicReader(try TopicTerms(address, outputs: [], settings: settings))
            } catch {
                throw CommandFault(error)
            }
            let maker = EngineCellMaker(
                recorded, topic: address.topic, folder: Folder(words[1]), writer: address.instance,
                settings: JournalSettings(), planning: LoadedConfiguration.planning,
                tell: { CommandLineProgram.report($0) })
            do throws(CellFault) {
                try CellFollower(reader, maker, partitioner: settings.partitioner).keep(
                    partition, at: CommittedOffset(offset: offset, metadata: words[4]), controlOffset: controlOffset)
            } catch {
                throw CommandFault(.inputOutput, error.description)
            }
            // Why not has been said.
            return maker.hasKept ? .done : .inputOutput
        }
    }
#endif
