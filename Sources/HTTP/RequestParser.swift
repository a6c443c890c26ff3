package import Storage

/// Reads requests of HTTP/1.0 and 1.1, one behind the other, however their bytes were cut.
///
/// A pure state machine in bounded memory: it keeps the head of the request at hand, within its rules, and nothing of a
/// body, whose stretches it points out where they lie. It follows RFC 9112 where that lets a server be strict: lines end in
/// CR LF, a field's name is followed by its colon at once; folded lines, control characters, lengths that contradict each
/// other or the coding, and codings other than `chunked` are refused. What is refused stays so.
package struct RequestParser: Sendable {
    /// What requests may be.
    package struct Rules: Sendable {
        /// The methods that are known; nil where somebody else judges them.
        package var methods: [String]?
        /// Whether a body may follow.
        package var takesBodies: Bool
        /// The most bytes of a request line.
        package var lineMost: Int
        /// The most bytes of all header fields together.
        package var headerBytesMost: Int
        /// The most header fields.
        package var headersMost: Int

        /// For those who only ask for pages.
        package static let pages = Rules(
            methods: ["GET", "HEAD"], takesBodies: false, lineMost: 4096, headerBytesMost: 16 << 10, headersMost: 64)
        /// For those who send events.
        package static let events = Rules(
            methods: nil, takesBodies: true, lineMost: 8192, headerBytesMost: 32 << 10, headersMost: 100)
    }

    /// What comes next of a connection's bytes.
    package enum Step: Sendable, Equatable {
        /// All bytes are taken.
        case needsMore
        /// A request begins. Its body follows, if it has one, and then its end.
        case head(RequestHead)
        /// These of the bytes given are of its body.
        case body(Range<Int>)
        /// The request is whole; the next byte is of another one.
        case end
        /// What comes is no request, and what follows it cannot be told.
        case refused(Status)
    }

    /// The most empty lines in front of a request; RFC 9112 wants at least one to be passed over.
    private static let emptyLinesMost = 2
    /// The most bytes of the line in front of a chunk.
    static let chunkLineMost = 256

    enum Place {
        case beforeLine, line, lineEnd
        case fieldStart, name, value, valueEnd, headersEnd
        case body, chunkLine, chunkLineEnd, chunkData, chunkReturn, chunkEnd
        case over
    }

    let rules: Rules
    var place = Place.beforeLine
    private var refusal: Status?
    private var emptyLines = 0
    private var isBehindReturn = false
    private var line: [UInt8] = []
    private var target: (method: String, path: String, query: String?, minor: Int)?
    // The fields at hand: those of the head, or the trailers of a body in chunks.
    private var headerBytes = 0
    private var headers = 0
    private var name: [UInt8] = []
    private var value: [UInt8] = []
    private var fields: [RequestHead.Field] = []
    private var hosts = 0
    private var contentLength: [UInt8]?
    private var coding: [UInt8]?
    private var isTrailer = false
    /// How many bytes of the body, or of the chunk, are still to come.
    var bodyLeft = 0
    var chunkLine = ChunkLine()

    /// A reader of requests under some rules.
    package init(_ rules: Rules) { self.rules = rules }

    /// Whether a request has begun that is not whole yet.
    package var isWithinRequest: Bool { place != .beforeLine || isBehindReturn }

    /// Takes bytes from `position` on, up to the next thing to be told, and moves the position behind them.
    package mutating func next(_ bytes: View<UInt8>, _ position: inout Int) -> Step {
        while true {
            switch place {
            case .over: return .refused(refusal ?? .badRequest)
            case .body, .chunkData:
                if bodyLeft == 0 {
                    if place == .body { return endRequest() }
                    place = .chunkReturn
                    continue
                }
                guard position < bytes.count else { return .needsMore }
                let count = min(bodyLeft, bytes.count - position)
                bodyLeft -= count
                position += count
                return .body(position - count..<position)
            default:
                guard position < bytes.count else { return .needsMore }
                let byte = bytes[position]
                position += 1
                if let step = take(byte) { return step }
            }
        }
    }

    private mutating func take(_ byte: UInt8) -> Step? {
        switch place {
        case .beforeLine: beginLine(byte)
        case .line: takeLine(byte)
        case .lineEnd: endLine(byte)
        case .fieldStart, .name, .value, .valueEnd, .headersEnd: return takeHeader(byte)
        case .chunkLine, .chunkLineEnd, .chunkReturn, .chunkEnd: takeChunk(byte)
        case .body, .chunkData, .over: break
        }
        return nil
    }

    mutating func refuse(_ status: Status) {
        refusal = status
        place = .over
    }

    /// The request is whole: all is as before the first.
    private mutating func endRequest() -> Step {
        self = RequestParser(rules)
        return .end
    }

    // MARK: The request line

    private mutating func beginLine(_ byte: UInt8) {
        if isBehindReturn {
            isBehindReturn = false
            emptyLines += 1
            if byte != Ascii.lineFeed || emptyLines > RequestParser.emptyLinesMost { refuse(.badRequest) }
        } else if byte == Ascii.carriageReturn {
            isBehindReturn = true
        } else {
            place = .line
            takeLine(byte)
        }
    }

    private mutating func takeLine(_ byte: UInt8) {
        if byte == Ascii.carriageReturn {
            place = .lineEnd
        } else if byte < 0x20 || byte > 0x7E {
            refuse(.badRequest)
        } else if line.count == rules.lineMost {
            // Without a blank so far it is no request at all, rather than one with a long target.
            refuse(line.contains(Ascii.space) ? .targetTooLong : .badRequest)
        } else {
            line.append(byte)
        }
    }

    private mutating func endLine(_ byte: UInt8) {
        guard byte == Ascii.lineFeed else { return refuse(.badRequest) }
        let parts = line.split(separator: Ascii.space, omittingEmptySubsequences: false)
        guard parts.count == 3, !parts[0].isEmpty, parts[0].allSatisfy(Ascii.isToken) else {
            return refuse(.badRequest)
        }
        let version = Array(parts[2])
        let isVersion =
            version.count == 8 && version.starts(with: "HTTP/".utf8) && Ascii.isDigit(version[5])
            && version[6] == UInt8(ascii: ".") && Ascii.isDigit(version[7])
        guard isVersion else { return refuse(.badRequest) }
        guard version[5] == UInt8(ascii: "1"), version[7] <= UInt8(ascii: "1") else {
            return refuse(.versionNotSupported)
        }
        let method = String(decoding: parts[0], as: UTF8.self)
        if let methods = rules.methods, !methods.contains(method) { return refuse(.methodNotAllowed) }
        guard let (path, query) = RequestParser.path(of: parts[1], method) else { return refuse(.badRequest) }
        target = (method, path, query, Int(version[7] - UInt8(ascii: "0")))
        place = .fieldStart
    }

    /// The path and the query of a target in origin form (`/metrics?x`) or absolute form (`http://host/metrics`).
    private static func path(of target: ArraySlice<UInt8>, _ method: String) -> (String, String?)? {
        if method == "OPTIONS", target.elementsEqual("*".utf8) { return ("*", nil) }
        var rest = target
        let scheme = "http://"
        if rest.count > scheme.utf8.count, zip(rest, scheme.utf8).allSatisfy({ Ascii.lowered($0) == $1 }) {
            rest = rest.dropFirst(scheme.utf8.count)
            let authority = rest.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") }
            if authority.isEmpty { return nil }
            rest = rest.dropFirst(authority.count)
            if rest.first != UInt8(ascii: "/") { rest = [UInt8(ascii: "/")] + rest }
        }
        guard rest.first == UInt8(ascii: "/"), !rest.contains(UInt8(ascii: "#")) else { return nil }
        let path = rest.prefix { $0 != UInt8(ascii: "?") }
        let query = path.count < rest.count ? String(decoding: rest.dropFirst(path.count + 1), as: UTF8.self) : nil
        return (String(decoding: path, as: UTF8.self), query)
    }

    // MARK: Header fields

    private mutating func takeHeader(_ byte: UInt8) -> Step? {
        headerBytes += 1
        if headerBytes > rules.headerBytesMost {
            refuse(.headersTooLarge)
            return nil
        }
        switch place {
        case .fieldStart: beginField(byte)
        case .name: takeName(byte)
        case .value: takeValue(byte)
        case .valueEnd: if byte == Ascii.lineFeed { endField() } else { refuse(.badRequest) }
        default:
            guard byte == Ascii.lineFeed else {
                refuse(.badRequest)
                return nil
            }
            return isTrailer ? endRequest() : finishHead()
        }
        return nil
    }

    private mutating func beginField(_ byte: UInt8) {
        if byte == Ascii.carriageReturn {
            place = .headersEnd
            return
        }
        headers += 1
        if headers > rules.headersMost { return refuse(.headersTooLarge) }
        // A blank would fold the line before, which is obsolete.
        guard Ascii.isToken(byte) else { return refuse(.badRequest) }
        name.removeAll(keepingCapacity: true)
        value.removeAll(keepingCapacity: true)
        name.append(Ascii.lowered(byte))
        place = .name
    }

    private mutating func takeName(_ byte: UInt8) {
        if byte == UInt8(ascii: ":") {
            place = .value
        } else if Ascii.isToken(byte) {
            name.append(Ascii.lowered(byte))
        } else {
            refuse(.badRequest)
        }
    }

    private mutating func takeValue(_ byte: UInt8) {
        if byte == Ascii.carriageReturn {
            place = .valueEnd
        } else if byte < 0x20 && byte != Ascii.tab || byte == 0x7F {
            refuse(.badRequest)
        } else if !(value.isEmpty && Ascii.isBlank(byte)) {
            value.append(byte)
        }
    }

    private mutating func endField() {
        place = .fieldStart
        // Who could name what frames the body behind it would frame it twice.
        if isTrailer { return }
        while let last = value.last, Ascii.isBlank(last) { value.removeLast() }
        if name.elementsEqual("host".utf8) {
            hosts += 1
            if hosts > 1 { refuse(.badRequest) }
        } else if name.elementsEqual("content-length".utf8) {
            let isFirst = contentLength == nil
            let isNumber = !value.isEmpty && value.allSatisfy(Ascii.isDigit)
            guard isNumber, isFirst || contentLength == value else { return refuse(.badRequest) }
            contentLength = value
        } else if name.elementsEqual("transfer-encoding".utf8) {
            if coding != nil { return refuse(.badRequest) }
            coding = value.map(Ascii.lowered)
        }
        fields.append(
            RequestHead.Field(
                name: String(decoding: name, as: UTF8.self), value: String(decoding: value, as: UTF8.self)))
    }

    private mutating func finishHead() -> Step? {
        guard let target, target.minor == 0 || hosts == 1 else {
            refuse(.badRequest)
            return nil
        }
        let isEmpty = contentLength?.allSatisfy { $0 == UInt8(ascii: "0") } ?? true
        if !rules.takesBodies, !isEmpty || coding != nil {
            refuse(.contentTooLarge)
            return nil
        }
        guard let body = bodyForm(minor: target.minor) else { return nil }
        switch body {
        case .none: (place, bodyLeft) = (.body, 0)
        case .length(let count): (place, bodyLeft) = (.body, count)
        case .chunked:
            place = .chunkLine
            (isTrailer, headerBytes, headers) = (true, 0, 0)
        }
        defer { fields = [] }
        return .head(
            RequestHead(
                method: target.method, path: target.path, query: target.query, minorVersion: target.minor,
                fields: fields, body: body))
    }

    /// How the body's end is found; nil where that is refused.
    private mutating func bodyForm(minor: Int) -> RequestHead.BodyForm? {
        if let coding {
            // With a length beside it, or before HTTP/1.1, two servers could see the end at two places.
            if contentLength != nil || minor == 0 {
                refuse(.badRequest)
                return nil
            }
            if coding.elementsEqual("chunked".utf8) { return .chunked }
            refuse(.notImplemented)
            return nil
        }
        guard let digits = contentLength?.drop(while: { $0 == UInt8(ascii: "0") }) else {
            return RequestHead.BodyForm.none
        }
        if digits.count > 15 {
            refuse(.contentTooLarge)
            return nil
        }
        return .length(digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) })
    }
}
