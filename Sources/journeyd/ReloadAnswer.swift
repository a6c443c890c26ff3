import Storage

/// How a run answers `journeyd reload`: who asks has a socket open under a name that the run's number is in, and says by a
/// signal that it is there. The run connects, and says what came of it once it knows. Both make sure that the other is of
/// the same user. Nothing of it stands in any folder, so a run that has folders of its own is reached as well.
enum ReloadAnswer {
    /// How many may ask one run at a time.
    private static let places = 8
    /// How long an answer is waited for, in milliseconds.
    private static let patience: Int64 = 10_000

    private static func address(_ process: Int32, _ place: Int) -> NetworkAddress {
        NetworkAddress(abstractName: "journeyd-reload-\(process)-\(place)")
    }

    /// One who asks a run.
    struct Asker {
        private let socket: Descriptor
        private let deadline = System.monotonicClock / 1_000_000 + ReloadAnswer.patience

        /// Stands where the run of a process looks.
        init(_ process: Int32) throws(SystemError) {
            var fault = SystemError.addressInUse
            for place in 0..<ReloadAnswer.places {
                do throws(SystemError) {
                    socket = try Descriptor.listening(at: ReloadAnswer.address(process, place))
                    return
                } catch {
                    fault = error
                }
            }
            throw fault
        }

        /// What the run says: its status, and words for people; nil where it says nothing in time. Blocks.
        func answer() -> (status: Int32, words: String)? {
            while let left = timeLeft {
                guard socket.waitToRead(milliseconds: left), let (run, _) = try? socket.accept() else { continue }
                if run.peerUser == System.user, let answer = read(from: run) { return answer }
            }
            return nil
        }

        private var timeLeft: Int32? {
            let left = deadline - System.monotonicClock / 1_000_000
            return left > 0 ? Int32(clamping: left) : nil
        }

        /// Reads to the end: a number, a line's end, and the words.
        private func read(from run: Descriptor) -> (status: Int32, words: String)? {
            let text = ByteBlock(capacity: 4096)
            while let left = timeLeft {
                guard run.waitToRead(milliseconds: left) else { return nil }
                let got = text.read(from: run.number, most: 4096)
                if got == 0 { break }
                if got < 0, ![.wouldBlock, .interrupted].contains(SystemError(code: Int32(-got))) { return nil }
            }
            let parts = text.bytes.text.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, let status = Int32(parts[0]) else { return nil }
            return (status, String(parts[1]))
        }
    }

    /// Those who ask this process, to be told the same.
    struct Askers: Sendable {
        private let connections: [Descriptor]

        /// Those who stand there now.
        init() {
            connections = (0..<ReloadAnswer.places).compactMap { place in
                let address = ReloadAnswer.address(System.processNumber, place)
                guard let connection = try? Descriptor.connecting(to: address) else { return nil }
                return connection.peerUser == System.user ? connection : nil
            }
        }

        func tell(_ status: ExitStatus, _ words: String) {
            for connection in connections {
                connection.writeMessage("\(status.rawValue)\n\(words)")
                connection.finishSending()
            }
        }
    }
}
