import CLinux
import Glibc

/// Another process of this very program, for work beside it that must not touch its memory.
package struct OwnProcess: Sendable {
    private let number: pid_t

    /// Starts the program with these words behind its name. Its standard input and output are nothing; what it says on standard
    /// error comes out at this one's.
    package init(_ words: [String]) throws(SystemError) {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        unsafe posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        // A group of its own: a terminal's Ctrl-C is meant for the one that runs.
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        var arguments: [UnsafeMutablePointer<CChar>?] = unsafe (["journeyd"] + words).map { unsafe strdup($0) } + [nil]
        defer { unsafe arguments.forEach { unsafe free($0) } }
        var process: pid_t = 0
        let fault = unsafe posix_spawn(&process, "/proc/self/exe", &actions, &attributes, &arguments, environ)
        if fault != 0 { throw SystemError(code: fault) }
        number = process
    }

    /// Blocks until it has ended. To be called on the thread that started it: where that ends, the process does.
    /// - Returns: what went wrong, in words, if anything did.
    package func wait() -> String? {
        var status: Int32 = 0
        while unsafe waitpid(number, &status, 0) < 0 {
            if errno != EINTR { return "\(SystemError(code: errno))" }
        }
        if status & 0x7F != 0 { return "the process for it was ended by signal \(status & 0x7F)" }
        let code = status >> 8 & 0xFF
        return code == 0 ? nil : "the process for it ended with status \(code)"
    }
}

extension System {
    /// Has this process give way to others that want the processor, and end with the one that started it.
    /// - Returns: whether that one, by its number, is still there.
    package static func attend(to parent: Int32) -> Bool {
        _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 10)
        _ = end_with_parent()
        return getppid() == parent
    }
}
