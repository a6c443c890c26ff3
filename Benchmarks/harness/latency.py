"""Decision latency of a live engine, by the rate of events: journeyd run and journeyd load side by side on one machine,
joined by two Unix sockets. The load is open: it does not wait for the engine, so waiting counts (see Sources/Load)."""

import json
import math
import shutil
import subprocess
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from harness.measure import Failed

ROOT = Path(__file__).resolve().parent.parent.parent
LADDER = (1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000, 300_000, 400_000, 600_000, 800_000, 1_000_000)
# What must hold on two cores: events a second, and the 99th percentile in milliseconds.
LIMITS_MS = {1_000: 1.0, 200_000: 5.0}
# At which rates the relay is measured.
RELAYED = (1_000, 200_000, 400_000)
SHOWN = (50, 90, 99, 99.9, 100)


@dataclass
class Rung:
    rate: int
    report: dict
    peak_kib: int

    @property
    def achieved(self):
        return self.report["sent"] / max(self.report["seconds"], 1e-9)

    @property
    def curve(self):
        return {percent: ms for percent, ms in self.report.get("latency_ms", [])}

    @property
    def holds(self):
        """Whether the engine kept up: all was sent, near the rate, and decisions came within a second."""
        return (self.report["sent"] == self.report["planned"] and self.achieved > 0.97 * self.rate
                and self.curve.get(99, math.inf) < 1000)

    @property
    def faults(self):
        limit = LIMITS_MS.get(self.rate)
        found = []
        if self.report["faults"]:
            found.append(f"{self.rate:,} events/s: {self.report['faults']} lines not understood")
        if self.report.get("missing"):
            found.append(f"{self.rate:,} events/s: {self.report['missing']} decisions missing")
        if limit and self.curve.get(99, math.inf) >= limit:
            found.append(f"{self.rate:,} events/s: p99 is {self.curve.get(99, math.inf):.3f} ms, the limit is {limit} ms")
        return found


@contextmanager
def engine(journeyd, config, folder, *more, **sections):
    """A running engine that takes events at folder/in and connects to folder/out with its decisions."""
    wiring = folder / "wired.json"
    wiring.write_text(json.dumps({
        "version": 1, "include": [str(config)], "outputs": [{"to": f"unix://{folder}/out"}], **sections}))
    command = [journeyd, "run", wiring, f"unix://{folder}/in", *more]
    with open(folder / "said", "wb") as said:
        process = subprocess.Popen([str(part) for part in command], stderr=said)
    try:
        yield process
    finally:
        process.terminate()
        try:
            status = process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            raise Failed("the engine did not end within 20 s of SIGTERM") from None
    if status != 0:
        raise Failed(f"the engine ended with {status}: {(folder / 'said').read_text(errors='replace')[-2000:]}")


def load(journeyd, folder, rate, seconds, *more):
    """Sends events of the retail sample and answers what came of it."""
    command = [
        journeyd, "load", "--to", f"unix://{folder}/in", "--from", f"unix://{folder}/out", "--rate", rate,
        "--duration", f"{seconds}s", "--json", *more]
    said = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if said.returncode != 0 or not said.stdout:
        raise Failed(f"{' '.join(map(str, command))}\nexit status {said.returncode}\n{said.stderr[-2000:]}")
    return json.loads(said.stdout)


