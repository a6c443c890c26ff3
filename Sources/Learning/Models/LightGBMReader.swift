/// Reads the text in which LightGBM saves a model (versions 3 and 4).
struct LightGBMReader {
    private let bytes: [UInt8]
    private var at = 0
    /// The lines of the part at hand: the header, then each tree.
    private var values: [String: Range<Int>] = [:]
    private var number = 0

    private init(_ bytes: [UInt8]) { self.bytes = bytes }

    static func model(_ bytes: [UInt8]) throws(ModelFault) -> Model {
        var reader = LightGBMReader(bytes)
        return try reader.read()
    }

    private mutating func read() throws(ModelFault) -> Model {
        var line = nextLine()
        var ending = readPart(&line)
        let version = text("version") ?? "none"
        guard ["v3", "v4"].contains(version) else {
            throw ModelFault("LightGBM's version \(shown(version)) is not known")
        }
        for key in ["num_class", "num_tree_per_iteration"] where text(key) != "1" {
            throw ModelFault(
                "LightGBM: a model of several classes (\(key)=\(shown(text(key) ?? "none"))) cannot be used")
        }
        if values["average_output"] != nil { throw ModelFault("LightGBM: boosting \"rf\" cannot be used") }
        guard let features = text("feature_names")?.split(separator: " ").map(String.init), !features.isEmpty else {
            throw ModelFault("LightGBM: feature_names is missing")
        }
        if features.count > Model.featureMost {
            throw ModelFault("LightGBM: there are more than \(Model.featureMost) features")
        }
        let (objective, link) = try link(text("objective"))
        var trees = TreeEnsemble(.lightGBM, link)
        var isUsed = [Bool](repeating: false, count: features.count)
        while ending.starts(with: "Tree=") {
            ending = readPart(&line)
            try addTree(to: &trees, &isUsed)
            number += 1
        }
        guard ending == "end of trees" else {
            throw ModelFault("LightGBM: the trees have no end; the file is not whole")
        }
        if number == 0 { throw ModelFault("LightGBM: there is no tree") }
        try checkBoosting(&line)
        return Model(
            features: features, isUsed: isUsed, about: "LightGBM, \(objective), \(number) trees",
            isProbability: objective == "binary", form: .trees(trees))
    }

    // MARK: Lines

    private mutating func nextLine() -> Range<Int>? {
        guard at < bytes.count else { return nil }
        let start = at
        while at < bytes.count, bytes[at] != 10 { at += 1 }
        let end = at > start && bytes[at - 1] == 13 ? at - 1 : at
        at += 1
        return start..<end
    }

    /// Reads lines of the form key=value up to one that begins another part, which is answered.
    private mutating func readPart(_ line: inout Range<Int>?) -> String {
        values = [:]
        line = nextLine()
        while let range = line {
            let slice = bytes[range]
            if slice.starts(with: "Tree=".utf8) || slice.elementsEqual("end of trees".utf8) {
                return String(decoding: slice, as: UTF8.self)
            }
            if let mark = slice.firstIndex(of: UInt8(ascii: "=")) {
                values[String(decoding: slice[range.lowerBound..<mark], as: UTF8.self)] = mark + 1..<range.upperBound
            } else if !slice.isEmpty {
                values[String(decoding: slice, as: UTF8.self)] = range.upperBound..<range.upperBound
            }
            line = nextLine()
        }
        return ""
    }

    private func text(_ key: String) -> String? {
        values[key].map { String(decoding: bytes[$0], as: UTF8.self) }
    }

    private func shown(_ text: String) -> String { "\"\(text.prefix(64))\"" }

    private func fault(_ detail: String) -> ModelFault { ModelFault("LightGBM: tree \(number): \(detail)") }

    /// As many numbers as there must be.
    private func numbers<Number>(
        _ key: String, _ count: Int, _ read: (Substring) -> Number?
    ) throws(ModelFault) -> [Number] {
        guard let range = values[key] else { throw fault("\(key) is missing") }
        var found: [Number] = []
        var start = range.lowerBound
        while start < range.upperBound {
            if bytes[start] == 32 {
                start += 1
                continue
            }
            var end = start
            while end < range.upperBound, bytes[end] != 32 { end += 1 }
            let word = String(decoding: bytes[start..<end], as: UTF8.self)
            guard found.count < count, let number = read(word[...]) else {
                throw fault("\(key): \(shown(word)) is not one of \(count) numbers")
            }
            found.append(number)
            start = end
        }
        guard found.count == count else {
            throw fault("\(key) has \(found.count) numbers where there must be \(count)")
        }
        return found
    }

