"""What a report costs a run that keeps it: throughput, memory, and pages that watch; and what `report` alone takes, beside others
who make the same map."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

from harness.contest import HERE, WORK, generated
from harness.measure import Cost, Failed, in_turn, median, paired_ratio, spread

# What must hold: the least part of the throughput without a report, the most bytes a customer, and the most that five
# watched pages may take, in percent.
LEAST_RATIO = 0.6
BYTES_MOST = 200
WATCHED_MOST = 2
PAGES = 5
# What a customer takes is what that many times as many take more: the rest is there for any number of them.
LARGER = 3
# A watched run is so many times as long as the others: what a page takes is bounded over time,
# not within the first second.
WATCHED_LENGTH = 5
# The least events a second of `report` alone, and how many times as fast it is to be; None where it is only told.
ALONE_LEAST = 1e6
TIMES_LEAST = {"DuckDB": 1, "pm4py": 10, "pm4py, visits given": None}


@dataclass
class Reporting:
    customers: int
    ratio: float = 0
    ratios: tuple = (0, 0)
    bytes_each: float = 0
    fixed_mib: float = 0
    watched: float = 0
    watched_range: tuple = (0, 0)
    asked: int = 0
    # Events a second of `report` alone; by peer, how many times as fast it is: by the clock,
    # with the range, and the processor.
    alone: float = 0
    times: dict = field(default_factory=dict)
    absent: list = field(default_factory=list)
    faults: list = field(default_factory=list)


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def with_report(folder):
    path = Path(folder, "report.json")
    path.write_text(json.dumps({
        "version": 1, "include": [str(HERE / "bench.json5")],
        "report": {"conversion": {"on": "purchase", "value": "event.properties.price"}}}))
    return path


def watched_run(journeyd, config, events, pages):
    """What a run with so many pages open takes of the processor, and how often they were answered with figures."""
    port, ended, answered = free_port(), threading.Event(), []

    def page():
        while not ended.is_set():
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/journeys.json", timeout=5) as answer:
                    answer.read()
                answered.append(1)
            except OSError:
                # Not yet there, without figures as yet, or gone.
                ended.wait(0.05)
                continue
            ended.wait(2)

    threads = [threading.Thread(target=page) for _ in range(pages)]
    for thread in threads:
        thread.start()
    command = [journeyd, "run", config, events, "--output", "/dev/null", "--admin", f"127.0.0.1:{port}"]
    child = subprocess.Popen([str(part) for part in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    ended.set()
    for thread in threads:
        thread.join()
    if child.returncode != 0:
        raise Failed(f"{' '.join(map(str, command))}\nexit status {child.returncode}")
    return used.ru_utime + used.ru_stime, len(answered)


def beside(found, journeyd, events, customers, runs):
    """`report` alone and its peers on one file, in turns."""
    path = generated(journeyd, events, customers)
    python = WORK / "venv/bin/python"
    told = json.loads(subprocess.run(
        [python if python.exists() else sys.executable, HERE / "peers/report.py", journeyd, path, str(runs)],
        check=True, capture_output=True, text=True).stdout)
    costs = {name: [Cost(wall, cpu, 0) for wall, cpu in zip(each["wall"], each["cpu"])] for name, each in told["costs"].items()}
    ours = costs["journeyd"]
    found.alone = told["events"] / median(ours, "wall_s")
    for name in TIMES_LEAST:
        if name not in costs:
            found.absent.append(name)
            continue
        found.times[name] = (
            paired_ratio(costs[name], ours), spread(costs[name], ours), paired_ratio(costs[name], ours, "cpu_s"))
        # pm4py puts events of one instant in an order of its own.
        if told["apart"][name] > (0 if name == "DuckDB" else told["steps"] // 1000):
            found.faults.append(f"report: the edges of {name} and journeyd are {told['apart'][name]} steps apart")


def reporting(journeyd, events, customers, runs, judged):
    found = Reporting(customers)
    with tempfile.TemporaryDirectory(dir=WORK) as folder:
        path = Path(folder, "events")
        subprocess.run([journeyd, "generate", "--events", str(events), "--customers", str(customers), "--output", path], check=True)
        config = with_report(folder)
        run = [journeyd, "run"]
        rest = [path, "--output", "/dev/null", "--admin"]
        costs = in_turn({
            "without": [*run, HERE / "bench.json5", *rest, f"127.0.0.1:{free_port()}"],
            "with": [*run, config, *rest, f"127.0.0.1:{free_port()}"],
        }, runs)
        found.ratio = paired_ratio(costs["without"], costs["with"])
        found.ratios = spread(costs["without"], costs["with"])
        least = median(costs["with"], "peak_kib") - median(costs["without"], "peak_kib")
        subprocess.run(
            [journeyd, "generate", "--events", str(LARGER * events), "--customers", str(LARGER * customers), "--output", path],
            check=True)
        larger = in_turn({
            "without": [*run, HERE / "bench.json5", *rest, f"127.0.0.1:{free_port()}"],
            "with": [*run, config, *rest, f"127.0.0.1:{free_port()}"],
        }, min(runs, 3))
        most = median(larger["with"], "peak_kib") - median(larger["without"], "peak_kib")
        found.bytes_each = (most - least) * 1024 / ((LARGER - 1) * customers)
        found.fixed_mib = least / 1024 - found.bytes_each * customers / (1 << 20)
        if judged:
            subprocess.run(
                [journeyd, "generate", "--events", str(WATCHED_LENGTH * events), "--customers", str(customers), "--output", path],
                check=True)
        ratios = []
        for number in range(runs):
            turns = [0, PAGES] if number % 2 else [PAGES, 0]
            taken = {pages: watched_run(journeyd, config, path, pages) for pages in turns}
            ratios.append(taken[PAGES][0] / taken[0][0])
            found.asked += taken[PAGES][1]
        ratios.sort()
        found.watched, found.watched_range = ratios[len(ratios) // 2], (ratios[0], ratios[-1])
    beside(found, journeyd, events, customers, runs)
    if judged:
        if found.alone < ALONE_LEAST:
            found.faults.append(f"report: alone it takes {found.alone:,.0f} events a second, not {ALONE_LEAST:,.0f}")
        for name, (times, _, _) in found.times.items():
            if times < (TIMES_LEAST[name] or 0):
                found.faults.append(f"report: ×{times:.1f} as fast as {name}, not ×{TIMES_LEAST[name]}")
        found.faults += [f"{name} is not installed; run Benchmarks/install-peers" for name in found.absent]
        if found.ratio < LEAST_RATIO:
            found.faults.append(f"report: a run with one has {found.ratio:.2f} of the throughput, not {LEAST_RATIO}")
        if found.bytes_each > BYTES_MOST:
            found.faults.append(f"report: it takes {found.bytes_each:.0f} bytes a customer, not at most {BYTES_MOST}")
        if found.watched > 1 + WATCHED_MOST / 100:
            found.faults.append(f"report: {PAGES} pages take {100 * found.watched - 100:.1f} %, not at most {WATCHED_MOST}")
    return found


def table(found, events):
    yield "## A run that keeps a report\n"
    yield (f"`bench.json5` over {events:,} events of {found.customers:,} customers, with the section `report` and without; then over "
           f"{WATCHED_LENGTH * events:,} with {PAGES} pages open, which were answered {found.asked} times.\n")
    yield "| | median | range | must be |\n| --- | ---: | ---: | ---: |"
    yield f"| part of the throughput without | {found.ratio:.2f} | {found.ratios[0]:.2f}–{found.ratios[1]:.2f} | ≥ {LEAST_RATIO} |"
    yield f"| bytes a customer, of {LARGER} times as many | {found.bytes_each:.0f} | | ≤ {BYTES_MOST} |"
    yield f"| memory whatever their number | {found.fixed_mib:.0f} MiB | | |"
    low, high = found.watched_range
    yield (f"| processor time with {PAGES} pages open / without | {found.watched:.3f} | {low:.3f}–{high:.3f} | "
           f"≤ {1 + WATCHED_MOST / 100:.2f} |\n")
    yield (f"`journeyd report` alone takes {found.alone / 1e6:.3g} million events a second, on all cores. Beside it who makes the map "
           "alone, of the file of the peers above: what directly follows what within visits, with customers and times. journeyd "
           "checks every event and makes all of its figures meanwhile, with its start counted; the others have been loaded before. "
           "pm4py reads the file and cuts visits in Python; the last line has it begin with a table of visits instead.\n")
    if found.times:
        yield "| | journeyd is | by processor time | must be |\n| --- | ---: | ---: | ---: |"
        for name, (times, (least, most), cpu) in found.times.items():
            least_of = TIMES_LEAST[name]
            yield f"| {name} | ×{times:.1f} ({least:.1f}–{most:.1f}) | ×{cpu:.1f} | {f'≥ ×{least_of}' if least_of else ''} |"
        yield ""
