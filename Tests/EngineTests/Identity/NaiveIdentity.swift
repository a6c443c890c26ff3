/// Who is who, by the page's rules, with nothing but lists: each subject knows its ids, and all are gone through.
struct NaiveIdentity {
    struct ID: Hashable {
        var namespace: Int
        var text: String
    }

    final class Subject {
        var ids: [ID]
        var made: Int
        var merges = 0
        /// What it is called where it has no id that is its own.
        let origin: ID

        init(_ id: ID, made: Int, owns: Bool) {
            ids = owns ? [id] : []
            origin = id
            self.made = made
        }

        /// The strongest id, of several the first.
        var name: ID { ids.min { $0.namespace < $1.namespace } ?? origin }

        func count(_ namespace: Int) -> Int { ids.count { $0.namespace == namespace } }
    }

    /// By namespace, the most that a subject may have.
    let limits: [Int]
    let uniques: [Bool]
    private var subjects: [Subject] = []
    private var shared: [ID: Subject?] = [:]
    private var made = 0
    /// The subjects that went over into others, with those.
    private(set) var merged: [(from: Subject, into: Subject, keepsInto: Bool)] = []
    private(set) var refusals = 0

    init(limits: [Int], uniques: [Bool]) {
        self.limits = limits
        self.uniques = uniques
    }

    private func owner(_ id: ID) -> Subject? { subjects.first { $0.ids.contains(id) } }

    private mutating func make(_ id: ID, owns: Bool) -> Subject {
        made += 1
        let subject = Subject(id, made: made, owns: owns)
        subjects.append(subject)
        return subject
    }

    /// The subject of an event that shows these ids, the strongest first.
    mutating func resolve(_ shown: [ID]) -> Subject {
        merged = []
        guard let first = shown.first(where: { shared[$0] == nil }) else {
            if case .some(.some(let known)) = shared[shown[0]] { return known }
            let subject = make(shown[0], owns: false)
            shared[shown[0]] = .some(subject)
            return subject
        }
        var isNew = owner(first) == nil
        var subject = owner(first) ?? make(first, owns: true)
        for id in shown where id != first && shared[id] == nil {
            guard let other = owner(id) else {
                if subject.count(id.namespace) < limits[id.namespace] { subject.ids.append(id) } else { refusals += 1 }
                continue
            }
            if other === subject { continue }
            let isUnique = limits.indices.contains { uniques[$0] && subject.count($0) > 0 && other.count($0) > 0 }
            let isOver = limits.indices.contains {
                subject.count($0) > 0 && other.count($0) > 0 && subject.count($0) + other.count($0) > limits[$0]
            }
            if isUnique || isOver {
                refusals += 1
                if isUnique, !uniques[id.namespace] {
                    other.ids.removeAll { $0 == id }
                    shared[id] = .some(nil)
                }
                continue
            }
            subject = join(subject, other, isNew: isNew)
            isNew = false
        }
        return subject
    }

    private mutating func join(_ subject: Subject, _ other: Subject, isNew: Bool) -> Subject {
        let leads: Subject
        if subject.name.namespace != other.name.namespace {
            leads = subject.name.namespace < other.name.namespace ? subject : other
        } else {
            leads = isNew || subject.made < other.made ? subject : other
        }
        let follows = leads === subject ? other : subject
        let keepsInto = isNew ? leads === other : leads.made < follows.made
        leads.ids += follows.ids
        if isNew { leads.made = other.made } else { leads.merges += follows.merges + 1 }
        subjects.removeAll { $0 === follows }
        merged.append((follows, leads, keepsInto))
        return leads
    }
}
