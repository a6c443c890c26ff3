/// The page that draws the figures of a report: one document with its own style and script, which
/// asks nothing of anybody else.
///
/// It is assembled once from the files beside this one. What only readers of script and style need
/// is left out (`Script`), so that the sources can be read and the page stays small.
package enum Page {
    /// The most bytes that the page may have without figures.
    package static let bytesMost = 80 << 10

    /// The style, whose lines end where nothing needs to stand between two words.
    private static let style = PackageResources.page_css.filter { $0 != UInt8(ascii: "\n") }
    private static let script: [UInt8] = {
        let files = [
            PackageResources.words_js, PackageResources.core_js, PackageResources.charts_js, PackageResources.flow_js,
            PackageResources.parts_js, PackageResources.tabs_js, PackageResources.main_js,
        ]
        return Array("(()=>{\"use strict\";".utf8) + Script.tightened(Array(files.joined())) + Array("})();\n".utf8)
    }()

    /// What the page may do, as a Content-Security-Policy: run its own script and style, known by
    /// their hashes, and ask where it came from for figures.
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
}
