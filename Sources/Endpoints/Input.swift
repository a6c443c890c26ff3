package import Events
package import Storage

/// Where events are read from.
package struct Input: Sendable {
    package let descriptor: Descriptor
    /// How messages and rejected lines name it.
    package let name: String
    /// Whether its order is that of arrival and time goes on while it is silent.
    package let isLive: Bool

    /// Standard input.
    package static func standard(isLive: Bool) -> Input {
        Input(descriptor: .standardInput, name: "stdin", isLive: isLive)
    }

    /// An open file or pipe.
    package init(descriptor: Descriptor, name: String, isLive: Bool) {
        self.descriptor = descriptor
        self.name = name
        self.isLive = isLive
    }

    /// Opens a file or a named pipe.
    package init(path: String) throws(EndpointFault) {
        do throws(SystemError) {
            let descriptor = try Descriptor(reading: path)
            self.init(descriptor: descriptor, name: path, isLive: false)
        } catch {
            throw EndpointFault(.cannotRead, "\(path): cannot be read: \(error)")
        }
        if descriptor.kind == .directory {
            throw EndpointFault(.cannotRead, "\(path): is a folder; name the files in it")
        }
    }
}

/// An input or output that does not do what it should.
package struct EndpointFault: Error, CustomStringConvertible {
    package enum Kind: Sendable {
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

/// Reads one input to its end, in blocks of whole lines. Its calls block: it belongs on a thread of its own.
package struct InputReader: ~Copyable {
    /// One block with what the scanner needs to know about it.
    package struct Piece: Sendable {
        package let block: ByteBlock
        package let arrival: Instant
        /// Whether it begins the input.
        package let isFirst: Bool
    }

    private let input: Input
    private let stop: StopSignal
    private var framer: Framer
    private var hasEnded = false
    private var isFirst = true

    /// A reader of `input` that ends early when `stop` is requested.
    package init(_ input: Input, stop: StopSignal, lineLimit: Int) {
        self.input = input
        self.stop = stop
        framer = Framer(lineLimit: lineLimit)
    }

    /// Blocks until there are whole lines; nil at the end. After a stop, what no line's end has followed yet is left out,
    /// since nobody knows the rest of it.
    package mutating func next() throws(EndpointFault) -> Piece? {
        while !hasEnded {
            if input.descriptor.waitToRead(or: stop.descriptor) == .interrupted {
                hasEnded = true
                return nil
            }
            let got = framer.room().read(from: input.descriptor.number)
            if got > 0 {
                if let block = framer.whole() { return piece(block) }
            } else if got == 0 {
                hasEnded = true
                return framer.rest().map { piece($0) }
            } else if !SystemError(code: Int32(-got)).isPassing {
                throw EndpointFault(.readingFailed, "\(input.name): reading failed: \(SystemError(code: Int32(-got)))")
            }
        }
        return nil
    }

    private mutating func piece(_ block: ByteBlock) -> Piece {
        defer { isFirst = false }
        return Piece(block: block, arrival: .now, isFirst: isFirst)
    }
}

extension Instant {
    /// The wall clock.
    package static var now: Instant { Instant(microseconds: System.wallClock) }
}
