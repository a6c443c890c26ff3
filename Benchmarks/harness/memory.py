"""Peak memory by customer, in the benchmark's configuration."""

import json
import subprocess
import sys
from dataclasses import dataclass

from harness import measure
from harness.contest import HERE, WORK, generated
from harness.events import Pattern, write_events

LIMIT_BYTES = 1024
# What a pending absence may take beyond the customer's entry and the event's id.
ABSENCE_LIMIT_BYTES = 64
ID_BYTES = len("evt_00000000")
# In a process of its own: a million names must not count in the process that measures.
COUNT_CUSTOMERS = """
import sys
key = b'"customer_id":"'
print(len({line.split(key, 1)[1].split(b'"', 1)[0] for line in open(sys.argv[1], "rb")}))
"""


@dataclass
class Memory:
    events: int
    customers: int
    base_kib: int
    peak_kib: int
    bytes_each: float
    faults: list


def memory(journeyd, customers=1_000_000, events=10_000_000):
    """Ten times the contest's file. What memory grows by is divided by the customers that the events really have. The
    base has a thousand events: all that grows with events, not only with customers, so counts as the customers'."""
    def peak(path):
        command = [journeyd, "run", HERE / "bench.json5", path, "--output", WORK / "out-memory.ndjson"]
        return measure.cost_of(command).peak_kib

    base_kib = peak(generated(journeyd, 1000, 100))
    path = generated(journeyd, events, customers)
    peak_kib = peak(path)
    found = int(subprocess.run([sys.executable, "-c", COUNT_CUSTOMERS, path], check=True, capture_output=True).stdout)
    path.unlink()
    bytes_each = (peak_kib - base_kib) * 1024 / found
    faults = []
    if bytes_each > LIMIT_BYTES:
        faults.append(f"memory: {bytes_each:.0f} bytes a customer, the limit is {LIMIT_BYTES}")
    return Memory(events, found, base_kib, peak_kib, bytes_each, faults)


@dataclass
class Absences:
    customers: int
    pending_kib: int
    entry_kib: int
    bytes_each: float
    faults: list


def absences(journeyd, customers=1_000_000):
    """One event of each customer, whose absence is pending at the end; held against a window that keeps one number in the
    customer's entry, so that the entry itself does not count."""
    path = WORK / "absences.ndjson"
    write_events(path, customers, Pattern(type=lambda i: "cart", customer=lambda i: i * 7919 % customers, step_ms=1))

    def peak(name, **parts):
        config = WORK / f"{name}.json"
        config.write_text(json.dumps({"version": 1, **parts}))
        return measure.cost_of([journeyd, "run", config, path, "--shards", "1", "--output", "/dev/null"]).peak_kib

    pending_kib = peak("pending", moments={"m": {
        "sequence": [{"as": "cart", "on": "cart"}, {"not": "purchase", "for": "30d"}]}})
    entry_kib = peak("entry", windows={"since": {"since_last": True, "on": "cart"}}, moments={
        "m": {"when": "windows.since < duration('-1s')"}})
    path.unlink()
    bytes_each = (pending_kib - entry_kib) * 1024 / customers - ID_BYTES
    faults = []
    if bytes_each > ABSENCE_LIMIT_BYTES:
        faults.append(f"absences: {bytes_each:.0f} bytes each, the limit is {ABSENCE_LIMIT_BYTES}")
    return Absences(customers, pending_kib, entry_kib, bytes_each, faults)
