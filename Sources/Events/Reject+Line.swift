package import Storage

extension PlacedReject {
    /// Appends the reject as one line of NDJSON. `source` is how the input is called.
    package func append(to block: ByteBlock, source: String) {
        var line = Array("{\"type\":\"rejected\",\"reason\":\"\(reject.reason.rawValue)\",\"detail\":".utf8)
        line.append(jsonString: detail)
        line += Array(",\"source\":".utf8)
        line.append(jsonString: source)
        line += Array(",\"line\":\(self.line)".utf8)
        if let index = reject.index { line += Array(",\"index\":\(index)".utf8) }
        line += Array(",\"raw\":".utf8)
        let raw = reject.shownRaw
        line.append(jsonString: String(decoding: raw, as: UTF8.self))
        if String(validating: raw, as: UTF8.self) == nil {
            line += Array(",\"raw_base64\":\"".utf8)
            line.appendBase64(raw)
            line += Array("\"".utf8)
        }
        line += Array("}\n".utf8)
        block.append(line)
    }
}

extension Reject {
    /// The line's kept bytes, without a character that the cut went through.
    var shownRaw: [UInt8] {
        guard raw.count == Reject.rawLimit else { return raw }
        // The cut leaves at most three bytes of a character; only where they are the beginning of one do they go.
        for length in 1...3 where raw[raw.count - length] >= 0xC0 {
            let lead = raw[raw.count - length]
            let whole = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2
            return length < whole ? raw.dropLast(length) : raw
        }
        return raw
    }
}

extension [UInt8] {
    /// Appends bytes in base64 (RFC 4648), with padding.
    mutating func appendBase64(_ bytes: [UInt8]) {
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let count = Swift.min(3, bytes.count - start)
            var bits: UInt32 = 0
            for index in 0..<3 { bits = bits << 8 | (index < count ? UInt32(bytes[start + index]) : 0) }
            for index in 0..<4 {
                append(index <= count ? base64Digits[Int(bits >> UInt32(18 - 6 * index) & 63)] : UInt8(ascii: "="))
            }
        }
    }
}

private let base64Digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
