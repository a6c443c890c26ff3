"""Peak memory by customer, in the benchmark's configuration."""

import subprocess
import sys
from dataclasses import dataclass

from harness import measure
from harness.contest import HERE, WORK, generated

LIMIT_BYTES = 1024
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
