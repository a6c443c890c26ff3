import Storage

/// What an input is whose first line is not JSON: forms that people often have, each with what makes lines of it.
package enum InputForm: Equatable, Sendable {
    case packed(String, remedy: String)
    case utf16
    case list
    case pretty
    case table(String)
    case markup
    case pythonText

    /// What is said of an input of this form: what it is and the remedy.
    package var detail: String {
        switch self {
        case .packed(let name, let remedy): "this is \(name), not lines of text; \(remedy)"
        case .utf16: "this is UTF-16; make UTF-8 of it: iconv -f UTF-16 -t UTF-8 FILE | journeyd run CONFIG"
        case .list: "this is a JSON array; write one object on each line: jq -c '.[]' FILE | journeyd run CONFIG"
        case .pretty:
            "this is JSON over several lines; write one object on each line: jq -c . FILE | journeyd run CONFIG"
        case .table(let delimiter):
            "this looks like \(delimiter); read it as a table: journeyd run --format csv CONFIG FILE"
        case .markup: "this looks like XML; write one JSON object on each line"
        case .pythonText: "names and texts stand in double quotes in JSON: json.dumps(…) writes them so"
        }
    }

    private static let packings: [(magic: [UInt8], name: String, remedy: String)] = [
        ([0x1F, 0x8B], "gzip", "unpack it: gzip -dc FILE | journeyd run CONFIG"),
        ([0x28, 0xB5, 0x2F, 0xFD], "Zstandard", "unpack it: zstd -dc FILE | journeyd run CONFIG"),
        ([0x42, 0x5A, 0x68], "bzip2", "unpack it: bzip2 -dc FILE | journeyd run CONFIG"),
        ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "xz", "unpack it: xz -dc FILE | journeyd run CONFIG"),
        ([0x50, 0x4B, 0x03, 0x04], "zip", "unpack it: unzip -p FILE | journeyd run CONFIG"),
        ([0x50, 0x41, 0x52, 0x31], "Parquet", "export it as JSON lines"),
    ]

    /// The form of an input by its first line, which was rejected: that line's first bytes. Nil for what is not known.
    package init?(firstLine line: [UInt8]) {
        if let packing = Self.packings.first(where: { line.starts(with: $0.magic) }) {
            self = .packed(packing.name, remedy: packing.remedy)
            return
        }
        if line.starts(with: [0xFF, 0xFE]) || line.starts(with: [0xFE, 0xFF]) || Self.hasEmptyHalves(line) {
            self = .utf16
            return
        }
        let bytes = line.starts(with: [0xEF, 0xBB, 0xBF]) ? line.dropFirst(3) : line[...]
        let text = String(decoding: bytes, as: UTF8.self)
        let words = text.split { $0 == " " || $0 == "\t" || $0 == "\r" || $0 == "\r\n" }
        guard let first = words.first?.utf8.first, let last = words.last?.utf8.last else { return nil }
        switch first {
        case UInt8(ascii: "["): self = .list
        case UInt8(ascii: "<"): self = .markup
        case UInt8(ascii: "{"):
            if words.joined().hasPrefix("{'") {
                self = .pythonText
            } else if [UInt8(ascii: "{"), UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: ":")].contains(last) {
                self = .pretty
            } else {
                return nil
            }
        default:
            guard let delimiter = Self.delimiter(ofHeader: text) else { return nil }
            self = .table(delimiter)
        }
    }

    /// Whether every other byte is zero, as in UTF-16 of Western text without a mark in front.
    private static func hasEmptyHalves(_ line: [UInt8]) -> Bool {
        guard line.count >= 4 else { return false }
        let pairs = line.count / 2
        let even = stride(from: 0, to: pairs * 2, by: 2).count { line[$0] == 0 }
        let odd = stride(from: 1, to: pairs * 2, by: 2).count { line[$0] == 0 }
        return even + odd > 0 && max(even, odd) * 10 >= pairs * 9 && min(even, odd) == 0
    }

    /// What a line's columns are parted by, if it looks like the names of columns.
    private static func delimiter(ofHeader text: String) -> String? {
        for (delimiter, name) in [(Character(","), "CSV"), (";", "CSV with ;"), ("\t", "TSV")] {
            let names = text.split(separator: delimiter, omittingEmptySubsequences: false).map(name(ofColumn:))
            guard names.count >= 2, names.allSatisfy({ $0 != nil }) else { continue }
            let isTold = names.contains { columns.names($0 ?? "") }
            if names.count >= 3 || isTold { return name }
        }
        return nil
    }

    /// Columns by which even a table of two is known.
    private static let columns = [
        "customer_id", "event", "timestamp", "id", "user_id", "userid", "type", "time",
    ]

    private static func name(ofColumn text: Substring) -> String? {
        var name = text[...]
        while let last = name.last, last == "\r" || last == "\r\n" || last == " " { name = name.dropLast() }
        if name.hasPrefix("\""), name.hasSuffix("\""), name.count > 2 { name = name.dropFirst().dropLast() }
        guard let first = name.utf8.first, (first | 0x20) &- 0x61 < 26 || first == 0x5F, name.utf8.count <= 64 else {
            return nil
        }
        let isName = name.utf8.allSatisfy {
            ($0 | 0x20) &- 0x61 < 26 || $0 &- 0x30 < 10 || $0 == 0x5F || $0 == 0x20 || $0 == 0x2E || $0 == 0x2D
        }
        return isName ? name.lowercased() : nil
    }
}

extension PlacedReject {
    /// What the whole input is, where this is the first line of one that has no lines of JSON.
    package var form: InputForm? {
        guard line == 1, [.malformedJSON, .invalidUTF8, .tooLong].contains(reject.reason) else { return nil }
        return InputForm(firstLine: reject.raw)
    }

    /// What was wrong, in words.
    package var detail: String { form?.detail ?? reject.detail }
}
