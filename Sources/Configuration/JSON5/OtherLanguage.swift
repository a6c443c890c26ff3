/// What a file is that cannot be read as JSON5, where it looks like a configuration in another language.
struct OtherLanguage {
    /// Where it shows.
    let offset: Int
    let message: String

    /// Looks at the first line that says something. Nil for what looks like no other language.
    init?(of bytes: [UInt8]) {
        var start = 0
        while start < bytes.count {
            let end = bytes[start...].firstIndex(of: 0x0A) ?? bytes.count
            let line = bytes[start..<end].drop { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
            if let first = line.first, first != UInt8(ascii: "#") {
                guard let message = Self.message(of: String(decoding: line, as: UTF8.self)) else { return nil }
                (offset, self.message) = (line.startIndex, message)
                return
            }
            start = end + 1
        }
        return nil
    }

    private static func message(of line: String) -> String? {
        let remedy =
            "configurations are JSON5, with braces, commas and quotes around text: { version: 1, moments: { … } }"
        let name = line.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") || $0 == "\"" }
        let rest = line.dropFirst(name.count)
        if line.hasPrefix("---") || line.hasPrefix("- ") || line.hasPrefix("%YAML") {
            return "this looks like YAML; \(remedy)"
        }
        guard !name.isEmpty else {
            let isTable = line.hasPrefix("[") && line.drop { $0 == "[" }.first?.isLetter == true && line.contains("]")
            return isTable ? "this looks like TOML; \(remedy)" : nil
        }
        if rest.hasPrefix(":") { return "this looks like YAML, or lacks its outer braces; \(remedy)" }
        if rest.drop(while: { $0 == " " }).hasPrefix("=") { return "this looks like TOML; \(remedy)" }
        return nil
    }
}
