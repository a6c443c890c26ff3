import Events
package import Storage

/// An expression with values for its names, tried once, without a configuration that would say what names there are:
/// what is unknown or has no meaning is an error only where it is evaluated.
package struct ExpressionTrial {
    package let expression: String
    package let container: String
    package let hasMacros: Bool
    /// Values by name; a name may have dots. They are in memory that the caller keeps in place.
    package let bindings: [(name: String, value: Value)]

    package init(
        expression: String, bindings: [(name: String, value: Value)] = [], container: String = "",
        hasMacros: Bool = true
    ) {
        self.expression = expression
        self.bindings = bindings
        self.container = container
        self.hasMacros = hasMacros
    }

    /// Reads `{"expr", "bindings", "container", "disable_macros"}`, bindings being typed values. Other members are
    /// passed over. Nil where the text, which has been validated as JSON, is not such an object.
    package init?(json text: View<UInt8>, scratch: inout Scratch) {
        var reader = JSONReader(text)
        guard reader.take(UInt8(ascii: "{")), !text.isEmpty else { return nil }
        var expression: String?
        var container = ""
        var hasMacros = true
        var bindings: [(name: String, value: Value)] = []
        while !reader.take(UInt8(ascii: "}")) {
            _ = reader.take(UInt8(ascii: ","))
            guard case .string(let key) = reader.value(&scratch), reader.take(UInt8(ascii: ":")),
                let value = reader.value(&scratch)
            else { return nil }
            switch (key.text, value) {
            case ("expr", .string(let text)): expression = text.text
            case ("container", .string(let text)): container = text.text
            case ("disable_macros", .bool(let bool)): hasMacros = !bool
            case ("bindings", .json(let members)):
                guard let values = ExpressionTrial.bindings(members, &scratch) else { return nil }
                bindings = values
            case ("expr", _), ("container", _), ("disable_macros", _), ("bindings", _): return nil
            default: break
            }
        }
        guard let expression else { return nil }
        self.init(expression: expression, bindings: bindings, container: container, hasMacros: hasMacros)
    }

    private static func bindings(
        _ text: View<UInt8>, _ scratch: inout Scratch
    ) -> [(name: String, value: Value)]? {
        var reader = JSONReader(text)
        guard reader.take(UInt8(ascii: "{")) else { return nil }
        var bindings: [(name: String, value: Value)] = []
        while !reader.take(UInt8(ascii: "}")) {
            _ = reader.take(UInt8(ascii: ","))
            guard case .string(let name) = reader.value(&scratch), reader.take(UInt8(ascii: ":")),
                case .json(let typed) = reader.value(&scratch),
                let value = TypedValue.decode(typed, into: &scratch)
            else { return nil }
            bindings.append((name.text, value))
        }
        return bindings
    }

    /// The expression's value, or what went wrong, for people. The value is in memory of the evaluator's, until its reset.
    package func evaluate(with evaluator: inout Evaluator) -> Result<Value, TrialFault> {
        let names = TrialNames(bindings)
        do throws(CompileFaults) {
            let program = try compile(names, isStrict: false)
            // The result may lie among the program's constants, which end with it.
            switch evaluator.evaluate(program, names) {
            case .error(let fault): return .failure(explanation(of: fault, names))
            case let value:
                guard let kept = evaluator.keep(value) else {
                    return .failure(TrialFault(message: Fault.tooMuchMemory.message))
                }
                return .success(kept)
            }
        } catch {
            return .failure(TrialFault(error))
        }
    }

    private func compile(_ names: TrialNames, isStrict: Bool) throws(CompileFaults) -> Program {
        var names = names
        return try Program.compile(
            expression, declarations: &names,
            options: Program.Options(container: container, hasMacros: hasMacros, isStrict: isStrict))
    }

    /// A failed evaluation says what went wrong but not where; most often a strict look at the expression can.
    private func explanation(of fault: Fault, _ names: TrialNames) -> TrialFault {
        do throws(CompileFaults) {
            _ = try compile(names, isStrict: true)
            return TrialFault(message: fault.message)
        } catch {
            return TrialFault(error)
        }
    }

    /// The answer as one JSON object, `{"value":…}` with the value typed, or `{"error":"…"}`.
    package func appendAnswer(to output: inout [UInt8], with evaluator: inout Evaluator) {
        var typed = Array("{\"value\":".utf8)
        let message: String
        switch evaluate(with: &evaluator) {
        case .success(let value):
            if evaluator.append(typed: value, to: &typed) {
                output += typed
                output.append(UInt8(ascii: "}"))
                return
            }
            message = "the result cannot be written"
        case .failure(let fault): message = fault.message
        }
        ExpressionTrial.append(error: message, to: &output)
    }

    /// Appends `{"error":"…"}`.
    package static func append(error message: String, to output: inout [UInt8]) {
        output.append(contentsOf: "{\"error\":".utf8)
        output.append(jsonString: message)
        output.append(UInt8(ascii: "}"))
    }
}

/// Why a trial has no value.
package struct TrialFault: Error, Equatable, Sendable {
    package let message: String
    /// Where in the expression it was found, in bytes from its beginning, if that is known.
    package let offset: Int?

    package init(message: String, offset: Int? = nil) {
        self.message = message
        self.offset = offset
    }

    init(_ faults: CompileFaults) {
        self.init(message: faults.message, offset: faults.faults[0].offset)
    }
}

/// A trial's bindings as names.
private struct TrialNames: Declarations, Names {
    private let values: [Value]
    /// Where the value of each name is; of a name that is given twice the later one counts.
    private let places: [ByteName: Int]

    init(_ bindings: [(name: String, value: Value)]) {
        values = bindings.map(\.value)
        places = Dictionary(bindings.enumerated().map { (ByteName($1.name), $0) }) { _, later in later }
    }

    mutating func variable(path: [String]) -> (variable: Variable, consumed: Int)? {
        for length in (1...max(1, path.count)).reversed() {
            if let id = places[path.prefix(length).joined(separator: ".")] {
                return (Variable(id: id, type: .dyn), length)
            }
        }
        return nil
    }

    func value(of variable: Int) -> Value { values[variable] }
}

extension Evaluator {
    /// A copy of the value, with all that it refers to, that lives until the next reset.
    fileprivate mutating func keep(_ value: Value) -> Value? {
        switch value {
        case .string(let text): return copy(text.copied).map { .string($0) }
        case .bytes(let bytes): return copy(bytes.copied).map { .bytes($0) }
        case .json(let text): return copy(text.copied).map { .json($0) }
        case .list(let parts), .map(let parts):
            var kept: [Value] = []
            for index in 0..<parts.count {
                guard let part = keep(parts[index]) else { return nil }
                kept.append(part)
            }
            let isList = value.typeName == .list
            return copy(kept).map { isList ? .list($0) : .map($0) }
        default: return value
        }
    }
}

extension [UInt8] {
    /// Appends text as a JSON string.
    mutating func append(quoted text: String) {
        var scratch = Scratch()
        if let view = scratch.copy(Array(text.utf8)) { append(jsonString: view) }
    }
}
