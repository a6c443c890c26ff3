import Glibc

/// Another program that works beside this one, told what to do on its standard input and answering on its standard output.
///
/// It ends by itself where this process does: its input has an end then.
package final class HelperProcess: Sendable {
    private let process: pid_t
    /// The end of its standard input to write to. Writes do not block.
    package let input: Descriptor
    /// The end of its standard output to read from.
    package let output: Descriptor

    /// Starts the program at a path, with no words behind its name.
    package init(program: String) throws(SystemError) {
        let (request, requestEnd) = try Descriptor.pipe()
        let (answerEnd, answer) = try Descriptor.pipe()
        _ = fcntl(requestEnd.number, F_SETFL, O_NONBLOCK)
        process = try ChildStart(
            program: program, words: [program], input: .descriptor(request.number),
            output: .descriptor(answer.number), hasDefaultSignals: true
        ).run()
        input = requestEnd
        output = answerEnd
    }

    /// Ends it at once, whatever it does; who waits for its answer finds the end of its output.
    package func end() { _ = kill(process, SIGKILL) }

    /// Waits until it has ended, which `end` has seen to, and lets the system forget it.
    package func collect() {
        var status: Int32 = 0
        while unsafe waitpid(process, &status, 0) < 0, errno == EINTR {}
    }
}

extension System {
    /// The path of a program that was installed together with this one: beside it, or in `../libexec/journeyd`.
    /// - Returns: the first of these paths at which there is a program, or else where it was looked for.
    package static func companion(_ name: String) -> (path: String?, lookedAt: [String]) {
        var path = [CChar](repeating: 0, count: Int(PATH_MAX))
        let length = unsafe readlink("/proc/self/exe", &path, path.count)
        let own = String(decoding: path.prefix(max(0, length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let folder = own.lastIndex(of: "/").map { own[..<$0] } ?? ""
        let places = ["\(folder)/\(name)", "\(folder)/../libexec/journeyd/\(name)"]
        return (places.first { unsafe access($0, X_OK) == 0 }, places)
    }
}
