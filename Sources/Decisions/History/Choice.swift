import Events

/// An action that was chosen for a customer.
struct Choice: BitwiseCopyable, Sendable {
    var time: Instant
    var action: Int32
    /// The channel's number, or `Rules.none`.
    var channel: Int32

    init(time: Instant, action: Int32, channel: Int32) {
        self.time = time
        self.action = action
        self.channel = channel
    }

    // A choice is kept as two words.

    var words: (UInt64, UInt64) {
        let names = UInt64(UInt32(bitPattern: action)) | UInt64(UInt32(bitPattern: channel)) << 32
        return (UInt64(bitPattern: time.microseconds), names)
    }

    init(_ first: UInt64, _ second: UInt64) {
        time = Instant(microseconds: Int64(bitPattern: first))
        action = Int32(bitPattern: UInt32(truncatingIfNeeded: second))
        channel = Int32(bitPattern: UInt32(truncatingIfNeeded: second >> 32))
    }
}
