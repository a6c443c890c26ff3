package import Events
package import Expressions
import Journeys
package import Languages
import Storage

/// The way from a configuration's file to the plan that the engine follows.
package enum Configuration {
    /// Reads the file at `path`, and what it includes, through `read`. The plan is nil where the diagnostics have
    /// errors; they have all that were found, not only the first.
    ///
    /// `zone` answers the time zone of an IANA name, while the configuration is read and while its plan is followed.
    ///
    /// Event types and fields that `projection` has keep their numbers there, so that the plan can go on with what was kept
    /// under an earlier one.
    ///
    /// With `isForReport` there is a report even where no section asks for one.
    ///
    /// Throws where the main file cannot be read at all; an included one that cannot is an error at its `include`.
    package static func load(
        path: String, following projection: Projection = Projection(), isForReport: Bool = false,
        zone: @escaping @Sendable (String) -> Zone? = { ZoneFolder.system.zone(named: $0) },
        read: @escaping ConfigurationFiles.Read
    ) throws(FileFault) -> (plan: EnginePlan?, diagnostics: Diagnostics) {
        let diagnostics = Diagnostics()
        guard let root = try ConfigurationFiles.load(path, diagnostics: diagnostics, read: read) else {
            return (nil, diagnostics)
        }
        let draft = PlanDraft(
            diagnostics: diagnostics, projection: projection, isForReport: isForReport, read: read, zone: zone)
        var plan = draft.plan(Reader(root, diagnostics: diagnostics))
        for keys in startSections {
            plan?.startSections[keys.joined(separator: ".")] = root.value(at: keys)?.canonical
        }
        for keys in formatSections {
            guard let text = root.value(at: keys)?.canonical else { continue }
            plan?.input.formats.key += "\(keys[keys.count - 1]): \(text)\n"
        }
        return (plan, diagnostics)
    }

    /// The keys of a configuration, for its reference.
    package static var sections: any SectionKey.Type { RootKey.self }

    /// The sections that a run looks at only as it starts: what inputs and outputs it opens, and how it writes the journal.
    private static let startSections = [
        ["outputs"], ["journal"], ["kafka"], ["input", "listen"], ["input", "http"], ["input", "csv"], ["identity"],
    ]

    /// The sections that say what lines mean: what was read by other ones is not read again.
    private static let formatSections = [
        ["input", "format"], ["input", "mapping"], ["input", "rename"], ["input", "drop"], ["input", "csv"],
        ["time", "unit"], ["identity"],
    ]

    /// What `check` prints: each diagnostic with its line of the file and a caret, then a line that sums up.
    package static func report(
        path: String, plan: EnginePlan?, diagnostics: Diagnostics, in speech: Speech = Speech(.english)
    ) -> String {
        let found = diagnostics.rendered(excerpts: true, in: speech)
        guard let plan else {
            return found + speech("\(Wording.printable(path)): \(counted(diagnostics.errorCount, "error")); not valid")
                + "\n"
        }
        let picture = plan.journeys.picture
        let parts = [
            (picture.touchpoints.count, "touchpoint"), (picture.attributes.count, "attribute"),
            (picture.scores.count, "score"), (picture.segments.count, "segment"),
        ].filter { $0.0 > 0 }.map { counted($0.0, $0.1) }
        let rules = [
            counted(plan.journeys.windows.count { !$0.name.isEmpty }, "window"),
            counted(plan.journeys.moments.count, "moment"),
            counted(plan.actions.count, "action"),
        ]
        return found + speech("\(Wording.printable(path)): \((parts + rules).joined(separator: ", ")); valid") + "\n"
    }

    private static func counted(_ count: Int, _ noun: String) -> String {
        "\(count) \(noun)\(count == 1 ? "" : "s")"
    }
}
