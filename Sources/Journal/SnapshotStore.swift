package import Storage

/// Snapshots of the engine in a folder: each a file whose name says at which place of the journal it stands (the format is
/// described in ImageFile.swift).
///
///     00000000000000012345.state   a snapshot at journal position 12345
///     writing.tmp                  one that is being written, of no use to anybody else
///     writing-NAME.tmp             the same, where several write to the folder, each under a name of its own
///     dismissed.tmp                one that is being removed
///
/// A file has its name only once all of it has been made sure of; so whatever is interrupted leaves the ones before as they
/// are. The two newest are kept, since one of them may turn out damaged.
package final class SnapshotStore: Sendable {
    /// How many are kept.
    package static let kept = 2
    private static let suffix = ".state"
    private static let dismissed = "dismissed.tmp"
    private static let dismissedAtOnce: UInt64 = 8 << 20

    private let folder: Folder
    private let temporary: String

    /// The store in a folder that is there.
    /// - Parameter writer: a name that nobody else has who writes there; nil where nobody else
    ///   does.
    package init(_ folder: Folder, writer: String? = nil) {
        self.folder = folder
        temporary = writer.map { "writing-\($0).tmp" } ?? "writing.tmp"
    }

    /// The positions of the snapshots that are there, newest first.
    package func positions() throws(JournalFault) -> [UInt64] {
        do throws(SystemError) {
            return try folder.names().compactMap(SnapshotStore.position(of:)).sorted(by: >)
        } catch {
            throw JournalFault("reading", folder.path, error)
        }
    }

    /// Finds the snapshot to go on from: the newest that `take` can make something of. One that is damaged, or that `take`
    /// refuses, is passed over and told of.
    ///
    /// - Parameter isOldestFirst: looks for the oldest instead.
    /// - Returns: what `take` made of it; nil where there is none.
    package func newest<Result>(
        isOldestFirst: Bool = false,
        _ take: (borrowing FoundImages, _ position: UInt64) throws(StateFault) -> Result, tell: (String) -> Void
    ) throws(JournalFault) -> Result? {
        let positions = try positions()
        for position in isOldestFirst ? positions.reversed() : positions {
            let path = folder.path(of: SnapshotStore.name(position))
            do throws(StateFault) {
                let found = try FoundImages(path)
                return try take(found, position)
            } catch {
                tell("\(path): this snapshot cannot be used, and is passed over: \(error)")
            }
        }
        return nil
    }

    /// Writes a snapshot and makes sure of it. It is of no use before it is settled. What an unfinished one left there is
    /// dropped. Blocks.
    package func draft(_ parts: [ImageFile.Part], layout: UInt32) throws(JournalFault) {
        do throws(SystemError) {
            try folder.remove(temporary)
            let file = try Descriptor(making: folder.path(of: temporary))
            try ImageFile(parts, layout: layout).write(to: file)
        } catch {
            throw JournalFault("writing", folder.path(of: temporary), error)
        }
    }

    /// How many bytes what was written and is not settled has.
    package var draftSize: UInt64 { (try? Descriptor(reading: folder.path(of: temporary)))?.size ?? 0 }

    /// Drops what was written and is not to be settled.
    package func abandon() { try? folder.remove(temporary) }

    /// Gives what was written and made sure of its name, and drops what is older than the kept ones.
    /// - Parameter kept: how many stay.
    package func settle(_ position: UInt64, keeping kept: Int = SnapshotStore.kept) throws(JournalFault) {
        do throws(SystemError) {
            try folder.rename(temporary, to: SnapshotStore.name(position))
            try folder.synchronize()
            let positions = try folder.names().compactMap(SnapshotStore.position(of:)).sorted(by: >)
            for old in positions.dropFirst(kept) { try dismiss(SnapshotStore.name(old)) }
        } catch {
            throw JournalFault("giving it its name", folder.path(of: SnapshotStore.name(position)), error)
        }
    }

    /// Removes a snapshot a few MiB at a time: a file system that frees a large file at once has others wait for that.
    private func dismiss(_ name: String) throws(SystemError) {
        try folder.rename(name, to: SnapshotStore.dismissed)
        let file = try Descriptor(changing: folder.path(of: SnapshotStore.dismissed))
        var size = file.size
        while size > SnapshotStore.dismissedAtOnce {
            size -= SnapshotStore.dismissedAtOnce
            try file.truncate(to: size)
            System.sleep(milliseconds: 5)
        }
        try folder.remove(SnapshotStore.dismissed)
    }

    /// Drops the snapshots of a journal that is not there any more: those that stand behind the end of this one, and what
    /// an unfinished one left. Only who holds the data directory's lock may.
    /// - Returns: how many snapshots there were of that kind.
    package func drop(beyond end: UInt64) throws(JournalFault) -> Int {
        let beyond = try positions().filter { $0 > end }
        do throws(SystemError) {
            try folder.remove(temporary)
            try folder.remove(SnapshotStore.dismissed)
            for position in beyond { try folder.remove(SnapshotStore.name(position)) }
            if !beyond.isEmpty { try folder.synchronize() }
        } catch {
            throw JournalFault("removing what is of no use", folder.path, error)
        }
        return beyond.count
    }

    /// Removes all snapshots but one. Only who holds the data directory's lock may.
    package func keepOnly(_ position: UInt64) throws(JournalFault) {
        do throws(SystemError) {
            try folder.remove(temporary)
            try folder.remove(SnapshotStore.dismissed)
            for other in try positions(of: folder) where other != position { try dismiss(SnapshotStore.name(other)) }
            try folder.synchronize()
        } catch {
            throw JournalFault("removing the older ones", folder.path, error)
        }
    }

    private func positions(of folder: Folder) throws(SystemError) -> [UInt64] {
        try folder.names().compactMap(SnapshotStore.position(of:))
    }

    static func name(_ position: UInt64) -> String {
        let digits = "\(position)"
        return String(repeating: "0", count: 20 - digits.count) + digits + suffix
    }

    private static func position(of name: String) -> UInt64? {
        guard name.hasSuffix(suffix), name.utf8.count == 20 + suffix.utf8.count else { return nil }
        return UInt64(name.dropLast(suffix.count))
    }
}
