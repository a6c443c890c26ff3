import Glibc

/// How many files may be open.
extension System {
    /// With fewer the program cannot even begin: the runtime takes some for itself.
    package static let openFilesLeast = 40

    /// Lets the program open as many files as it may. Programs start with a lower limit for the sake of very old calls,
    /// none of which is made here.
    /// - Returns: how many that is.
    @discardableResult
    package static func raiseOpenFileLimit() -> Int {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1024 }
        limit.rlim_cur = limit.rlim_max
        _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        _ = unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return Int(clamping: limit.rlim_cur)
    }
}
