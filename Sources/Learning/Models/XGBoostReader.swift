import Glibc

/// Reads the JSON in which XGBoost saves a model (versions 1.6 to 3).
enum XGBoostReader {
    private typealias Value = JSONDocument.Value
    fileprivate static let categoryEnd = 16_777_216

    static func model(_ document: JSONDocument) throws(ModelFault) -> Model {
        guard let learner = document.root["learner"], let booster = learner["gradient_booster"] else {
            throw ModelFault("XGBoost: gradient_booster is missing")
        }
        let kind = booster["name"]?.text ?? "none"
        guard kind == "gbtree" else {
            throw ModelFault("XGBoost: booster \"\(kind.prefix(64))\" cannot be used; gbtree can")
        }
        let parameters = learner["learner_model_param"]
        func count(_ key: String) -> Int? { parameters?[key]?.text.flatMap { Int($0) } }
        guard let classes = count("num_class"), classes <= 1, count("num_target") ?? 1 == 1 else {
            throw ModelFault("XGBoost: a model of several classes or targets cannot be used")
        }
        guard let featureCount = count("num_feature"), (1...Model.featureMost).contains(featureCount) else {
            throw ModelFault("XGBoost: num_feature is not a count from 1 to \(Model.featureMost)")
        }
        var names = learner["feature_names"]?.list?.compactMap(\.text) ?? []
        // Without names they are called as XGBoost itself does.
        if names.isEmpty { names = (0..<featureCount).map { "f\($0)" } }
        guard names.count == featureCount else {
            throw ModelFault("XGBoost: there are \(names.count) feature_names for \(featureCount) features")
        }
        let objective = learner["objective"]?["name"]?.text ?? "none"
        let link = try link(objective)
        var trees = TreeEnsemble(.xgboost, link)
        trees.start = Double(try margin(parameters?["base_score"]?.text, link))
        guard let model = booster["model"], let list = model["trees"]?.list, !list.isEmpty else {
            throw ModelFault("XGBoost: there is no tree")
        }
        if let groups = model["tree_info"]?.list, groups.contains(where: { document.whole($0) != 0 }) {
            throw ModelFault("XGBoost: trees of several classes cannot be used")
        }
        var isUsed = [Bool](repeating: false, count: featureCount)
        for (number, tree) in list.enumerated() { try add(tree, number, document, to: &trees, &isUsed) }
        return Model(
            features: names, isUsed: isUsed, about: "XGBoost, \(objective), \(list.count) trees",
            isProbability: objective == "binary:logistic" || objective == "reg:logistic", form: .trees(trees))
    }

    private static func link(_ objective: String) throws(ModelFault) -> TreeEnsemble.Link {
        switch objective {
        case "binary:logistic", "reg:logistic": return .logistic(1)
        case "reg:squarederror", "binary:logitraw": return .identity
        case "count:poisson": return .exponential
        default:
            throw ModelFault(
                "XGBoost: objective \"\(objective.prefix(64))\" cannot be used; binary:logistic, reg:squarederror and count:poisson can"
            )
        }
    }

    /// What the sum begins with: the base score taken back through the link.
    private static func margin(_ text: String?, _ link: TreeEnsemble.Link) throws(ModelFault) -> Float {
        // Version 3 writes a list of one.
        let plain = (text ?? "").filter { $0 != "[" && $0 != "]" }
        guard let score = Float(plain), score.isFinite else { throw ModelFault("XGBoost: base_score is not a number") }
        let margin: Float =
            switch link {
            case .logistic: -logf(1 / score - 1)
            case .exponential: logf(score)
            case .identity, .square: score
            }
        guard margin.isFinite else { throw ModelFault("XGBoost: base_score \(score) is none for the objective") }
        return margin
    }

    /// One tree as it is written.
    private struct Tree {
        let value: Value
        let number: Int
        let document: JSONDocument

        func fault(_ detail: String) -> ModelFault { ModelFault("XGBoost: tree \(number): \(detail)") }

