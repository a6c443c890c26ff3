package import Storage
import Synchronization

/// Snapshots of the engine in a folder: each a file whose name says at which place of the journal it stands (the format is
/// described in ImageFile.swift).
///
///     00000000000000012345.state   a snapshot at journal position 12345
///     writing.tmp                  one that is being written, of no use to anybody else
///
/// A file has its name only once all of it has been made sure of; so whatever is interrupted leaves the ones before as they
/// are. The two newest are kept, since one of them may turn out damaged.
package final class SnapshotStore: Sendable {
    /// What came of a snapshot.
    package struct Outcome: Sendable {
        /// The place of the journal at which it stands.
        package let position: UInt64
        package let byteCount: Int
        /// From its beginning until it was made sure of, in microseconds of wall time.
        package let microseconds: Int64
        /// What went wrong, in words, if anything did; then there is no such snapshot.
        package let fault: String?
    }

    /// How many are kept.
    package static let kept = 2
    /// How long writing one may take, in seconds.
    private static let secondsMost: UInt32 = 600
    private static let temporary = "writing.tmp"
    private static let suffix = ".state"

    private let folder: Folder
    private let isWriting = Mutex(false)

    /// The store in a folder that is there, and that nobody else uses.
    package init(_ folder: Folder) { self.folder = folder }

    /// The positions of the snapshots that are there, newest first.
    package func positions() throws(JournalFault) -> [UInt64] {
        do throws(SystemError) {
            return try folder.names().compactMap(SnapshotStore.position(of:)).sorted(by: >)
        } catch {
            throw JournalFault("reading", folder.path, error)
        }
    }

    /// Finds the newest snapshot from which `take` can go on. One that is damaged, or that `take` refuses, is passed over and
    /// told of.
    /// - Returns: what `take` made of it; nil where there is none.
    package func newest<Result>(
        _ take: (borrowing FoundImages, _ position: UInt64) throws(StateFault) -> Result, tell: (String) -> Void
    ) throws(JournalFault) -> Result? {
        for position in try positions() {
            let path = folder.path(of: SnapshotStore.name(position))
            do throws(StateFault) {
                let found = try FoundImages(path)
                return try take(found, position)
            } catch {
                tell("\(path): this snapshot cannot be used, the one before it is: \(error)")
            }
        }
        return nil
    }

    /// Begins to write a snapshot, in a process of its own: once this returns, the memory that the images look at may change.
    /// Where one is being written already, nothing is done.
    ///
    /// - Parameter done: told what came of it, on another thread.
    /// - Returns: whether one was begun.
    package func begin(
        _ parts: [ImageFile.Part], layout: UInt32, at position: UInt64, done: @escaping @Sendable (Outcome) -> Void
    ) -> Bool {
        let isFree = isWriting.withLock { isWriting in
            defer { isWriting = true }
            return !isWriting
        }
        guard isFree else { return false }
        let begun = System.monotonicClock
        let file = ImageFile(parts, layout: layout)
        let byteCount = file.byteCount
        @Sendable func end(_ fault: String?) {
            isWriting.withLock { $0 = false }
            done(
                Outcome(
                    position: position, byteCount: byteCount, microseconds: (System.monotonicClock - begun) / 1000,
                    fault: fault))
        }
        do throws(SystemError) {
            try folder.remove(SnapshotStore.temporary)
            let descriptor = try Descriptor(making: folder.path(of: SnapshotStore.temporary))
            let process = try file.fork(to: descriptor, seconds: SnapshotStore.secondsMost)
            BlockingThread.start { [self] in
                if let fault = process.wait() {
                    try? folder.remove(SnapshotStore.temporary)
                    end(fault)
                } else {
                    end(settle(position))
                }
            }
        } catch {
            end("\(error)")
        }
        return true
    }

    /// Writes a snapshot and waits for it: for when the engine stands still anyway.
    package func write(_ parts: [ImageFile.Part], layout: UInt32, at position: UInt64) throws(JournalFault) {
        do throws(SystemError) {
            try folder.remove(SnapshotStore.temporary)
            let descriptor = try Descriptor(making: folder.path(of: SnapshotStore.temporary))
            try ImageFile(parts, layout: layout).write(to: descriptor)
        } catch {
            throw JournalFault("writing", folder.path(of: SnapshotStore.temporary), error)
        }
        if let fault = settle(position) { throw JournalFault(.failed, "\(folder.path): \(fault)") }
    }

    /// Gives what was written its name, and drops what is older than the kept ones; what went wrong, in words.
    private func settle(_ position: UInt64) -> String? {
        do throws(SystemError) {
            try folder.rename(SnapshotStore.temporary, to: SnapshotStore.name(position))
            try folder.synchronize()
            let positions = try folder.names().compactMap(SnapshotStore.position(of:)).sorted(by: >)
            for old in positions.dropFirst(SnapshotStore.kept) { try folder.remove(SnapshotStore.name(old)) }
            return nil
        } catch {
            return "\(error)"
        }
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
