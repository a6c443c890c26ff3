package import Storage

/// Why a data directory or its journal cannot be used, or not any more.
package struct JournalFault: Error, CustomStringConvertible {
    /// What is wrong, by which exit status it has.
    package enum Kind: Sendable {
        /// The data directory is somebody else's, of a newer version, or not one at all.
        case unusable
        /// It cannot be opened or read.
        case cannotOpen
        /// What was once made sure of is not there as it was written.
        case damaged
        /// Reading or writing failed after it had begun.
        case failed
    }

    package let kind: Kind
    /// What is wrong, where, and what would be right.
    package let description: String

    package init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }

    /// A call to the disk that failed: what was tried, as `writing`, and with what file or folder.
    package init(_ doing: String, _ name: String, _ error: SystemError) {
        self.init(.failed, "\(name): \(doing) failed: \(error)")
    }
}
