import Events
import Expressions
import Journeys
import Storage

/// The vocabulary of expressions as it is seen from one place in the configuration, with reasons and remedies for the
/// names that cannot be read there.
struct DeclaredNames: Declarations {
    private(set) var vocabulary: Vocabulary
    private let hasRemedies: Bool
    private let refusals: [ByteName: String]
    private let later: [ByteName: Set<ByteName>]
    /// What to say instead of the compiler's message, which only knows that a name is unknown.
    private var explanations: [ByteName: String] = [:]
    /// The names of the variables that were found, by their numbers.
    private(set) var names: [Int: String] = [:]

    /// Without `hasRemedies`, nothing is looked for that might have been meant.
    init(_ vocabulary: Vocabulary, site: Site, hasRemedies: Bool = true) {
        self.hasRemedies = hasRemedies
        self.vocabulary = vocabulary
        self.vocabulary.reach = site.reach
        self.vocabulary.steps = site.steps
        refusals = site.refusals
        later = site.later
    }

    mutating func variable(path: [String]) -> (variable: Variable, consumed: Int)? {
        if let reason = refusal(of: path) {
            explanations[Self.compilerMessage(path)] = reason
            return nil
        }
        if let found = vocabulary.variable(path: path) {
            names[found.variable.id] = path.prefix(found.consumed).joined(separator: ".")
            return found
        }
        if hasRemedies, suggestion(for: path) == nil {
            let roots = vocabulary.candidates(for: []).filter { !$0.isEmpty }
            let names = roots.names(path[0]) ? vocabulary.candidates(for: path) : roots.sorted()
            let message = Self.compilerMessage(path)
            explanations[message] = "\(message); the names here are \(Wording.listed(names))"
        }
        return nil
    }

    mutating func field(_ name: String, ofRecord kind: UInt32) -> (field: Int, type: StaticType)? {
        vocabulary.field(name, ofRecord: kind)
    }

    private func refusal(of path: [String]) -> String? {
        let root = path[0]
        if let reason = refusals[root] { return "'\(root)' \(reason)" }
        if root == "steps", !vocabulary.reach.contains(.stepLists) {
            let isOfMoment = vocabulary.reach.contains(.moment)
            return "'steps' can be read in the conditions of a sequence's steps only"
                + (isOfMoment ? "; here write moment.steps.NAME" : "")
        }
        if LaterVersion.names.contains(root) { return "'\(root)' \(LaterVersion.notice)" }
        let roots = vocabulary.candidates(for: [])
        if path.count == 1, roots.names(root), root != "now" {
            return "'\(root)' is no value by itself; read a part of it, such as '\(root).\(example(root))'"
        }
        if let noun = Self.nouns[root], roots.names(root), path.count > 1 {
            if later[root]?.contains(path[1]) == true {
                return "the \(noun) \(Wording.quoted(path[1])) is not written before this; move it up"
            }
            if !isDefined(path[1], in: root) {
                let names = hasRemedies ? vocabulary.candidates(for: path) : []
                let remedy = !hasRemedies ? "" : NearestWord.remedy(for: path[1], in: names, noun: noun + "s")
                return "there is no \(noun) \(Wording.quoted(path[1]))\(remedy)"
            }
        }
        if root == "moment", path.count > 1, path[1] == "steps" { return refusal(ofStep: path.dropFirst(2).first) }
        if vocabulary.projection.paths.count >= Projection.slotLimit,
            path.contains("properties") || path.contains("raw")
        {
            return "the configuration reads more than \(Projection.slotLimit) different fields of events; read fewer"
        }
        return nil
    }

    /// Why the events of a step of the moment at hand cannot be read.
    private func refusal(ofStep name: String?) -> String? {
        let known = vocabulary.steps.filter { !$0.isEmpty }
        guard let name else {
            return "'moment.steps' is no value by itself; read one step's events, such as "
                + "'moment.steps.\(known.first ?? "NAME")'"
        }
        if let reason = refusals[name] { return "'moment.steps.\(name)' \(reason)" }
        if known.names(name) { return nil }
        let remedy = hasRemedies ? NearestWord.remedy(for: name, in: known, noun: "steps") : ""
        return "there is no step \(Wording.quoted(name))\(remedy)"
    }

    private static let nouns: [ByteName: String] = [
        "windows": "window", "scores": "score", "segments": "segment", "profile": "attribute",
        "tables": "table",
    ]

    private func isDefined(_ name: String, in root: String) -> Bool {
        switch root {
        case "windows": vocabulary.windows[name] != nil
        case "scores": vocabulary.scores[name] != nil
        case "segments": vocabulary.segments[name] != nil
        case "tables": vocabulary.tables.number(named: name) != nil
        default: vocabulary.attributes[name] != nil
        }
    }

    private func example(_ root: String) -> String {
        switch root {
        case "windows", "scores", "segments", "profile", "steps", "tables":
            vocabulary.candidates(for: [root, ""]).first ?? "NAME"
        case "touchpoint": "name"
        case "customer": "id"
        case "moment": "start"
        default: "type"
        }
    }

    func suggestion(for path: [String]) -> String? {
        guard hasRemedies, refusal(of: path) == nil else { return nil }
        let roots = vocabulary.candidates(for: []).filter { !$0.isEmpty }
        guard path.count > 1, roots.names(path[0]) else {
            if let root = root(above: path[0], of: roots) { return ([root] + path).joined(separator: ".") }
            if let near = NearestWord.of(path[0], in: roots) {
                return ([near] + path.dropFirst()).joined(separator: ".")
            }
            // A name by itself is most often what an event carries.
            return path.count == 1 && roots.names("event") ? "event.properties." + path[0] : nil
        }
        let rest = path.dropFirst(2)
        if let near = NearestWord.of(path[1], in: vocabulary.candidates(for: path)) {
            return ([path[0], near] + rest).joined(separator: ".")
        }
        if ["customer", "moment", "now", "touchpoint", "steps"].contains(path[0]) { return nil }
        // What an event carries stands below its properties, where many forget to look.
        return ([path[0], "properties"] + path.dropFirst()).joined(separator: ".")
    }

    /// What a name stands under that was written without it.
    private func root(above name: String, of roots: [String]) -> String? {
        if roots.names("event"), ["properties", "raw", "id", "customer_id", "channel", "time"].names(name) {
            return "event"
        }
        return Self.nouns.names.first { roots.names($0) && isDefined(name, in: $0) }
    }

    /// The compiler's message, or a better one where there is one.
    func explained(_ message: String) -> String { explanations[message] ?? message }

    private static func compilerMessage(_ path: [String]) -> String {
        "unknown name '\(path.joined(separator: "."))'"
    }
}
