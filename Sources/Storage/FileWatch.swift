import Glibc

/// Tells when something happens to a file or in a folder (inotify), so that who follows a file need not look all the time.
/// Some file systems, those of networks most of all, tell nothing: look now and then all the same.
package final class FileWatch: Sendable {
    /// Can be read once something happened.
    package let descriptor: Descriptor

    package init() throws(SystemError) {
        let number = inotify_init1(Int32(IN_CLOEXEC | IN_NONBLOCK))
        if number < 0 { throw SystemError(code: errno) }
        descriptor = Descriptor(owning: number)
    }

    /// Watches a file for what is written to it, and for its end; answers a number for `stop`.
    package func file(_ path: String) -> Int32 {
        unsafe inotify_add_watch(descriptor.number, path, UInt32(IN_MODIFY | IN_MOVE_SELF | IN_DELETE_SELF | IN_ATTRIB))
    }

    /// Watches a folder for files that appear in it.
    package func folder(_ path: String) {
        _ = unsafe inotify_add_watch(descriptor.number, path, UInt32(IN_CREATE | IN_MOVED_TO))
    }

    /// Watches it no longer.
    package func stop(_ watch: Int32) { _ = inotify_rm_watch(descriptor.number, watch) }

    /// Forgets what was told so far.
    package func clear() {
        let block = ByteBlock(capacity: 8192)
        while block.read(from: descriptor.number) > 0 { block.truncate(to: 0) }
    }
}