        func list<Number>(_ key: String, _ count: Int?, _ read: (Value) -> Number?) throws(ModelFault) -> [Number] {
            guard let list = value[key]?.list else { throw fault("\(key) is missing") }
            if let count, list.count != count {
                throw fault("\(key) has \(list.count) values where there must be \(count)")
            }
            var numbers: [Number] = []
            numbers.reserveCapacity(list.count)
            for value in list {
                guard let number = read(value) else { throw fault("\(key) has what is no number that can be used") }
                numbers.append(number)
            }
            return numbers
        }

        func wholes(_ key: String, _ count: Int?) throws(ModelFault) -> [Int] {
            try list(key, count) { document.whole($0) }
        }

        /// The bits of the categories that go right, by node.
        func sets() throws(ModelFault) -> [Int: [UInt32]] {
            let categories = try wholes("categories", nil)
            let owners = try wholes("categories_nodes", nil)
            let starts = try wholes("categories_segments", owners.count)
            let sizes = try wholes("categories_sizes", owners.count)
            var sets: [Int: [UInt32]] = [:]
            for (place, owner) in owners.enumerated() {
                let (start, size) = (starts[place], sizes[place])
                guard start >= 0, size >= 0, start <= categories.count, size <= categories.count - start else {
                    throw fault("categories_segments lie outside the categories")
                }
                var words: [UInt32] = []
                for category in categories[start..<start + size] {
                    guard (0..<XGBoostReader.categoryEnd).contains(category) else {
                        throw fault("\(category) is no category")
                    }
                    while words.count <= category >> 5 { words.append(0) }
                    words[category >> 5] |= 1 << UInt32(category & 31)
                }
                sets[owner] = words
            }
            return sets
        }
    }

    private static func add(
        _ value: Value, _ number: Int, _ document: JSONDocument, to trees: inout TreeEnsemble, _ isUsed: inout [Bool]
    ) throws(ModelFault) {
        let tree = Tree(value: value, number: number, document: document)
        if let size = value["tree_param"]?["size_leaf_vector"]?.text, !["0", "1"].contains(size) {
            throw tree.fault("leaves of several values cannot be used")
        }
        let left = try tree.wholes("left_children", nil)
        let count = left.count
        guard count > 0 else { throw tree.fault("it has no nodes") }
        let right = try tree.wholes("right_children", count)
        let features = try tree.wholes("split_indices", count)
        let values = try tree.list("split_conditions", count) { document.float($0).flatMap { $0.isNaN ? nil : $0 } }
        let defaults = try tree.list("default_left", count) { $0.flag ?? document.whole($0).map { $0 != 0 } }
        let types = value["split_type"] == nil ? [] : try tree.wholes("split_type", count)
        let sets = types.contains(1) ? try tree.sets() : [:]
        // Inner nodes and leaves are numbered apart, each in their order.
        var places = [Int32](repeating: 0, count: count)
        var (inner, leaves): (Int32, [Double]) = (0, [])
        for index in 0..<count {
            guard (left[index] == -1) == (right[index] == -1) else { throw tree.fault("node \(index) has one child") }
            if left[index] == -1 {
                guard values[index].isFinite else { throw tree.fault("node \(index) is a leaf of no finite number") }
                places[index] = ~Int32(leaves.count)
                leaves.append(Double(values[index]))
            } else {
                places[index] = inner
                inner += 1
            }
        }
        var nodes: [TreeEnsemble.Node] = []
        for index in 0..<count where left[index] != -1 {
            guard (1..<count).contains(left[index]), (1..<count).contains(right[index]) else {
                throw tree.fault("node \(index) has a child that is not there")
            }
            guard isUsed.indices.contains(features[index]) else {
                throw tree.fault("node \(index) asks for feature \(features[index]), which is not there")
            }
            var node = TreeEnsemble.Node(
                threshold: Double(values[index]), feature: Int32(features[index]), left: places[left[index]],
                right: places[right[index]], flags: defaults[index] ? TreeEnsemble.Node.isDefaultLeft : 0)
            if !types.isEmpty, types[index] == 1 {
                guard let words = sets[index] else { throw tree.fault("node \(index) has no categories") }
                node.threshold = Double(trees.addSet(words))
                node.flags |= TreeEnsemble.Node.isCategorical
            }
            isUsed[features[index]] = true
            nodes.append(node)
        }
        try trees.add(nodes: nodes, leaves: leaves)
    }
}
