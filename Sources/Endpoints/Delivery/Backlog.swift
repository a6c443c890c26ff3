import Storage
import Synchronization

/// The lines between the engine, which adds them, and an output's delivery, which takes them: bounded, in order, and each
/// kept until it is released. One party adds and one takes, each on a thread of its own; both may wait for a disk.
final class Backlog: Sendable {
    private struct State {
        let store: any LineStore
        /// The place of the next line to be handed out.
        var cursor: UInt64
        var isClosed = false
        var released = 0
    }

    /// What came of adding lines.
    struct Admission: Sendable {
        /// The number of the first line that was not added.
        var next: Int
        /// How many lines that waited had to go for them.
        var displaced = 0
        /// Why they were not taken, where it was not for want of room.
        var fault: SystemError?
    }

    /// How full it is.
    struct Level: Sendable, Equatable {
        let lineCount: Int
        let byteCount: Int
    }

    private let state: Mutex<State>

    init(_ store: sending any LineStore) {
        let cursor = store.front
        state = Mutex(State(store: store, cursor: cursor))
    }

    var level: Level {
        state.withLock { Level(lineCount: $0.store.lineCount, byteCount: $0.store.byteCount) }
    }

    /// Whether nothing more is added.
    var isClosed: Bool { state.withLock { $0.isClosed } }

    /// How many lines have been released.
    var releasedCount: Int { state.withLock { $0.released } }

    /// Adds lines from the one numbered `start` on, as far as there is room; with `displaces`, what has waited longest
    /// goes where there is none.
    func add(_ lines: [View<UInt8>], from start: Int = 0, displaces: Bool) -> Admission {
        state.withLock { state in
            var admission = Admission(next: start)
            do throws(SystemError) {
                try Backlog.fill(state.store, lines, from: &admission.next)
                while displaces, admission.next < lines.count {
                    guard let dropped = state.store.dropOldest() else { break }
                    admission.displaced += dropped
                    try Backlog.fill(state.store, lines, from: &admission.next)
                }
            } catch {
                admission.fault = error
            }
            return admission
        }
    }

    /// Adds lines as long as some are taken: only where none are, the store says what it is that is wrong.
    private static func fill(
        _ store: any LineStore, _ lines: [View<UInt8>], from next: inout Int
    ) throws(SystemError) {
        while next < lines.count {
            let reached = try store.add(lines, from: next)
            if reached == next { return }
            next = reached
        }
    }

    /// The place of the first line that was not released, and the one behind the last.
    var places: (front: UInt64, end: UInt64) {
        state.withLock { ($0.store.front, $0.store.front + UInt64($0.store.lineCount)) }
    }

    /// Says that nothing more is added.
    func close() { state.withLock { $0.isClosed = true } }

    /// The next lines that were not handed out yet; nil where there are none.
    func next(mostLines: Int, mostBytes: Int) throws(SystemError) -> Parcel? {
        let taken: Result<Parcel?, SystemError> = state.withLock { state in
            do throws(SystemError) {
                let parcel = try state.store.parcel(from: state.cursor, mostLines: mostLines, mostBytes: mostBytes)
                if let parcel { state.cursor = parcel.next }
                return .success(parcel)
            } catch {
                return .failure(error)
            }
        }
        return try taken.get()
    }

    /// Hands out again what was handed out and not released.
    func rewind() { state.withLock { $0.cursor = $0.store.front } }

    /// Lets go of the lines before `place`: they have been taken, or refused for good.
    func release(before place: UInt64) {
        state.withLock { state in
            let before = state.store.lineCount
            state.store.release(before: place)
            state.released += before - state.store.lineCount
        }
    }

    /// How many lines could no longer be read since this was last asked.
    func takeDamage() -> Int { state.withLock { $0.store.takeDamage() } }

    /// Makes what waits outlast this run, as far as it can.
    func settle() { state.withLock { $0.store.settle() } }
}
