import Endpoints
import Glibc
import Pipeline
import Storage

/// Ends the program where a run that was told to stop cannot write what is left, because whoever takes its output takes
/// nothing: a service must not hang for ever, and nobody may think that everything was written.
enum StopPatience {
    /// How long after the stop an output may take nothing, in nanoseconds.
    private static let patience: Int64 = 10_000_000_000

    /// Watches a run from a thread of its own.
    static func watch(_ run: Run) {
        let (stop, condition) = (run.stop, run.condition)
        BlockingThread.start(stack: .small) {
            while stop.descriptor.waitToRead(or: stop.descriptor) == .timeout {}
            let stopped = System.monotonicClock
            while true {
                usleep(250_000)
                guard let pulse = condition.pulse else { continue }
                let since = pulse.workers.filter(\.isWriter).compactMap(\.busySince).min()
                guard let since, System.monotonicClock - max(since, stopped) >= patience else { continue }
                CommandLineProgram.report(
                    "journeyd: stopped without having written everything: an output took nothing for "
                        + "\(patience / 1_000_000_000) seconds")
                exit(ExitStatus.inputOutput.rawValue)
            }
        }
    }
}
