import Storage

/// What is known about who is who, between two batches.
extension IdentityResolver {
    func add(to image: StateImage) {
        image.put(label: "identity")
        image.put(forms.count)
        for form in forms { image.put(form.name) }
        for count in [counts.merged, counts.named, counts.shared, counts.nobody, counts.forgotten] { image.put(count) }
        for reason in SubjectChange.Reason.allCases { image.put(counts.refused[reason] ?? 0) }
        image.put(counts.blocked.map { Int(clamping: $0) })
        table.add(to: image)
        book.add(to: image)
    }

    mutating func restore(from reader: StateReader) throws(StateFault) {
        try reader.expect(label: "identity")
        var names: [String] = []
        for _ in 0..<(try reader.count(of: 8)) { names.append(try reader.text()) }
        goOn(numbering: names)
        counts.merged = try reader.word()
        counts.named = try reader.word()
        counts.shared = try reader.word()
        counts.nobody = try reader.word()
        counts.forgotten = try reader.word()
        for reason in SubjectChange.Reason.allCases {
            let count = try reader.word()
            if count > 0 { counts.refused[reason] = count }
        }
        let blocked = try reader.numbers()
        guard blocked.count == counts.blocked.count else { throw .unfit("the namespaces are others") }
        counts.blocked = blocked.map { UInt64(clamping: $0) }
        try table.restore(from: reader)
        try book.restore(from: reader)
    }

    /// What has been counted so far.
    func counted() -> IdentityCounts {
        var counts = counts
        counts.namespaces = plan.namespaces.map(\.name)
        counts.subjects = table.subjectCount
        counts.ids = table.ids.count
        counts.stateBytes = table.bytes
        return counts
    }
}
