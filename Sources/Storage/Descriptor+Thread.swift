import CLinux
import Glibc
import Synchronization

/// A thread of its own for a task whose reads or writes block: they must not hold up the threads on which all other
/// tasks run. Jobs run one after the other in the order in which they were enqueued.
@safe
package final class BlockingThread: TaskExecutor {
    /// How much stack a thread has. All of it counts under limits of memory, used or not.
    package enum Stack: Int {
        /// What the system gives (`ulimit -s`, as a rule 8 MiB).
        case full = 0
        /// 1 MiB, for who only reads, writes and waits, and goes into nothing that nests.
        case small = 1_048_576
    }

    private struct Queue {
        var jobs: [UnownedJob] = []
        var hasEnded = false
    }

    private let queue = Mutex(Queue())
    // A semaphore must stay in place; it is freed with the executor, which the thread holds on to.
    private nonisolated(unsafe) let signal: UnsafeMutablePointer<sem_t>

    /// Starts the thread.
    package init(stack: Stack = .full) {
        unsafe signal = .allocate(capacity: 1)
        unsafe sem_init(signal, 0, 0)
        BlockingThread.start(stack: stack) { self.work() }
    }

    deinit {
        unsafe sem_destroy(signal)
        unsafe signal.deallocate()
    }

    /// Has the thread run a job, behind those that wait.
    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.withLock { $0.jobs.append(job) }
        unsafe sem_post(signal)
    }

    /// Lets the thread end once its jobs are done. No task may prefer it any more.
    package func end() {
        queue.withLock { $0.hasEnded = true }
        unsafe sem_post(signal)
    }

    private func work() {
        while true {
            while unsafe sem_wait(signal) != 0 {}
            let (job, hasEnded) = queue.withLock { queue in
                queue.jobs.isEmpty ? (nil, queue.hasEnded) : (queue.jobs.removeFirst(), false)
            }
            if let job {
                unsafe job.runSynchronously(on: asUnownedTaskExecutor())
            } else if hasEnded {
                return
            }
        }
    }

    /// Runs `body` on a new thread.
    package static func start(stack: Stack = .full, _ body: @escaping @Sendable () -> Void) {
        final class Body: Sendable {
            let run: @Sendable () -> Void
            init(_ run: @escaping @Sendable () -> Void) { self.run = run }
        }
        let held = unsafe Unmanaged.passRetained(Body(body)).toOpaque()
        let fault = unsafe start_thread(
            stack.rawValue,
            { held in
                guard let held = unsafe held else { return nil }
                unsafe Unmanaged<Body>.fromOpaque(held).takeRetainedValue().run()
                return nil
            }, held)
        if fault != 0 {
            OutOfMemory.end("no thread can be started: \(SystemError(code: fault))")
        }
    }
}
