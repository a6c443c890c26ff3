/// What a webhook's URL may look like.
package enum WebAddress {
    /// What is wrong with a URL; nil for nothing.
    package static func fault(_ url: String) -> String? {
        guard let rest = rest(url) else { return "is no URL of http or https; write \"https://HOST/PATH\"" }
        if url.utf8.contains(where: { $0 <= 0x20 || $0 >= 0x7F }) {
            return "has blanks or characters outside ASCII; write them as %XX"
        }
        let host = rest.prefix { !"/?#".contains($0) }
        if host.isEmpty || host.hasSuffix("@") || host.hasPrefix(":") {
            return "names no host; write \"https://HOST/PATH\""
        }
        return nil
    }

    /// The URL without what may be a secret: its scheme, host and port.
    static func shown(_ url: String) -> String {
        guard let rest = rest(url) else { return "a URL" }
        let authority = rest.prefix { !"/?#".contains($0) }
        let host = authority.split(separator: "@", omittingEmptySubsequences: false).last.map(String.init) ?? ""
        return url.prefix(url.count - rest.count) + host
    }

    private static func rest(_ url: String) -> Substring? {
        for scheme in ["http://", "https://"] where url.lowercased().hasPrefix(scheme) {
            return url.dropFirst(scheme.count)
        }
        return nil
    }
}
