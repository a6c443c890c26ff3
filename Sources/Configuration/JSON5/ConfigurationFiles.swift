import Storage

/// Why a file cannot be read.
package enum FileFault: Error, Sendable, Equatable {
    case missing
    case folder
    /// The reason, in words.
    case unreadable(String)

    /// The end of a sentence that begins with the file's name.
    package var message: String {
        switch self {
        case .missing: "does not exist"
        case .folder: "is a folder"
        case .unreadable(let reason): "cannot be read: \(reason)"
        }
    }
}

/// A configuration's main file and what it includes, merged into one tree.
///
/// An `include` stands for the content of its files at the place where it is written, and within the sections of
/// definitions the order of that reading is the order of the definitions. A file is read once, however often it is
/// included. The limits hold for all files together: `fileLimit` of them with `byteLimit` bytes, `depthLimit` deep.
package struct ConfigurationFiles {
    /// Reads a file whole. What is read beyond `byteLimit` bytes only serves to say that it is too much, so a reader
    /// should stop there.
    package typealias Read = (_ path: String) throws(FileFault) -> [UInt8]

    /// Sections whose names may be spread over several files.
    package static let mergedSections = [
        "touchpoints", "profile", "windows", "scores", "segments", "moments", "actions", "tables",
        "models",
    ]
    package static let fileLimit = 256
    package static let byteLimit = 16 << 20
    package static let depthLimit = 16

    private let read: Read
    private let diagnostics: Diagnostics
    private var entries: [Node.Entry] = []
    private var indices: [ByteName: Int] = [:]
    /// The merged sections' entries, and where each name stands among them.
    private var sections: [ByteName: [Node.Entry]] = [:]
    private var names: [ByteName: [ByteName: Int]] = [:]
    private var files: Set<ByteName> = []
    private var byteCount = 0

    /// The merged object, without the key `include`: who reads it still asks for that key, so that it is known when
    /// another is misspelt. Nil where there is nothing to go on with, which has then been reported.
    ///
    /// Throws where the main file cannot be read; a fault of an included one is reported at its `include`.
    package static func load(
        _ main: String, diagnostics: Diagnostics, read: @escaping Read
    ) throws(FileFault) -> Node? {
        let bytes = try read(main)
        var files = ConfigurationFiles(read: read, diagnostics: diagnostics)
        guard files.admit(main, bytes, at: Place(file: main), .root) else { return nil }
        guard let root = JSON5Parser.parse(bytes, file: main, diagnostics: diagnostics) else { return nil }
        files.merge(root, chain: [main])
        return Node(value: .object(files.merged()), source: root.source, range: root.range)
    }

    private init(read: @escaping Read, diagnostics: Diagnostics) {
        self.read = read
        self.diagnostics = diagnostics
    }

    private func merged() -> [Node.Entry] {
        entries.map { entry in
            guard let section = sections[entry.key] else { return entry }
            let node = Node(value: .object(section), source: entry.value.source, range: entry.value.range)
            return Node.Entry(key: entry.key, value: node, source: entry.source, start: entry.start)
        }
    }

    // MARK: Merging

    private mutating func merge(_ root: Node, chain: [String]) {
        guard case .object(let added) = root.value else {
            diagnostics.error(
                at: root.place, path: .root, code: .notAConfiguration,
                "\(root.summary) is not a configuration; write { version: 1, … }")
            return
        }
        for entry in added {
            if entry.key == "include" {
                include(entry.value, chain: chain)
            } else if Self.mergedSections.contains(entry.key) {
                merge(section: entry)
            } else {
                add(entry)
            }
        }
    }

    private mutating func add(_ entry: Node.Entry) {
        guard let index = indices[entry.key] else {
            indices[entry.key] = entries.count
            entries.append(entry)
            return
        }
        let first = entries[index]
        // Every file may say which version of the language it is written in, as long as they agree.
        if entry.key == "version", first.value.summary == entry.value.summary { return }
        let path = ConfigurationPath.root.appending(entry.key)
        if entry.key == "input", let joined = joined(first, entry, path) {
            entries[index] = joined
        } else {
            refuse(entry, path, after: first)
        }
    }

    private func refuse(_ entry: Node.Entry, _ path: ConfigurationPath, after first: Node.Entry) {
        diagnostics.error(
            at: entry.place, path: path, code: .setTwice,
            "\(Wording.quoted(entry.key)) is set in two files; it is first set at \(first.place); keep one")
    }

    /// What two files say under one key, together: each may say keys of its own, and both may rename. Nil where one of them
    /// is not an object.
    private func joined(_ first: Node.Entry, _ second: Node.Entry, _ path: ConfigurationPath) -> Node.Entry? {
        guard case .object(var members) = first.value.value, case .object(let more) = second.value.value else {
            return nil
        }
        for member in more {
            let place = path.appending(member.key)
            guard let index = members.firstIndex(where: { $0.key.isSame(as: member.key) }) else {
                members.append(member)
                continue
            }
            if member.key == "rename", let joined = joined(members[index], member, place) {
                members[index] = joined
            } else {
                refuse(member, place, after: members[index])
            }
        }
        let node = Node(value: .object(members), source: first.value.source, range: first.value.range)
        return Node.Entry(key: first.key, value: node, source: first.source, start: first.start)
    }

    private mutating func merge(section: Node.Entry) {
        let path = ConfigurationPath.root.appending(section.key)
        guard case .object(let definitions) = section.value.value else {
            diagnostics.error(
                at: section.value.place, path: path, code: .wrongKind,
                "\(section.value.summary) is not an object; write { NAME: … }")
            return
        }
        if indices[section.key] == nil {
            indices[section.key] = entries.count
            entries.append(section)
        }
        for definition in definitions {
            if let index = names[section.key]?[definition.key], let first = sections[section.key]?[index] {
                diagnostics.error(
                    at: definition.place, path: path.appending(definition.key), code: .definedTwice,
                    "\(Wording.quoted(definition.key)) is defined twice; it is first defined at \(first.place); rename one"
                )
            } else {
                names[section.key, default: [:]][definition.key] = sections[section.key]?.count ?? 0
                sections[section.key, default: []].append(definition)
            }
        }
        if definitions.isEmpty { sections[section.key, default: []] += [] }
    }

    // MARK: Including

    private mutating func include(_ node: Node, chain: [String]) {
        let path = ConfigurationPath.root.appending("include")
        guard let readers = Reader(node, path: path, diagnostics: diagnostics).list() else { return }
        for reader in readers {
            guard let name = reader.string() else { continue }
            let file = Self.resolved(name, from: chain[chain.count - 1])
            include(file, for: reader, chain: chain)
        }
    }

    private mutating func include(_ file: String, for reader: Reader, chain: [String]) {
        let identities = chain.map(Self.normalized)
        if let start = identities.place(of: Self.normalized(file)) {
            let circle = (chain[start...] + [file]).joined(separator: " → ")
            reader.error("the file includes itself (\(circle)); take one of these out", code: .includeCircle)
            return
        }
        if files.contains(Self.normalized(file)) { return }
        guard chain.count < Self.depthLimit else {
            reader.error(
                "includes nest more than \(Self.depthLimit) deep; include the file from the main one",
                code: .includeCircle)
            return
        }
        let bytes: [UInt8]
        do throws(FileFault) {
            bytes = try read(file)
        } catch {
            reader.error(
                "\(Wording.quoted(file)) \(error.message); paths are relative to the including file",
                code: .includeUnreadable)
            return
        }
        guard admit(file, bytes, at: reader.node.place, reader.path) else { return }
        guard let root = JSON5Parser.parse(bytes, file: file, diagnostics: diagnostics) else { return }
        merge(root, chain: chain + [file])
    }

    private mutating func admit(
        _ file: String, _ bytes: [UInt8], at place: Place, _ path: ConfigurationPath
    ) -> Bool {
        byteCount += bytes.count
        _ = files.add(Self.normalized(file))
        if byteCount > Self.byteLimit {
            diagnostics.error(
                at: place, path: path, code: .tooLarge,
                "the configuration is larger than \(Self.byteLimit >> 20) MiB; split it, or make it smaller")
            return false
        }
        if files.count > Self.fileLimit {
            diagnostics.error(
                at: place, path: path, code: .tooLarge,
                "the configuration has more than \(Self.fileLimit) files; join some")
            return false
        }
        return true
    }

    // MARK: Paths

    /// The path of an included file: as written where it is absolute, otherwise seen from the including file.
    static func resolved(_ name: String, from including: String) -> String {
        guard !name.hasPrefix("/"), let slash = including.lastIndex(of: "/") else { return normalized(name) }
        return normalized(including[...slash] + name)
    }

    /// The path without `.`, doubled slashes, and `..` behind a folder; of the folder itself `.` is left.
    private static func normalized(_ path: String) -> String {
        var parts: [Substring] = []
        for part in path.split(separator: "/") where part != "." {
            if part == "..", let last = parts.last, last != ".." {
                parts.removeLast()
            } else {
                parts.append(part)
            }
        }
        if path.hasPrefix("/") { return "/" + parts.joined(separator: "/") }
        return parts.isEmpty && !path.isEmpty ? "." : parts.joined(separator: "/")
    }
}