    private static func finite(_ word: Substring) -> Double? {
        guard let number = Double(word), number.isFinite else { return nil }
        return number
    }

    // MARK: Parts

    private func link(_ objective: String?) throws(ModelFault) -> (String, TreeEnsemble.Link) {
        guard let objective else {
            throw ModelFault(
                "LightGBM: the model has no objective of its own; binary, regression and poisson can be used")
        }
        let words = objective.split(separator: " ").map(String.init)
        switch words.first {
        case "binary":
            guard words.count == 2, words[1].hasPrefix("sigmoid:"),
                let slope = Self.finite(words[1].dropFirst(8)), slope > 0
            else { throw ModelFault("LightGBM: objective \(shown(objective)) is not known") }
            return ("binary", .logistic(slope))
        case "regression" where words.count == 1: return ("regression", .identity)
        case "regression" where words == ["regression", "sqrt"]: return ("regression", .square)
        case "poisson" where words.count == 1: return ("poisson", .exponential)
        default:
            throw ModelFault(
                "LightGBM: objective \(shown(objective)) cannot be used; binary, regression and poisson can")
        }
    }

    private mutating func addTree(to trees: inout TreeEnsemble, _ isUsed: inout [Bool]) throws(ModelFault) {
        guard let count = text("num_leaves").flatMap(Int.init), count >= 1, count <= bytes.count else {
            throw fault("num_leaves is missing or no count")
        }
        if let linear = text("is_linear"), linear != "0" {
            throw ModelFault("LightGBM: tree \(number): linear trees cannot be used")
        }
        let leaves = try numbers("leaf_value", count, Self.finite)
        if count == 1 { return try trees.add(nodes: [], leaves: leaves) }
        let features = try numbers("split_feature", count - 1) { Int32($0) }
        let thresholds = try numbers("threshold", count - 1) { Double($0).flatMap { $0.isNaN ? nil : $0 } }
        let types = try numbers("decision_type", count - 1) { UInt32($0) }
        let left = try numbers("left_child", count - 1) { Int32($0) }
        let right = try numbers("right_child", count - 1) { Int32($0) }
        let sets = try sets(into: &trees)
        var nodes: [TreeEnsemble.Node] = []
        for index in 0..<count - 1 {
            guard features[index] >= 0, Int(features[index]) < isUsed.count else {
                throw fault("node \(index) asks for feature \(features[index]), which is not there")
            }
            guard types[index] < 12 else { throw fault("decision_type \(types[index]) is not known") }
            var threshold = thresholds[index]
            if types[index] & TreeEnsemble.Node.isCategorical != 0 {
                guard threshold >= 0, threshold < Double(sets.count), threshold == threshold.rounded() else {
                    throw fault("node \(index) asks for a set of categories that is not there")
                }
                threshold = Double(sets[Int(threshold)])
            }
            isUsed[Int(features[index])] = true
            nodes.append(
                TreeEnsemble.Node(
                    threshold: threshold, feature: features[index], left: left[index], right: right[index],
                    flags: types[index]))
        }
        try trees.add(nodes: nodes, leaves: leaves)
    }

    /// The numbers that the tree's sets of categories have among all.
    private func sets(into trees: inout TreeEnsemble) throws(ModelFault) -> [Int] {
        guard let count = text("num_cat").flatMap(Int.init), count >= 0, count <= bytes.count else {
            throw fault("num_cat is missing or no count")
        }
        if count == 0 { return [] }
        let bounds = try numbers("cat_boundaries", count + 1) { Int($0) }
        guard bounds[0] == 0, let last = bounds.last, last <= bytes.count,
            zip(bounds, bounds.dropFirst()).allSatisfy({ $0 <= $1 })
        else { throw fault("cat_boundaries do not ascend") }
        let words = try numbers("cat_threshold", last) { UInt32($0) }
        return zip(bounds, bounds.dropFirst()).map { trees.addSet(words[$0..<$1]) }
    }

    /// What stands behind the trees tells how they were boosted: dart and random forests add up in another way.
    private mutating func checkBoosting(_ line: inout Range<Int>?) throws(ModelFault) {
        line = nextLine()
        while let range = line {
            let slice = bytes[range]
            if slice.starts(with: "[boosting: ".utf8) {
                let word = String(decoding: slice.dropFirst(11).dropLast(), as: UTF8.self)
                if !["gbdt", "gbrt", "goss"].contains(word) {
                    throw ModelFault("LightGBM: boosting \(shown(word)) cannot be used")
                }
            }
            if slice.elementsEqual("[linear_tree: 1]".utf8) {
                throw ModelFault("LightGBM: linear trees cannot be used")
            }
            line = nextLine()
        }
    }
}
