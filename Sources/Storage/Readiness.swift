import CLinux
import Glibc

/// Waits for many descriptors at once. Each has a key, by which it is told apart from the others; one that stays ready
/// is told of again.
///
/// Cost: a call to the system for a whole lot of ready ones, whatever the number of those that are not.
@safe
package final class Readiness {
    /// What a descriptor is watched for.
    package struct Interest: OptionSet, Sendable {
        package let rawValue: UInt32
        package init(rawValue: UInt32) { self.rawValue = rawValue }
        /// It can be read, or has ended.
        package static let reading = Interest(rawValue: EPOLLIN.rawValue)
        /// It can be written.
        package static let writing = Interest(rawValue: EPOLLOUT.rawValue)
    }

    /// A descriptor that is ready. One that has failed is ready for both.
    package struct Ready: Sendable {
        package let key: UInt64
        package let canRead: Bool
        package let canWrite: Bool
    }

    private let descriptor: Descriptor
    private var events: [epoll_event]

    /// - Parameter most: how many are told of at once.
    package init(most: Int) throws(SystemError) {
        let number = epoll_create1(Int32(EPOLL_CLOEXEC))
        if number < 0 { throw SystemError(code: errno) }
        descriptor = Descriptor(owning: number)
        unsafe events = [epoll_event](repeating: epoll_event(), count: most)
    }

    /// Begins to watch a descriptor, which must stay open until `remove`.
    package func add(_ watched: Descriptor, key: UInt64, for interest: Interest) throws(SystemError) {
        try control(EPOLL_CTL_ADD, watched, key, interest)
    }

    /// Watches it for something else from now on.
    package func change(_ watched: Descriptor, key: UInt64, to interest: Interest) throws(SystemError) {
        try control(EPOLL_CTL_MOD, watched, key, interest)
    }

    /// Watches it no longer.
    package func remove(_ watched: Descriptor) {
        try? control(EPOLL_CTL_DEL, watched, 0, [])
    }

    /// Blocks until some are ready, or the time is over; without a time, for as long as it takes.
    package func wait(milliseconds: Int32 = -1) -> [Ready] {
        let count = unsafe epoll_wait(descriptor.number, &events, Int32(events.count), milliseconds)
        guard count > 0 else { return [] }
        let failed = EPOLLERR.rawValue | EPOLLHUP.rawValue
        return (0..<Int(count)).map { index in
            let bits = unsafe events[index].events
            return Ready(
                key: unsafe events[index].data.u64, canRead: bits & (EPOLLIN.rawValue | failed) != 0,
                canWrite: bits & (EPOLLOUT.rawValue | failed) != 0)
        }
    }

    private func control(
        _ operation: Int32, _ watched: Descriptor, _ key: UInt64, _ interest: Interest
    ) throws(SystemError) {
        var event = unsafe epoll_event()
        unsafe event.events = interest.rawValue
        unsafe event.data.u64 = key
        if unsafe epoll_ctl(descriptor.number, operation, watched.number, &event) != 0 {
            throw SystemError(code: errno)
        }
    }
}
