import Events

/// An action that was chosen for a customer.
struct Choice: BitwiseCopyable, Sendable {
    /// How many words of memory a choice takes up.
    static let wordCount = 3

    var time: Instant
    /// When it is, or was, delivered: what caps go by.
    var deliverAt: Instant
    /// The action's number, below what it counts for in the upper two bits.
    private var named: UInt32
    /// The channel's number, or `Rules.none`.
    var channel: Int32

    /// What a choice counts for.
    enum Kind: UInt32 {
        /// All that counts choices.
        case whole
        /// Cooldown and recency: it was asked for, and nobody knows whether it was seen.
        case asked
        /// Caps alone: what was asked for was seen.
        case contact
    }

    init(time: Instant, deliverAt: Instant, action: Int32, channel: Int32) {
        (self.time, self.deliverAt, self.channel) = (time, deliverAt, channel)
        named = UInt32(bitPattern: action)
    }

    var action: Int32 {
        get { Int32(bitPattern: named & 0x3FFF_FFFF) }
        set { named = named & 0xC000_0000 | UInt32(bitPattern: newValue) }
    }

    var kind: Kind {
        get { Kind(rawValue: named >> 30) ?? .whole }
        set { named = named & 0x3FFF_FFFF | newValue.rawValue << 30 }
    }

    /// The words of memory that a choice takes up (the least significant byte comes first on every machine that this is
    /// built for).
    var words: [3 of UInt64] {
        let names = UInt64(named) | UInt64(UInt32(bitPattern: channel)) << 32
        return [UInt64(bitPattern: time.microseconds), UInt64(bitPattern: deliverAt.microseconds), names]
    }
}
