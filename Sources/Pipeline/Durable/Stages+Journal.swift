import Endpoints
import Events
import Journal
import Storage

extension Stages {
    /// The merge of several files.
    var fileMerge: InputMerge {
        guard request.journal?.writer != nil else { return InputMerge(sources: mergedSources.count) }
        return InputMerge(
            keepingFrom: mergedSources.map { source in
                let input = request.inputs[source]
                return InputMerge.Place(
                    offset: input.start.offset, lines: input.start.linesBefore - input.start.passing,
                    mark: input.start.hash.map { PlaceMark(behind: $0) } ?? PlaceMark(),
                    isRepeatable: input.isRepeatable)
            })
    }

    func addJournal(to group: inout TaskGroup<EndpointFault?>, threads: [BlockingThread]) {
        group.addTask(executorPreference: threads[1]) { await repeatJournal() }
        if let writer = request.journal?.writer, writer.settings.fsync == .interval {
            group.addTask(executorPreference: threads[2]) { await synchronize(writer) }
        }
    }

    /// Hands on what the journal has, as if it came now. On a thread of its own.
    private func repeatJournal() async -> EndpointFault? {
        defer {
            caughtUp.close()
            arrivals.close()
            jobs.close()
        }
        guard let journal = request.journal else { return nil }
        do throws(JournalFault) {
            let scan = try JournalScan(journal.disk, from: journal.start)
            var isSilent = journal.isRepeating
            var repetition = Repetition(journal.note)
            if repetition.isBeyondDoubt { journal.note?.take(.behind(journal.start)) }
            var sources = RepeatedSources(journal.context.sources)
            var isConfigured = journal.context.configuration != nil
            if let beginning = journal.beginning {
                guard await deliver(.barrier(.reload(beginning))) else { return nil }
            }
            while scan.position < journal.end, !request.stop.isRequested {
                guard let record = try scan.next() else {
                    // Whoever only repeats may look on while the journal is written.
                    if journal.writer == nil, journal.conclusion == nil { break }
                    return EndpointFault(
                        .readingFailed, "the journal cannot be read beyond position \(scan.position), before its end")
                }
                if isSilent, record.position >= journal.written {
                    isSilent = false
                    guard await deliver(.note(.speak)) else { return nil }
                }
                guard let left = journal.skipped.rest(of: record) else { continue }
                if repetition.isDoubtful(record) {
                    guard await handCarefully(on: left, of: &sources, journal.note) else { return nil }
                    if repetition.isBeyondDoubt { journal.note?.take(.behind(scan.position)) }
                } else {
                    guard await hand(on: left, of: &sources) else { return nil }
                    if repetition.isTimeToMeet() {
                        guard await meet() else { return nil }
                        journal.note?.take(.behind(scan.position))
                    }
                }
                guard let configuration = record.recordedConfiguration else { continue }
                // The first one is what the run begins with.
                if record.kind == .configuration, isConfigured, let follow = journal.follow {
                    let reload = try succeed(configuration, by: follow)
                    guard await deliver(.barrier(.reload(reload))) else { return nil }
                }
                isConfigured = true
            }
        } catch {
            return EndpointFault(.readingFailed, "\(error)")
        }
        if request.stop.isRequested {
            journal.note?.remove()
            return nil
        }
        if let note = journal.note {
            guard await meet() else { return nil }
            note.remove()
        }
        if journal.isRepeating { guard await deliver(.note(.speak)) else { return nil } }
        guard await deliver(.note(.caughtUp)) else { return nil }
        if let forgetting = journal.forgetting {
            guard await deliver(.barrier(.forget(forgetting))) else { return nil }
        }
        if let conclusion = journal.conclusion {
            guard await deliver(.barrier(.snapshot(conclusion))) else { return nil }
        }
        if let fault = await changeConfiguration(journal) { return fault }
        progress.isCaughtUp = true
        request.condition.enter(.ready)
        return nil
    }

    /// The next configuration behind the one that was handed on last.
    private func succeed(
        _ configuration: RecordedConfiguration,
        by follow: (RecordedConfiguration, Plan) throws(JournalFault) -> Plan,
        tell: @escaping @Sendable ([String]) -> Void = { _ in }
    ) throws(JournalFault) -> Reload {
        let plan = try request.succession.go { plan throws(JournalFault) in try follow(configuration, plan) }
        return Reload(configuration: configuration, plan: plan, tell: tell)
    }

