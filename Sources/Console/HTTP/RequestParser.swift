/// Reads one request of HTTP/1.0 or 1.1, byte by byte, however it was cut.
///
/// A pure state machine in bounded memory: it keeps the request line, the name of the field at hand and, of the fields
/// that matter here, the value. It follows RFC 9112 where that lets a server be strict: lines end in CR LF, a field's name is followed by
/// its colon at once, folded lines and control characters are refused. Only GET and HEAD without a body come through.
struct RequestParser: Sendable {
    /// The most bytes of a request line.
    static let lineMost = 4096
    /// The most bytes of all header fields together.
    static let headerBytesMost = 16 << 10
    /// The most header fields.
    static let headersMost = 64
    /// The most empty lines in front of a request; RFC 9112 wants at least one to be passed over.
    private static let emptyLinesMost = 2
    /// What of a field's value is looked at.
    private static let valueMost = 32

    enum Outcome: Sendable, Equatable {
        case needsMore
        case request(Request)
        case refused(Status)
    }

    private enum Place {
        case beforeLine, line, lineEnd
        case fieldStart, name, value, valueEnd, headersEnd
        case over
    }

    private var place = Place.beforeLine
    private var outcome = Outcome.needsMore
    private var emptyLines = 0
    private var isBehindReturn = false
    private var line: [UInt8] = []
    private var headerBytes = 0
    private var headers = 0
    private var name: [UInt8] = []
    private var value: [UInt8] = []
    private var hosts = 0
    private var contentLength: [UInt8]?
    private var hasTransferEncoding = false
    private var request: Request?
    private var needsHost = false

    init() {}

    /// Takes the next bytes; what stands behind the request is passed over.
    /// - Returns: the same from when it is decided on.
    mutating func take(_ bytes: some Sequence<UInt8>) -> Outcome {
        for byte in bytes {
            if place == .over { break }
            take(byte)
        }
        return outcome
    }

    private mutating func take(_ byte: UInt8) {
        switch place {
        case .beforeLine: beginLine(byte)
        case .line: takeLine(byte)
        case .lineEnd: endLine(byte)
        case .fieldStart, .name, .value, .valueEnd, .headersEnd: takeHeader(byte)
        case .over: break
        }
    }

    private mutating func refuse(_ status: Status) {
        outcome = .refused(status)
        place = .over
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
        } else if line.count == RequestParser.lineMost {
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
        needsHost = version[7] == UInt8(ascii: "1")
        let isHead = parts[0].elementsEqual("HEAD".utf8)
        guard isHead || parts[0].elementsEqual("GET".utf8) else { return refuse(.methodNotAllowed) }
        guard let path = RequestParser.path(of: parts[1]) else { return refuse(.badRequest) }
        request = Request(isHead: isHead, path: path)
        place = .fieldStart
    }

    /// The path of a target in origin form (`/metrics?x`) or absolute form (`http://host/metrics`).
    private static func path(of target: ArraySlice<UInt8>) -> String? {
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
        return String(decoding: rest.prefix { $0 != UInt8(ascii: "?") }, as: UTF8.self)
    }

    // MARK: Header fields

    private mutating func takeHeader(_ byte: UInt8) {
        headerBytes += 1
        if headerBytes > RequestParser.headerBytesMost { return refuse(.headersTooLarge) }
        switch place {
        case .fieldStart: beginField(byte)
        case .name: takeName(byte)
        case .value: takeValue(byte)
        case .valueEnd:
            guard byte == Ascii.lineFeed else { return refuse(.badRequest) }
            endField()
        default:
            guard byte == Ascii.lineFeed else { return refuse(.badRequest) }
            finish()
        }
    }

    private mutating func beginField(_ byte: UInt8) {
        if byte == Ascii.carriageReturn {
            place = .headersEnd
            return
        }
        headers += 1
        if headers > RequestParser.headersMost { return refuse(.headersTooLarge) }
        guard Ascii.isToken(byte) else { return refuse(.badRequest) }
        name = [Ascii.lowered(byte)]
        value = []
        place = .name
    }

    private mutating func takeName(_ byte: UInt8) {
        if byte == UInt8(ascii: ":") {
            place = .value
        } else if Ascii.isToken(byte) {
            // A name longer than any that matters is only checked.
            if name.count < RequestParser.valueMost { name.append(Ascii.lowered(byte)) }
        } else {
            refuse(.badRequest)
        }
    }

    private mutating func takeValue(_ byte: UInt8) {
        if byte == Ascii.carriageReturn {
            place = .valueEnd
        } else if byte < 0x20 && byte != Ascii.tab || byte == 0x7F {
            refuse(.badRequest)
        } else if value.count < RequestParser.valueMost, !(value.isEmpty && Ascii.isBlank(byte)) {
            value.append(byte)
        }
    }

    private mutating func endField() {
        place = .fieldStart
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
            hasTransferEncoding = true
        }
    }

    private mutating func finish() {
        guard let request, !needsHost || hosts == 1 else { return refuse(.badRequest) }
        let hasBody = contentLength?.contains { $0 != UInt8(ascii: "0") } == true || hasTransferEncoding
        if hasBody { return refuse(.contentTooLarge) }
        outcome = .request(request)
        place = .over
    }
}

/// What bytes mean in HTTP.
enum Ascii {
    static let tab: UInt8 = 0x09
    static let lineFeed: UInt8 = 0x0A
    static let carriageReturn: UInt8 = 0x0D
    static let space: UInt8 = 0x20

    static func isBlank(_ byte: UInt8) -> Bool { byte == space || byte == tab }

    static func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

    static func lowered(_ byte: UInt8) -> UInt8 {
        byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
    }

    /// Whether a byte may stand in a method or a field's name.
    static func isToken(_ byte: UInt8) -> Bool {
        isDigit(byte) || lowered(byte) >= UInt8(ascii: "a") && lowered(byte) <= UInt8(ascii: "z")
            || "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
}
