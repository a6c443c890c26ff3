package import Events
package import Storage

/// How lines look to one kind of receiver. A form is a type in a file of its own, and a case of `FormPlan.Kind`.
protocol OutputForm: Sendable {
    /// Whether several lines can be put into one request; none unless a form says so.
    static var joins: Bool { get }
    /// Whether what has so many lines is a JSON array of them; it is not unless a form says so.
    static func isList(lineCount: Int) -> Bool
    /// The media type of a request with so many lines; JSON unless a form says otherwise.
    static func mediaType(lineCount: Int) -> String
    /// Appends one line, without a line end.
    /// - Parameter routingKey: what `routing_key` reveals; empty without one.
    static func append(_ line: View<UInt8>, _ plan: FormPlan, routingKey: String, to output: inout [UInt8])
}

extension OutputForm {
    static var joins: Bool { false }
    static func isList(lineCount: Int) -> Bool { false }
    static func mediaType(lineCount: Int) -> String { "application/json" }
}

/// The line as it is.
enum NativeLine: OutputForm {
    static let joins = true
    static func mediaType(lineCount: Int) -> String { lineCount == 1 ? "application/json" : "application/x-ndjson" }
    static func append(_ line: View<UInt8>, _ plan: FormPlan, routingKey: String, to output: inout [UInt8]) {
        output.append(line)
    }
}

/// How an output's lines look to who takes them. Pure: the same line gives the same bytes.
package struct LineForm: Sendable {
    private let plan: FormPlan
    private let form: any OutputForm.Type
    private let routingKey: String

    /// - Parameter routingKey: PagerDuty's key, revealed.
    package init(_ plan: FormPlan, routingKey: String = "") {
        self.plan = plan
        form = plan.kind.form
        self.routingKey = routingKey
    }

    /// Whether lines go as they are.
    package var isNative: Bool { plan.kind == .native }

    /// The media type of a request with so many lines.
    package func mediaType(lineCount: Int) -> String { form.mediaType(lineCount: lineCount) }

    /// The body of one request with these lines. Of forms that cannot join lines, there is one.
    package func body(_ lines: [View<UInt8>]) -> [UInt8] {
        precondition(lines.count == 1 || form.joins, "a request of this form has one line")
        var body: [UInt8] = []
        let isList = form.isList(lineCount: lines.count)
        if isList { body.append(UInt8(ascii: "[")) }
        for (number, line) in lines.enumerated() {
            if number > 0 { body.append(isList ? UInt8(ascii: ",") : UInt8(ascii: "\n")) }
            form.append(line, plan, routingKey: routingKey, to: &body)
        }
        if isList { body.append(UInt8(ascii: "]")) }
        return body
    }

    /// Appends one line in its form, with a line end: for what takes line by line.
    package func append(_ line: View<UInt8>, to output: inout [UInt8]) {
        let isList = form.isList(lineCount: 1)
        if isList { output.append(UInt8(ascii: "[")) }
        form.append(line, plan, routingKey: routingKey, to: &output)
        if isList { output.append(UInt8(ascii: "]")) }
        output.append(UInt8(ascii: "\n"))
    }
}

/// Puts the lines of an output that is written into their form.
package struct FormedLines {
    private let form: LineForm

    package init(_ plan: OutputPlan) { form = LineForm(plan.form) }

    /// The lines in their form; those that go as they are as they are.
    package func block(_ lines: OutputLines) -> ByteBlock {
        if form.isNative { return lines.block }
        var bytes: [UInt8] = []
        for line in lines.lines { form.append(lines.text(of: line), to: &bytes) }
        let block = ByteBlock(capacity: bytes.count)
        block.append(bytes)
        return block
    }
}

/// Writes a JSON object member by member.
struct ObjectWriter {
    private var bytes: [UInt8] = [UInt8(ascii: "{")]

    /// A member whose value is text.
    mutating func add(_ key: String, _ text: String) {
        begin(key)
        bytes.append(jsonString: text)
    }

    /// A member whose value is JSON already; nothing where there is none.
    mutating func add(_ key: String, json: View<UInt8>?) {
        guard let json else { return }
        begin(key)
        bytes.append(json)
    }

    /// A member whose value is another object.
    mutating func add(_ key: String, _ object: ObjectWriter) {
        begin(key)
        bytes += object.bytes
        bytes.append(UInt8(ascii: "}"))
    }

    private mutating func begin(_ key: String) {
        if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
        bytes.append(jsonString: key)
        bytes.append(UInt8(ascii: ":"))
    }

    /// Appends the whole object.
    func append(to output: inout [UInt8]) {
        output += bytes
        output.append(UInt8(ascii: "}"))
    }
}
