package import Events
package import Storage
package import Telemetry

/// A file that is read as it grows: a log, with what becomes of logs.
///
/// - Renamed, and a new one made in its place: the old one is read to its end, then the new one, and the old one is looked at
///   for a while more, since other writers may still have it open. Was that done more than once before anything was read,
///   those in between are found by their names in the folder.
/// - Copied and emptied: reading begins anew at its beginning; what was not read before is looked for in the copy.
/// - Not there yet, or for a while: it is waited for.
package struct FollowedFile: Sendable {
    package let path: String
    let folder: String
    let counts: FollowCounts
    let log: Log

    /// A file that need not be there yet; its folder must.
    package init(path: String, metrics: Metrics, log: Log) throws(EndpointFault) {
        self.path = path
        self.log = log
        let cut = path.utf8.lastIndex(of: UInt8(ascii: "/"))
        folder = cut.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        counts = FollowCounts(metrics, path: path)
        do throws(SystemError) {
            let folder = try Descriptor(reading: folder)
            guard folder.kind == .directory else { throw SystemError.notADirectory }
        } catch {
            throw EndpointFault(.cannotRead, "\(path): cannot be followed: \(folder): \(error)")
        }
        _ = try opened()
    }

    /// The file as it is now; nil where there is none.
    package func opened() throws(EndpointFault) -> Descriptor? {
        let file: Descriptor
        do throws(SystemError) {
            file = try Descriptor(reading: path)
        } catch {
            if error == .noSuchFile { return nil }
            throw EndpointFault(.cannotRead, "\(path): cannot be read: \(error)")
        }
        if file.kind == .file { return file }
        throw EndpointFault(.cannotRead, "\(path): is not a file; only files can be followed")
    }

    /// Its name in the folder.
    var name: String { path.split(separator: "/").last.map(String.init) ?? path }

    /// The files in the folder that have one of these inodes, whatever they are called.
    func files(among inodes: Set<UInt64>) -> [Sibling] {
        let entries = (try? Folder(folder).entries()) ?? []
        return entries.filter { inodes.contains($0.inode) }.compactMap { Sibling(folder, $0.name) }
    }

    /// The files in the folder that are called as the rotated ones of this one are, oldest first.
    func rotated() -> [Sibling] {
        let (entries, name) = ((try? Folder(folder).entries()) ?? [], name)
        return entries.filter { RotatedName.is($0.name, of: name) }.compactMap { Sibling(folder, $0.name) }
            .sorted { ($0.modified, RotatedName.age($1.name)) < ($1.modified, RotatedName.age($0.name)) }
    }

    /// A file in the folder as it was when it was looked at; none is kept open for that, since there may be many.
    struct Sibling: Sendable {
        let name: String
        private let path: String
        let identity: Descriptor.Identity
        /// When it was last written to, in nanoseconds since 1970.
        let modified: Int64
        let size: UInt64

        /// The file, opened; nil where there is another one, or none, of the name now.
        var opened: Descriptor? {
            guard let file = try? Descriptor(reading: path), file.identity == identity else { return nil }
            return file
        }

        init?(_ folder: String, _ name: String) {
            path = folder + "/" + name
            guard let file = try? Descriptor(reading: path), file.kind == .file,
                let identity = file.identity
            else { return nil }
            (self.name, self.identity, modified, size) = (name, identity, file.modified, file.size)
        }
    }
}

/// What rotated files are called: the file's name, or its name in front of its last extension, with digits and what stands
/// between them behind that: `app.log.1`, `app.log-20260101`, `app.1.log`, `app-2026-01-01T00.log`, `app.log.old`.
enum RotatedName {
    static func `is`(_ name: String, of original: String) -> Bool {
        guard name != original else { return false }
        if let end = ending(of: name, behind: original) { return isMark(end) }
        guard let dot = original.utf8.lastIndex(of: UInt8(ascii: ".")), dot > original.startIndex,
            name.hasSuffix(original[dot...])
        else { return false }
        let stem = String(name.dropLast(original[dot...].count))
        return ending(of: stem, behind: String(original[..<dot])).map(isMark) ?? false
    }

