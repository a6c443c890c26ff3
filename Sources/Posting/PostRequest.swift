/// A request to be posted.
package struct PostRequest: Equatable, Sendable {
    package let url: String
    /// Microseconds until the whole of the answer must be there.
    package let timeout: Int64
    /// Names and values; of equal names the last one holds.
    package let headers: [(name: String, value: String)]
    package let body: [UInt8]

    package init(url: String, timeout: Int64, headers: [(name: String, value: String)], body: [UInt8]) {
        self.url = url
        self.timeout = timeout
        self.headers = headers
        self.body = body
    }

    /// Equal are requests that are the same on the wire.
    package static func == (left: PostRequest, right: PostRequest) -> Bool { left.frame == right.frame }

    package var frame: PostFrame {
        var texts = [Array(url.utf8), Array(String(timeout).utf8), body]
        for header in headers { texts += [Array(header.name.utf8), Array(header.value.utf8)] }
        return PostFrame(texts)
    }

    /// Nil where the frame is no request.
    package init?(_ frame: PostFrame) {
        let texts = frame.texts
        guard texts.count >= 3, texts.count % 2 == 1, let timeout = Int64(String(decoding: texts[1], as: UTF8.self))
        else { return nil }
        self.init(
            url: String(decoding: texts[0], as: UTF8.self), timeout: timeout,
            headers: stride(from: 3, to: texts.count, by: 2).map {
                (String(decoding: texts[$0], as: UTF8.self), String(decoding: texts[$0 + 1], as: UTF8.self))
            }, body: texts[2])
    }
}

/// What came of a request.
package struct PostAnswer: Equatable, Sendable {
    /// Nil where there was no answer.
    package var status: Int?
    /// The header `Retry-After`.
    package var retryAfter: String?
    /// The beginning of the body, in printable characters.
    package var excerpt: String
    /// Why there was no answer.
    package var failure: String?

    package init(status: Int? = nil, retryAfter: String? = nil, excerpt: String = "", failure: String? = nil) {
        self.status = status
        self.retryAfter = retryAfter
        self.excerpt = excerpt
        self.failure = failure
    }

    package var frame: PostFrame {
        PostFrame([status.map { String($0) }, retryAfter, excerpt, failure].map { Array(($0 ?? "").utf8) })
    }

    /// Nil where the frame is no answer.
    package init?(_ frame: PostFrame) {
        guard frame.texts.count == 4 else { return nil }
        let texts = frame.texts.map { String(decoding: $0, as: UTF8.self) }
        self.init(
            status: Int(texts[0]), retryAfter: texts[1].isEmpty ? nil : texts[1], excerpt: texts[2],
            failure: texts[3].isEmpty ? nil : texts[3])
    }
}
