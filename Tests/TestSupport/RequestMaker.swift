/// Makes requests, most of them nearly right.
package struct RequestMaker {
    private var numbers: SeededNumbers

    package init(_ seed: UInt64) { numbers = SeededNumbers(seed: seed) }

    /// A number below `count`.
    package mutating func number(_ count: Int) -> Int { numbers.below(count) }

    private mutating func one(of texts: [String]) -> String { texts[number(texts.count)] }

    /// One request as bytes.
    package mutating func request() -> [UInt8] {
        let methods = ["GET", "GET", "GET", "HEAD", "POST", "", "G(T", "PATCH"]
        let targets = [
            "/", "/metrics", "/a?b", "http://h/x", "http://h", "*", "h:1", "/a#b",
            "/" + String(repeating: "x", count: 90),
        ]
        let versions = ["HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/1.0", "HTTP/1.9", "HTTP/2.0", "HTTP/11", ""]
        let fields = [
            "Host: h", "Host:h", "host:  h ", "Accept: */*", "Content-Length: 0", "Content-Length: 5",
            "Content-Length: x",
            "Transfer-Encoding: chunked", "X", ": y", "A b: c", " folded", "User-Agent: a\tb", "X-Empty:",
        ]
        var text = number(6) == 0 ? "\r\n" : ""
        text += "\(one(of: methods)) \(one(of: targets)) \(one(of: versions))\r\n"
        if number(3) > 0 { text += "Host: h\r\n" }
        for _ in 0..<number(4) { text += one(of: fields) + "\r\n" }
        return Array((text + "\r\n").utf8)
    }
}
