import Glibc
package import Storage

/// Where lines are written to. Writing blocks: it belongs on a thread of its own.
package final class Output: Sendable {
    package let descriptor: Descriptor
    /// How messages name it.
    package let name: String
    private let isStandard: Bool

    /// Standard output.
    package static let standard = Output(descriptor: .standardOutput, name: "standard output", isStandard: true)

    private init(descriptor: Descriptor, name: String, isStandard: Bool) {
        self.descriptor = descriptor
        self.name = name
        self.isStandard = isStandard
    }

    /// Opens a file for writing, from its beginning; makes it where there is none.
    /// - Parameter others: open files that it must not be: writing it would destroy what they are read for.
    package convenience init(path: String, apartFrom others: [Descriptor]) throws(EndpointFault) {
        do throws(SystemError) {
            let descriptor = try Descriptor(writing: path)
            self.init(descriptor: try Descriptor(writing: path), name: path, isStandard: false)
            if descriptor.kind != .file || !others.contains(where: { $0.identity == descriptor.identity }) {
                try descriptor.empty()
                return
            }
        } catch {
            throw EndpointFault(.cannotOpen, "\(path): cannot be written: \(error)")
        }
        throw EndpointFault(.cannotOpen, "\(path): cannot be written: the run reads or writes it already")
    }

    /// A writer that begins with nothing written.
    package var writer: OutputWriter { OutputWriter(self, isStandard: isStandard) }
}

/// Writes blocks to an output in full, and knows how much that was.
package struct OutputWriter: Sendable {
    private let output: Output
    private let isStandard: Bool
    /// How many bytes have been written.
    package private(set) var written = 0

    init(_ output: Output, isStandard: Bool) {
        self.output = output
        self.isStandard = isStandard
    }

    /// Writes a whole block, however many calls that takes.
    package mutating func write(_ block: ByteBlock) throws(EndpointFault) {
        var done = 0
        while done < block.count {
            let put = block.write(from: done, to: output.descriptor.number)
            if put >= 0 {
                done += put
                written += put
                continue
            }
            let error = SystemError(code: Int32(-put))
            if error.code == EAGAIN {
                output.descriptor.waitToWrite()
            } else if !error.isPassing {
                throw fault(error)
            }
        }
    }

    /// Closes the output and says what only that brings to light.
    package func close() throws(EndpointFault) {
        do throws(SystemError) {
            try output.descriptor.close()
        } catch {
            throw fault(error)
        }
    }

    private func fault(_ error: SystemError) -> EndpointFault {
        if error.code == EPIPE, isStandard { return EndpointFault(.readerGone, "nobody reads \(output.name)") }
        return EndpointFault(.writingFailed, "\(output.name): writing failed after \(written) bytes: \(error)")
    }
}

extension SystemError {
    /// Whether the call may simply be made again.
    var isPassing: Bool { code == EINTR || code == EAGAIN }
}
