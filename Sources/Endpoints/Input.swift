package import Events
package import Storage

/// Where events are read from.
package struct Input: Sendable {
    /// What it is read from.
    package let source: any InputSource
    /// How messages and rejected lines name it.
    package let name: String
    /// Whether its order is that of arrival and time goes on while it is silent.
    package let isLive: Bool
    /// The format of its lines.
    package var format = InputFormat.standard
    /// How its lines are made of a table, if it is one.
    package var table: TableSettings?
    /// Where reading begins.
    package private(set) var start = InputStart()
    /// How far the files were read before that had a followed one's name, in their order.
    package private(set) var places: [FollowedPlace] = []

    /// Standard input.
    package static func standard(isLive: Bool) -> Input {
        Input(descriptor: Descriptor.standardInput, name: "stdin", isLive: isLive)
    }

    /// An open file or pipe.
    package init(descriptor: Descriptor, name: String, isLive: Bool) {
        source = StreamSource(stream: descriptor)
        self.name = name
        self.isLive = isLive
    }

    /// A listener's connections, which are always live.
    package init(_ listener: Listener) {
        source = listener
        name = listener.name
        isLive = true
        format = listener.format
    }

    /// A growing file, which is always live.
    package init(_ file: FollowedFile) {
        source = file
        name = file.path
        isLive = true
    }

    /// Whether it answers each request.
    package var takesRequests: Bool { source.takesRequests }

    /// What came of it besides its lines, by name, for people.
    package var totals: [String: UInt64] { source.totals }

    /// The open file that it is read from, if it is one already.
    package var descriptor: Descriptor? { source.descriptor }

    /// Opens a file or a named pipe.
    package init(path: String) throws(EndpointFault) {
        let descriptor: Descriptor
        do throws(SystemError) {
            descriptor = try Descriptor(reading: path)
        } catch {
            throw EndpointFault(.cannotRead, "\(path): cannot be read: \(error)")
        }
        self.init(descriptor: descriptor, name: path, isLive: false)
        if descriptor.kind == .directory {
            throw EndpointFault(.cannotRead, "\(path): is a folder; name the files in it")
        }
    }

    /// Whether what was not taken of it can be read once more.
    package var isRepeatable: Bool {
        guard let stream = (source as? StreamSource)?.stream else { return false }
        return stream.number > 2 && stream.kind == .file
    }

    /// Whether its lines are not what stands in it: a table, or packed.
    package var isDecoded: Bool { table != nil || isRepeatable && descriptor?.beginsPacked == true }

    /// The same followed file, of which an earlier run read those that had its name up to these places.
    package func resumed(behind places: [FollowedPlace]) -> Input {
        var input = self
        input.places = places
        return input
    }

    /// The same input, read from where an earlier run came to. What cannot be read again, as a pipe, simply goes on.
    ///
    /// - Parameters:
    ///   - mark: what stood before that place then.
    ///   - hashes: whether all that stands before it is to be hashed, since what is read from there on will be.
    package func resumed(
        at place: InputStart, behind mark: PlaceMark = PlaceMark(), hashes: Bool = false
    ) throws(EndpointFault) -> Input {
        var input = self
        input.start.linesBefore = place.linesBefore
        guard isRepeatable, let descriptor else { return input }
        // Of what lines are made of, places are counted in the lines; it is read from its beginning.
        if isDecoded {
            input.start = place
            input.start.hash = nil
            return input
        }
        if descriptor.size < place.offset {
            throw EndpointFault(
                .cannotRead,
                "\(name): has \(descriptor.size) bytes, but \(place.offset) were read of it before, so it is not the same file any more; give it another name, or use another --data-dir"
            )
        }
        var all: FileHash?
        if hashes {
            var hash = FileHash()
            all = hash.add(0..<place.offset, of: descriptor) ? hash : nil
        }
        let fits =
            if let all, mark.count == place.offset { all.value == mark.hash } else {
                mark.fits(descriptor, before: place.offset)
            }
        if !fits {
            throw EndpointFault(.cannotRead, "\(name): \(Input.change(mark, before: place.offset))")
        }
        input.start = place
        input.start.hash = all
        do throws(SystemError) {
            try descriptor.seek(to: place.offset)
        } catch {
            throw EndpointFault(.cannotRead, "\(name): cannot be read from byte \(place.offset) on: \(error)")
        }
        return input
    }

    private static func change(_ mark: PlaceMark, before place: UInt64) -> String {
        let remedy = "so it is not the same file any more; give it another name, or use another --data-dir"
        if mark.count > PlaceMark.bytesMost {
            return "its first \(place) bytes were read before, and are not what they were then, \(remedy)"
        }
        return "has something else before byte \(place) than was read there before, \(remedy)"
    }
}

