import Glibc
package import Storage

/// Where lines are written to. Writing blocks: it belongs on a thread of its own.
package final class Output: Sendable {
    /// What it is.
    enum Kind: Sendable {
        case standard
        /// A file from its beginning.
        case fresh
        /// A file that an earlier run began: what it wrote and is written again is left as it is.
        case resumed
        /// A file that is appended to, and opened anew when it is told to.
        case log
    }

    package let descriptor: Descriptor
    /// How messages name it.
    package let name: String
    fileprivate let kind: Kind

    /// Standard output.
    package static let standard = Output(descriptor: .standardOutput, name: "standard output", kind: .standard)

    private init(descriptor: Descriptor, name: String, kind: Kind) {
        self.descriptor = descriptor
        self.name = name
        self.kind = kind
    }

    /// Opens a file to append lines to; makes it where there is none.
    /// - Parameter others: open files that it must not be.
    package convenience init(appendingTo path: String, apartFrom others: [Descriptor]) throws(EndpointFault) {
        do throws(SystemError) {
            self.init(descriptor: try Descriptor(appendingTo: path), name: path, kind: .log)
        } catch {
            throw EndpointFault(.cannotOpen, "\(path): cannot be written: \(error)")
        }
        if descriptor.kind == .file, others.contains(where: { $0.identity == descriptor.identity }) {
            throw EndpointFault(.cannotOpen, "\(path): cannot be written: the run reads or writes it already")
        }
    }

    /// Opens a file for writing, from its beginning; makes it where there is none.
    /// - Parameter others: open files that it must not be: writing it would destroy what they are read for.
    package convenience init(path: String, apartFrom others: [Descriptor]) throws(EndpointFault) {
        do throws(SystemError) {
            let descriptor = try Descriptor(writing: path)
            self.init(descriptor: try Descriptor(writing: path), name: path, kind: .fresh)
            if descriptor.kind != .file || !others.contains(where: { $0.identity == descriptor.identity }) {
                try descriptor.empty()
                return
            }
        } catch {
            throw EndpointFault(.cannotOpen, "\(path): cannot be written: \(error)")
        }
        throw EndpointFault(.cannotOpen, "\(path): cannot be written: the run reads or writes it already")
    }

    /// Opens a file for writing on where an earlier run came to; makes it where there is none. What cannot be read back,
    /// such as a pipe, is written from wherever it is.
    /// - Parameter others: open files that it must not be.
    package convenience init(resuming path: String, apartFrom others: [Descriptor]) throws(EndpointFault) {
        do throws(SystemError) {
            let descriptor = try Descriptor(writing: path)
            let isFile = descriptor.kind == .file
            self.init(
                descriptor: isFile ? try Descriptor(revising: path) : descriptor, name: path,
                kind: isFile ? .resumed : .fresh)
        } catch {
            throw EndpointFault(.cannotOpen, "\(path): cannot be written: \(error)")
        }
        if kind == .resumed, others.contains(where: { $0.identity == descriptor.identity }) {
            throw EndpointFault(.cannotOpen, "\(path): cannot be written: the run reads or writes it already")
        }
    }

    /// A file that is open for writing already.
    package convenience init(open descriptor: Descriptor, name: String) {
        self.init(descriptor: descriptor, name: name, kind: .fresh)
    }

    /// Whether what an earlier run wrote is found in it.
    package var isResumed: Bool { kind == .resumed }

    /// A writer that begins with nothing written.
    package var writer: OutputWriter { OutputWriter(self) }
}

/// Writes blocks to an output in full, and knows how much that was.
package struct OutputWriter: Sendable {
    private let output: Output
    /// What is open at present.
    package private(set) var descriptor: Descriptor
    /// How many bytes have been written.
    package private(set) var written = 0
    /// Where in a file that is resumed the next line belongs, while what the file holds is still being written again; nil
    /// where writing simply goes on.
    private var place: UInt64?
    /// Where a resumed file ended once all it should hold was written again.
    private var caughtUpAt: UInt64 = 0
    private var writtenThen = 0

    init(_ output: Output) {
        self.output = output
        descriptor = output.descriptor
        if output.isResumed { place = 0 }
    }

    /// Begins to write a resumed file again from a place on, in bytes: all before it is as it should be.
    package mutating func begin(at offset: UInt64) {
        if place != nil { place = offset }
    }

    /// Ends the writing again: the rest of a resumed file is dropped, and new lines follow.
    /// - Returns: the file's length; nil where it is no resumed file.
    @discardableResult
    package mutating func catchUp() throws(EndpointFault) -> UInt64? {
        guard let end = place else { return nil }
        do throws(SystemError) {
            if descriptor.size > end { try descriptor.truncate(to: end) }
            try descriptor.seek(to: end)
        } catch {
            throw fault(error)
        }
        place = nil
        caughtUpAt = end
        writtenThen = written
        return end
    }

    /// How messages name the output.
    package var name: String { output.name }

    /// How long a resumed file is with all that was written so far; nil where it is none.
    package var resumedLength: UInt64? {
        output.isResumed ? place ?? caughtUpAt + UInt64(written - writtenThen) : nil
    }

    /// Writes where the file does not hold the same already.
    private mutating func rewrite(_ block: ByteBlock, at offset: UInt64) throws(EndpointFault) {
        place = offset + UInt64(block.count)
        let old = ByteBlock(capacity: block.count)
        while old.count < block.count {
            let got = old.read(from: descriptor.number, at: offset + UInt64(old.count), most: block.count - old.count)
            if got <= 0 { break }
        }
        if old.bytes.holdsSameBytes(as: block.bytes) { return }
        do throws(SystemError) { try descriptor.seek(to: offset) } catch { throw fault(error) }
        try put(block)
    }

    /// Opens a file that is appended to once more, by its name: what was there may have been moved away. Where that
    /// fails, the file that is open is written on.
    /// - Returns: what went wrong, if anything did.
    package mutating func reopen() -> EndpointFault? {
        guard output.kind == .log else { return nil }
        do throws(SystemError) {
            let fresh = try Descriptor(appendingTo: output.name)
            let old = descriptor
            descriptor = fresh
            try old.close()
            return nil
        } catch {
            return EndpointFault(.writingFailed, "\(output.name): cannot be opened anew: \(error)")
        }
    }

    /// Writes a whole block, however many calls that takes.
    package mutating func write(_ block: ByteBlock) throws(EndpointFault) {
        if let place { try rewrite(block, at: place) } else { try put(block) }
    }

    private mutating func put(_ block: ByteBlock) throws(EndpointFault) {
        var done = 0
        while done < block.count {
            let put = block.write(from: done, to: descriptor.number)
            if put >= 0 {
                done += put
                written += put
                continue
            }
            let error = SystemError(code: Int32(-put))
            if error.code == EAGAIN {
                descriptor.waitToWrite()
            } else if !error.isPassing {
                throw fault(error)
            }
        }
    }

    /// Closes the output and says what only that brings to light.
    package func close() throws(EndpointFault) {
        do throws(SystemError) {
            try descriptor.close()
        } catch {
            throw fault(error)
        }
    }

    private func fault(_ error: SystemError) -> EndpointFault {
        if error.code == EPIPE, output.kind == .standard {
            return EndpointFault(.readerGone, "nobody reads \(output.name)")
        }
        return EndpointFault(.writingFailed, "\(output.name): writing failed after \(written) bytes: \(error)")
    }
}

extension SystemError {
    /// Whether the call may simply be made again.
    package var isPassing: Bool { code == EINTR || code == EAGAIN }
}
