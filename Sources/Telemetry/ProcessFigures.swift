import Storage

/// What the process is and uses, as all who serve metrics for Prometheus name it.
package enum ProcessFigures {
    /// Has a registry show them, with `version` as the build's.
    package static func show(in metrics: Metrics, version: String, start: Int64 = System.wallClock) {
        metrics.observe { reading in
            reading.gauge(
                "journeyd_build_info", "Always 1; the labels say which build runs.",
                [Reading.Label("version", version)],
                1)
            reading.gauge(
                "process_start_time_seconds", "When the process began, in seconds since 1970.", [], Double(start) / 1e6)
            let use = System.processUse
            reading.add(
                "process_cpu_seconds_total", "Processor time used, in user and system mode.", .counter, [],
                .number(Double(use.cpuMicroseconds) / 1e6))
            if let memory = use.memory {
                reading.gauge("process_resident_memory_bytes", "Memory in use.", [], Double(memory.resident))
                reading.gauge("process_virtual_memory_bytes", "Memory reserved.", [], Double(memory.virtual))
            }
            if let open = use.openDescriptors {
                reading.gauge("process_open_fds", "Open file descriptors.", [], Double(open))
            }
            if let most = use.descriptorLimit {
                reading.gauge("process_max_fds", "The most file descriptors that may be open.", [], Double(most))
            }
        }
    }
}
