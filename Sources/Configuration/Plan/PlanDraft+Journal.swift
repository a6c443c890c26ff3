import Journal

/// The section `journal`.
extension PlanDraft {
    func journalSettings(_ root: Fields<RootKey>) -> JournalSettings {
        var settings = JournalSettings()
        _ = root.object(.journal, JournalKey.self) { fields in
            if let fsync = fields.word(.fsync, JournalSettings.Synchronization.self) { settings.fsync = fsync }
            if let interval = fields.duration(.interval) {
                settings.interval = interval
                if settings.fsync != .interval {
                    fields.error(at: .interval, "\"interval\" goes with fsync: \"interval\" only; leave it out")
                }
            }
            if let size = fields.size(.segment) { settings.segment = UInt64(size) }
            if let size = fields.size(.snapshotSize) { settings.snapshotSize = UInt64(size) }
            if let every = fields.duration(.snapshotEvery) { settings.snapshotEvery = every }
            if let size = fields.size(.keepSize) { settings.keepSize = UInt64(size) }
            if let age = fields.duration(.keepAge) { settings.keepAge = age }
            return true
        }
        return settings
    }
}
