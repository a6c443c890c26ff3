import Events
import HTTP
import Storage

/// One client at an `http://` input. Owned by the listener's reader.
final class WebConnection {
    /// Where it stands.
    enum State: Equatable {
        case open
        /// The client has sent everything; what it waits for is still answered.
        case heardOut
        /// What it still sends is thrown away, so that it can read the last answer; at that time it is closed.
        case leaving(until: Int64)
    }

    /// The request whose body is on its way.
    struct Begun {
        let head: RequestHead
        /// What it asks for; nil where it is answered already, and its body is thrown away.
        var route: WebRoute?
        /// Its place among the answers.
        let number: Int
        let body = ByteBlock(capacity: 1024)
        /// How many bytes of the body have come.
        var count = 0
        let begin: Int64
    }

    let descriptor: Descriptor
    /// Where its lines come from, by their formats.
    private var sources: [InputFormat: LineSource] = [:]
    private let name: String
    let answers: WebAnswers
    var parser = RequestParser(.events)
    var state = State.open
    var begun: Begun?
    /// Whether nothing is taken behind the request at hand, or the one before.
    var hasLast = false
    /// When the head at hand began, in microseconds of a clock that is never set; nil between requests.
    var headBegan: Int64?
    var lastHeard: Int64
    /// Whether it is not read for now, since too many of its requests wait for their answers.
    var isPausing = false
    var interest = Readiness.Interest.reading

    init(_ descriptor: Descriptor, name: String, answers: WebAnswers, now: Int64) {
        self.descriptor = descriptor
        self.answers = answers
        self.name = name
        lastHeard = now
    }

    /// The source of its lines in a format.
    func source(_ format: InputFormat) -> LineSource {
        if let source = sources[format] { return source }
        let source = LineSource(name, format: format)
        sources[format] = source
        return source
    }

    var isLeaving: Bool {
        if case .leaving = state { true } else { false }
    }

    /// What it is to be watched for.
    var wished: Readiness.Interest {
        var wished: Readiness.Interest = []
        if state != .heardOut, !isPausing { wished.insert(.reading) }
        if answers.hasUnsent { wished.insert(.writing) }
        return wished
    }
}

/// The open connections of one `http://` input by key. Keys are never used again.
struct WebConnectionTable {
    private var connections: [UInt64: WebConnection] = [:]
    private var nextKey: UInt64

    init(firstKey: UInt64) { nextKey = firstKey }

    var count: Int { connections.count }
    var leavingCount: Int { connections.values.count { $0.isLeaving } }
    var keys: [UInt64] { connections.keys.sorted() }

    subscript(key: UInt64) -> WebConnection? { connections[key] }

    /// The key that the next connection gets.
    mutating func takeKey() -> UInt64 {
        defer { nextKey += 1 }
        return nextKey
    }

    mutating func add(_ connection: WebConnection, key: UInt64) { connections[key] = connection }

    mutating func remove(_ key: UInt64) { connections[key] = nil }
}

/// Requests that wait for decisions, in the order in which their time is over.
struct WaitingPostings {
    private var entries: ArraySlice<(deadline: Int64, posting: Posting)> = []

    /// When the first of those that are not answered is over; nil where none is left.
    mutating func nextDeadline() -> Int64? {
        while let first = entries.first, first.posting.isOver { entries.removeFirst() }
        return entries.first?.deadline
    }

    mutating func add(_ posting: Posting, deadline: Int64) {
        // Most have the same patience, so the place is the last one.
        var index = entries.endIndex
        while index > entries.startIndex, entries[index - 1].deadline > deadline { index -= 1 }
        entries.insert((deadline, posting), at: index)
    }

    /// Takes those whose time is over.
    mutating func expired(_ now: Int64) -> [Posting] {
        var expired: [Posting] = []
        while let next = nextDeadline(), next <= now, let first = entries.popFirst() { expired.append(first.posting) }
        return expired
    }
}
