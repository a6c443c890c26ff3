import Storage

/// What whoever sent lines waits to hear of them: told from any thread, at most once each, and never waits itself.
package protocol LineReceipt: AnyObject, Sendable {
    /// Whether it also asks for what follows from its lines, which then are one.
    var asksForOutput: Bool { get }

    /// Whether nobody waits any more.
    var isOver: Bool { get }

    /// The events of the lines have their places, and those listed were not taken, by their places among them.
    /// - Parameters:
    ///   - count: how many there are; a line that is not read counts as one.
    ///   - event: which event it is, where it asks for output and was taken.
    func taken(_ count: Int, event: AskedEvent?, rejected: [(index: Int, reject: Reject)])

    /// The lines will be there after a crash, too.
    func isDurable()

    /// Its event is taken, and what follows from it is decided on only later, because of what is said here.
    func waits(for what: String)

    /// Its event is decided on.
    func decided(_ lines: [AskedLine])
}

/// An event whose sender asks what follows from it.
package struct AskedEvent: Sendable, Equatable {
    package let id: String
    package let customerID: String

    package init(id: String, customerID: String) { (self.id, self.customerID) = (id, customerID) }
}

/// A line of the output that follows from an event whose sender asked.
package struct AskedLine: Sendable {
    package let type: LineType
    /// Whether it is a decision for a customer of the control group.
    package let isControl: Bool
    /// The line, without its end.
    package let text: [UInt8]
}

extension OutputLines {
    /// One of the lines for whoever asked for it.
    package func asked(_ index: Int) -> AskedLine {
        let line = lines[index]
        return AskedLine(type: line.type, isControl: line.isControl, text: text(of: line).copied)
    }
}

extension EventBatch {
    /// The event on a line, for whoever asked for what follows from it; nil where the line is no event.
    package func asked(onLine line: Int) -> AskedEvent? {
        guard let index = (0..<count).first(where: { row($0).line == line }) else { return nil }
        let event = sight(index, taken: row(index).time, place: 0)
        return AskedEvent(
            id: String(decoding: event.idText, as: UTF8.self), customerID: text(row(index).customerID).text)
    }
}
