"""What a data directory is for: how soon a run with a million customers is ready again, and what decisions cost while a snapshot
of them is taken."""

import json
import os
import re
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from harness import latency
from harness.contest import HERE, WORK
from harness.measure import Failed

ROOT = HERE.parent
RETAIL = ROOT / "Config/retail.json5"
RATE = 100_000
# What must hold on two cores, beside a snapshot of a million customers: p99 in milliseconds; and
# seconds until such a run is ready.
LATENCY_LIMIT_MS = 10
READY_LIMIT_S = 10


@dataclass
class Durable:
    customers: int
    input_bytes: int
    journal_bytes: int
    events: int
    snapshot_bytes: int
    from_snapshot_s: float
    from_beginning_s: float
    rung: latency.Rung | None = None
    said: dict = field(default_factory=dict)
    faults: list = field(default_factory=list)


def write_carts(path, customers, end):
    """Two events of each customer, of which the second leaves an abandoned cart pending. The last is at `end`, in seconds."""
    count = 2 * customers
    start_ms = int(end * 1000) - count // 100
    with open(path, "w", encoding="ascii", buffering=1 << 20) as output:
        for i in range(count):
            ms = start_ms + i // 100
            kind = "add_to_cart" if i >= customers else "product_view"
            output.write(
                f'{{"id":"evt_{i:08x}","customer_id":"c{i * 7919 % customers:07d}","event":"{kind}","timestamp":{ms},'
                f'"channel":"web","properties":{{"sku":"SKU-{i % 20_000:05d}","price":{1 + i * 37 % 20_000 / 100:.2f},'
                f'"category":"shoes","quantity":1,"device":"mobile","session":"s{i // 8:08x}"}}}}\n')
    return count


def summary(text):
    """The totals that `--summary` prints."""
    return {name.strip(): float(value) for name, value in re.findall(r"^(\S.*?)\s{2,}([0-9.]+)$", text, re.MULTILINE)}


def run(journeyd, config, data, output, path=None):
    """One run to the end of its standard input, which is nothing but for what is in a file; how long it took, and its totals.
    Behind a file it is kept up until there are two snapshots."""
    command = [journeyd, "run", config, "--data-dir", data, "--output", output, "--summary"]
    with open(data.parent / "summary", "w+b") as said:
        began = time.perf_counter()
        process = subprocess.Popen([str(part) for part in command], stdin=subprocess.PIPE, stderr=said)
        if path:
            with open(path, "rb") as events:
                shutil.copyfileobj(events, process.stdin, 1 << 20)
            process.stdin.flush()
            await_snapshots(data / "snapshots")
        process.stdin.close()
        status = process.wait()
        seconds = time.perf_counter() - began
        said.seek(0)
        text = said.read().decode(errors="replace")
    if status != 0:
        raise Failed(f"{' '.join(map(str, command))}\nexit status {status}\n{text[-2000:]}")
    return seconds, summary(text)


def await_snapshots(folder):
    """Until there are two, of which the second stands near the end; three minutes at most."""
    for _ in range(1800):
        time.sleep(0.1)
        if sum(file.suffix == ".state" for file in folder.iterdir()) == 2:
            return
    raise Failed("no two snapshots were taken within three minutes")


def size(folder):
    return sum(file.stat().st_size for file in folder.iterdir())


def retail(path, journal, **more):
    path.write_text(json.dumps({"version": 1, "include": [str(RETAIL)], "journal": journal, **more}))
    return path


