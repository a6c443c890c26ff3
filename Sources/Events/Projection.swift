public import Storage

/// The number of a path that a projection reads: where its value is found among what was decoded of an event.
public typealias SlotNumber = PlanNumber<Projection>

/// Which parts of an event the configuration reads: event types by number, and paths into the line by slot.
///
/// The scanner validates every line in full but decodes these parts only. While a plan is made, paths and types are
/// asked for and get their numbers; then the finished projection is shared, unchanged, by all scanners.
public struct Projection: Sendable {
    /// The most different paths that a configuration may read.
    package static let slotLimit = 60_000

    private var typeNumbers: [ByteName: Int] = [:]
    private var slotNumbers: [[ByteName]: Int] = [:]
    /// The names of the event types, by number; the first stands for all types that are not named.
    package private(set) var types: [String] = [""]
    /// The paths, by slot.
    package private(set) var paths: [[String]] = []

    package init() {}

    /// A projection in which these types, the first of which stands for all others, and paths have the first numbers.
    package init(types: [String], paths: [[String]]) {
        for type in types.dropFirst() { _ = self.type(type) }
        for path in paths { _ = slot(path) }
    }

    /// The number of an event type, given out at first asking.
    package mutating func type(_ name: String) -> Int {
        if let known = typeNumbers[name] { return known }
        types.append(name)
        typeNumbers[name] = types.count - 1
        return types.count - 1
    }

    /// The number of an event type, if it has one.
    package func knownType(_ name: String) -> Int? { typeNumbers[name] }

    /// The slot of a path from the line's root, given out at first asking: `["properties", "sku"]`. The empty path is
    /// the whole line.
    package mutating func slot(_ path: [String]) -> SlotNumber {
        let key = path.map { ByteName($0) }
        if let known = slotNumbers[key] { return SlotNumber(known) }
        precondition(paths.count < Projection.slotLimit)
        paths.append(path)
        slotNumbers[key] = paths.count - 1
        return SlotNumber(paths.count - 1)
    }
}

/// A finished projection in the form that a scanner follows: the paths as a tree of object keys, flat in memory.
struct ProjectionTree: ~Copyable, Sendable {
    /// The keys of the native form, at the root.
    enum Role: UInt8, BitwiseCopyable, Sendable { case none, customerID, event, timestamp, id, channel, properties }

    /// One place in an event that something is read from, or below.
    struct Node: BitwiseCopyable, Sendable {
        var role = Role.none
        var hasChildren = false
        /// The slot that takes this place's value, if one does.
        var slot = SlotNumber.none
        /// Which of `below` are the slots of this place and of all under it.
        var firstBelow: Int32 = 0
        var countBelow: Int32 = 0
    }

    /// The scope of the event types among the keys; places use their own numbers.
    private static let typeScope = Int(Int32.max)

    private let nodes: Column<Node>
    private let below: Column<SlotNumber>
    private let keys: ByteTable

    init(_ projection: Projection) {
        var draft = Draft()
        draft.addNativeKeys()
        for (slot, path) in projection.paths.enumerated() { draft.add(path, slot: SlotNumber(slot)) }
        for number in projection.types.indices.dropFirst() {
            draft.entries.append((scope: ProjectionTree.typeScope, key: projection.types[number], value: number))
        }
        nodes = Column(draft.placed())
        below = Column(draft.slotsBelow.flatMap { $0 })
        keys = ByteTable(draft.entries)
    }

    /// The tree while paths are still being added.
    private struct Draft {
        var nodes = [Node()]
        var slotsBelow: [[SlotNumber]] = [[]]
        var entries: [(scope: Int, key: String, value: Int)] = []
        private var children: [[ByteName: Int]] = [[:]]

        mutating func addNativeKeys() {
            let roles: [(String, Role)] = [
                ("customer_id", .customerID), ("event", .event), ("timestamp", .timestamp), ("id", .id),
                ("channel", .channel), ("properties", .properties),
            ]
            for (key, role) in roles {
                let place = child(of: 0, key)
                nodes[place].role = role
            }
        }

        mutating func add(_ path: [String], slot: SlotNumber) {
            var place = 0
            slotsBelow[place].append(slot)
            for key in path {
                place = child(of: place, key)
                slotsBelow[place].append(slot)
            }
            nodes[place].slot = slot
        }

        private mutating func child(of parent: Int, _ key: String) -> Int {
            if let known = children[parent][key] { return known }
            nodes[parent].hasChildren = true
            nodes.append(Node())
            slotsBelow.append([])
            children.append([:])
            children[parent][key] = nodes.count - 1
            entries.append((scope: parent, key: key, value: nodes.count - 1))
            return nodes.count - 1
        }

        func placed() -> [Node] {
            var first: Int32 = 0
            return nodes.indices.map { index in
                var node = nodes[index]
                node.firstBelow = first
                node.countBelow = Int32(slotsBelow[index].count)
                first += node.countBelow
                return node
            }
        }
    }

    /// How many places there are; the first is the root.
    var count: Int { nodes.count }

    func node(_ index: Int) -> Node { nodes[index] }

    /// The place that `key` leads to from `parent`, or -1.
    func child(of parent: Int, _ key: View<UInt8>) -> Int { keys.value(of: key, in: parent) }

    /// The number of an event type, 0 where the plan does not name it.
    func type(_ name: View<UInt8>) -> Int { max(0, keys.value(of: name, in: ProjectionTree.typeScope)) }

    /// The slots of a place and of all under it.
    func slotsBelow(_ node: Node) -> View<SlotNumber> {
        below.view(Int(node.firstBelow)..<Int(node.firstBelow + node.countBelow))
    }
}
