"""Runs programs and says what they took."""

import os
import statistics
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Cost:
    wall_s: float
    cpu_s: float
    peak_kib: int


class Failed(Exception):
    """A program that ought to have worked did not; the message says which and what it said."""


def cost_of(command):
    """Runs a command to its end. Its standard output is discarded; it must exit with 0."""
    command = [str(part) for part in command]
    with tempfile.TemporaryDirectory() as folder:
        said, usage = Path(folder, "said"), Path(folder, "usage")
        # time(1) stands between because Linux counts the memory of the process that forks in the peak of its child.
        timed = ["/usr/bin/time", "-o", usage, "-f", "%M"] if os.path.exists("/usr/bin/time") else []
        with open(said, "wb") as errors:
            began = time.perf_counter()
            child = subprocess.Popen(timed + command, stdout=subprocess.DEVNULL, stderr=errors)
            _, status, resources = os.wait4(child.pid, 0)
            wall_s = time.perf_counter() - began
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0:
            tail = said.read_text(errors="replace")[-2000:]
            raise Failed(f"{' '.join(command)}\nexit status {child.returncode}\n{tail}")
        if not timed:
            return Cost(wall_s, resources.ru_utime + resources.ru_stime, resources.ru_maxrss)
        # time(1) tells hundredths of a second; the system adds a child's children to it, to the microsecond.
        return Cost(wall_s, resources.ru_utime + resources.ru_stime, int(usage.read_text().split()[-1]))


def in_turn(commands, runs, between=lambda: None):
    """Costs of each command, run by run. The order turns with each run, so that no command is always the first.
    `between` is called after each run: what one leaves to the system must not be done while the next is timed."""
    names = list(commands)
    costs = {name: [] for name in names}
    for run in range(runs):
        for name in names[run % len(names):] + names[:run % len(names)]:
            costs[name].append(cost_of(commands[name]))
            between()
    return costs


def median(costs, field):
    return statistics.median(getattr(cost, field) for cost in costs)


def paired_ratio(above, below, field="wall_s"):
    """The median of the ratios of runs that stood next to each other."""
    return statistics.median(
        getattr(one, field) / max(getattr(other, field), 1e-6) for one, other in zip(above, below))


def spread(above, below, field="wall_s"):
    """The least and the greatest of those ratios."""
    ratios = [getattr(one, field) / max(getattr(other, field), 1e-6) for one, other in zip(above, below)]
    return min(ratios), max(ratios)
