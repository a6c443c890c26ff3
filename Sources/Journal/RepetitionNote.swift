import Storage

/// Notes how far a run has come with the repeating of its journal, in the file `repeating` of the data directory, so that
/// the next start knows where the one before ended, if it did while it repeated.
///
/// It outlasts the end of the process, not the loss of power, which is no fault of a record's.
package final class RepetitionNote: Sendable {
    /// How far the repeating has come.
    package enum Mark: Hashable, Sendable {
        /// All that stands before a position has had its effect, and nothing is known of what is behind it.
        case behind(UInt64)
        /// A record, or a line, is having its effect, alone.
        case at(RecordPlace)
    }

    private static let file = "repeating"
    private static let width = 64

    private let folder: Folder
    private let note: Descriptor
    /// What the run before left; nil where it had repeated all it was to.
    package let left: Mark?

    /// Begins to take notes in a data directory whose lock is held.
    package init(in directory: DataDirectory) throws(JournalFault) {
        folder = Folder(directory.path)
        left = RepetitionNote.left(in: folder)
        do throws(SystemError) {
            note = try Descriptor(keeping: folder.path(of: RepetitionNote.file))
        } catch {
            throw JournalFault("opening", folder.path(of: RepetitionNote.file), error)
        }
    }

    /// A note that cannot be read is none: all that is lost is what it would have told.
    private static func left(in folder: Folder) -> Mark? {
        guard let file = try? Descriptor(reading: folder.path(of: RepetitionNote.file)) else { return nil }
        let text = ByteBlock(capacity: width)
        _ = text.read(from: file.number, at: 0, most: width)
        let words = text.bytes.text.split { $0 == " " || $0 == "\n" }
        guard words.count == 2, let place = RecordPlace(words[1]) else { return nil }
        switch words[0] {
        case "behind": return .behind(place.position)
        case "at": return .at(place)
        default: return nil
        }
    }

    /// Takes a note in the place of the one before.
    package func take(_ mark: Mark) {
        let text =
            switch mark {
            case .behind(let position): "behind \(position)"
            case .at(let place): "at \(place)"
            }
        guard (try? note.seek(to: 0)) != nil else { return }
        note.writeMessage(text + String(repeating: " ", count: RepetitionNote.width - 1 - text.utf8.count) + "\n")
    }

    /// Removes the note: what was to be repeated has been.
    package func remove() { try? folder.remove(RepetitionNote.file) }
}
