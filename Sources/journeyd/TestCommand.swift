import Configuration
import Endpoints
import Languages
import Storage
import Stories

extension Command {
    /// `journeyd test`.
    static let test = Command(
        name: "test", operands: "CONFIG [SCENARIO...]", operandCount: 1...1024,
        summary: "run a configuration's own scenarios on a virtual clock",
        explanation: """
            Plays short histories through CONFIG and holds what comes against what they expect. Without SCENARIO, all of
            NAME.scenarios.json5 beside CONFIG, whose name is NAME.json5. A SCENARIO that ends in .json5 or .json is a file of
            them; any other is the name of one to be played.
            Exit status 1 where a scenario does not come out as expected; 65 where a file of scenarios has faults.
            """,
        flags: [Flag("--junit", "FILE", "write what came of it as JUnit XML too")]
    ) { arguments throws(CommandFault) in
        try TestCommand.run(arguments)
    }
}

/// Plays scenarios from the command line.
enum TestCommand {
    static func run(_ arguments: Arguments) throws(CommandFault) -> ExitStatus {
        let path = arguments.operands[0]
        let plan = try LoadedConfiguration(path).runnable(reports: false)
        var files: [String] = []
        var names: [String] = []
        for operand in arguments.operands.dropFirst() {
            if operand.hasSuffix(".json5") || operand.hasSuffix(".json") {
                files.append(operand)
            } else {
                names.append(operand)
            }
        }
        if files.isEmpty { files = [besides(path)] }
        let scenarios = try chosen(names, of: try scenarios(files, ScenarioReader.Known(plan)))
        let trial = ScenarioTrial(plan, in: CommandLineProgram.speech)
        let report = ScenarioReport(scenarios.map { trial.verdict(on: $0) })
        if let file = arguments["--junit"] { try write(report.junit, to: file) }
        _ = try CommandLineProgram.show(report.text(in: CommandLineProgram.speech))
        return report.passes ? .done : .scenarioFails
    }

    /// The file of scenarios that belongs to a configuration.
    private static func besides(_ path: String) -> String {
        for ending in [".json5", ".json"] where path.hasSuffix(ending) {
            return path.dropLast(ending.count) + ".scenarios.json5"
        }
        return path + ".scenarios.json5"
    }

    private static func scenarios(
        _ files: [String], _ known: ScenarioReader.Known
    ) throws(CommandFault) -> [Scenario] {
        let diagnostics = Diagnostics()
        var scenarios: [Scenario] = []
        for file in files {
            let bytes: [UInt8]
            do throws(FileFault) {
                bytes = try LoadedConfiguration.bytes(of: file)
            } catch {
                throw CommandFault(.cannotRead, "\(file): \(error.message)")
            }
            scenarios += ScenarioReader.read(bytes, file: file, known: known, diagnostics: diagnostics)
        }
        if diagnostics.hasErrors {
            throw CommandFault(
                .faultyScenarios, String(diagnostics.rendered(excerpts: true, in: CommandLineProgram.speech).dropLast())
            )
        }
        if scenarios.isEmpty {
            throw CommandFault(
                .faultyScenarios, "\(files[0]): there are no scenarios; write scenarios: { NAME: { … } }")
        }
        return scenarios
    }

    private static func chosen(_ names: [String], of scenarios: [Scenario]) throws(CommandFault) -> [Scenario] {
        let known = scenarios.map(\.name)
        for name in names where !known.contains(name) {
            let remedy = NearestWord.remedy(for: name, in: known, noun: "scenarios")
            throw CommandFault(.usage, "journeyd test: there is no scenario \(Wording.quoted(name))\(remedy)")
        }
        return names.isEmpty ? scenarios : scenarios.filter { names.contains($0.name) }
    }

    private static func write(_ text: String, to path: String) throws(CommandFault) {
        do throws(EndpointFault) {
            let output = try Output(path: path, apartFrom: [])
            var writer = output.writer
            let block = ByteBlock(capacity: text.utf8.count)
            block.append(Array(text.utf8))
            try writer.write(block)
            try writer.close()
        } catch {
            throw CommandFault(error)
        }
    }
}
