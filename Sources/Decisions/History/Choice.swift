import Events

/// An action that was chosen for a customer.
struct Choice: BitwiseCopyable, Sendable {
    var time: Instant
    var action: Int32
    /// The channel's number, or `Rules.none`.
    var channel: Int32

    /// The two words of memory that a choice takes up (the least significant byte comes first on every machine that
    /// this is built for).
    var words: (UInt64, UInt64) {
        let names = UInt64(UInt32(bitPattern: action)) | UInt64(UInt32(bitPattern: channel)) << 32
        return (UInt64(bitPattern: time.microseconds), names)
    }
}