/// Where the reading of an input begins.
package struct InputStart: Sendable, Equatable {
    /// A place in bytes at which a line ends.
    package var offset: UInt64 = 0
    /// How many lines from there on were taken before.
    package var passing: UInt64 = 0
    /// How many lines were taken before in all.
    package var linesBefore: UInt64 = 0
    /// Of all that stands before the offset; nil where that is not known.
    package var hash: FileHash?

    package init(offset: UInt64 = 0, passing: UInt64 = 0, linesBefore: UInt64 = 0) {
        self.offset = offset
        self.passing = passing
        self.linesBefore = linesBefore
        if offset == 0 { hash = FileHash() }
    }
}

/// An input or output that does not do what it should.
package struct EndpointFault: Error, CustomStringConvertible {
    /// What went wrong, by which exit status it has.
    package enum Kind: Sendable {
        /// An address that makes no sense, or that is not to be used.
        case badAddress
        /// An input is missing, unreadable or a folder.
        case cannotRead
        /// An output cannot be opened.
        case cannotOpen
        /// Reading failed after it had begun.
        case readingFailed
        /// Writing failed after it had begun.
        case writingFailed
        /// Nobody reads the output any more.
        case readerGone
        /// The program was told to end before it had begun.
        case toldToEnd
    }

    package let kind: Kind
    /// What is wrong, where, and what would be right.
    package let description: String

    /// Whether it is an input's.
    package var isOfInput: Bool { kind == .cannotRead || kind == .readingFailed }

    package init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}

/// Reads an input of some kind. Its calls block: it belongs on a thread of its own.
package protocol PieceReader: ~Copyable {
    /// Blocks until there are whole lines; nil at the end, or after a stop.
    mutating func next() throws(EndpointFault) -> InputReader.Piece?
    /// Whether the input's end was come to, so that there is nothing behind what was read.
    var hasReachedEnd: Bool { get }
}

extension PieceReader where Self: ~Copyable {
    package var hasReachedEnd: Bool { false }
}

