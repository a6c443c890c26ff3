"""What a report costs a run that keeps it: throughput, memory, and pages that watch."""

import json
import socket
import subprocess
import tempfile
import threading
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

from harness.contest import HERE, WORK
from harness.measure import Failed, in_turn, median, paired_ratio, spread

# What must hold: the least part of the throughput without a report, the most bytes a customer, and the most that five
# watched pages may take, in percent.
LEAST_RATIO = 0.6
BYTES_MOST = 200
WATCHED_MOST = 2
PAGES = 5


@dataclass
class Reporting:
    customers: int
    ratio: float = 0
    ratios: tuple = (0, 0)
    bytes_each: float = 0
    watched: float = 0
    watched_range: tuple = (0, 0)
    asked: int = 0
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
    """Seconds of a run with so many pages open, and how often they were answered with figures."""
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
    began = time.perf_counter()
    command = [journeyd, "run", config, events, "--output", "/dev/null", "--admin", f"127.0.0.1:{port}"]
    status = subprocess.run([str(part) for part in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode
    seconds = time.perf_counter() - began
    ended.set()
    for thread in threads:
        thread.join()
    if status != 0:
        raise Failed(f"{' '.join(map(str, command))}\nexit status {status}")
    return seconds, len(answered)


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
        found.bytes_each = (median(costs["with"], "peak_kib") - median(costs["without"], "peak_kib")) * 1024 / customers
        ratios = []
        for number in range(runs):
            turns = [0, PAGES] if number % 2 else [PAGES, 0]
            seconds = {pages: watched_run(journeyd, config, path, pages) for pages in turns}
            ratios.append(seconds[PAGES][0] / seconds[0][0])
            found.asked += seconds[PAGES][1]
        ratios.sort()
        found.watched, found.watched_range = ratios[len(ratios) // 2], (ratios[0], ratios[-1])
    if judged:
        if found.ratio < LEAST_RATIO:
            found.faults.append(f"report: a run with one has {found.ratio:.2f} of the throughput, not {LEAST_RATIO}")
        if found.bytes_each > BYTES_MOST:
            found.faults.append(f"report: it takes {found.bytes_each:.0f} bytes a customer, not at most {BYTES_MOST}")
        if found.watched > 1 + WATCHED_MOST / 100:
            found.faults.append(f"report: {PAGES} pages take {100 * found.watched - 100:.1f} %, not at most {WATCHED_MOST}")
    return found


def table(found, events):
    yield "## A run that keeps a report\n"
    yield (f"`bench.json5` over {events:,} events of {found.customers:,} customers, with the section `report` and without; then with "
           f"{PAGES} pages open, which were answered {found.asked} times.\n")
    yield "| | median | range | must be |\n| --- | ---: | ---: | ---: |"
    yield f"| part of the throughput without | {found.ratio:.2f} | {found.ratios[0]:.2f}–{found.ratios[1]:.2f} | ≥ {LEAST_RATIO} |"
    yield f"| bytes a customer | {found.bytes_each:.0f} | | ≤ {BYTES_MOST} |"
    low, high = found.watched_range
    yield f"| time with {PAGES} pages open / without | {found.watched:.3f} | {low:.3f}–{high:.3f} | ≤ {1 + WATCHED_MOST / 100:.2f} |\n"
