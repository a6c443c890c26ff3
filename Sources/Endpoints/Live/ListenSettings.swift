/// What the configuration says about listening inputs.
package struct ListenSettings: Sendable, Equatable {
    /// The most connections that one listener has at a time; one more is turned away.
    package var maxConnections = 4096
    /// How long a connection may be silent, in microseconds; nil where that does not matter.
    package var idleTimeout: Int64? = 3_600_000_000
    /// The file that the token stands in, which every connection over TCP must show first.
    package var tokenFile: String?
    /// The permissions of Unix sockets.
    package var mode: UInt32 = 0o600
    /// The most bytes of memory that the unfinished lines of one listener's connections take together.
    package var maxUnfinished = 64 << 20

    /// The most that `maxConnections` may be.
    package static let connectionLimitMost = 100_000

    package init() {}
}
