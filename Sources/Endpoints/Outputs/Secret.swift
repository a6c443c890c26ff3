import Glibc
import Storage

/// A value that may not be for everybody's eyes: written out, or to be found in a file or in the environment.
package enum Secret: Equatable, Sendable {
    case plain(String)
    /// The file's first line.
    case file(path: String)
    case environment(name: String)

    private static let sizeLimit = 64 << 10

    /// The value. It is looked for anew each time.
    /// - Parameter path: what the configuration calls it, for messages; they never have the value.
    package func reveal(_ path: String) throws(EndpointFault) -> String {
        switch self {
        case .plain(let text): return text
        case .environment(let name):
            if let value = System.variable(name), !value.isEmpty { return value }
            throw EndpointFault(.cannotOpen, "\(path): the environment has no \(name); set it before journeyd starts")
        case .file(let file):
            let value = try Secret.firstLine(of: file, path)
            if !value.isEmpty { return value }
            throw EndpointFault(.cannotOpen, "\(path): \(file) is empty; its first line is the value")
        }
    }

    private static func firstLine(of file: String, _ path: String) throws(EndpointFault) -> String {
        let block = ByteBlock(capacity: 4096)
        do throws(SystemError) {
            let descriptor = try Descriptor(reading: file)
            while block.count < sizeLimit {
                block.reserve(4096)
                let got = block.read(from: descriptor.number)
                if got == 0 { break }
                if got < 0 { throw SystemError(code: Int32(-got)) }
            }
        } catch {
            throw EndpointFault(.cannotOpen, "\(path): \(file) cannot be read: \(error)")
        }
        let text = withExtendedLifetime(block) { block.bytes.text }
        return String(text.prefix { $0 != "\n" && $0 != "\r\n" })
    }
}
