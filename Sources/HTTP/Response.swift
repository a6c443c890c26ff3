import Storage

/// An answer: what it says, and how it looks on the wire.
package struct Response: Sendable, Equatable {
    package static let plainText = "text/plain; charset=utf-8"
    package static let json = "application/json"

    package let status: Status
    package let type: String
    package let body: String
    /// Further header fields, in order.
    package var fields: [RequestHead.Field] = []

    package init(_ status: Status, type: String = Response.plainText, _ body: String) {
        self.status = status
        self.type = type
        self.body = body
    }

    /// An answer that only says that the request is refused.
    package init(refusing status: Status) { self.init(status, "\(status.rawValue) \(status.phrase)\n") }

    /// The same with another text.
    package func saying(_ body: String) -> Response {
        var response = Response(status, type: type, body)
        response.fields = fields
        return response
    }

    /// The same with one header field more.
    package func with(_ name: String, _ value: String) -> Response {
        var response = self
        response.fields.append(RequestHead.Field(name: name, value: value))
        return response
    }

    /// What says that the client may send the body that it holds back.
    package static let proceed = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)

    /// The whole answer.
    /// - Parameters:
    ///   - time: microseconds since 1970-01-01T00:00:00Z.
    ///   - connection: what becomes of the connection, as the field of that name has it; nil where that goes without saying.
    package func bytes(isHead: Bool, time: Int64, connection: String? = "close") -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(256 + body.utf8.count)
        bytes += "HTTP/1.1 \(status.rawValue) ".utf8
        bytes += status.phrase.utf8
        bytes += "\r\nDate: ".utf8
        bytes += Response.dateBytes(time)
        if status != .noContent {
            bytes += "\r\nContent-Type: ".utf8
            bytes += type.utf8
            bytes += "\r\nContent-Length: \(body.utf8.count)".utf8
        }
        for field in fields { bytes += "\r\n\(field.name): \(field.value)".utf8 }
        bytes += "\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff".utf8
        if let connection { bytes += "\r\nConnection: \(connection)".utf8 }
        bytes += "\r\n\r\n".utf8
        if !isHead, status != .noContent { bytes += body.utf8 }
        return bytes
    }

    /// A time as HTTP writes it: `Sun, 06 Nov 1994 08:49:37 GMT`.
    package static func date(_ time: Int64) -> String { String(decoding: dateBytes(time), as: UTF8.self) }

    private static func dateBytes(_ time: Int64) -> [UInt8] {
        // As 1994-11-06T08:49:37.000Z: each part stands where it always does.
        let text = Array(System.timeText(time).utf8)
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        // 1970-01-01 was a Thursday.
        let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let day = Int((Double(time) / 86_400_000_000).rounded(.down))
        let month = Int(text[5] & 15) * 10 + Int(text[6] & 15)
        var bytes = Array(weekdays[((day % 7) + 7) % 7].utf8)
        bytes.reserveCapacity(29)
        bytes += ", ".utf8
        bytes += text[8..<10]
        bytes += " \(months[month - 1]) ".utf8
        bytes += text[..<4]
        bytes += " ".utf8
        bytes += text[11..<19]
        bytes += " GMT".utf8
        return bytes
    }
}
