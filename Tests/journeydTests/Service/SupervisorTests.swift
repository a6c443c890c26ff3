import Console
import Foundation
import Glibc
import Storage
import Synchronization
import Testing

/// A socket that takes datagrams, as systemd's does, and keeps what they say.
final class NotifySocket: Sendable {
    /// As `NOTIFY_SOCKET` names it.
    let name: String
    private let number: Int32
    private let messages = Mutex<[String]>([])

    /// - Parameter path: nil for a name of the abstract space.
    init(path: String?) {
        let abstract = "journeyd-\(getpid())-\(UInt64.random(in: 0 ..< .max))"
        name = path ?? "@" + abstract
        number = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address: [UInt8] = [UInt8(AF_UNIX), 0]
        address += path.map { Array($0.utf8) + [0] } ?? [0] + Array(abstract.utf8)
        let bound = unsafe address.withUnsafeBytes { raw in
            unsafe bind(
                number, raw.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: sockaddr.self), socklen_t(raw.count))
        }
        precondition(bound == 0, "\(SystemError(code: errno))")
        BlockingThread.start { [self] in
            var room = [UInt8](repeating: 0, count: 4096)
            while true {
                let got = unsafe recv(number, &room, room.count, 0)
                // An empty datagram is our own: it ends the thread.
                if got <= 0 { break }
                messages.withLock { $0.append(String(decoding: room[..<got], as: UTF8.self)) }
            }
            close(number)
        }
    }

    func end() { DatagramPlace(name)?.send([]) }

    var received: [String] { messages.withLock { $0 } }

    /// Waits until a message has come that begins like this.
    func waits(for beginning: String) -> Bool {
        for _ in 0..<3000 {
            if received.contains(where: { $0.hasPrefix(beginning) }) { return true }
            usleep(10_000)
        }
        return false
    }
}

/// What a service manager hears.
@Suite struct SupervisorTests {
    let shop: Workshop

    init() throws { shop = try Workshop() }

    @Test(arguments: [true, false]) func messagesAreDatagrams(_ isAbstract: Bool) throws {
        let socket = NotifySocket(path: isAbstract ? nil : shop.folder.path + "/notify")
        defer { socket.end() }
        let supervisor = Supervisor(
            environment: ["NOTIFY_SOCKET": socket.name, "WATCHDOG_USEC": "2000000"], process: 7)
        #expect(supervisor.isPresent && supervisor.watchdogInterval == 2_000_000)
        supervisor.tellReady("up\nand running")
        supervisor.tellReloading()
        supervisor.tellAlive()
        supervisor.tell(status: "fine")
        supervisor.tellStopping("bye")
        #expect(socket.waits(for: "STOPPING=1"))
        var received = socket.received
        #expect(received.remove(at: 1).hasPrefix("RELOADING=1\nMONOTONIC_USEC="))
        #expect(
            received == ["READY=1\nSTATUS=up and running", "WATCHDOG=1", "STATUS=fine", "STOPPING=1\nSTATUS=bye"])
    }

    @Test func withoutASocketNothingIsSaid() {
        for name in [nil, "", "relative", "/", "@", "/" + String(repeating: "x", count: 200), "vsock:2:1"] {
            let environment = ["NOTIFY_SOCKET": name, "WATCHDOG_USEC": "1"].compactMapValues { $0 }
            let supervisor = Supervisor(environment: environment, process: 7)
            #expect(!supervisor.isPresent && supervisor.watchdogInterval == nil)
            supervisor.tellAlive()
        }
        let other = Supervisor(
            environment: ["NOTIFY_SOCKET": "/gone", "WATCHDOG_USEC": "5", "WATCHDOG_PID": "8"], process: 7)
        #expect(other.isPresent && other.watchdogInterval == nil)
        other.tellAlive()
    }

    @Test func aRunSaysThatItIsReadyAliveAndStopping() throws {
        let socket = NotifySocket(path: nil)
        defer { socket.end() }
        let ran = try shop.run(
            """
            mkfifo fifo; exec 3<>fifo
            NOTIFY_SOCKET='\(socket.name)' WATCHDOG_USEC=60000 "$J" run config.json5 --live < fifo > out & pid=$!
            cat pings >&3; until [ "$(wc -l < out)" -ge 3 ]; do sleep 0.02; done
            sleep 1; kill -TERM $pid; wait $pid; echo status $?
            """)
        #expect(ran.lines == ["status 0"])
        #expect(socket.waits(for: "STOPPING=1"))
        #expect(socket.received.first?.hasPrefix("READY=1\nSTATUS=") == true)
        #expect(socket.received.contains("WATCHDOG=1"))
        #expect(ran.errors.contains("msg=ready"))
    }
}
