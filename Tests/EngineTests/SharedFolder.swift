import Foundation

/// Data and cases that stand beside the repository on some machines.
enum SharedFolder {
    /// The repository's root.
    static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private static let shared: URL? = {
        var folder = repository
        while folder.path != "/" {
            folder.deleteLastPathComponent()
            let shared = folder.appendingPathComponent("shared")
            if FileManager.default.fileExists(atPath: shared.path) { return shared }
        }
        return nil
    }()

    /// A file or folder in there; nil where there is none.
    static func place(_ path: String) -> URL? {
        guard let place = shared?.appendingPathComponent(path), FileManager.default.fileExists(atPath: place.path)
        else {
            return nil
        }
        return place
    }
}
