import Storage

/// Something that takes line after line: a peer at a socket, a child. It is opened, written to until it breaks, closed,
/// and opened again. One party uses it.
protocol LineReceiver: AnyObject {
    /// Connects, or starts. Blocks up to `milliseconds`; less where `isOver` says so.
    func open(milliseconds: Int32, isOver: () -> Bool) throws(DeliveryFault)
    /// Writes what fits at once, from `start` on.
    /// - Returns: the number of bytes, or minus the system's error number.
    func send(_ bytes: [UInt8], from start: Int) -> Int
    /// Blocks until more fits, it has broken, or the time is over.
    func waitToSend(milliseconds: Int32)
    /// How many of the bytes written have not been taken by the other side; nil where nobody can tell any more.
    var untaken: Int? { get }
    /// Why nothing more can be written; nil while it can.
    var breakage: String? { get }
    /// Says that nothing more comes, and lets go of it. Blocks while it finishes what it has taken, and no longer than a
    /// moment once `isOver` says so.
    func close(isOver: () -> Bool)
}

/// Why something could not be delivered for now.
struct DeliveryFault: Error {
    let reason: String
    /// For how many microseconds the other side asks to wait, if it does.
    var asked: Int64?
}
