import Configuration
import Endpoints
import Events
import Expressions
import Storage

extension Command {
    /// `journeyd eval`.
    static let eval = Command(
        name: "eval", operands: "EXPRESSION|-", operandCount: 1...1,
        summary: "try an expression; - answers many, one a line",
        explanation: """
            Evaluates EXPRESSION, which is CEL as in configurations, and prints its value as JSON.
            One that begins with - stands behind --, as in: journeyd eval -- '-1 + 2'

            With - it answers each line {"expr":"a + 1","bindings":{"a":{"int":"41"}}} of standard input with a line
            {"value":{"int":"42"}} or {"error":"..."}. "bindings" may be left out; each value names its type: null,
            bool, int, uint, double, string, bytes (hexadecimal), list, map (pairs), type, duration_ns, timestamp_ns.
            "container":"a.b" and "disable_macros":true are as in CEL's conformance tests.
            """,
        flags: []
    ) { arguments throws(CommandFault) in
        // Reading and writing block, which the threads of the other tasks must not.
        let thread = BlockingThread()
        defer { thread.end() }
        return try await withTaskExecutorPreference(thread) { () async throws(CommandFault) in
            let expression = arguments.operands[0]
            return expression == "-" ? try EvalCommand.answerLines() : try EvalCommand.show(expression)
        }
    }
}

/// Tries expressions without a configuration.
enum EvalCommand {
    private static let lineLimit = 1 << 20
    /// How many bytes of answers are put together before they are written.
    private static let blockSize = 64 << 10

    /// Prints the value of one expression.
    static func show(_ expression: String) throws(CommandFault) -> ExitStatus {
        var evaluator = Evaluator(zone: { ZoneFolder.system.zone(named: $0) })
        switch ExpressionTrial(expression: expression).evaluate(with: &evaluator) {
        case .failure(let fault):
            throw CommandFault(.faultyExpression, message(of: fault, in: expression))
        case .success(let value):
            var text: [UInt8] = []
            guard value.appendJSON(to: &text) else {
                throw CommandFault(
                    .faultyExpression,
                    "journeyd eval: JSON has no form for the value; \"journeyd eval -\" writes it with its type")
            }
            return try CommandLineProgram.show(String(decoding: text, as: UTF8.self) + "\n")
        }
    }

    /// What went wrong; where its place is known, with the expression and a caret under the place.
    private static func message(of fault: TrialFault, in expression: String) -> String {
        let text = "journeyd eval: "
        guard let offset = fault.offset else { return text + fault.message }
        let excerpt = Excerpt(of: expression, atByte: offset)
        let line = excerpt.isOneOfSeveral ? "line \(excerpt.line), " : ""
        return "\(text)\(line)column \(excerpt.column): \(fault.message)\n\(excerpt.text.dropLast())"
    }

    /// Answers each line of standard input with a line.
    static func answerLines() throws(CommandFault) -> ExitStatus {
        let stop: StopSignal
        do throws(SystemError) {
            stop = try StopSignal()
        } catch {
            throw CommandFault(.cannotOpen, "journeyd eval: a pipe cannot be made: \(error)")
        }
        stop.followSignals()
        do throws(EndpointFault) {
            var answers = Answers(writer: Output.standard.writer)
            var reader = InputReader(.standard(isLive: false), stop: stop, lineLimit: lineLimit)
            while let piece = try reader.next() { try answers.answer(piece) }
        } catch {
            throw CommandFault(error)
        }
        return .done
    }

    /// Answers lines, and writes the answers when there are enough, or nothing more to answer yet.
    private struct Answers: ~Copyable {
        private static let shape = #"{"expr":"a + 1","bindings":{"a":{"int":"41"}}}"#

        private var evaluator = Evaluator(zone: { ZoneFolder.system.zone(named: $0) })
        private var scratch = Scratch()
        private var output: [UInt8] = []
        private var writer: OutputWriter

        init(writer: OutputWriter) { self.writer = writer }

        mutating func answer(_ piece: InputReader.Piece) throws(EndpointFault) {
            let bytes = piece.block.bytes
            var start = 0
            if piece.isFirst, bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { start = 3 }
            while start < bytes.count {
                let newline = bytes.firstIndex(of: 0x0A, from: start)
                let end = newline > start && bytes[newline - 1] == 0x0D ? newline - 1 : newline
                answer(start..<end, of: piece.block)
                start = newline + 1
                if output.count >= EvalCommand.blockSize { try write() }
            }
            try write()
        }

        private mutating func answer(_ line: Range<Int>, of block: ByteBlock) {
            evaluator.reset()
            scratch.reset()
            if line.count > EvalCommand.lineLimit {
                ExpressionTrial.append(error: "the line is longer than \(EvalCommand.lineLimit) bytes", to: &output)
            } else if let fault = block.objectFault(in: line) {
                ExpressionTrial.append(error: fault, to: &output)
            } else if let trial = ExpressionTrial(json: block.bytes[line], scratch: &scratch) {
                trial.appendAnswer(to: &output, with: &evaluator)
            } else {
                ExpressionTrial.append(
                    error: "not an expression with typed values; write as in \(Self.shape)", to: &output)
            }
            output.append(0x0A)
        }

        private mutating func write() throws(EndpointFault) {
            let block = ByteBlock(capacity: output.count)
            block.append(output)
            output.removeAll(keepingCapacity: true)
            try writer.write(block)
        }
    }
}
