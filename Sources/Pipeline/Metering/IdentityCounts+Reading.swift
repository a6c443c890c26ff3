import Events
import Telemetry

extension IdentityCounts {
    /// Adds what scrapers see of who is who.
    func add(to reading: inout Reading) {
        reading.gauge("journeyd_identity_subjects", "Customers that ids are known of.", [], Double(subjects))
        reading.gauge("journeyd_identity_ids", "Ids that are known.", [], Double(ids))
        reading.gauge("journeyd_identity_state_bytes", "Memory that these take.", [], Double(stateBytes))
        let help = "What has become known about who is who."
        let name = "journeyd_identity_changes_total"
        reading.count(name, help, [Reading.Label("change", "merged")], merged)
        reading.count(name, help, [Reading.Label("change", "named")], named)
        reading.count(name, help, [Reading.Label("change", "forgotten")], forgotten)
        for reason in SubjectChange.Reason.allCases {
            reading.count(
                "journeyd_identity_refused_total", "Ids that were not joined to an event's customer, by the reason.",
                [Reading.Label("reason", reason.rawValue)], refused[reason] ?? 0)
        }
        reading.count(
            "journeyd_identity_shared_total", "Ids that are nobody's since two persons have shown them.", [], shared)
        for (namespace, count) in zip(namespaces, blocked) {
            reading.count(
                "journeyd_identity_blocked_total", "Ids shown that nobody can have, by namespace.",
                [Reading.Label("namespace", namespace)], count)
        }
        reading.count("journeyd_identity_nobody_total", "Events rejected without a usable id.", [], nobody)
    }
}