    /// Follows the configuration that the run was started with, where that is another one than the journal's last.
    private func changeConfiguration(_ journal: RunJournal) async -> EndpointFault? {
        guard let change = journal.change, let follow = journal.follow else { return nil }
        do throws(JournalFault) {
            let reload = try succeed(change.configuration, by: follow, tell: change.tell)
            guard let ticket = await arrivals.reserve() else { return nil }
            arrivals.deliver(.barrier(.reload(reload)), ticket: ticket)
            return nil
        } catch {
            return EndpointFault(.readingFailed, "\(error)")
        }
    }

    func deliver(_ repeated: Repeated) async -> Bool {
        guard let ticket = await arrivals.reserve() else { return false }
        arrivals.deliver(.repeated(repeated), ticket: ticket)
        return true
    }

    /// Hands one record on; false where nobody takes it any more.
    func hand(on record: JournalRecord, of sources: inout RepeatedSources) async -> Bool {
        switch record.kind {
        case .lines, .merged:
            guard let (block, found) = lines(of: record, sources) else { return false }
            var runs = found
            if request.journal?.search != nil {
                runs = runs.map { run in
                    LineRun(
                        first: run.first, source: LineSource("\(record.position)", format: run.source.format),
                        line: run.first + 1)
                }
            }
            return await scan(record, block, runs: runs)
        case .time: return await deliver(.time(record.time))
        case .end: return await deliver(.end(flushes: record.flushes))
        case .source: sources.add(record.sources)
        case .context: sources = RepeatedSources(record.sources)
        case .configuration, .written: break
        }
        return true
    }

    /// The lines of a record, and where they come from; nil where it makes no sense.
    func lines(of record: JournalRecord, _ sources: RepeatedSources) -> (block: ByteBlock, runs: [LineRun])? {
        if record.kind == .lines {
            return (record.payload, [LineRun(first: 0, source: sources[record.source], line: record.line)])
        }
        guard let origin = MergedOrigin(of: record.payload) else { return nil }
        record.payload.truncate(to: origin.byteCount)
        return (
            record.payload, origin.runs.map { LineRun(first: $0.first, source: sources[$0.source], line: $0.line) }
        )
    }

    func scan(_ record: JournalRecord, _ block: ByteBlock, runs: [LineRun]) async -> Bool {
        guard let ticket = await arrivals.reserve(), let source = runs.first?.source else { return false }
        // Lines in several formats say of themselves which they are in.
        let isMixed = runs.contains { $0.source.format != source.format }
        let lines: InputReader.Lines =
            isMixed ? .of(LinePart.parts(runs, lineCount: record.lineCount)) : .all(of: source, isFirst: record.isFirst)
        let piece = InputReader.Piece(block: block, arrival: record.time, lines: lines, end: record.offset)
        var job = ScanJob(
            piece: piece, source: record.source, isLive: record.isLive, buffer: arrivals, ticket: ticket, runs: runs)
        job.isRepeated = true
        job.erased = request.journal?.skipped.erased(in: record) ?? []
        return await jobs.send(job)
    }

    /// Makes sure of the journal again and again. On a thread of its own.
    private func synchronize(_ writer: JournalWriter) async -> EndpointFault? {
        while (try? await Task.sleep(for: .microseconds(writer.settings.interval))) != nil {
            do throws(JournalFault) {
                acknowledgements.give(upTo: try writer.synchronize())
            } catch {
                return EndpointFault(.writingFailed, "\(error)")
            }
        }
        return nil
    }

    /// Notes that one output has written all that follows from records before a position.
    func written(upTo position: UInt64, by outlet: Int) -> EndpointFault? {
        guard let writer = request.journal?.writer, let reached = progress.reach(position, by: outlet) else {
            return nil
        }
        do throws(JournalFault) {
            var record = JournalRecord(.written)
            record.offset = reached
            try writer.append(record)
            return nil
        } catch {
            return EndpointFault(.writingFailed, "\(error)")
        }
    }

    /// At the end of a run that went well: everything has been written.
    func concludeJournal() -> EndpointFault? {
        guard let writer = request.journal?.writer, progress.isCaughtUp else { return nil }
        do throws(JournalFault) {
            if !progress.isOwing {
                var record = JournalRecord(.written, payload: OutputPlaces(ended.lengths).payload)
                record.offset = writer.end
                try writer.append(record)
            }
            acknowledgements.give(upTo: try writer.synchronize())
            return nil
        } catch {
            return EndpointFault(.writingFailed, "\(error)")
        }
    }
}

/// The sources of records, by their numbers in the journal.
struct RepeatedSources {
    private var sources: [LineSource]

    init(_ sources: [JournalSource]) { self.sources = sources.map { LineSource($0.name, format: $0.format) } }

    subscript(number: Int) -> LineSource { sources[number] }

    mutating func add(_ more: [JournalSource]) { sources += more.map { LineSource($0.name, format: $0.format) } }
}
