import Glibc

/// Decision trees whose leaves add up, evaluated as LightGBM or XGBoost does.
///
/// Cost: for each tree as many steps as a leaf is deep.
struct TreeEnsemble: Sendable {
    /// Whose rules hold.
    enum Family: Sendable { case lightGBM, xgboost }

    /// What becomes of the sum.
    enum Link: Sendable, Equatable {
        case identity
        /// sgn(x) x².
        case square
        /// 1 / (1 + e^(−s x)).
        case logistic(Double)
        case exponential
    }

    /// An inner node.
    struct Node: BitwiseCopyable {
        /// Of a categorical split the number of its set.
        var threshold: Double
        var feature: Int32
        /// Another node, or the complement of a leaf's number.
        var left: Int32
        var right: Int32
        var flags: UInt32

        static let isCategorical: UInt32 = 1
        static let isDefaultLeft: UInt32 = 2
        /// LightGBM's kinds of missing values.
        static let missingMask: UInt32 = 12
        static let missingIsZero: UInt32 = 4
        static let missingIsNaN: UInt32 = 8
    }

    /// What is no further from 0 is 0 (LightGBM's `kZeroThreshold`, a number of single precision).
    private static let zeroBand = Double(Float(1e-35))
    /// XGBoost's greatest category, and one more.
    private static let categoryEnd: Float = 16_777_216

    let family: Family
    let link: Link
    /// What the sum begins with; of single precision for XGBoost.
    var start = 0.0
    private(set) var nodes: ContiguousArray<Node> = []
    private(set) var leaves: ContiguousArray<Double> = []
    /// For each tree its first node, or the complement of its only leaf.
    private(set) var roots: ContiguousArray<Int32> = []
    /// Bits of categories, and where those of each set begin.
    private(set) var setWords: ContiguousArray<UInt32> = []
    private(set) var setStarts: ContiguousArray<Int32> = [0]

    init(_ family: Family, _ link: Link) { (self.family, self.link) = (family, link) }

    /// Adds a tree; its nodes name their children by numbers within the tree.
    /// - Throws: where its nodes are no tree: a child that is not there, or one of two parents.
    mutating func add(nodes added: [Node], leaves values: [Double]) throws(ModelFault) {
        let (firstNode, firstLeaf) = (Int32(nodes.count), Int32(leaves.count))
        guard nodes.count + added.count < 1 << 30, leaves.count + values.count < 1 << 30 else {
            throw ModelFault("there are too many nodes")
        }
        var isChild = [Bool](repeating: false, count: added.count)
        var isLeaf = [Bool](repeating: false, count: values.count)
        // The number among all nodes, or leaves, of a child of a node of this tree.
        func place(of child: Int32, _ number: Int) throws(ModelFault) -> Int32 {
            if child >= 0 {
                guard Int(child) < added.count, child > 0, !isChild[Int(child)] else {
                    throw ModelFault("tree \(roots.count), node \(number): its child \(child) makes no tree")
                }
                isChild[Int(child)] = true
                return child + firstNode
            }
            guard Int(~child) < values.count, !isLeaf[Int(~child)] else {
                throw ModelFault("tree \(roots.count), node \(number): its leaf \(~child) makes no tree")
            }
            isLeaf[Int(~child)] = true
            return ~(~child + firstLeaf)
        }
        for (number, node) in added.enumerated() {
            var moved = node
            moved.left = try place(of: node.left, number)
            moved.right = try place(of: node.right, number)
            nodes.append(moved)
        }
        leaves += values
        roots.append(added.isEmpty ? ~firstLeaf : firstNode)
    }

    /// Adds a set of categories; answers its number.
    mutating func addSet(_ words: some Sequence<UInt32>) -> Int {
        setWords += words
        setStarts.append(Int32(setWords.count))
        return setStarts.count - 2
    }

    private func holds(_ set: Int, _ category: Int) -> Bool {
        let place = Int(setStarts[set]) + category >> 5
        return place < Int(setStarts[set + 1]) && setWords[place] >> UInt32(category & 31) & 1 == 1
    }

    func predict(_ values: [Double]) -> Double {
        family == .lightGBM ? predictLightGBM(values) : Double(predictXGBoost(values))
    }

    // MARK: LightGBM

    private func predictLightGBM(_ values: [Double]) -> Double {
        var sum = 0.0
        for root in roots {
            var at = root
            while at >= 0 {
                let node = nodes[Int(at)]
                at = goesLeft(node, values[Int(node.feature)]) ? node.left : node.right
            }
            sum += leaves[Int(~at)]
        }
        switch link {
        case .identity: return sum
        case .square: return (sum > 0 ? 1 : sum < 0 ? -1 : 0) * sum * sum
        case .logistic(let slope): return 1 / (1 + exp(-slope * sum))
        case .exponential: return exp(sum)
        }
    }

    @inline(__always)
    private func goesLeft(_ node: Node, _ given: Double) -> Bool {
        var value = given.magnitude <= TreeEnsemble.zeroBand ? 0 : given
        if node.flags & Node.isCategorical != 0 {
            // What is no category, or below all, is of none.
            guard value > -1, value < 2_147_483_648 else { return false }
            return holds(Int(node.threshold), Int(value))
        }
        let missing = node.flags & Node.missingMask
        if value.isNaN, missing != Node.missingIsNaN { value = 0 }
        if missing == Node.missingIsZero && value == 0 || missing == Node.missingIsNaN && value.isNaN {
            return node.flags & Node.isDefaultLeft != 0
        }
        return value <= node.threshold
    }

    // MARK: XGBoost

    private func predictXGBoost(_ values: [Double]) -> Float {
        var sum = Float(start)
        for root in roots {
            var at = root
            while at >= 0 {
                let node = nodes[Int(at)]
                at = goesLeft(node, Float(values[Int(node.feature)])) ? node.left : node.right
            }
            sum += Float(leaves[Int(~at)])
        }
        switch link {
        case .identity, .square: return sum
        case .logistic: return 1 / (expf(min(-sum, 88.7)) + 1 + 1e-16)
        case .exponential: return expf(sum)
        }
    }

    @inline(__always)
    private func goesLeft(_ node: Node, _ value: Float) -> Bool {
        if value.isNaN { return node.flags & Node.isDefaultLeft != 0 }
        if node.flags & Node.isCategorical == 0 { return Double(value) < node.threshold }
        // What is of the set goes right.
        guard value >= 0, value < TreeEnsemble.categoryEnd else { return true }
        return !holds(Int(node.threshold), Int(value))
    }
}
