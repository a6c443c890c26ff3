"""What requests cost: decisions by POST /decide beside services that people would write instead, and events by
POST /events beside the same events by a Unix socket. The load is journeyd's own; engine or service share its machine."""

import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from harness.measure import Failed

HERE = Path(__file__).resolve().parent.parent
RATE, CONNECTIONS = 10_000, 64
P99_MS_MAX = 2.0
EVENTS_RATIO_MIN = 0.7
# More than anything takes, so that what is measured is how much is taken.
FLOOD = 2_000_000
SHOWN = (50, 90, 99, 99.9, 100)


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def upto(port, process, what):
    for _ in range(400):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if process.poll() is not None:
                break
            time.sleep(0.05)
    raise Failed(f"{what} does not listen")


@contextmanager
def serving(command, port, what, **environment):
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            [str(part) for part in command], stdout=subprocess.DEVNULL, stderr=said, env={**os.environ, **environment})
        try:
            upto(port, process, what)
            yield process
        finally:
            process.terminate()
            process.wait(timeout=20)


def load(journeyd, to, rate, seconds, *more):
    command = [journeyd, "load", "--to", to, "--rate", rate, "--duration", f"{seconds}s", "--json", *more]
    said = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if said.returncode != 0 or not said.stdout:
        raise Failed(f"{' '.join(map(str, command))}\nexit status {said.returncode}\n{said.stderr[-2000:]}")
    return json.loads(said.stdout)


@dataclass
class Served:
    """How one of those that answer did."""
    name: str
    does: str
    runs: list = field(default_factory=list)

    def percentile(self, percent):
        return statistics.median(dict(map(tuple, run["latency_ms"])).get(percent, float("inf")) for run in self.runs)

    @property
    def answered(self):
        return statistics.median(run["answered"] / run["planned"] for run in self.runs)


@dataclass
class Outcome:
    rate: int
    seconds: int
    served: list
    ratios: list
    absent: list
    judged: bool

    @property
    def ratio(self):
        return statistics.median(self.ratios)

    @property
    def faults(self):
        found = []
        engine = self.served[0]
        if self.judged and engine.percentile(99) >= P99_MS_MAX:
            found.append(f"/decide: p99 is {engine.percentile(99):.3f} ms, the limit is {P99_MS_MAX} ms")
        if any(run["refused"] or run["answered"] != run["sent"] for run in engine.runs):
            found.append("/decide: not all requests were answered with 200")
        if self.judged and self.ratio < EVENTS_RATIO_MIN:
            found.append(f"/events: {self.ratio:.2f} of a Unix socket, the limit is {EVENTS_RATIO_MIN}")
        return found


def services(journeyd):
    """Name, what it does, and how it is started for a port; nothing for what is not installed."""
    config = HERE / "requests.json5"
    yield ("journeyd", "a rule of one step, limits, an explained decision",
           lambda port: ([journeyd, "run", config, f"http://127.0.0.1:{port}", "--output", "/dev/null"], {}))
    python = HERE / "work/venv/bin/python"
    known = python.exists() and subprocess.run(
        [python, "-c", "import fastapi, orjson, uvicorn"], capture_output=True).returncode == 0
    yield ("FastAPI, orjson", "the rule looked up in a dictionary, one process", (lambda port: (
        [python, "-m", "uvicorn", "--app-dir", HERE / "peers", "decide:app", "--port", port, "--log-level", "critical",
         "--no-access-log"], {"PYTHONDONTWRITEBYTECODE": "1"})) if known else None)
    yield ("Node, http", "the rule looked up in a map, one process", (lambda port: (
        ["node", HERE / "peers/decide.js"], {"PORT": str(port)})) if shutil.which("node") else None)


