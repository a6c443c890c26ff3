/// One thing wrong with an expression: what, what would be right, and where.
package struct CompileFault: Equatable, Sendable {
    package let message: String
    /// Bytes from the beginning of the source.
    package let offset: Int

    package init(message: String, offset: Int) {
        self.message = message
        self.offset = offset
    }
}

/// Everything found wrong with an expression, in the order of the source; never empty.
package struct CompileFaults: Error, Equatable, Sendable {
    package let faults: [CompileFault]

    package init(_ faults: [CompileFault]) {
        precondition(!faults.isEmpty)
        self.faults = faults.sorted { $0.offset < $1.offset }
    }

    init(_ message: String, at offset: Int) {
        self.init([CompileFault(message: message, offset: offset)])
    }

    /// The faults' messages, for a place that shows one line.
    package var message: String { faults.map(\.message).joined(separator: "; ") }
}
