package import Foundation
import Synchronization

/// Data and cases that stand beside the repository on some machines, in `../shared`.
///
/// Whoever asks for one that is not there passes over itself; as the process of the tests ends, standard error says what
/// was passed over. What every clone has stands in `Tests/Cases` (`Cases`).
package enum SharedFolder {
    private static let missing = Mutex<Set<String>>([])

    private static let shared: URL? = {
        var folder = Repository.root
        while folder.path != "/" {
            folder.deleteLastPathComponent()
            let shared = folder.appending(path: "shared")
            if FileManager.default.fileExists(atPath: shared.path) { return shared }
        }
        return nil
    }()

    /// A file or folder in there; nil where there is none, which is noted.
    package static func place(_ path: String) -> URL? {
        guard let place = shared?.appending(path: path), FileManager.default.fileExists(atPath: place.path) else {
            note(path)
            return nil
        }
        return place
    }

    private static func note(_ path: String) {
        let isFirst = missing.withLock { missing in
            defer { missing.insert(path) }
            return missing.isEmpty
        }
        guard isFirst else { return }
        atexit {
            let paths = SharedFolder.missing.withLock { $0.sorted() }.map { "  ../shared/" + $0 }
            let text = "Passed over, since it is not beside this clone:\n\(paths.joined(separator: "\n"))\n"
            FileHandle.standardError.write(Data(text.utf8))
        }
    }
}

/// The clone that the tests were built in.
package enum Repository {
    /// Its folder.
    package static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The text of a file in it.
    package static func text(_ path: String) throws -> String {
        String(decoding: try Data(contentsOf: root.appending(path: path)), as: UTF8.self)
    }
}

/// Conformance cases, by kind: `cel`, `formats`, `json`, `sequences`.
package enum Cases {
    /// The folders with cases of a kind: the repository's own, which every clone runs, and those beside it.
    package static func folders(_ kind: String) -> [URL] {
        let own = Repository.root.appending(path: "Tests/Cases").appending(path: kind)
        return [own] + (SharedFolder.place("conformance/" + kind).map { [$0] } ?? [])
    }

    /// What stands in those folders with a name that ends so, in order.
    package static func places(_ kind: String, ending: String = "") -> [URL] {
        folders(kind).flatMap { folder in
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
            return names.filter { $0.hasSuffix(ending) }.sorted().map { folder.appending(path: $0) }
        }
    }
}
