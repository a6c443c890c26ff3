package import Storage

/// A folder that holds a run's journal and snapshots: locked by one process, for its owner alone, and of a version.
///
///     lock        held by the process that uses the folder; its number is in it, for people
///     version     "journeyd data 4" and a line's end
///     journal/    the segments (JournalFormat.swift)
///     snapshots/  what the engine knew at some place of the journal
///     skipped     places of the journal that are passed over (SkippedRecords.swift), where there are any
///     erased      places of lines that were overwritten, and their times, where there are any
///     repeating   how far a run has come that repeats the journal (RepetitionNote.swift)
package final class DataDirectory: Sendable {
    /// A way from one version of the folder's layout to the next.
    package struct Upgrade: Sendable {
        /// The version that it leads from; it leads to the next one.
        package let from: Int
        /// Makes the change. It may be interrupted at any place and is then made again from the beginning, so what it
        /// finds done already it leaves as it is.
        package let perform: @Sendable (Folder) throws(JournalFault) -> Void

        package init(from: Int, perform: @escaping @Sendable (Folder) throws(JournalFault) -> Void) {
            self.from = from
            self.perform = perform
        }
    }

    /// The version that this program writes, and the ways to it from all before.
    package static let currentVersion = 4
    /// Version 2 notes what stands before the place up to which a source was read, and version 3 of
    /// which file that is, and of merged files all that stands before it; without that nothing is
    /// looked at there. In version 4 checksums are made in another way, and zeros may stand before a
    /// payload; records of before are valid as they are, but programs of before would cut off ours.
    package static let upgrades = (1...3).map { Upgrade(from: $0) { _ in } }

    private static let versionWords = "journeyd data "
    private static let versionFile = "version"
    private static let lockFile = "lock"

    package let path: String
    /// Whose lock is held as long as this lives; nil where the folder is only read.
    private let lock: Descriptor?

    /// The disk that the journal is on.
    package var journal: FolderDisk { FolderDisk(path: path + "/journal") }
    /// Where snapshots are kept.
    package var snapshots: Folder { Folder(path + "/snapshots") }

    private init(path: String, lock: Descriptor?) {
        self.path = path
        self.lock = lock
    }

    /// Opens a folder for a run, and makes it where there is none. An older layout is brought to this version.
    package static func open(
        _ path: String, version: Int = currentVersion, upgrades: [Upgrade] = upgrades
    ) throws(JournalFault) -> DataDirectory {
        let folder = Folder(path)
        do {
            try folder.make()
            let names = try folder.names()
            let isNew = Set(names).isSubset(of: [lockFile, versionFile + ".new"])
            if !isNew, !names.contains(versionFile) {
                throw JournalFault(
                    .unusable, "\(path): is not a data directory, but holds other files; name a folder of its own")
            }
            let itself = try Descriptor(reading: path)
            if itself.kind != .directory {
                throw JournalFault(.unusable, "\(path): is not a folder; name one that is, or a new one")
            }
            try itself.keepToOwner(isFolder: true)
        } catch let error as JournalFault {
            throw error
        } catch {
            throw JournalFault(.cannotOpen, "\(path): cannot be used as data directory: \(error)")
        }
        let lock = try locked(folder)
        try bring(folder, to: version, by: upgrades)
        for name in ["journal", "snapshots"] {
            do throws(SystemError) {
                try Folder(folder.path(of: name)).make()
            } catch {
                throw JournalFault(.cannotOpen, "\(folder.path(of: name)): cannot be made: \(error)")
            }
        }
        return DataDirectory(path: path, lock: lock)
    }

    /// Opens a folder to look at what is in it, whoever may be using it.
    package static func look(at path: String) throws(JournalFault) -> DataDirectory {
        let folder = Folder(path)
        guard let found = try version(of: folder) else {
            throw JournalFault(.cannotOpen, "\(path): is not a data directory; name one that journeyd run made")
        }
        try check(found, of: folder, against: currentVersion)
        if found < currentVersion {
            throw JournalFault(
                .unusable, "\(path): is of version \(found); journeyd run brings it to version \(currentVersion)")
        }
        return DataDirectory(path: path, lock: nil)
    }

    private static func locked(_ folder: Folder) throws(JournalFault) -> Descriptor {
        let path = folder.path(of: lockFile)
        do {
            let lock = try Descriptor(keeping: path)
            if try lock.lock() {
                try lock.truncate(to: 0)
                lock.writeMessage("\(System.processNumber)\n")
                return lock
            }
            let holder = ByteBlock(capacity: 64)
            _ = holder.read(from: lock.number, at: 0, most: 32)
            let number = holder.bytes.text.split(separator: "\n").first.map { " (process \($0))" } ?? ""
            throw JournalFault(
                .unusable, "\(folder.path): is used by another journeyd\(number); end that one, or name another folder")
        } catch let error as JournalFault {
            throw error
        } catch {
            throw JournalFault(.cannotOpen, "\(path): cannot be locked: \(error)")
        }
    }

    /// The version of a folder's layout; nil where it says none.
    private static func version(of folder: Folder) throws(JournalFault) -> Int? {
        let path = folder.path(of: versionFile)
        let text = ByteBlock(capacity: 64)
        do throws(SystemError) {
            let file = try Descriptor(reading: path)
            let got = text.read(from: file.number, at: 0, most: 64)
            if got < 0 { throw SystemError(code: Int32(-got)) }
        } catch {
            if error == .noSuchFile { return nil }
            throw JournalFault(.cannotOpen, "\(path): cannot be read: \(error)")
        }
        let words = text.bytes.text
        guard words.hasPrefix(versionWords), words.hasSuffix("\n"),
            let version = Int(words.dropFirst(versionWords.utf8.count).dropLast())
        else {
            throw JournalFault(
                .unusable, "\(path): does not say a version; it should read \"\(versionWords)\(currentVersion)\"")
        }
        return version
    }

    private static func check(_ found: Int, of folder: Folder, against version: Int) throws(JournalFault) {
        if found > version {
            throw JournalFault(
                .unusable,
                "\(folder.path): is of version \(found), and this journeyd knows versions up to \(version); use a newer journeyd, or another folder"
            )
        }
    }

    /// Brings a folder's layout to a version, one step after the other.
    private static func bring(_ folder: Folder, to version: Int, by upgrades: [Upgrade]) throws(JournalFault) {
        guard var found = try self.version(of: folder) else { return try write(version, to: folder) }
        try check(found, of: folder, against: version)
        while found < version {
            guard let upgrade = upgrades.first(where: { $0.from == found }) else {
                throw JournalFault(
                    .unusable,
                    "\(folder.path): is of version \(found), which this journeyd does not know any more; use an older one first"
                )
            }
            try upgrade.perform(folder)
            found += 1
            try write(found, to: folder)
        }
    }

    private static func write(_ version: Int, to folder: Folder) throws(JournalFault) {
        do throws(SystemError) {
            let draft = versionFile + ".new"
            try folder.remove(draft)
            let file = try Descriptor(making: folder.path(of: draft))
            file.writeMessage("\(versionWords)\(version)\n")
            try file.synchronize()
            try folder.rename(draft, to: versionFile)
            try folder.synchronize()
        } catch {
            throw JournalFault(.cannotOpen, "\(folder.path(of: versionFile)): cannot be written: \(error)")
        }
    }
}
