import Glibc

/// A limit of the memory that this process may have, and what is left of it. Asking takes no memory.
package struct MemoryLimit: Sendable {
    /// What is limited to how much, and that it is nearly used up.
    let description: String
    /// How many bytes there may be.
    let most: Int
    /// How many bytes must be left.
    let least: Int
    private let reading: @Sendable () -> Int?

    /// How many bytes are left; nil where the system does not say.
    func left() -> Int? { reading() }

    /// The limits that there are.
    static var all: [MemoryLimit] {
        var all: [MemoryLimit] = []
        if let limit = addressSpace, let file = try? Descriptor(reading: "/proc/self/statm") {
            let block = ByteBlock(capacity: 256)
            all.append(
                MemoryLimit(
                    description: "the \(OutOfMemory.shown(limit)) of address space (ulimit -v) are nearly used up",
                    most: limit,
                    // One thread's stack.
                    least: 9 << 20
                ) { number(in: file, block).map { limit - $0 * page } })
        }
        for group in ControlGroup.all {
            all.append(
                MemoryLimit(
                    description:
                        "the \(OutOfMemory.shown(group.limit)) of the control group \(group.name) are nearly used up",
                    most: group.limit,
                    least: min(max(group.limit / 24, 6 << 20), 48 << 20)
                ) { group.left() })
        }
        return all
    }

    private static let page = Int(sysconf(Int32(_SC_PAGESIZE)))

    /// How much address space the process may have; nil for no limit.
    static var addressSpace: Int? { of(RLIMIT_AS) }
    /// How much of it may be written to, stacks included; nil for no limit.
    static var data: Int? { of(RLIMIT_DATA) }

    private static func of(_ resource: __rlimit_resource) -> Int? {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(resource.rawValue), &limit) == 0, limit.rlim_cur != rlim_t.max,
            limit.rlim_cur < 1 << 46
        else { return nil }
        return Int(limit.rlim_cur)
    }

    /// How much of it is in use.
    static func addressSpaceInUse() -> Int? {
        guard let file = try? Descriptor(reading: "/proc/self/statm") else { return nil }
        return number(in: file, ByteBlock(capacity: 256)).map { $0 * page }
    }

    /// The number that a file of the system begins with, read into a block that is there.
    static func number(in file: Descriptor, _ block: ByteBlock) -> Int? {
        block.truncate(to: 0)
        guard block.read(from: file.number, at: 0, most: 64) > 0 else { return nil }
        return number(in: block.bytes, at: 0)
    }

    /// The number that stands at a place.
    static func number(in bytes: View<UInt8>, at start: Int) -> Int? {
        var (at, number) = (start, 0)
        while at < bytes.count, (0x30...0x39).contains(bytes[at]), number < 1 << 50 {
            number = number * 10 + Int(bytes[at] - 0x30)
            at += 1
        }
        return at > start ? number : nil
    }
}

/// A control group that limits memory, of version 1 or 2.
package struct ControlGroup: Sendable {
    package let name: String
    package let limit: Int
    private let usage: Descriptor
    private let statistics: Descriptor
    private let block = ByteBlock(capacity: 16 << 10)
    /// The lines of the statistics that tell what can be given back: files that are only kept for speed.
    private let keys: [[UInt8]]

    /// The control groups of this process that have a limit.
    package static var all: [ControlGroup] {
        // Where memory can go to a disk, its end shows elsewhere.
        let canSwap = text("/proc/swaps").split(separator: "\n").count > 1
        return canSwap ? [] : all(process: "/proc/self/cgroup", root: "/sys/fs/cgroup")
    }

    /// - Parameters:
    ///   - process: a file that says which groups the process is in.
    ///   - root: where the groups' file system is mounted.
    package static func all(process: String, root: String) -> [ControlGroup] {
        var groups: [ControlGroup] = []
        for line in text(process).split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { continue }
            let isOld = parts[1].split(separator: ",").contains("memory")
            guard isOld || parts[1].isEmpty else { continue }
            var path = parts[2] == "/" ? "" : String(parts[2])
            // A container sees its own group as the root, whatever it is called.
            while true {
                let folder = root + (isOld ? "/memory" : "") + path
                if let group = ControlGroup(folder, isOld: isOld) { groups.append(group) }
                guard let cut = path.lastIndex(of: "/") else { break }
                path = String(path[..<cut])
            }
        }
        return groups
    }

    private init?(_ folder: String, isOld: Bool) {
        let limit = ControlGroup.text(folder + (isOld ? "/memory.limit_in_bytes" : "/memory.max"))
        guard let limit = Int(limit.prefix { $0 != "\n" }), limit > 0, limit < 1 << 46,
            let usage = try? Descriptor(reading: folder + (isOld ? "/memory.usage_in_bytes" : "/memory.current")),
            let statistics = try? Descriptor(reading: folder + "/memory.stat")
        else { return nil }
        name = folder
        self.limit = limit
        self.usage = usage
        self.statistics = statistics
        keys = (isOld ? ["total_inactive_file ", "total_active_file "] : ["inactive_file ", "active_file "])
            .map { Array($0.utf8) }
    }

    /// How many bytes are left, those counted that can be given back; nil where the system does not say.
    package func left() -> Int? {
        guard let used = MemoryLimit.number(in: usage, block) else { return nil }
        if used < limit / 2 { return limit - used }
        block.truncate(to: 0)
        guard block.read(from: statistics.number, at: 0, most: 16 << 10) > 0 else { return nil }
        var (at, spare) = (0, 0)
        let bytes = block.bytes
        while at < bytes.count {
            for key in keys where at + key.count < bytes.count && bytes[at] == key[0] {
                if (0..<key.count).allSatisfy({ bytes[at + $0] == key[$0] }) {
                    spare += MemoryLimit.number(in: bytes, at: at + key.count) ?? 0
                }
            }
            at = bytes.firstIndex(of: 0x0A, from: at) + 1
        }
        return limit - used + min(spare, used)
    }

    private static func text(_ path: String) -> String {
        guard let file = try? Descriptor(reading: path) else { return "" }
        let block = ByteBlock(capacity: 64 << 10)
        _ = block.read(from: file.number, at: 0, most: 64 << 10)
        return block.bytes.text
    }
}
