import Events
package import Expressions
import Storage

/// A JSON value of the configuration's own, in which expressions over the line stand for values.
///
/// What they come to is written as JSON, whatever it is: no text of an event can be taken for a part of the template.
package struct LineTemplate: Sendable {
    /// A part of a template.
    package indirect enum Part: Sendable {
        /// JSON as it is.
        case fixed([UInt8])
        /// What an expression comes to.
        case value(Program)
        case object([(key: String, part: Part)])
        case list([Part])
    }

    private let root: Part

    package init(_ root: Part) { self.root = root }

    /// Appends what it makes of a line. A member whose value is absent, or whose expression fails, is left out; in a list it
    /// is null.
    func append(_ line: View<UInt8>, to output: inout [UInt8]) {
        var evaluator = Evaluator()
        if !Self.append(root, line, &evaluator, to: &output) { output += Array("null".utf8) }
    }

    /// Whether there was something to append.
    private static func append(
        _ part: Part, _ line: View<UInt8>, _ evaluator: inout Evaluator, to output: inout [UInt8]
    ) -> Bool {
        switch part {
        case .fixed(let json): output += json
        case .value(let program):
            var scratch = Scratch()
            defer { evaluator.reset() }
            let sight = LineSight(line, reads: program.reads, scratch: &scratch)
            return evaluator.evaluate(program, sight).appendJSON(to: &output)
        case .object(let members):
            output.append(UInt8(ascii: "{"))
            let start = output.count
            for (key, part) in members {
                let before = output.count
                if before > start { output.append(UInt8(ascii: ",")) }
                output.append(jsonString: key)
                output.append(UInt8(ascii: ":"))
                if !append(part, line, &evaluator, to: &output) { output.removeLast(output.count - before) }
            }
            output.append(UInt8(ascii: "}"))
        case .list(let parts):
            output.append(UInt8(ascii: "["))
            for (index, part) in parts.enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                if !append(part, line, &evaluator, to: &output) { output += Array("null".utf8) }
            }
            output.append(UInt8(ascii: "]"))
        }
        return true
    }
}

/// A line as its output's template has it.
enum TemplatedLine: OutputForm {
    static func append(_ line: View<UInt8>, _ plan: FormPlan, routingKey: String, to output: inout [UInt8]) {
        if let template = plan.template { template.append(line, to: &output) } else { output += Array("{}".utf8) }
    }
}
