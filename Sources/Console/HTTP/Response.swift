import Storage

/// An answer: what it says, and how it looks on the wire.
struct Response: Sendable, Equatable {
    static let plainText = "text/plain; charset=utf-8"

    let status: Status
    let type: String
    let body: String

    init(_ status: Status, type: String = Response.plainText, _ body: String) {
        self.status = status
        self.type = type
        self.body = body
    }

    /// An answer that only says that the request is refused.
    init(refusing status: Status) { self.init(status, "\(status.rawValue) \(status.phrase)\n") }

    /// The whole answer. The connection is closed behind it, which its header says.
    /// - Parameter time: microseconds since 1970-01-01T00:00:00Z.
    func bytes(isHead: Bool, time: Int64) -> [UInt8] {
        var head = "HTTP/1.1 \(status.rawValue) \(status.phrase)\r\n"
        head += "Date: \(Response.date(time))\r\nContent-Type: \(type)\r\nContent-Length: \(body.utf8.count)\r\n"
        if status == .methodNotAllowed { head += "Allow: GET, HEAD\r\n" }
        head += "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n"
        return Array((isHead ? head : head + body).utf8)
    }

    /// A time as HTTP writes it: `Sun, 06 Nov 1994 08:49:37 GMT`.
    static func date(_ time: Int64) -> String {
        let parts = System.timeText(time).split { "-T:.".contains($0) }
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        // 1970-01-01 was a Thursday.
        let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let day = Int((Double(time) / 86_400_000_000).rounded(.down))
        let weekday = weekdays[((day % 7) + 7) % 7]
        return "\(weekday), \(parts[2]) \(months[(Int(parts[1]) ?? 1) - 1]) \(parts[0]) "
            + "\(parts[3]):\(parts[4]):\(parts[5]) GMT"
    }
}
