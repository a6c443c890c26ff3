package import Storage

/// A socket as people write it: `tcp://HOST:PORT` or `unix://PATH`.
package enum SocketAddress: Sendable, Equatable, CustomStringConvertible {
    /// A name or a number of a host (one of IPv6 without its brackets), and a port; 0 lets the system choose one.
    case tcp(host: String, port: UInt16)
    case unix(path: String)

    /// What is wrong with a text that should be an address: the end of a sentence that begins with the text.
    package struct Fault: Error, CustomStringConvertible {
        package let description: String
    }

    private static let tcpScheme = "tcp://"
    private static let unixScheme = "unix://"

    /// Whether a text is meant to be one, right or wrong.
    package static func isMeant(by text: String) -> Bool { text.hasPrefix(tcpScheme) || text.hasPrefix(unixScheme) }

    /// Reads an address with its scheme.
    package init(_ text: String) throws(Fault) {
        if text.hasPrefix(SocketAddress.unixScheme) {
            let path = String(text.dropFirst(SocketAddress.unixScheme.count))
            guard NetworkAddress(unixPath: path) != nil else {
                throw Fault(
                    description: path.isEmpty
                        ? "names no file; write unix:///run/journeyd/events.sock"
                        : "is longer than the \(NetworkAddress.pathLimit) bytes that a socket's path may have; "
                            + "choose a shorter one")
            }
            self = .unix(path: path)
        } else if text.hasPrefix(SocketAddress.tcpScheme) {
            try self.init(hostAndPort: String(text.dropFirst(SocketAddress.tcpScheme.count)))
        } else {
            throw Fault(description: "is not an address; write tcp://HOST:PORT or unix://PATH")
        }
    }

    /// Reads `HOST:PORT`, where the host may be `[IPV6]`.
    package init(hostAndPort text: String) throws(Fault) {
        let example = "write a host and a port, such as 127.0.0.1:7000 or [::1]:7000"
        guard let colon = text.utf8.lastIndex(of: UInt8(ascii: ":")) else {
            throw Fault(description: "has no port; \(example)")
        }
        var host = text[..<colon]
        let port = text[text.utf8.index(after: colon)...]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            throw Fault(description: "is an address of IPv6 without brackets; \(example)")
        }
        guard !host.isEmpty else { throw Fault(description: "has no host; \(example)") }
        guard host.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !"/?#@[]".utf8.contains($0) }) else {
            throw Fault(description: "has a host that is not one; \(example)")
        }
        guard !port.isEmpty, port.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = UInt16(port) else {
            throw Fault(description: "has a port that is not a number from 0 to 65535; \(example)")
        }
        self = .tcp(host: String(host), port: number)
    }

    /// As it is written.
    package var description: String {
        switch self {
        case .unix(let path): SocketAddress.unixScheme + path
        case .tcp(let host, let port): SocketAddress.tcpScheme + (host.contains(":") ? "[\(host)]" : host) + ":\(port)"
        }
    }

    /// The same as the address of a server of HTTP.
    package var httpText: String {
        switch self {
        case .unix: description
        case .tcp: "http" + description.dropFirst("tcp".count)
        }
    }

    /// The numeric addresses that it stands for, at least one. A host's name is looked up, which may block.
    package func resolved() throws(Fault) -> [NetworkAddress] {
        switch self {
        case .unix(let path):
            guard let address = NetworkAddress(unixPath: path) else { throw Fault(description: "is no path") }
            return [address]
        case .tcp(let host, let port):
            do throws(NetworkAddress.Unresolved) {
                let addresses = try NetworkAddress.resolve(host: host, port: port)
                if !addresses.isEmpty { return addresses }
            } catch {
                throw Fault(description: "has a host that is not known: \(error)")
            }
            throw Fault(description: "has a host without an address")
        }
    }
}