def durable(journeyd, customers=1_000_000, seconds=30, judged=True):
    """Fills a data directory, starts once more from its snapshot, and once without; then goes on live from the snapshot, under
    load, and takes one every five seconds."""
    with tempfile.TemporaryDirectory(dir=WORK) as name:
        folder = Path(name)
        path, data, output = folder / "events", folder / "data", folder / "decisions"
        events = write_carts(path, customers, time.time() - 5)
        # The first is due after a third, and the second once that one is there.
        journal = {"snapshot_size": f"{max(path.stat().st_size // 3 // 1024, 64)}KiB", "keep_size": "64GiB"}
        config = retail(folder / "filled.json", journal)
        _, said = run(journeyd, config, data, output, path)
        if not said.get("snapshots"):
            raise Failed(f"no snapshot was taken: {said}")
        from_snapshot_s, _ = run(journeyd, config, data, output)
        found = Durable(
            customers, path.stat().st_size, size(data / "journal"), events, int(said["snapshots, bytes of the last"]),
            from_snapshot_s, 0)
        set_aside = folder / "snapshots"
        (data / "snapshots").rename(set_aside)
        found.from_beginning_s, _ = run(journeyd, config, data, folder / "again")
        if (folder / "again").read_bytes() != output.read_bytes():
            found.faults.append("durable: what is written from the beginning differs from what was written")
        for stray in (data / "snapshots").iterdir():
            stray.unlink()
        (data / "snapshots").rmdir()
        set_aside.rename(data / "snapshots")
        live(journeyd, found, folder, data, seconds, judged)
        if judged and from_snapshot_s > READY_LIMIT_S:
            found.faults.append(f"durable: ready again after {from_snapshot_s:.1f} s, the limit is {READY_LIMIT_S} s")
    return found


def live(journeyd, found, folder, data, seconds, judged):
    """The latency at a fixed rate while snapshots are taken."""
    journal = {"snapshot_every": "5s", "snapshot_size": "64GiB"}
    # What was written before, by whatever benchmark, is not the run's to wait for.
    os.sync()
    with latency.engine(journeyd, RETAIL, folder, "--data-dir", data, "--summary", journal=journal) as process:
        # Until it listens it is recovering.
        for _ in range(600):
            if (folder / "in").exists() and "msg=ready" in (folder / "said").read_text(errors="replace"):
                break
            time.sleep(0.1)
        # Its outputs are others than before, so the configuration is followed anew first, through all customers.
        time.sleep(3)
        rate = RATE if judged else 1_500
        report = latency.load(journeyd, folder, rate, seconds)
        found.rung = latency.Rung(rate, report, latency.peak_kib(process.pid))
    found.said = summary((folder / "said").read_text(errors="replace"))
    found.faults += found.rung.faults
    if not judged:
        return
    if not found.said.get("snapshots"):
        found.faults.append("durable: no snapshot was taken under load")
    p99 = found.rung.curve.get(99, float("inf"))
    if p99 >= LATENCY_LIMIT_MS:
        found.faults.append(f"durable: p99 is {p99:.3f} ms beside snapshots, the limit is {LATENCY_LIMIT_MS} ms")


def table(found):
    mib = 1 << 20
    yield f"## A data directory with {found.customers:,} customers\n"
    yield (f"{found.events:,} events, {found.input_bytes / mib:,.0f} MiB; the journal takes {found.journal_bytes / mib:,.0f} MiB, "
           f"{found.journal_bytes / found.events:.0f} bytes an event of {found.input_bytes / found.events:.0f}; a snapshot "
           f"{found.snapshot_bytes / mib:,.0f} MiB.\n")
    yield "| a run that is started again | s | limit |\n| --- | ---: | ---: |"
    yield f"| from the snapshot, and what the journal has behind it | {found.from_snapshot_s:.2f} | {READY_LIMIT_S} |"
    yield f"| from the journal's beginning | {found.from_beginning_s:.2f} | |\n"
    if found.rung:
        pause_ms = found.said.get("snapshots, longest pause in microseconds", 0) / 1000
        yield (f"Live at {found.rung.rate:,} events a second with these customers, {found.said.get('snapshots', 0):.0f} snapshots taken "
               f"meanwhile; the stream was held up for {pause_ms:.1f} ms at most to begin one. p99 is to be under {LATENCY_LIMIT_MS} ms.\n")
        yield from latency.table([found.rung])
        yield ""
