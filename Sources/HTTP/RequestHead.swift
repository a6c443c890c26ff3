/// All of a request but its body: it is in order.
package struct RequestHead: Sendable, Equatable {
    /// One header field: its name in small letters, and its value without the blanks around it.
    package struct Field: Sendable, Equatable {
        package let name: String
        package let value: String

        package init(name: String, value: String) { (self.name, self.value) = (name, value) }
    }

    /// How a body's end is found.
    package enum BodyForm: Sendable, Equatable {
        /// There is none, and none was announced.
        case none
        /// So many bytes.
        case length(Int)
        /// In chunks, each with its length before it.
        case chunked
    }

    package let method: String
    /// The path alone, without a query, as it was written: nothing in it is decoded.
    package let path: String
    /// What stands behind the question mark, as it was written; nil without one.
    package let query: String?
    /// 1 for HTTP/1.1, 0 for HTTP/1.0.
    package let minorVersion: Int
    /// In the order in which they came.
    package let fields: [Field]
    package let body: BodyForm
    /// The media type of the body, in small letters and without its parameters; empty where the request does not say.
    package let mediaType: String

    /// The parts of a request as they were read.
    package init(
        method: String, path: String, query: String?, minorVersion: Int, fields: [Field], body: BodyForm
    ) {
        (self.method, self.path, self.query) = (method, path, query)
        (self.minorVersion, self.fields, self.body) = (minorVersion, fields, body)
        mediaType = RequestHead.mediaType(fields)
    }

    /// Whether the body is to be left out of the answer.
    package var isHead: Bool { method == "HEAD" }

    /// The value of the first field of a name, which is in small letters.
    package func value(_ name: String) -> String? { fields.first { $0.name == name }?.value }

    /// Whether a field that lists words has one of them, whatever its letters' case.
    package func lists(_ word: String, in name: String) -> Bool {
        fields.contains { field in
            field.name == name
                && field.value.utf8.split(separator: UInt8(ascii: ",")).contains {
                    $0.drop(while: Ascii.isBlank).prefix { !Ascii.isBlank($0) }.map(Ascii.lowered)
                        .elementsEqual(word.utf8)
                }
        }
    }

    /// Whether the client means to send another request on the same connection.
    package var keepsAlive: Bool {
        if lists("close", in: "connection") { return false }
        return minorVersion > 0 || lists("keep-alive", in: "connection")
    }

    private static func mediaType(_ fields: [Field]) -> String {
        guard let value = fields.first(where: { $0.name == "content-type" })?.value else { return "" }
        let type = value.utf8.prefix { $0 != UInt8(ascii: ";") }.map(Ascii.lowered).filter { !Ascii.isBlank($0) }
        return String(decoding: type, as: UTF8.self)
    }

    /// The value of a parameter of the query, decoded; nil where it has none of that name.
    package func parameter(_ name: String) -> String? {
        query.flatMap { FormText.value(of: name, in: Array($0.utf8)) }.map { String(decoding: $0, as: UTF8.self) }
    }
}

/// Pairs of names and values as a query and a form have them: `a=b&c=d+e%21`.
package enum FormText {
    /// The first value of a name, decoded; nil where there is none.
    package static func value(of name: String, in text: [UInt8]) -> [UInt8]? {
        for pair in text.split(separator: UInt8(ascii: "&")) {
            let end = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
            if decoded(pair[..<end]).elementsEqual(name.utf8) { return decoded(pair[end...].dropFirst()) }
        }
        return nil
    }

    /// Text with its `%XX` and plus signs resolved; what is no such thing stays as it is.
    package static func decoded(_ text: ArraySlice<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        var index = text.startIndex
        while index < text.endIndex {
            let byte = text[index]
            if byte == UInt8(ascii: "%"), index + 2 < text.endIndex, let high = Ascii.hexValue(text[index + 1]),
                let low = Ascii.hexValue(text[index + 2])
            {
                result.append(high << 4 | low)
                index += 3
                continue
            }
            result.append(byte == UInt8(ascii: "+") ? Ascii.space : byte)
            index += 1
        }
        return result
    }
}
