import Storage

/// An expression over one JSON object, which it knows as `line`: for what pointers cannot reach.
///
/// It is compiled at each evaluation, which takes some microseconds.
package struct LineExpression: Sendable {
    package let text: String
    private let zone: @Sendable (String) -> Zone?

    package init(_ text: String, zone: @escaping @Sendable (String) -> Zone?) {
        self.text = text
        self.zone = zone
    }

    /// What is wrong with it; nil where nothing is.
    package var fault: String? {
        let none = Array("{}".utf8)
        return View.of(none) { line in
            do throws(CompileFaults) {
                let trial = Trial(expression: text, bindings: [("line", .json(line))])
                _ = try trial.compileStrictly()
                return nil
            } catch {
                return TrialFault(error).message
            }
        }
    }

    /// The JSON text of its value; nil where it has none.
    package func value(for line: [UInt8]) -> [UInt8]? {
        View.of(line) { line in
            var evaluator = Evaluator(zone: zone)
            let trial = Trial(expression: text, bindings: [("line", .json(line))])
            guard case .success(let value) = trial.evaluate(with: &evaluator) else { return nil }
            var output: [UInt8] = []
            return value.appendJSON(to: &output) ? output : nil
        }
    }
}
