"""What other formats cost: the same events in the native form, as Segment's library sends them, and as a table. All must
write the same lines."""

import csv
import hashlib
import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

from harness import measure
from harness.contest import HERE, WORK

NATIVE_KEYS = ("id", "customer_id", "event", "timestamp", "channel")
# At least so much of the native form's throughput by events. By bytes a table has less: its rows have half the bytes of
# the same events in the native form, and what comes behind the reading costs an event what it costs.
LIMITS = {"segment": 0.5, "csv": 1.0}


@dataclass
class Row:
    config: str
    format: str
    bytes_of_native: float
    # Throughput over that of the native form in the run beside it, by time on the clock and by the processor's.
    events: float
    least: float
    most: float
    events_cpu: float

    @property
    def by_bytes(self):
        return self.events * self.bytes_of_native

    @property
    def by_bytes_cpu(self):
        return self.events_cpu * self.bytes_of_native


def files(journeyd, count, customers):
    """The events in each format; made once."""
    found = {name: WORK / f"formats-{count}.{end}" for name, end in
             (("native", "ndjson"), ("segment", "segment.ndjson"), ("csv", "csv"))}
    if all(path.exists() for path in found.values()):
        return found
    with open(found["native"], "wb") as output:
        subprocess.run([journeyd, "generate", "--events", str(count), "--customers", str(customers)], stdout=output, check=True)
    columns = list(NATIVE_KEYS)
    known = set(columns)
    with open(found["native"], encoding="utf-8") as lines, open(found["segment"], "w", encoding="utf-8") as output:
        for line in lines:
            event = json.loads(line)
            for key in event["properties"]:
                if key not in known:
                    known.add(key)
                    columns.append(key)
            output.write(json.dumps({
                "type": "track", "messageId": event["id"], "userId": event["customer_id"], "event": event["event"],
                "timestamp": event["timestamp"], "channel": event["channel"], "properties": event["properties"],
            }, separators=(",", ":")) + "\n")
    with open(found["native"], encoding="utf-8") as lines, open(found["csv"], "w", encoding="utf-8", newline="") as output:
        writer = csv.DictWriter(output, columns, lineterminator="\n")
        writer.writeheader()
        for line in lines:
            event = json.loads(line)
            writer.writerow({**{key: event[key] for key in NATIVE_KEYS}, **event["properties"]})
    return found


def formats(journeyd, count, customers, runs, judged):
    paths = files(journeyd, count, customers)
    one = WORK / "formats-one.json5"
    one.write_text('{ version: 1, moments: { paying: { sequence: [{ as: "checkout", on: "checkout_started" }] } } }\n')
    rows, faults = [], []
    for name, config in (("one moment", one), ("`bench.json5`", HERE / "bench.json5")):
        said = {}
        commands = {}
        for format_name, path in paths.items():
            output = WORK / f"formats-{format_name}.out"
            commands[format_name] = [journeyd, "run", config, path, "--format", format_name, "--output", output]
        costs = measure.in_turn(commands, runs)
        for format_name in paths:
            said[format_name] = hashlib.sha256(Path(WORK / f"formats-{format_name}.out").read_bytes()).hexdigest()
        if len(set(said.values())) > 1:
            faults.append(f"formats, {name}: not all formats gave the same lines")
        for format_name in ("segment", "csv"):
            ratio = measure.paired_ratio(costs["native"], costs[format_name])
            least, most = measure.spread(costs["native"], costs[format_name])
            size = paths[format_name].stat().st_size / paths["native"].stat().st_size
            row = Row(name, format_name, size, ratio, least, most,
                      measure.paired_ratio(costs["native"], costs[format_name], "cpu_s"))
            rows.append(row)
            if judged and row.events < LIMITS[format_name] and (config == one or format_name == "segment"):
                faults.append(f"formats, {name}: {format_name} has {row.events:.2f} of the native form's throughput, "
                              f"the limit is {LIMITS[format_name]}")
    return rows, faults


def table(rows, count, runs):
    yield "## Formats\n"
    yield (f"The same {count:,} events in the native form, as Segment's library sends them, and as a table with a column "
           f"for each property: throughput over that of the native form, the median of {runs} pairs of runs (least and "
           "greatest). All write the same lines.\n")
    yield "| | format | size | by events | by events, processor | by bytes | by bytes, processor |"
    yield "| --- | --- | ---: | ---: | ---: | ---: | ---: |"
    for row in rows:
        yield (f"| {row.config} | {row.format} | ×{row.bytes_of_native:.2f} | ×{row.events:.2f} ({row.least:.2f}–{row.most:.2f}) | "
               f"×{row.events_cpu:.2f} | ×{row.by_bytes:.2f} | ×{row.by_bytes_cpu:.2f} |")
    yield ""
