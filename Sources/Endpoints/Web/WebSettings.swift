/// What the configuration says about `http://` inputs.
package struct WebSettings: Sendable, Equatable {
    /// The file that the token stands in, which every request must show.
    package var tokenFile: String?
    /// The origins whose pages may send; `*` for any.
    package var allowOrigins: [String] = []
    /// The most bytes of a body.
    package var maxBody = 8 << 20
    /// The most connections that one listener has at a time.
    package var maxConnections = 4096
    /// How long a request's head may take from its first byte on, and its body from the head on; microseconds.
    package var headerTimeout: Int64 = 10_000_000
    package var bodyTimeout: Int64 = 30_000_000
    /// How long a connection may be silent between two requests, in microseconds.
    package var idleTimeout: Int64 = 75_000_000

    package init() {}

    /// Whether pages of an origin may send.
    package func allows(origin: String) -> Bool {
        allowOrigins.contains { $0 == "*" || $0.utf8.elementsEqual(origin.utf8) }
    }
}
