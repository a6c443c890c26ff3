package import Storage

/// What an input is read from: a stream, a listener, a file that grows.
///
/// A further kind of input is a type of this protocol in a file of its own, with the reader that `read` has taken, and an
/// address that leads to it. No stage asks which kind it has.
package protocol InputSource: Sendable {
    /// What came of it besides its lines, by name, for people.
    var totals: [String: UInt64] { get }
    /// Whether it answers each request.
    var takesRequests: Bool { get }
    /// The open file that it is read from, if it is one already.
    var descriptor: Descriptor? { get }
    /// How many files it keeps open beside those of its connections.
    var filesKept: Int { get }
    /// Has all that is read of it taken, until its end or a stop. Blocks: it belongs on a thread of its own.
    /// - Parameter input: the input that has this source: its name, format, and where reading begins.
    /// - Returns: whether its end was come to, so that there is nothing behind what was read.
    func read(_ input: Input, _ terms: ReadingTerms, by taker: some PieceTaker) async throws(EndpointFault) -> Bool
    /// Answers the requests that nobody will answer any more.
    func conclude()
}

extension InputSource {
    /// None.
    package var totals: [String: UInt64] { [:] }
    /// It does not.
    package var takesRequests: Bool { false }
    /// None: it is no single file.
    package var descriptor: Descriptor? { nil }
    /// None.
    package var filesKept: Int { 0 }
    /// There are none.
    package func conclude() {}
}

/// What a run says of how its inputs are to be read.
package struct ReadingTerms: Sendable {
    /// Ends the reading.
    package let stop: StopSignal
    /// The most bytes of a line.
    package let lineLimit: Int
    /// Whether a later run can read on, since there is a journal.
    package let isDurable: Bool
    /// Whether pieces of a file say what stands before their ends.
    package let marks: Bool
    /// Whether the engine takes another block at once.
    package let hasRoom: @Sendable () -> Bool

    package init(
        stop: StopSignal, lineLimit: Int, isDurable: Bool, marks: Bool, hasRoom: @escaping @Sendable () -> Bool
    ) {
        self.stop = stop
        self.lineLimit = lineLimit
        self.isDurable = isDurable
        self.marks = marks
        self.hasRoom = hasRoom
    }
}

/// Takes what a reader reads, for as long as there is room.
package protocol PieceTaker: Sendable {
    /// - Returns: whether the reader came to the input's end.
    func take(_ reader: consuming some PieceReader & ~Copyable) async throws(EndpointFault) -> Bool
}

/// A file, pipe or terminal, which is read to its end.
package struct StreamSource: InputSource {
    let stream: Descriptor

    package var descriptor: Descriptor? { stream }

    /// In blocks of whole lines, also those of tables and packed files.
    package func read(
        _ input: Input, _ terms: ReadingTerms, by taker: some PieceTaker
    ) async throws(EndpointFault) -> Bool {
        try await taker.take(
            InputReader(
                input, stop: terms.stop, lineLimit: terms.lineLimit, marks: terms.marks, isDurable: terms.isDurable))
    }
}

extension Listener: InputSource {
    package var totals: [String: UInt64] { counts.named(name) }
    package var takesRequests: Bool { web != nil }

    /// From all connections side by side, as lines or as requests.
    package func read(
        _ input: Input, _ terms: ReadingTerms, by taker: some PieceTaker
    ) async throws(EndpointFault) -> Bool {
        guard let web else {
            return try await taker.take(ConnectionReader(self, stop: terms.stop, lineLimit: terms.lineLimit))
        }
        return try await taker.take(
            WebReader(
                self, settings: web, stop: terms.stop, isDurable: terms.isDurable, hasRoom: terms.hasRoom))
    }
}

extension FollowedFile: InputSource {
    package var totals: [String: UInt64] { counts.named(path) }
    package var descriptor: Descriptor? { try? opened() }
    package var filesKept: Int { FollowReader.heldMost }

    /// And the files that had the name before, the oldest first.
    package func read(
        _ input: Input, _ terms: ReadingTerms, by taker: some PieceTaker
    ) async throws(EndpointFault) -> Bool {
        try await taker.take(
            FollowReader(
                self, behind: input.places, goesOn: terms.isDurable, stop: terms.stop, lineLimit: terms.lineLimit,
                format: input.format, table: input.table))
    }
}
