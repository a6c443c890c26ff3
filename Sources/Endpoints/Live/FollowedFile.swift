import Events
package import Storage
package import Telemetry

/// A file that is read as it grows: a log, with what becomes of logs.
///
/// - Renamed, and a new one made in its place: the old one is read on until there is something in the new one; its writer
///   has then turned to that.
/// - Copied and emptied: reading begins anew at its beginning.
/// - Not there yet, or for a while: it is waited for.
package struct FollowedFile: Sendable {
    package let path: String
    fileprivate let folder: String
    fileprivate let counts: FollowCounts
    fileprivate let log: Log

    /// A file that need not be there yet; its folder must.
    package init(path: String, metrics: Metrics, log: Log) throws(EndpointFault) {
        self.path = path
        self.log = log
        let cut = path.utf8.lastIndex(of: UInt8(ascii: "/"))
        folder = cut.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        counts = FollowCounts(metrics, path: path)
        do throws(SystemError) {
            let folder = try Descriptor(reading: folder)
            guard folder.kind == .directory else { throw SystemError.notADirectory }
        } catch {
            throw EndpointFault(.cannotRead, "\(path): cannot be followed: \(folder): \(error)")
        }
        _ = try opened()
    }

    /// The file as it is now; nil where there is none.
    package func opened() throws(EndpointFault) -> Descriptor? {
        let file: Descriptor
        do throws(SystemError) {
            file = try Descriptor(reading: path)
        } catch {
            if error == .noSuchFile { return nil }
            throw EndpointFault(.cannotRead, "\(path): cannot be read: \(error)")
        }
        if file.kind == .file { return file }
        throw EndpointFault(.cannotRead, "\(path): is not a file; only files can be followed")
    }
}

struct FollowCounts: Sendable {
    let unfinished: Counter
    let rotations: Counter

    init(_ metrics: Metrics, path: String) {
        unfinished = metrics.counter(
            "journeyd_input_unfinished_lines_total", ListenerCounts.unfinishedHelp, ["input": path])
        rotations = metrics.counter(
            "journeyd_input_rotations_total", "Times that a followed file was begun anew.", ["input": path])
    }
}

/// Reads a followed file until a stop is requested. Its calls block: it belongs on a thread of its own.
package struct FollowReader: PieceReader, ~Copyable {
    /// How often the file is looked at although nothing is told of it, in milliseconds.
    private static let pause: Int32 = 250

    private let file: FollowedFile
    private let stop: StopSignal
    private let watch: FileWatch?
    private var watched: Int32 = -1
    private var framer: Framer
    private var source: LineSource
    private var current: Descriptor?
    private var offset = 0
    private var isFirst = true
    /// Where the first file is begun, once.
    private var start: InputStart
    /// Where the framer's counting began in the current file; may wrap round.
    private var base: UInt64 = 0
    /// Whether the end was reached after the next file was seen.
    private var hasLookedAgain = false
    private var hasEnded = false

    /// A reader of `file` from its beginning that ends when `stop` is requested.
    package init(_ file: FollowedFile, from start: InputStart = InputStart(), stop: StopSignal, lineLimit: Int) {
        self.file = file
        self.start = start
        self.stop = stop
        framer = Framer(lineLimit: lineLimit)
        source = LineSource(file.path)
        watch = try? FileWatch()
        watch?.folder(file.folder)
    }

    /// Blocks until there are whole lines; nil after a stop.
    package mutating func next() throws(EndpointFault) -> InputReader.Piece? {
        while !hasEnded {
            if stop.isRequested {
                hasEnded = true
            } else if let current {
                let got = framer.room().read(from: current.number)
                if got > 0 {
                    offset += got
                    if let block = framer.whole() { return piece(block) }
                } else if got == 0 {
                    if let piece = try atEnd(of: current) { return piece }
                } else if !SystemError(code: Int32(-got)).isPassing {
                    let error = SystemError(code: Int32(-got))
                    throw EndpointFault(.readingFailed, "\(file.path): reading failed: \(error)")
                }
            } else if let found = tryToOpen() {
                begin(found)
            } else {
                pause()
            }
        }
        return nil
    }

    /// What is to be done at the end of what there is so far: the last line of a file that is over, if it has no end.
    private mutating func atEnd(of current: Descriptor) throws(EndpointFault) -> InputReader.Piece? {
        if current.size < UInt64(offset) {
            if framer.rest() != nil { file.counts.unfinished.add() }
            file.log.info("followed file was emptied; reading it from its beginning", ["file": .text(file.path)])
            current.rewind()
            begin(current)
            return nil
        }
        guard let next = tryToOpen(), next.identity != current.identity, next.size > 0 else {
            hasLookedAgain = false
            pause()
            return nil
        }
        // Something may have been written to the old one between the end of it and the beginning of the new one.
        guard hasLookedAgain else {
            hasLookedAgain = true
            return nil
        }
        let rest = framer.rest().map { piece($0) }
        file.log.info("followed file was replaced; reading the new one", ["file": .text(file.path)])
        begin(next)
        return rest
    }

    private mutating func begin(_ descriptor: Descriptor) {
        if current != nil { file.counts.rotations.add() }
        if let watch {
            if watched >= 0 { watch.stop(watched) }
            watched = watch.file(file.path)
        }
        current = descriptor
        let start = descriptor.size >= start.offset && (try? descriptor.seek(to: start.offset)) != nil ? start : .init()
        self.start = InputStart()
        offset = Int(start.offset)
        base = start.offset &- framer.completeCount
        isFirst = offset == 0
        hasLookedAgain = false
        source = LineSource(file.path, linesBefore: start.linesBefore)
    }

    private func tryToOpen() -> Descriptor? {
        do throws(EndpointFault) {
            return try file.opened()
        } catch {
            file.log.tell(.warn, "followed file cannot be opened", ["error": .text("\(error)")], per: "follow")
            return nil
        }
    }

    private func pause() {
        guard let watch else {
            _ = stop.descriptor.waitToRead(or: stop.descriptor, milliseconds: FollowReader.pause)
            return
        }
        if watch.descriptor.waitToRead(or: stop.descriptor, milliseconds: FollowReader.pause) == .ready {
            watch.clear()
        }
    }

    private mutating func piece(_ block: ByteBlock) -> InputReader.Piece {
        defer { isFirst = false }
        return InputReader.Piece(
            block: block, arrival: .now, lines: .all(of: source, isFirst: isFirst), end: base &+ framer.completeCount)
    }
}
