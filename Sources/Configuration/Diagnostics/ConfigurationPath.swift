/// Where a value stands in the configuration, by keys: `moments.cart_abandoned.sequence[1].for`.
package struct ConfigurationPath: Sendable, Hashable, CustomStringConvertible {
    package let description: String

    /// The path of the whole configuration, which is empty.
    package static let root = ConfigurationPath(description: "")

    private init(description: String) {
        self.description = description
    }

    /// The path of the value under `key`. Keys that would be misread are put in brackets and quotes.
    package func appending(_ key: String) -> ConfigurationPath {
        let isPlain = !key.isEmpty && key.utf8.count <= 60 && key.unicodeScalars.allSatisfy(JSON5Name.isPart)
        if !isPlain { return ConfigurationPath(description: "\(description)[\(Wording.quoted(key))]") }
        return ConfigurationPath(description: description.isEmpty ? key : "\(description).\(key)")
    }

    /// The path of a list's element.
    package func appending(_ index: Int) -> ConfigurationPath {
        ConfigurationPath(description: "\(description)[\(index)]")
    }
}
