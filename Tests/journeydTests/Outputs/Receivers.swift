import Foundation
import TestSupport

/// Real receivers beside a run: servers of their own, as processes on the loopback.
enum Receivers {
    private static let script = Repository.root.appendingPathComponent("Scripts/receiver").path

    /// Whether there is what they are written in.
    static let areThere = has("python3")

    /// Whether there is a program of that name.
    static func has(_ program: String) -> Bool {
        (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
            .contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(program)") }
    }

    /// What scripts may use: `receiver KIND LOG PLACE [ANSWER...]`, which waits until it listens and leaves its process
    /// in `$last`; `await CONDITION`; `outputs TEXT`, which writes the configuration; `bodies LOG`, what was posted.
    static let functions = """
        R="\(script)"; PIDS=""
        trap 'kill -9 $PIDS 2>/dev/null' EXIT
        receiver() { python3 "$R" "$@" & last=$!; PIDS="$PIDS $last"; await '[ -e "'"$3"'" ] && [ -e "'"$2"'" ]'; }
        await() { until eval "$1"; do sleep 0.02; done; }
        lines() { cat "$@" 2>/dev/null | wc -l; }
        outputs() {
            cat > config.json5 <<END
        { version: 1, moments: { seen: { kind: "opportunity", sequence: [{ as: "ping", on: "ping" }] } },
          outputs: [{ to: "stdout" }, $1] }
        END
        }
        bodies() { python3 -c 'import json,sys
        for line in open(sys.argv[1]):
            entry = json.loads(line)
            if entry["status"] == 200: print(entry["body"])' "$1"; }
        fast='min: "10ms", max: "50ms"'

        """
}

extension Workshop {
    /// Runs a script that may use the receivers' functions.
    func runWithReceivers(_ script: String) throws -> Ran { try run(Receivers.functions + script) }
}
