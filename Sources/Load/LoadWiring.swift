package import Endpoints
import Glibc
package import Storage

/// Connects a load with the engine that it measures. Its calls block.
package struct LoadWiring: Sendable {
    /// How often a connection that is refused is tried again, in milliseconds.
    private static let pause: Int64 = 50

    /// For how long to wait for the other side, in milliseconds.
    private let patience: Int64
    private let stop: StopSignal

    package init(patience: Int64, stop: StopSignal) {
        self.patience = patience
        self.stop = stop
    }

    /// Opens `count` connections to an address; an engine that is about to start is waited for.
    package func connect(to address: SocketAddress, count: Int) throws(EndpointFault) -> [Descriptor] {
        let deadline = System.wallClock + patience * 1000
        var connections: [Descriptor] = []
        while connections.count < count {
            do throws(SystemError) {
                connections.append(try connection(to: address))
            } catch {
                guard System.wallClock < deadline, !stop.isRequested else {
                    throw EndpointFault(
                        .cannotOpen, "\(address): cannot be connected to: \(error); start the engine that listens there"
                    )
                }
                System.sleep(until: System.wallClock + LoadWiring.pause * 1000)
            }
        }
        return connections
    }

    private func connection(to address: SocketAddress) throws(SystemError) -> Descriptor {
        var fault = SystemError(code: ECONNREFUSED)
        for place in (try? address.resolved()) ?? [] {
            do throws(SystemError) {
                let connection = try Descriptor.connecting(to: place)
                connection.waitToWrite()
                guard let failure = connection.connectionFault else { return connection }
                fault = failure
            } catch {
                fault = error
            }
        }
        throw fault
    }

    /// A place at which the engine's output is awaited.
    package enum Door: Sendable {
        /// What is already open, such as standard input.
        case open(Descriptor)
        case listening(Descriptor, name: String)
        case unix(UnixSocket, name: String)
    }

    /// Takes a place in before the engine looks for it.
    package func door(at address: SocketAddress) throws(EndpointFault) -> Door {
        switch address {
        case .tcp:
            do throws(SystemError) {
                guard let place = try? address.resolved().first else { throw SystemError(code: ECONNREFUSED) }
                return .listening(try Descriptor.listening(at: place), name: address.description)
            } catch {
                throw EndpointFault(.cannotOpen, "\(address): cannot be listened at: \(error)")
            }
        case .unix(let path):
            guard let place = NetworkAddress(unixPath: path) else {
                throw EndpointFault(.cannotOpen, "\(address): is no path of a socket")
            }
            do throws(UnixSocket.Fault) {
                return .unix(try UnixSocket(path: path, address: place, mode: 0o600), name: address.description)
            } catch {
                throw EndpointFault(.cannotOpen, "\(address): cannot be listened at; is it in use?")
            }
        }
    }

    /// Waits for the engine to come.
    package func awaitOutput(at door: Door) throws(EndpointFault) -> Descriptor {
        let (listener, name): (Descriptor, String)
        switch door {
        case .open(let descriptor): return descriptor
        case .listening(let descriptor, let address): (listener, name) = (descriptor, address)
        case .unix(let socket, let address): (listener, name) = (socket.descriptor, address)
        }
        let deadline = System.wallClock + patience * 1000
        while true {
            let left = Int32(clamping: max(0, deadline - System.wallClock) / 1000)
            guard listener.waitToRead(or: stop.descriptor, milliseconds: left) == .ready else {
                throw EndpointFault(
                    .cannotOpen, "\(name): no output has connected; give the engine outputs: [{ to: \"\(name)\" }]")
            }
            do throws(SystemError) {
                if let (connection, _) = try listener.accept() { return connection }
            } catch {
                throw EndpointFault(.cannotOpen, "\(name): no connection can be accepted: \(error)")
            }
        }
    }
}
