import Storage

/// An expression over one JSON object, which it knows as `line`: for what pointers cannot reach. It is compiled once.
package struct LineExpression: Sendable {
    package let text: String
    /// What is wrong with it; nil where nothing is.
    package let fault: String?
    /// Nil where something is wrong with the text.
    private let program: Program?
    private let zone: @Sendable (String) -> Zone?

    package init(_ text: String, zone: @escaping @Sendable (String) -> Zone?) {
        self.text = text
        self.zone = zone
        var names = LineNames(line: .null)
        do throws(CompileFaults) {
            program = try Program.compile(
                text, declarations: &names, options: Program.Options(container: "", hasMacros: true, isStrict: true))
            fault = nil
        } catch {
            program = nil
            fault = TrialFault(error).message
        }
    }

    /// The JSON text of its value; nil where it has none.
    package func value(for line: [UInt8]) -> [UInt8]? {
        guard let program else { return nil }
        return View.of(line) { line in
            var evaluator = Evaluator(zone: zone)
            var output: [UInt8] = []
            switch evaluator.evaluate(program, LineNames(line: .json(line))) {
            case .error: return nil
            case let value: return value.appendJSON(to: &output) ? output : nil
            }
        }
    }
}

/// The one name that such an expression knows.
private struct LineNames: Declarations, Names {
    let line: Value

    func variable(path: [String]) -> (variable: Variable, consumed: Int)? {
        guard let first = path.first, first.isSame(as: "line") else { return nil }
        return (Variable(id: 0, type: .dyn), 1)
    }

    func value(of variable: Int) -> Value { line }
}
