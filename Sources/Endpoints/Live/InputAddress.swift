package import Events

/// An input as the command line names it.
package enum InputAddress: Sendable, Equatable {
    /// `-`.
    case standard
    /// `PATH` or `file:PATH`.
    case file(path: String)
    /// `file:PATH?follow`.
    case followed(path: String)
    /// `tcp://HOST:PORT` or `unix://PATH`, to listen at.
    case socket(SocketAddress)
    /// `http://HOST:PORT`, to listen at for requests.
    case http(host: String, port: UInt16)
    /// `kafka://HOST:PORT/TOPIC?group=NAME`.
    case kafka(KafkaAddress)

    private static let httpScheme = "http://"
    private static let fileScheme = "file:"

    /// Parts an input's name from the format that it names for its lines: `?format=NAME`.
    package static func partingFormat(_ text: String) throws(EndpointFault) -> (address: String, format: Preset?) {
        let isAddress = text.hasPrefix(fileScheme) || SocketAddress.isMeant(by: text) || text.hasPrefix("http://")
        guard isAddress, let mark = text.lastIndex(of: "?") else { return (text, nil) }
        let words = text[text.index(after: mark)...].split(separator: "&", omittingEmptySubsequences: false)
        let key = "format="
        guard let word = words.first(where: { $0.hasPrefix(key) }) else { return (text, nil) }
        let name = String(word.dropFirst(key.count))
        guard let preset = Preset(rawValue: name) else {
            let known = Preset.allCases.map(\.rawValue).joined(separator: ", ")
            throw EndpointFault(.badAddress, "\(text): \"\(name)\" is not a format; choose one of \(known)")
        }
        let rest = words.filter { !$0.hasPrefix(key) }
        let address = String(text[..<mark]) + (rest.isEmpty ? "" : "?" + rest.joined(separator: "&"))
        return (address, preset)
    }

    /// Reads an input's name. What begins like an address must be one; anything else is a file's path.
    package init(_ text: String) throws(EndpointFault) {
        if text == "-" {
            self = .standard
        } else if SocketAddress.isMeant(by: text) {
            do throws(SocketAddress.Fault) {
                self = .socket(try SocketAddress(text))
            } catch {
                throw EndpointFault(.badAddress, "\(text) \(error)")
            }
        } else if text.hasPrefix(InputAddress.httpScheme) {
            do throws(SocketAddress.Fault) {
                let rest = String(text.dropFirst(InputAddress.httpScheme.count))
                let address = try SocketAddress(hostAndPort: rest.hasSuffix("/") ? String(rest.dropLast()) : rest)
                guard case .tcp(let host, let port) = address else { preconditionFailure("a host and a port are tcp") }
                self = .http(host: host, port: port)
            } catch {
                throw EndpointFault(.badAddress, "\(text) \(error)")
            }
        } else if KafkaAddress.isMeant(by: text) {
            do throws(KafkaAddress.Fault) {
                self = .kafka(try KafkaAddress(text, isInput: true))
            } catch {
                throw EndpointFault(.badAddress, "\(text) \(error.words)")
            }
        } else if text.hasPrefix("https://") {
            throw EndpointFault(
                .badAddress,
                "\(text): a proxy speaks TLS, not journeyd; listen at http://127.0.0.1:8080, and have the proxy send there"
            )
        } else if text.hasPrefix(InputAddress.fileScheme) {
            try self.init(file: text)
        } else {
            self = .file(path: text)
        }
    }

    private init(file text: String) throws(EndpointFault) {
        let rest = text.dropFirst(InputAddress.fileScheme.count)
        let parts = rest.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let path = String(parts[0])
        let form = "write file:PATH, or file:PATH?follow for a file that grows"
        guard !path.isEmpty else { throw EndpointFault(.badAddress, "\(text) names no file; \(form)") }
        guard parts.count > 1 else {
            self = .file(path: path)
            return
        }
        guard parts[1] == "follow" else {
            throw EndpointFault(.badAddress, "\(text): \"\(parts[1])\" is not known; \(form)")
        }
        self = .followed(path: path)
    }

    /// Whether it is an input of its own nature live: time goes on while it is silent.
    package var isLive: Bool {
        switch self {
        case .standard, .file: false
        case .followed, .socket, .http, .kafka: true
        }
    }
}
