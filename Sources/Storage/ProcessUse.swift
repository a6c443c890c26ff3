import Glibc

/// What this process uses of the machine.
package struct ProcessUse: Sendable {
    /// Processor time in user and system mode.
    package let cpuMicroseconds: Int64
    /// Bytes of memory; nil where the system does not say.
    package let memory: (virtual: Int, resident: Int)?
    /// How many file descriptors are open; nil where the system does not say.
    package let openDescriptors: Int?
    /// How many may be; nil for no limit.
    package let descriptorLimit: UInt64?
}

extension System {
    /// What this process uses right now.
    package static var processUse: ProcessUse {
        var use = rusage()
        _ = unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &use)
        let seconds = Int64(use.ru_utime.tv_sec) + Int64(use.ru_stime.tv_sec)
        let cpu = seconds * 1_000_000 + Int64(use.ru_utime.tv_usec) + Int64(use.ru_stime.tv_usec)
        var limit = rlimit()
        let hasLimit =
            unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 && limit.rlim_cur != rlim_t.max
        return ProcessUse(
            cpuMicroseconds: cpu, memory: memory, openDescriptors: openDescriptors,
            descriptorLimit: hasLimit ? UInt64(limit.rlim_cur) : nil)
    }

    /// From the kernel's `statm`: the first two numbers are pages reserved and pages in use.
    private static var memory: (virtual: Int, resident: Int)? {
        guard let file = try? Descriptor(reading: "/proc/self/statm") else { return nil }
        let block = ByteBlock(capacity: 256)
        guard block.read(from: file.number) > 0 else { return nil }
        let numbers = block.bytes.text.split(separator: " ").prefix(2).compactMap { Int($0) }
        let page = Int(sysconf(Int32(_SC_PAGESIZE)))
        return numbers.count == 2 ? (numbers[0] * page, numbers[1] * page) : nil
    }

    private static var openDescriptors: Int? {
        guard let folder = unsafe opendir("/proc/self/fd") else { return nil }
        defer { unsafe closedir(folder) }
        var count = 0
        while unsafe readdir(folder) != nil { count += 1 }
        // Besides the descriptors there are "." and "..", and the folder itself is open.
        return max(0, count - 3)
    }
}