    /// A greater number is an older file where they are numbered, and 0 where they are not.
    static func age(_ name: String) -> Int {
        let digits = name.utf8.reversed().drop { !(0x30...0x39).contains($0) }.prefix { (0x30...0x39).contains($0) }
        // More digits are a date.
        return digits.count > 4 ? 0 : Int(String(decoding: digits.reversed(), as: UTF8.self)) ?? 0
    }

    private static func ending(of name: String, behind beginning: String) -> Substring? {
        name.hasPrefix(beginning) && name.utf8.count > beginning.utf8.count
            ? name[name.utf8.index(name.startIndex, offsetBy: beginning.utf8.count)...] : nil
    }

    private static func isMark(_ ending: Substring) -> Bool {
        if [".old", ".prev", "-old", "-prev", "~"].contains(String(ending)) { return true }
        guard let first = ending.utf8.first, [0x2D, 0x2E, 0x5F].contains(first) else { return false }
        let between = Set("-_.:+TZ".utf8)
        return ending.utf8.contains { (0x30...0x39).contains($0) }
            && ending.utf8.allSatisfy { (0x30...0x39).contains($0) || between.contains($0) }
    }
}

/// How far one of the files was read that had a followed file's name.
package struct FollowedPlace: Sendable {
    /// Which file; nil where that is not known.
    package let file: Descriptor.Identity?
    package let start: InputStart
    /// What stood before the place.
    package let mark: PlaceMark
    /// What was written later than this, in nanoseconds since 1970, may not have been seen.
    let modified: Int64
    /// How much the times that files have may be behind the clock.
    private static let clockSlack: Int64 = 10_000_000

    init(file: Descriptor.Identity?, start: InputStart, mark: PlaceMark, modified: Int64) {
        self.file = file
        self.start = start
        self.mark = mark
        self.modified = modified
    }

    /// - Parameter lastRead: when its last lines were read; nil where that is not known.
    package init(file: Descriptor.Identity?, start: InputStart, mark: PlaceMark, lastRead: Instant?) {
        let (time, isTooMuch) = (lastRead?.microseconds ?? .max).multipliedReportingOverflow(by: 1000)
        self.init(
            file: file, start: start, mark: mark, modified: isTooMuch ? .max : time - FollowedPlace.clockSlack)
    }

    /// Whether an open file, whichever it is, has what was read, and so what follows it.
    func isRead(in file: Descriptor) -> Bool {
        start.offset > 0 && mark.count > 0 && mark.fits(file, before: start.offset)
    }

    /// Whether it is about this file, which has not become another one meanwhile.
    func isAbout(_ file: Descriptor) -> Bool {
        self.file == file.identity && mark.fits(file, before: start.offset)
    }
}

struct FollowCounts: Sendable {
    let unfinished: Counter
    let rotations: Counter
    let lost: Counter
    let empty: Counter

    init(_ metrics: Metrics, path: String) {
        unfinished = metrics.counter(
            "journeyd_input_unfinished_lines_total", ListenerCounts.unfinishedHelp, ["input": path])
        rotations = metrics.counter(
            "journeyd_input_rotations_total", "Times that a followed file was begun anew.", ["input": path])
        lost = metrics.counter(
            "journeyd_input_lost_bytes_total", "Bytes of followed files that cannot be read any more.",
            ["input": path])
        empty = metrics.counter(
            "journeyd_input_empty_bytes_total", "NUL bytes at the beginnings of followed files, which are passed over.",
            ["input": path])
    }

    /// What people should know at the end, by name.
    func named(_ path: String) -> [String: UInt64] {
        var named: [String: UInt64] = [:]
        if lost.value > 0 { named["bytes of \(path) that cannot be read any more"] = lost.value }
        if empty.value > 0 { named["NUL bytes of \(path), passed over"] = empty.value }
        return named
    }
}
