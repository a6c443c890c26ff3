/// What the configuration says about the journal.
package struct JournalSettings: Sendable, Equatable {
    /// When what was written is made sure of.
    package enum Synchronization: String, Sendable, CaseIterable {
        /// Before anything follows from it. Nothing is ever lost.
        case always
        /// Again and again, `interval` apart. A loss of power costs what came in that time and that of one fsync.
        case interval
        /// At snapshots and at the end of a segment only. A loss of power may cost what came since.
        case never
    }

    package var fsync = Synchronization.interval
    /// Between two fsyncs, in microseconds.
    package var interval: Int64 = 10_000
    /// How large a segment becomes before the next one is begun, in bytes.
    package var segment: UInt64 = 64 << 20
    /// How many bytes of records are kept at least as long as they are not needed; nil for no such limit.
    package var keepSize: UInt64? = 4 << 30
    /// How long records are kept that are not needed, in microseconds; nil for no such limit.
    package var keepAge: Int64?
    /// How many bytes of records are written at most before the next snapshot is begun.
    package var snapshotSize: UInt64 = 512 << 20
    /// How long after a snapshot the next one is begun at the latest, where anything came meanwhile, in microseconds.
    package var snapshotEvery: Int64 = 600_000_000

    package init() {}
}