def peak_kib(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


def rung(journeyd, config, rate, seconds, *more):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with engine(journeyd, config, folder) as process:
            report = load(journeyd, folder, rate, seconds, *more)
            return Rung(rate, report, peak_kib(process.pid))


def said(rung, how=""):
    return f"{rung.rate:>9,} events/s{how}: " + ", ".join(
        f"p{percent:g} {ms:.3f} ms" for percent, ms in rung.curve.items() if percent in SHOWN)


def relayed(journeyd, seconds, progress=lambda text: None):
    """What the same load takes by way of a program that only answers (peers/relay.cpp); none where there is no g++."""
    if not shutil.which("g++"):
        return []
    rungs = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        relay, events = folder / "relay", folder / "in"
        subprocess.run(["g++", "-std=c++17", "-O2", "-o", relay, ROOT / "Benchmarks/peers/relay.cpp"], check=True)
        for rate in RELAYED:
            process = subprocess.Popen([relay, events, folder / "out"])
            try:
                while not events.exists():
                    if process.poll() is not None:
                        raise Failed(f"the relay ended with {process.returncode}")
                    time.sleep(0.01)
                rungs.append(Rung(rate, load(journeyd, folder, rate, seconds), 0))
            finally:
                process.kill()
                process.wait()
                events.unlink(missing_ok=True)
            progress(said(rungs[-1], ", relayed"))
    return rungs


def climb(journeyd, config, seconds, ladder=LADDER, progress=lambda text: None):
    """The rungs up to and with the first that does not hold."""
    rungs = []
    for rate in ladder:
        rungs.append(rung(journeyd, config, rate, seconds))
        progress(said(rungs[-1]))
        if not rungs[-1].holds:
            break
    return rungs


def table(rungs):
    yield "| events a second | sent | decisions | " + " | ".join(
        "max" if percent == 100 else f"p{percent:g}" for percent in SHOWN) + " | peak memory | |"
    yield "| ---: | ---: | ---: |" + " ---: |" * (len(SHOWN) + 1) + " --- |"
    for each in rungs:
        cells = " | ".join(f"{each.curve[percent]:.3f} ms" if each.curve else "none" for percent in SHOWN)
        kept = "" if each.holds else "does not keep up"
        peak = f"{each.peak_kib / 1024:,.0f} MiB" if each.peak_kib else "–"
        yield (f"| {each.rate:,} | {each.achieved:,.0f} | {each.report['decisions']:,} | {cells} | "
               f"{peak} | {kept} |")


# The plot: latency over the share of decisions, both on scales that show the tail.

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 860, 520, 70, 190, 50, 60
TAIL = (0, 50, 90, 99, 99.9, 99.99, 99.999)
COLOURS = ("#4477aa", "#66ccee", "#228833", "#ccbb44", "#ee6677", "#aa3377", "#888888", "#000000")


def plot(rungs, title):
    """A page of SVG with a curve for each rung."""
    values = [ms for each in rungs for ms in each.curve.values() if ms > 0]
    low = math.floor(math.log10(min(values)))
    high = max(math.ceil(math.log10(max(values))), low + 1)
    nines = -math.log10(1 - TAIL[-1] / 100)

    def x(percent):
        tail = min(-math.log10(max(1 - percent / 100, 1e-9)), nines)
        return LEFT + (WIDTH - LEFT - RIGHT) * tail / nines

    def y(ms):
        return TOP + (HEIGHT - TOP - BOTTOM) * (high - math.log10(max(ms, 10 ** low))) / (high - low)

    yield (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
           'font-family="sans-serif" font-size="12">')
    yield f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>'
    yield f'<text x="{LEFT}" y="24" font-size="15">{title}</text>'
    for power in range(low, high + 1):
        at = y(10 ** power)
        yield f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{at:.1f}" y2="{at:.1f}" stroke="#dddddd"/>'
        yield f'<text x="{LEFT - 8}" y="{at + 4:.1f}" text-anchor="end">{10 ** power:g} ms</text>'
    for percent in TAIL:
        at = x(percent)
        yield f'<line x1="{at:.1f}" x2="{at:.1f}" y1="{TOP}" y2="{HEIGHT - BOTTOM}" stroke="#dddddd"/>'
        yield f'<text x="{at:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{percent:g} %</text>'
    yield (f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 14}" text-anchor="middle">'
           'share of decisions that came within the time</text>')
    for index, each in enumerate(rungs):
        colour = COLOURS[index % len(COLOURS)]
        points = " ".join(f"{x(percent):.1f},{y(ms):.1f}" for percent, ms in each.curve.items())
        dashes = "" if each.holds else ' stroke-dasharray="5 4"'
        yield f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"{dashes}/>'
        at = TOP + 16 + 20 * index
        yield f'<line x1="{WIDTH - RIGHT + 16}" x2="{WIDTH - RIGHT + 40}" y1="{at}" y2="{at}" stroke="{colour}" stroke-width="2"{dashes}/>'
        yield f'<text x="{WIDTH - RIGHT + 46}" y="{at + 4}">{each.rate:,} events/s</text>'
    yield "</svg>"
