import Storage

/// How it is learnt at which hour customers look at a channel, so that what goes over it is delivered then.
package struct HourPlan: Sendable, Equatable {
    /// The channel's name.
    package var channel: String
    /// The types of event that say that a customer looks.
    package var on: [String]
    /// After how many microseconds an event counts half; above 0.
    package var halfLife: Int64 = 90 * 86_400_000_000
    /// How many events of the customer's own the habits of all customers are worth; above 0.
    package var strength = 20.0
    /// A delivery is put off by less than so many microseconds.
    package var within: Int64 = 86_400_000_000

    package init(channel: String, on: [String]) { (self.channel, self.on) = (channel, on) }

    /// Whether what was counted by one means the same to the other.
    package func counts(like other: HourPlan) -> Bool {
        channel.isSame(as: other.channel) && halfLife == other.halfLife && on.count == other.on.count
            && zip(on, other.on).allSatisfy { $0.isSame(as: $1) }
    }
}
