import CLinux
import Glibc

/// Another process of this very program, for work beside it that must not touch its memory.
package struct OwnProcess: Sendable {
    private let number: pid_t

    /// Starts the program with these words behind its name. Its standard output is nothing; what it
    /// says on standard error comes out at this one's.
    /// - Parameter input: its standard input, from the place where that stands; nil for nothing.
    package init(_ words: [String], input: Descriptor? = nil) throws(SystemError) {
        number = try ChildStart(
            program: "/proc/self/exe", words: ["journeyd"] + words,
            input: input.map { .descriptor($0.number) } ?? .nothing, output: .nothing, hasDefaultSignals: false
        ).run()
    }

    /// Ends it at once, whatever it does. To be called before `wait` has returned.
    package func end() { _ = kill(number, SIGKILL) }

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
