"""What windows cost: nanoseconds an event and bytes a customer, by length and aggregate."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass

from harness import measure
from harness.contest import HERE, WORK, generated
from harness.growth import configuration, sampled

LENGTHS = ("1h", "1d", "90d")
AGGREGATES = {
    "count": {"count": True},
    "sum": {"sum": "event.properties.price"},
    "distinct": {"distinct": "event.type"},
    "last": {"last": "event.type"},
    "max": {"max": "event.properties.price"},
    "mode": {"mode": "event.channel"},
}


@dataclass
class WindowCost:
    aggregate: str
    length: str
    ns_per_event: float
    bytes_per_customer: float


# True, true, false: all three comparisons are made, and no window ever takes an event.
CONDITION = "event.properties.price > 0.0 && event.channel != 'x' && event.properties.price < 0.0"
CONDITIONS = 40


def conditions(count):
    """A configuration of one window with the condition, and of so many more."""
    one = {"count": True, "on": "product_view", "where": CONDITION}
    return {"windows": {"w": one, **{f"w{i}": one for i in range(count)}}}


def concerned(path):
    """How many events the conditions are asked about."""
    with open(path, "rb") as file:
        return sum(b'"event":"product_view"' in line for line in file)


def condition(cost, path):
    """Nanoseconds of one condition of three comparisons: what forty more of them cost the events that have a price."""
    few_s, _ = cost("conditions-few", conditions(0))
    many_s, _ = cost("conditions-many", conditions(CONDITIONS))
    return (many_s - few_s) * 1e9 / CONDITIONS / concerned(path)


def condition_allocations(journeyd, path):
    """How often one such condition asks for memory: what forty more of them ask for, over all events, beyond what they
    ask for over the first tenth, which is there for the program's beginning. None where there is no compiler."""
    if not shutil.which("g++"):
        return None
    counter, said, short = WORK / "bin/allocations.so", WORK / "allocations", WORK / "events-tenth.ndjson"
    counter.parent.mkdir(parents=True, exist_ok=True)
    source = HERE / "harness/allocations.cpp"
    subprocess.run(["g++", "-O2", "-shared", "-fPIC", "-o", counter, source, "-ldl"], check=True)
    with open(path, "rb") as file, open(short, "wb") as part:
        lines = file.readlines()
        part.writelines(lines[:len(lines) // 10])
    counts = {}
    for number in (0, CONDITIONS):
        config = configuration(WORK, f"allocations-{number}", moments=sampled(), **conditions(number))
        for events in (short, path):
            command = [journeyd, "run", config, events, "--shards", "1", "--output", WORK / "out-windows.ndjson"]
            subprocess.run([str(each) for each in command], check=True,
                           env={**os.environ, "LD_PRELOAD": str(counter), "ALLOCATIONS": str(said)})
            counts[number, events] = int(said.read_text())
    few, many = (counts[number, path] - counts[number, short] for number in (0, CONDITIONS))
    return (many - few) / CONDITIONS / (concerned(path) - concerned(short))


def windows(journeyd, events=1_000_000, customers=100_000, runs=3):
    """One window of each kind over all events, read at each purchase, with one shard: the processor's time less that of
    the same run without a window, and the state that the run itself counts, its customers' rows included."""
    path = generated(journeyd, events, customers)

    def cost(name, parts):
        moments = sampled(**({"output": {"w": "windows.w"}} if parts else {}))
        config = configuration(WORK, name, moments=moments, **parts)
        command = [journeyd, "run", config, path, "--shards", "1", "--summary", "--output", WORK / "out-windows.ndjson"]
        seconds, said = [], ""
        for _ in range(runs):
            seconds.append(measure.cost_of(command).cpu_s)
        said = subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True).stderr
        count = {name: int(re.search(rf"^{name} +(\d+)\b", said, re.M)[1]) if re.search(rf"^{name} ", said, re.M) else 0
                 for name in ("customers", "state bytes")}
        return min(seconds), count["state bytes"] / max(count["customers"], 1)

    base_s, _ = cost("windows-none", {})
    condition_ns = condition(cost, path)
    rows = []
    for aggregate, form in AGGREGATES.items():
        for length in LENGTHS:
            seconds, each = cost(f"windows-{aggregate}-{length}", {"windows": {"w": {**form, "over": length}}})
            rows.append(WindowCost(aggregate, length, (seconds - base_s) * 1e9 / events, each))
    return rows, condition_ns, condition_allocations(journeyd, path)
