import Storage

/// A child that reads lines from its standard input. What it has read counts as taken.
final class ChildReceiver: LineReceiver {
    /// How long a child may go on once it is all over, and how often it is looked at meanwhile, in milliseconds.
    private static let patience: Int32 = 300
    private static let look: Int32 = 5

    private let command: String
    private var child: ChildProcess?
    private var ending: ChildProcess.Ending?

    init(command: String) { self.command = command }

    func open(milliseconds: Int32, isOver: () -> Bool) throws(DeliveryFault) {
        do throws(SystemError) {
            child = try ChildProcess(command: command)
            ending = nil
        } catch {
            throw DeliveryFault(reason: "the command cannot be started: \(error)")
        }
    }

    func send(_ bytes: [UInt8], from start: Int) -> Int { child.map { $0.input.put(bytes, from: start) } ?? 0 }

    func waitToSend(milliseconds: Int32) { _ = child?.input.waitToWrite(milliseconds: milliseconds) }

    /// A pipe keeps what nobody has read, and the count with it, for as long as it is open at one end.
    var untaken: Int? { child?.input.unreadInPipe }

    var breakage: String? {
        guard let child else { return "the command does not run" }
        if ending == nil { ending = child.ending() }
        if let ending { return "the command \(ending)" }
        return child.input.isBroken ? "the command closed its standard input" : nil
    }

    func close(isOver: () -> Bool) {
        guard let child else { return }
        self.child = nil
        try? child.input.close()
        var left = ChildReceiver.patience
        var asked = false
        while ending == nil {
            ending = child.ending()
            if ending != nil { return }
            System.sleep(milliseconds: ChildReceiver.look)
            if isOver() { left -= ChildReceiver.look }
            if left > 0 { continue }
            child.end(atOnce: asked)
            asked = true
            left = ChildReceiver.patience / 3
        }
    }
}