/// Reads a stream to its end, in blocks of whole lines. Its calls block: it belongs on a thread of its own.
package struct InputReader: PieceReader, ~Copyable {
    /// One block with what the scanner needs to know about it.
    package struct Piece: Sendable {
        package let block: ByteBlock
        package let arrival: Instant
        package let lines: Lines
        /// Where in its file, in bytes, its last line ends.
        package var end: UInt64 = 0
        /// What stands before that place, where that is asked for.
        package var mark = PlaceMark()

        package init(
            block: ByteBlock, arrival: Instant, lines: Lines, end: UInt64 = 0, mark: PlaceMark = PlaceMark()
        ) {
            self.block = block
            self.arrival = arrival
            self.lines = lines
            self.end = end
            self.mark = mark
        }

        /// Whether it begins the input.
        package var isFirst: Bool { if case .all(_, isFirst: true) = lines { true } else { false } }
    }

    /// Where a block's lines come from.
    package enum Lines: Sendable {
        /// From one source; a byte order mark is passed over where they are its first.
        case all(of: LineSource, isFirst: Bool)
        /// From several, in their order.
        case of([LinePart])
    }

    private let descriptor: Descriptor
    private var source: LineSource
    private let stop: StopSignal
    private var framer: Framer
    private var hasEnded = false
    private var isFirst: Bool
    private let start: InputStart
    /// Of all that was read of a file, up to the end of a line; nil where nobody asks, or it is not known.
    private var hash: FileHash?
    package private(set) var hasReachedEnd = false
    /// How many lines are still to be passed over.
    private var passing: UInt64
    /// How many bytes are left to be read after a stop; nil before it.
    private var left: Int?
    /// What makes lines of the bytes, where these are none; and what was wrong with them, to be told when all lines are read.
    private var decoding: InputDecoding?
    private var fault: EndpointFault?
    private var hasBegun = false
    private let lineLimit: Int
    private let table: TableSettings?

    /// A reader of `input`, which is a stream, that ends early when `stop` is requested.
    /// - Parameters:
    ///   - marks: whether pieces of a file say what stands before their ends.
    ///   - isDurable: whether blocks are written to a journal.
    package init(_ input: Input, stop: StopSignal, lineLimit: Int, marks: Bool = false, isDurable: Bool = false) {
        guard let descriptor = (input.source as? StreamSource)?.stream else {
            preconditionFailure("\(input.name) is no stream")
        }
        self.descriptor = descriptor
        start = input.start
        source = LineSource(input.name, linesBefore: start.linesBefore, format: input.format)
        self.stop = stop
        framer = Framer(lineLimit: lineLimit, capacity: isDurable ? Framer.journalCapacity : Framer.usualCapacity)
        isFirst = start.offset == 0
        passing = start.passing
        self.lineLimit = lineLimit
        let isPacked = input.isRepeatable && descriptor.beginsPacked
        table = input.table
        hash = marks && input.isRepeatable && !isPacked && table == nil ? start.hash : nil
        if isPacked || table != nil {
            decoding = InputDecoding(isPacked: isPacked, table: table, lineLimit: lineLimit, passing: start.offset)
            hasBegun = isPacked
        }
    }

    /// Blocks until there are whole lines; nil at the end. After a stop, what a pipe held by then is still read; what no
    /// line's end has followed yet is left out, since nobody knows the rest of it.
    package mutating func next() throws(EndpointFault) -> Piece? {
        while !hasEnded {
            if let fault {
                hasEnded = true
                throw fault
            }
            if decoding?.isPending == true {
                if let piece = decoded() { return piece }
                continue
            }
            if left == nil, descriptor.waitToRead(or: stop.descriptor) == .interrupted {
                left = descriptor.kind == .file ? 0 : descriptor.unreadCount
            }
            if left == 0 {
                hasEnded = true
                return nil
            }
            let got =
                decoding?.read(from: descriptor, most: left ?? .max)
                ?? framer.room().read(from: descriptor.number, most: left ?? .max)
            if got > 0 {
                left = left.map { $0 - got }
                if !hasBegun { begin() }
                if decoding != nil {
                    if let piece = decoded() { return piece }
                } else if let block = framer.whole(), let piece = piece(block) {
                    return piece
                }
            } else if got == 0 {
                hasEnded = true
                hasReachedEnd = true
                if let what = decoding?.end(into: framer.room()) {
                    hasReachedEnd = false
                    throw EndpointFault(.readingFailed, "\(source.name): \(what)")
                }
                nameHeader()
                if decoding != nil, let block = framer.whole(), let piece = piece(block) {
                    hasEnded = false
                    return piece
                }
                return framer.rest().flatMap { piece($0) }
            } else if !SystemError(code: Int32(-got)).isPassing {
                throw EndpointFault(.readingFailed, "\(source.name): reading failed: \(SystemError(code: Int32(-got)))")
            }
        }
        return nil
    }

    /// Looks at the first bytes of what is not read from a file: they may be packed.
    private mutating func begin() {
        hasBegun = true
        if decoding != nil {
            guard decoding?.beginsPacked == true else { return }
            var packed = InputDecoding(isPacked: true, table: table, lineLimit: lineLimit, passing: start.offset)
            decoding?.withPiece { packed.begin(with: $0) }
            decoding = consume packed
            return
        }
        let block = framer.room()
        guard block.bytes.beginsPacked else { return }
        var packed = InputDecoding(isPacked: true, table: nil, lineLimit: lineLimit, passing: 0)
        packed.begin(with: block.bytes)
        block.truncate(to: 0)
        decoding = consume packed
    }

    /// The lines that come of what was read and is not used yet.
    private mutating func decoded() -> Piece? {
        if let what = decoding?.decode(into: framer.room()) {
            fault = EndpointFault(.readingFailed, "\(source.name): \(what)")
        }
        nameHeader()
        return framer.whole().flatMap { piece($0) }
    }

    /// Notes the header of a table, by which its rows have to be read. No line has come before.
    private mutating func nameHeader() {
        guard source.format.table == nil, let header = decoding?.header() ?? nil else { return }
        source = LineSource(
            source.name, linesBefore: source.lineCount, format: source.format.ofRows(of: header))
    }

    private mutating func piece(_ block: ByteBlock) -> Piece? {
        defer { isFirst = false }
        let end = start.offset + framer.completeCount
        takeIn(block, upTo: end)
        var passed = 0
        while passing > 0, passed < block.count {
            passed = min(block.bytes.firstIndex(of: 0x0A, from: passed) + 1, block.count)
            passing -= 1
        }
        if passed == block.count { return nil }
        if passed > 0 {
            block.remove(0..<passed)
            isFirst = false
        }
        return Piece(
            block: block, arrival: .now, lines: .all(of: source, isFirst: isFirst),
            end: end, mark: hash.map { PlaceMark(behind: $0) } ?? PlaceMark())
    }

    private mutating func takeIn(_ block: ByteBlock, upTo end: UInt64) {
        guard let known = hash?.count else { return }
        if end - known == UInt64(block.count) {
            hash?.add(block.bytes)
        } else if hash?.add(known..<end, of: descriptor) == false {
            // Of lines that were cut the file has more than the block; where it has not, nobody knows what was there.
            hash = nil
        }
    }
}

extension LineScanner {
    /// The events of a piece.
    package mutating func scan(_ piece: InputReader.Piece) -> EventBatch {
        switch piece.lines {
        case .all(let source, let isFirst):
            scan(piece.block, source: source, arrival: piece.arrival, isFirst: isFirst)
        case .of(let parts): scan(piece.block, parts: parts, arrival: piece.arrival)
        }
    }
}

extension Instant {
    /// The wall clock.
    package static var now: Instant { Instant(microseconds: System.wallClock) }
}
