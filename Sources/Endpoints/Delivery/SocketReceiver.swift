import Storage

/// A peer at a TCP or Unix socket, to which journeyd connects.
///
/// What the peer's system has acknowledged (TCP), or the peer has read (Unix), counts as taken.
final class SocketReceiver: LineReceiver {
    private let target: OutputPlan.Target
    private var connection: Descriptor?

    init(_ target: OutputPlan.Target) { self.target = target }

    func open(milliseconds: Int32, isOver: () -> Bool) throws(DeliveryFault) {
        var last = DeliveryFault(reason: "there is no such address")
        for address in try addresses() {
            do throws(DeliveryFault) {
                connection = try SocketReceiver.connect(to: address, milliseconds: milliseconds, isOver: isOver)
                return
            } catch {
                last = error
            }
        }
        throw last
    }

    private func addresses() throws(DeliveryFault) -> [NetworkAddress] {
        switch target {
        case .tcp(let host, let port):
            do throws(NetworkAddress.Unresolved) {
                return try NetworkAddress.resolve(host: host, port: port)
            } catch {
                throw DeliveryFault(reason: "\(host): \(error)")
            }
        case .unix(let path): return NetworkAddress(unixPath: path).map { [$0] } ?? []
        case .standard, .file, .web, .exec, .kafka: preconditionFailure("not a socket")
        }
    }

    private static func connect(
        to address: NetworkAddress, milliseconds: Int32, isOver: () -> Bool
    ) throws(DeliveryFault) -> Descriptor {
        let made: Descriptor
        do throws(SystemError) {
            made = try Descriptor.connecting(to: address)
        } catch {
            throw DeliveryFault(reason: "cannot connect: \(error)")
        }
        var left = milliseconds
        while !made.waitToWrite(milliseconds: min(left, 100)) {
            left -= 100
            if left <= 0 || isOver() { throw DeliveryFault(reason: "cannot connect: no answer within the timeout") }
        }
        if let fault = made.connectionFault { throw DeliveryFault(reason: "cannot connect: \(fault)") }
        made.keepAlive()
        return made
    }

    func send(_ bytes: [UInt8], from start: Int) -> Int {
        connection.map { $0.send(bytes, from: start) } ?? 0
    }

    func waitToSend(milliseconds: Int32) { _ = connection?.waitToWrite(milliseconds: milliseconds) }

    var untaken: Int? {
        guard let connection else { return nil }
        // What a peer has to say is not listened to; but unread it would end the connection hard when that is closed.
        connection.discardReadable()
        let count = connection.untakenCount
        // Once the connection is broken the system forgets what was on its way, and the count says nothing.
        return connection.isBroken ? nil : count
    }

    var breakage: String? {
        guard let connection else { return "not connected" }
        guard connection.isBroken else { return nil }
        return connection.connectionFault.map { "the connection broke: \($0)" } ?? "the peer closed the connection"
    }

    func close(isOver: () -> Bool) {
        connection?.finishSending()
        connection = nil
    }
}
