import Analytics
import Configuration
import Events
import Journal
import Journeys
import Languages
import Pipeline
import Storage
import Synchronization

/// A configuration as the command line meets it: a file to read, and what there is to say about it.
struct LoadedConfiguration {
    let path: String
    /// Nil where the configuration has faults.
    let plan: EnginePlan?
    private let diagnostics: Diagnostics
    /// The files as they were read.
    let recorded: RecordedConfiguration

    /// Reads the configuration at `path` with what it includes.
    /// - Parameter projection: of a plan that this one is to follow.
    /// - Parameter isForReport: whether there is a report even where no section asks for one.
    init(
        _ path: String, following projection: Projection = Projection(), isForReport: Bool = false
    ) throws(CommandFault) {
        try self.init(path, following: projection, isForReport: isForReport) { path throws(FileFault) in
            try LoadedConfiguration.bytes(of: path)
        }
    }

    /// Takes a configuration from what was recorded of it.
    init(recorded: RecordedConfiguration, following projection: Projection = Projection()) throws(CommandFault) {
        try self.init(recorded.files.first?.path ?? "", following: projection) { path throws(FileFault) in
            guard let file = recorded.files.first(where: { $0.path == path }) else {
                throw .unreadable("it was not recorded")
            }
            return file.bytes
        }
    }

    private init(
        _ path: String, following projection: Projection, isForReport: Bool = false,
        reading read: @escaping ConfigurationFiles.Read
    ) throws(CommandFault) {
        self.path = path
        let files = Mutex<[RecordedConfiguration.File]>([])
        do throws(FileFault) {
            (plan, diagnostics) = try Configuration.load(
                path: path, following: projection, isForReport: isForReport
            ) { path throws(FileFault) in
                let bytes = try read(path)
                files.withLock { $0.append(RecordedConfiguration.File(path: path, bytes: bytes)) }
                return bytes
            }
        } catch {
            throw CommandFault(.cannotRead, "\(path): \(error.message)")
        }
        recorded = RecordedConfiguration(files: files.withLock { $0 })
    }

    /// What `check` prints.
    var report: String {
        Configuration.report(path: path, plan: plan, diagnostics: diagnostics, in: CommandLineProgram.speech)
    }

    /// What `check` prints for programs.
    func report(as form: DiagnosticReport) -> String {
        form.text(
            path: path, version: CommandLineProgram.version, diagnostics: diagnostics, in: CommandLineProgram.speech)
    }

    /// The plan that a run follows. Where there is none, everything wrong is reported.
    /// - Parameter reports: whether the figures of the section `report`, where there is one, are kept.
    func runnable(reports: Bool = true) throws(CommandFault) -> Plan {
        guard let plan else {
            throw CommandFault(.configuration, String(report.dropLast()))
        }
        let whole = Plan(input: plan.input, journeys: plan.journeys, decisions: plan.decisionPlan, zone: plan.zone)
        guard reports, var report = plan.report else { return whole }
        // What actions bring is told at the end of a report; a run does not gather it.
        report.settings.actions = nil
        report.reading.outcomes = []
        return whole.reporting(report.settings, report.reading)
    }

    /// The plan that one of so many partitions follows: its budgets are the partition's part, and it has no report.
    func runnable(partition: Int, of count: Int) throws(CommandFault) -> Plan {
        var whole = try runnable(reports: false)
        if let plan { whole.decisions = plan.decisionPlan(of: partition, among: count) }
        return whole
    }

    /// The most bytes of a file that a configuration names: what is beyond shows only that it is too long.
    private static let byteLimit = Configuration.tableByteLimit

    /// A file whole, as far as one may be long.
    static func bytes(of path: String) throws(FileFault) -> [UInt8] {
        let file: Descriptor
        do throws(SystemError) {
            file = try Descriptor(reading: path)
        } catch {
            throw .unreadable("\(error)")
        }
        if file.kind == .directory { throw .folder }
        let block = ByteBlock(capacity: 64 << 10)
        while block.count <= LoadedConfiguration.byteLimit {
            block.reserve(max(64 << 10, block.count / 2))
            let got = block.read(from: file.number)
            if got == 0 { break }
            if got < 0 { throw .unreadable("\(SystemError(code: Int32(-got)))") }
        }
        return block.bytes.copied
    }
}
