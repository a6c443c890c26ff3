/// The page that draws the figures of a report: one document with its own style and script, which asks nothing of anybody else.
///
/// It is assembled once from the files beside this one. Of the script, indentation and whole-line comments are left out, so that
/// the sources can be read and the page stays small.
package enum Page {
    /// The most bytes that the page may have without figures.
    package static let bytesMost = 80 << 10

    private static let style = PackageResources.page_css
    private static let script: [UInt8] = {
        let files = [
            PackageResources.words_js, PackageResources.core_js, PackageResources.charts_js, PackageResources.flow_js,
            PackageResources.tabs_js, PackageResources.main_js,
        ]
        return Array("(()=>{\"use strict\";\n".utf8) + files.flatMap(Page.tightened) + Array("})();\n".utf8)
    }()

    /// What the page may do, as a Content-Security-Policy: run its own script and style, known by their hashes, and ask where it
    /// came from for figures.
    package static let policy =
        "default-src 'none'; script-src 'sha256-\(Sha256.base64(of: script))'; "
        + "style-src 'sha256-\(Sha256.base64(of: style))'; connect-src 'self'; base-uri 'none'; form-action 'none'"

    /// The page with figures inside, or, without any, one that asks for them where it came from.
    /// - Parameter figures: JSON.
    package static func document(figures: [UInt8]? = nil) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = PackageResources.page_html[...]
        // The template has places as {{name}}.
        while let start = rest.firstIndex(of: UInt8(ascii: "{")) {
            guard rest.index(after: start) < rest.endIndex, rest[start + 1] == UInt8(ascii: "{"),
                let end = rest[start...].firstIndex(of: UInt8(ascii: "}"))
            else { break }
            bytes += rest[..<start]
            switch String(decoding: rest[(start + 2)..<end], as: UTF8.self) {
            case "policy": bytes += policy.utf8
            case "style": bytes += style
            case "script": bytes += script
            case "figures": escape(figures ?? Array("null".utf8), into: &bytes)
            case let name: preconditionFailure("the page's template names \(name)")
            }
            rest = rest[(end + 2)...]
        }
        return bytes + rest
    }

    /// JSON in an element of a document: no text of it can end the element.
    private static func escape(_ json: [UInt8], into bytes: inout [UInt8]) {
        for byte in json {
            if byte == UInt8(ascii: "<") { bytes += "\\u003c".utf8 } else { bytes.append(byte) }
        }
    }

    /// A script without what only its readers need: indentation, comments on lines of their own, blanks beside punctuation,
    /// and ends of lines where a statement cannot end.
    ///
    /// Texts, templates and regular expressions stay as they are. An expression begins behind one of `(,=:>` or a line's start.
    static func tightened(_ source: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        for line in source.split(separator: UInt8(ascii: "\n")) {
            let text = line.drop { $0 == UInt8(ascii: " ") }
            if text.isEmpty || text.starts(with: "//".utf8) { continue }
            if let last = bytes.last, let first = text.first, !goesOn.contains(last), !continues.contains(first) {
                bytes.append(UInt8(ascii: "\n"))
            }
            append(Array(text), to: &bytes)
        }
        bytes.append(UInt8(ascii: "\n"))
        return bytes
    }

    private static let goesOn = Array(",({[;:?=>&|+".utf8)
    private static let continues = Array(")]}.:?".utf8)
    private static let punctuation = Array(",;:=(){}[]?&|<>".utf8)
    private static let beforeExpression = Array("(,=:>".utf8)

    private static func append(_ line: [UInt8], to bytes: inout [UInt8]) {
        var quote: UInt8?
        var index = 0
        let start = bytes.count
        while index < line.count {
            let byte = line[index]
            if let open = quote {
                bytes.append(byte)
                if byte == UInt8(ascii: "\\"), index + 1 < line.count {
                    index += 1
                    bytes.append(line[index])
                } else if byte == open {
                    quote = nil
                }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "`") {
                quote = byte
                bytes.append(byte)
            } else if byte == UInt8(ascii: "/"),
                bytes.count == start || beforeExpression.contains(bytes[bytes.count - 1])
            {
                quote = byte
                bytes.append(byte)
            } else if byte != UInt8(ascii: " ")
                || !(punctuation.contains(bytes[bytes.count - 1])
                    || index + 1 < line.count && punctuation.contains(line[index + 1]))
            {
                bytes.append(byte)
            }
            index += 1
        }
    }
}
