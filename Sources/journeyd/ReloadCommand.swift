import Configuration
import Endpoints
import Events
import Journal
import Pipeline
import Storage
import Synchronization

extension Command {
    /// `journeyd reload`.
    static let reload = Command(
        name: "reload", operands: "", operandCount: 0...0,
        summary: "have a running journeyd take its configuration anew",
        explanation:
            """
            Sends SIGHUP to the journeyd run of this user, and waits until it follows the configuration as it is now, or says
            what is wrong with it (78). Where there is no answer within ten seconds, as while a run still repeats its journal, it
            exits with 75; the configuration is taken anew all the same once the run comes to it.
            """,
        flags: [Flag("--pid", "N", "which process, where several run")]
    ) { arguments throws(CommandFault) in
        let running = RunningProcess.all
        var number = running.first ?? 0
        if arguments.has("--pid") {
            number = try arguments.number("--pid", or: 1, in: 1...Int32.max)
            guard running.contains(number) else {
                throw CommandFault(
                    .cannotOpen,
                    "journeyd reload: process \(number) is no journeyd run of this user\(Command.listed(running))")
            }
        } else if running.isEmpty {
            throw CommandFault(
                .cannotOpen, "journeyd reload: no journeyd run of this user is running; journeyd run CONFIG starts one")
        } else if running.count > 1 {
            throw CommandFault(.usage, "journeyd reload: several are running; add --pid N\(Command.listed(running))")
        }
        let asker: ReloadAnswer.Asker
        do throws(SystemError) {
            asker = try ReloadAnswer.Asker(number)
            try System.hangUp(process: number)
        } catch {
            throw CommandFault(.cannotOpen, "journeyd reload: process \(number) cannot be told: \(error)")
        }
        guard let (code, words) = asker.answer() else {
            throw CommandFault(
                .noAnswer,
                "journeyd reload: process \(number) does not answer within ten seconds; its standard error says what it does"
            )
        }
        guard let status = ExitStatus(rawValue: code), status != .done else {
            CommandLineProgram.report(words)
            return .done
        }
        throw CommandFault(status, words)
    }

    private static func listed(_ numbers: [Int32]) -> String {
        numbers.isEmpty ? "" : "; there are " + numbers.map { "\($0)" }.joined(separator: ", ")
    }
}

/// The processes of this user that are a `journeyd run`, as the system lists them.
enum RunningProcess {
    static var all: [Int32] {
        let names = (try? Folder("/proc").names()) ?? []
        let own = owner("/proc/self")
        return names.compactMap { Int32($0) }.filter { number in
            guard number != System.processNumber, owner("/proc/\(number)") == own, own != nil else { return false }
            let words = ((try? LoadedConfiguration.bytes(of: "/proc/\(number)/cmdline")) ?? []).split(separator: 0)
            guard words.count > 1, let program = words[0].split(separator: UInt8(ascii: "/")).last else { return false }
            return program.elementsEqual("journeyd".utf8) && words[1].elementsEqual("run".utf8)
        }.sorted()
    }

    private static func owner(_ path: String) -> UInt32? {
        (try? Descriptor(reading: path))?.access?.owner
    }
}

/// Takes a run's configuration anew whenever it is told to.
///
/// The new one is read and checked in full before anything changes; with any fault the run goes on as it was.
final class Reloading: Sendable {
    /// How long to wait before looking again whether what the journal repeats is over.
    private static let pauseMilliseconds: Int32 = 20

    private let path: String
    private let startSections: [ByteName: String]
    private let run: Run
    private let reports: Bool

    /// - Parameters:
    ///   - configuration: that with which the run was started.
    ///   - reports: whether the figures of a section `report` are kept.
    init(_ configuration: LoadedConfiguration, of run: Run, reports: Bool) {
        path = configuration.path
        startSections = configuration.plan?.startSections ?? [:]
        self.run = run
        self.reports = reports
    }

    /// Reads the configuration and hands it over; says what is wrong with it, if anything is. Blocks while the run repeats
    /// what the journal has: the configurations in there come first.
    func take() {
        let askers = ReloadAnswer.Askers()
        while run.journal != nil, run.condition.phase < .ready {
            System.sleep(milliseconds: Reloading.pauseMilliseconds)
        }
        let path = path
        do throws(CommandFault) {
            var recorded: RecordedConfiguration?
            let plan = try run.succession.go { plan throws(CommandFault) in
                let loaded = try LoadedConfiguration(path, following: Numbering(plan).projection)
                let next = try loaded.runnable(reports: reports)
                if next.input.maxLine != plan.input.maxLine {
                    CommandLineProgram.report("\(path): input.max_line stays as it was; \(remedy) to change it")
                }
                try holdTables(to: next)
                for section in changedStartSections(loaded) {
                    CommandLineProgram.report(
                        "\(path): \(section) stays as it was at the start; start journeyd anew to change it")
                }
                recorded = loaded.recorded
                return next.following(plan)
            }
            guard let recorded else { return }
            run.controls.post(
                .reload(
                    Reload(configuration: recorded, plan: plan) { dropped in
                        let lines = ["\(path): the configuration was taken anew"] + dropped.map { "  " + $0 }
                        CommandLineProgram.report(lines.joined(separator: "\n"))
                        askers.tell(.done, lines.joined(separator: "\n"))
                    }))
        } catch {
            CommandLineProgram.report(error.message)
            let consequence = "\(path): the configuration was not taken anew; the run goes on with the one before"
            CommandLineProgram.report(consequence)
            askers.tell(.configuration, error.message + "\n" + consequence)
        }
    }

    /// What another configuration says otherwise of what a run looks at only as it starts.
    private func changedStartSections(_ loaded: LoadedConfiguration) -> [String] {
        guard let sections = loaded.plan?.startSections else { return [] }
        return Set(sections.keys).union(startSections.keys).filter { sections[$0] != startSections[$0] }.sorted()
            .map(\.text)
    }

    /// Refuses a plan under which an input would begin or cease to be a table: its lines are cut for the one or the other.
    private func holdTables(to plan: Plan) throws(CommandFault) {
        for input in run.inputs where (TableSettings(input.format, plan.input.formats) != nil) != (input.table != nil) {
            throw CommandFault(
                .configuration,
                "\(path): \(input.name) is read as \(input.table == nil ? "lines" : "a table") until it ends, and input.format "
                    + "says otherwise; start journeyd anew to change that")
        }
    }

    private var remedy: String { run.journal == nil ? "start journeyd anew" : "name another data directory" }
}