def decisions(journeyd, seconds, runs, progress):
    served, absent = [], []
    starters = []
    for name, does, start in services(journeyd):
        if start is None:
            absent.append(name)
        else:
            served.append(Served(name, does))
            starters.append(start)
    for run in range(runs):
        for number in range(len(served)):
            # The order turns, so that none is always the first.
            at = (number + run) % len(served)
            port = free_port()
            command, environment = starters[at](port)
            with serving(command, port, served[at].name, **environment):
                load(journeyd, f"http://127.0.0.1:{port}/decide", RATE / 10, 1, "--connections", CONNECTIONS)
                report = load(
                    journeyd, f"http://127.0.0.1:{port}/decide", RATE, seconds, "--connections", CONNECTIONS)
            served[at].runs.append(report)
            curve = dict(map(tuple, report["latency_ms"]))
            progress(f"{served[at].name}: {report['answered']:,} answered, p99 {curve.get(99, float('inf')):.3f} ms")
    return served, absent


def events(journeyd, seconds, runs, progress):
    """The throughput of one connection's requests over that of a Unix socket, run beside run."""
    ratios = []
    with tempfile.TemporaryDirectory() as folder:
        for run in range(runs):
            port = free_port()
            config = HERE / "requests.json5"
            taken = {}
            for kind in ("http", "unix") if run % 2 == 0 else ("unix", "http"):
                address = f"http://127.0.0.1:{port}" if kind == "http" else f"unix://{folder}/in{run}"
                command = [journeyd, "run", config, address, "--output", "/dev/null"]
                with subprocess.Popen([str(part) for part in command], stderr=subprocess.DEVNULL) as process:
                    try:
                        if kind == "http":
                            upto(port, process, "journeyd")
                        else:
                            while not Path(f"{folder}/in{run}").exists() and process.poll() is None:
                                time.sleep(0.02)
                        report = load(journeyd, address, FLOOD, seconds)
                    finally:
                        process.terminate()
                taken[kind] = report["sent"] / report["seconds"]
            ratios.append(taken["http"] / taken["unix"])
            progress(f"/events: {taken['http']:,.0f} a second, by a Unix socket {taken['unix']:,.0f}")
    return ratios


def measure(journeyd, seconds, runs, judged, progress=lambda text: None):
    served, absent = decisions(journeyd, seconds, runs, progress)
    return Outcome(RATE, seconds, served, events(journeyd, max(1, seconds // 5), runs, progress), absent, judged)


def section(outcome, date):
    """The part of the page on latency that is about requests."""
    yield "## Requests\n"
    yield f"Written by `Benchmarks/requests` on {date}.\n"
    yield (f"`POST /decide` on {CONNECTIONS} connections that are kept open, {outcome.rate:,} requests a second for\n"
           f"{outcome.seconds} s, {len(outcome.served[0].runs)} runs in turn, of which the middle is shown. The load and whoever\n"
           "answers share the machine.\n")
    yield "| | does | answered | " + " | ".join(
        "max" if percent == 100 else f"p{percent:g}" for percent in SHOWN) + " |"
    yield "| --- | --- | ---: |" + " ---: |" * len(SHOWN)
    for each in outcome.served:
        cells = " | ".join(f"{each.percentile(percent):.3f} ms" for percent in SHOWN)
        yield f"| {each.name} | {each.does} | {100 * each.answered:.1f} % | {cells} |"
    for name in outcome.absent:
        yield f"\n{name} was not there."
    least, most = min(outcome.ratios), max(outcome.ratios)
    yield (f"\n`POST /events` on one connection, up to 500 events a body: {outcome.ratio:.2f} of the throughput of the "
           f"same\nevents by a Unix socket ({least:.2f}–{most:.2f} in pairs of runs).\n")
    yield (f"Limits: p99 under {P99_MS_MAX:g} ms; at least {EVENTS_RATIO_MIN} of a Unix socket.\n")
    faults = outcome.faults
    yield "\n".join(f"- {fault}" for fault in faults) if faults else "All hold."


def kept(page):
    """The section that a page has; nothing where it has none."""
    start = page.find("## Requests\n")
    return page[start:] if start >= 0 else ""
