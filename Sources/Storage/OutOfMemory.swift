import CLinux
import Glibc
import Synchronization

/// The end of the program where no memory is left: one clear line, and a status of its own, instead of a trap or a process
/// that hangs.
///
/// What can run out is the address space (`ulimit -v`), or the memory of the process's control
/// group. The first shows in requests that fail: those of this module say what they were for; those
/// of the runtime end in a trap, at which it is looked whether memory is what is missing. But some
/// of the system's libraries wait for better times instead, and a control group's limit shows in
/// nothing but the end; so where there is a limit, a thread looks at what is left, and ends the
/// program just before.
///
/// Nothing is written or tidied up on the way out: what is in a journal stays as it is, which is good.
package enum OutOfMemory {
    /// The exit status, as sysexits.h has it for faults of a program's own.
    static let status: Int32 = 70
    /// What must be left of the address space for a thread to be started.
    private static let spaceLeast = 9 << 20
    /// The program cannot do anything useful with less address space than this beyond what it has as it begins: the threads'
    /// stacks, of up to 8 MiB each, and something to work with.
    static let spaceAtStart = (32 << 20) + (14 + System.coreCount) * (8 << 20)

    /// What a message says behind what was missing.
    private static let remedy =
        "; raise the limit, or keep less: fewer or shorter windows, fewer rules; a data directory stays good, and the same command goes on from there"

    /// What the system gives for so many bytes. Where it refuses it is asked again once all is given
    /// back that lies unused, and where it refuses still, the program ends.
    static func memory<Memory>(
        _ byteCount: Int, for purpose: String, beside unused: BlockMemory = .shared, _ ask: () -> Memory?
    ) -> Memory {
        if let given = ask() { return given }
        unused.giveBackUnused()
        guard let given = ask() else { end(reserving: byteCount, for: purpose) }
        return given
    }

    /// Ends the program where memory was asked for and not given.
    package static func end(reserving byteCount: Int, for purpose: String) -> Never {
        let limit = MemoryLimit.addressSpace.map { ", of \(shown($0)) of address space (ulimit -v)" } ?? ""
        end("no \(shown(byteCount)) more could be had for \(purpose)\(limit)")
    }

    static func end(_ fault: String) -> Never {
        Descriptor.standardError.writeMessage(unsafe say("journeyd: out of memory: \(fault)\(remedy)") + "\n")
        _exit(status)
    }

    /// A number of bytes as people read it.
    static func shown(_ byteCount: Int) -> String {
        byteCount >= 10 << 20
            ? "\(byteCount >> 20) MiB" : byteCount >= 10 << 10 ? "\(byteCount >> 10) KiB" : "\(byteCount) bytes"
    }

    // MARK: From the beginning on

    /// Says a text in people's language. Where no memory is left for that either, a trap says the words made beforehand.
    private nonisolated(unsafe) static var say: @Sendable (String) -> String = { $0 }

    /// Takes care from now on that running out of memory is said; first thing in the program.
    /// - Parameter say: what says a text in people's language.
    /// - Returns: what is wrong with the limit, where the program cannot begin.
    package static func prepare(saying say: @escaping @Sendable (String) -> String) -> String? {
        unsafe self.say = say
        if let limit = MemoryLimit.data { BlockMemory.shared.limit(to: limit) }
        guard let limit = MemoryLimit.addressSpace else {
            catchTraps()
            return nil
        }
        // Each thread would reserve 64 MiB for itself.
        limit_allocator_arenas(1)
        catchTraps()
        guard let used = MemoryLimit.addressSpaceInUse() else { return nil }
        if limit - used >= spaceAtStart { return nil }
        return
            "journeyd: the limit of the address space (ulimit -v) is \(shown(limit)), of which \(shown(used)) are in use as the program begins; "
            + "\(shown(used + spaceAtStart)) are needed at least: raise it"
    }

    /// Ends the program when what is left is nearly used up, from a thread of its own; where there is no limit there is none.
    /// - Parameter share: how much of the last reserve is kept: more than 1 for one that may go first.
    package static func watch(share: Int = 1) {
        let limits = MemoryLimit.all
        guard !limits.isEmpty else { return }
        for limit in limits { BlockMemory.shared.limit(to: limit.most) }
        BlockingThread.start(stack: .small) {
            while true {
                var isNear = false
                for limit in limits {
                    guard let left = limit.left() else { continue }
                    let least = limit.least * share
                    if left < least {
                        // What is given back at once was only borrowed.
                        System.sleep(milliseconds: 20)
                        if let left = limit.left(), left < least { end(limit.description) }
                    }
                    isNear = isNear || left < 8 * least
                }
                System.sleep(milliseconds: isNear ? 10 : 100)
            }
        }
    }

    // MARK: Traps

    /// What is written where a trap turns out to be for want of memory: made beforehand, since nothing can be made then.
    private nonisolated(unsafe) static var words: UnsafeMutableBufferPointer<UInt8>?
    private nonisolated(unsafe) static var before: UnsafeMutablePointer<sigaction>?
    private static let numbers = [SIGABRT, SIGILL, SIGTRAP, SIGSEGV, SIGBUS]
    /// How much must be left for a trap to have had another reason; more where an allocation gave up, of whatever size.
    private static let probe = 4 << 20
    private static let largeProbe = 64 << 20

    private static func catchTraps() {
        let limit = MemoryLimit.addressSpace.map { "the \(shown($0)) of address space (ulimit -v) are used up" }
        let message = "journeyd: out of memory: \(limit ?? "the system gives no more")\(remedy)"
        let text = Array((unsafe say(message) + "\n").utf8)
        let kept = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: text.count)
        _ = unsafe kept.initialize(from: text)
        unsafe words = unsafe kept
        let actions = UnsafeMutablePointer<sigaction>.allocate(capacity: 32)
        unsafe before = unsafe actions
        for number in numbers {
            var action = sigaction()
            unsafe action.__sigaction_handler.sa_handler = { OutOfMemory.arrive($0) }
            action.sa_flags = Int32(SA_ONSTACK)
            unsafe (actions + Int(number)).initialize(to: sigaction())
            _ = unsafe sigaction(number, &action, actions + Int(number))
        }
    }

    private static func arrive(_ number: Int32) {
        let size = number == SIGABRT ? largeProbe : probe
        let found = unsafe mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        if unsafe found == MAP_FAILED, errno == ENOMEM {
            if let words = unsafe words { _ = unsafe write(2, words.baseAddress, words.count) }
            _exit(status)
        }
        if unsafe found != MAP_FAILED { unsafe munmap(found, size) }
        // It was something else: as before.
        if let before = unsafe before { _ = unsafe sigaction(number, before + Int(number), nil) }
        if number == SIGABRT { raise(number) }
    }
}
