import Events
import Journal
import Storage

/// `journeyd journal skip`: has a record, or one line of it, passed over for good.
enum JournalSkip {
    /// - Parameter words: what follows behind `skip`.
    static func run(_ words: [String], in path: String) throws(CommandFault) -> ExitStatus {
        guard words.count == 1 else {
            throw CommandFault(
                .usage,
                "journeyd journal skip: which record is not said; write journeyd journal skip --data-dir DIR PLACE")
        }
        guard let place = RecordPlace(words[0]) else {
            throw CommandFault(
                .usage,
                "journeyd journal skip: \"\(words[0])\" is not the place of a record; write it as the run names it, "
                    + "such as 4096, or 4096:3 for its third line")
        }
        do throws(JournalFault) {
            // Looked at first: to open it would make a folder that is not there.
            _ = try DataDirectory.look(at: path)
            return try skip(place, in: DataDirectory.open(path))
        } catch {
            throw CommandFault(error)
        }
    }

    private static func skip(
        _ place: RecordPlace, in directory: DataDirectory
    ) throws(JournalFault) -> ExitStatus {
        let opening = try JournalOpening(directory.journal)
        guard let found = try FoundRecord(place, in: directory.journal) else {
            throw JournalFault(
                .unusable,
                "\(directory.path): there is no \(place.line == nil ? "record" : "line") at place \(place) of the journal, "
                    + "which reaches from \(opening.start) to \(opening.end); write a place as the run names it")
        }
        guard found.record.canBeSkipped else {
            throw JournalFault(
                .unusable,
                "\(directory.path): \(found.words) is needed to make sense of those behind it; only lines, "
                    + "steps of the clock and the end of the input can be passed over")
        }
        var skipped = try SkippedRecords(in: directory)
        if skipped.contains(place) {
            CommandLineProgram.report("\(directory.path): \(found.words) is passed over already")
            return .done
        }
        let snapshot = try SnapshotStore(directory.snapshots).positions().first ?? 0
        if place.position < max(opening.context.written, snapshot) {
            throw JournalFault(
                .unusable,
                "\(directory.path): what follows from \(found.words) has been written, or is in a snapshot; "
                    + "only a record from place \(max(opening.context.written, snapshot)) on can be passed over")
        }
        skipped.add(place)
        try skipped.write(in: directory)
        CommandLineProgram.report(
            "\(directory.path): \(found.words) is passed over from now on, by runs and by replay; this is final"
                + (found.excerpt.map { ": \($0)" } ?? ""))
        return .done
    }
}
