import Events

/// An action that was chosen for a customer.
struct Choice: BitwiseCopyable, Sendable {
    /// How many words of memory a choice takes up.
    static let wordCount = 3

    var time: Instant
    /// When it is, or was, delivered: what caps go by.
    var deliverAt: Instant
    var action: Int32
    /// The channel's number, or `Rules.none`.
    var channel: Int32

    /// The words of memory that a choice takes up (the least significant byte comes first on every machine that this is
    /// built for).
    var words: [3 of UInt64] {
        let names = UInt64(UInt32(bitPattern: action)) | UInt64(UInt32(bitPattern: channel)) << 32
        return [UInt64(bitPattern: time.microseconds), UInt64(bitPattern: deliverAt.microseconds), names]
    }
}
