import Console
import Endpoints
import Pipeline
import Storage
import Telemetry

/// How the files that may be open are shared: connections take one each, and must leave enough for what the run opens later,
/// such as the next segment of the journal, so that no sender can bring it to its end.
struct OpenFiles {
    /// What a run opens later: threads' waits, pipes, the configuration and its tables when they are read anew.
    private static let runMost = 14
    /// The next segment, the folder, what a snapshot takes.
    private static let journalMost = 6
    /// A connection and what finding its address takes, or the next file.
    private static let outputMost = 4
    /// The least that a listener is good for.
    private static let connectionsLeast = 4

    /// Limits the run's connections; everything that is opened at the start is open.
    static func share(_ run: Run, admin: AdminServer?, log: Log) throws(CommandFault) {
        let limit = System.raiseOpenFileLimit()
        var reserve = runMost + run.outlets.count * outputMost
        if let admin {
            admin.limitConnections(to: limit / 8)
            reserve += admin.connectionsMost
        }
        if run.journal != nil { reserve += journalMost }
        var listeners: [Listener] = []
        for input in run.inputs {
            reserve += input.source.filesKept
            if let listener = input.source as? Listener { listeners.append(listener) }
        }
        let used = System.processUse.openDescriptors ?? 32
        let least = used + reserve + listeners.count * connectionsLeast
        if limit < least {
            throw CommandFault(
                .cannotOpen,
                "journeyd run: only \(limit) files may be open at a time (ulimit -n), and this run needs \(least) at least; raise the limit"
            )
        }
        for listener in listeners {
            listener.limitConnections(toFiles: (limit - used - reserve) / listeners.count)
            let most = listener.connectionsMost.open
            if most == listener.settings.maxConnections { continue }
            log.warn(
                "fewer connections than max_connections, since not more files may be open; raise the limit (ulimit -n, LimitNOFILE=)",
                [
                    "input": .text(listener.name), "connections": LogValue(most),
                    "max_connections": LogValue(listener.settings.maxConnections), "files": LogValue(limit),
                ])
        }
    }
}
