import Journal

/// The section `journal`.
extension PlanDraft {
    func journalSettings(_ root: Fields) -> JournalSettings {
        var settings = JournalSettings()
        _ = root["journal"]?.object { fields in
            if let fsync = fields.word("fsync", JournalSettings.Synchronization.self) { settings.fsync = fsync }
            if let interval = fields.duration("interval") {
                settings.interval = interval
                if settings.fsync != .interval {
                    fields.error(at: "interval", "\"interval\" goes with fsync: \"interval\" only; leave it out")
                }
            }
            if let size = fields.size("segment", in: 64 << 10...4 << 30) { settings.segment = UInt64(size) }
            if let size = fields.size("snapshot_size", in: 64 << 10...1 << 50) { settings.snapshotSize = UInt64(size) }
            if let every = fields.duration("snapshot_every") { settings.snapshotEvery = every }
            if let size = fields.size("keep_size", in: 0...1 << 50) { settings.keepSize = UInt64(size) }
            if let age = fields.duration("keep_age") { settings.keepAge = age }
            return true
        }
        return settings
    }
}
