import Expressions
import Storage

/// An evaluator and memory for values, as an object, so that expectations can call them.
final class Workbench {
    private var evaluator: Evaluator
    private var scratch = Scratch()

    init(limits: Evaluator.Limits = Evaluator.Limits()) { evaluator = Evaluator(limits: limits) }

    /// Takes back what evaluations made, but not what was copied.
    func reset() { evaluator.reset() }

    var lastFault: Fault? { evaluator.lastFault }
    var faultCount: Int { evaluator.faultCount }

    func copy(_ text: String) -> View<UInt8> { scratch.copy(Array(text.utf8)) ?? View() }

    func copy(_ values: [Value]) -> View<Value> { scratch.copy(values) ?? View() }

    func holds(_ program: Program, _ names: ShopNames) -> Bool { evaluator.holds(program, names) }

    func evaluate(_ program: Program, _ names: ShopNames) -> Value { evaluator.evaluate(program, names) }

    func decode(_ typed: String) -> Value? {
        let view = copy(typed)
        return TypedValue.decode(view, into: &scratch)
    }

    func typed(_ value: Value) -> String? {
        var output: [UInt8] = []
        return evaluator.append(typed: value, to: &output) ? String(decoding: output, as: UTF8.self) : nil
    }

    func trial(_ line: String) -> ExpressionTrial? {
        let view = copy(line)
        return ExpressionTrial(json: view, scratch: &scratch)
    }

    func answer(_ trial: ExpressionTrial) -> String {
        var output: [UInt8] = []
        trial.appendAnswer(to: &output, with: &evaluator)
        return String(decoding: output, as: UTF8.self)
    }
}
