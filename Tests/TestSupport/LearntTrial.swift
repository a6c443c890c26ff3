/// A decision whose action learns, as a naive model of the tests keeps it.
package struct LearntTrial {
    package var action: String
    package var channel: String
    /// What tells its cell apart within the channel's, or the action's.
    package var bucket: String
    /// When it was made, and when it was settled; microseconds, or whatever unit the test has.
    package var made: Int64
    package var settled: Int64?
    package var success = false
    package var wasSeen = false
    /// How many were made before.
    package var order = 0
    package var features: [String] = []
    /// The propensity that was promised.
    package var promised = 0.0

    package init(action: String, channel: String, bucket: String, made: Int64) {
        (self.action, self.channel, self.bucket, self.made) = (action, channel, bucket, made)
    }
}
