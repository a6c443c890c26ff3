"""What more cores would bring: stage costs measured here, and the pipeline played with them on more cores than there are.

The play knows the pipeline's shape and nothing else: blocks are scanned side by side and put back in order, one sequencer,
shards side by side, one deciding stage, one writer, so many blocks under way, and as many of all these at work as there are
cores. It knows no shared caches, no memory bandwidth and no clock that slows down as cores warm up: what it says is what
the order of work allows at most.
"""

import fcntl
import heapq
import random
import re
import statistics
import subprocess
import time
import urllib.request
from dataclasses import dataclass, field

from harness.contest import HERE, WORK, generated
from harness.measure import Failed
from harness.requests import free_port

STAGES = ("scan", "sequence", "shard", "decide", "write")
# Those that count each batch: the writer passes over what has no lines.
BATCHED = ("scan", "sequence", "decide")
MEASURED_SHARDS = (1, 2, 4, 8)
CORES = (1, 2, 4, 8, 16, 32)
BATCHES = 1500
# As the program has it: how many blocks are under way for each that scans, and between two stages.
UNDER_WAY, CHANNEL = 2, 4
PIPE_BYTES = 1 << 20
BUSY = re.compile(r'^journeyd_stage_(busy_seconds|batches)_total\{stage="(\w+)"\} (\S+)$', re.MULTILINE)
EVENTS = re.compile(r"^journeyd_events_total (\d+)$", re.MULTILINE)


@dataclass
class StageCosts:
    """Nanoseconds an event of each stage, all its workers together, by the number of shards."""
    shards: int
    ns: dict
    events_a_batch: float


@dataclass
class Played:
    cores: int
    events_a_second: float
    # The share of the time for which each stage that has one worker was at work, and for which all cores were.
    sequencer: float
    deciding: float
    used: float


@dataclass
class Scaling:
    costs: list
    played: list
    measured_events_a_second: float
    faults: list = field(default_factory=list)


def costs_of(journeyd, events, count, shards):
    """Reads the events from a pipe that stays open until the figures have been asked for."""
    port = free_port()
    command = [journeyd, "run", HERE / "bench.json5", "-", "--shards", shards, "--admin", f"127.0.0.1:{port}",
               "--output", WORK / "out-scaling.ndjson", "--quiet"]
    process = subprocess.Popen([str(part) for part in command], stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        fcntl.fcntl(process.stdin, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
        with open(events, "rb") as source:
            for block in iter(lambda: source.read(PIPE_BYTES), b""):
                process.stdin.write(block)
        process.stdin.flush()
        for _ in range(200):
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
                text = answer.read().decode()
            found = {(name, stage): float(number) for name, stage, number in BUSY.findall(text)}
            taken = EVENTS.search(text)
            if taken and int(taken[1]) == count and len({found["batches", name] for name in BATCHED}) == 1:
                batches = found["batches", "scan"]
                return StageCosts(
                    shards, {stage: found["busy_seconds", stage] / count * 1e9 for stage in STAGES}, count / batches)
            time.sleep(0.05)
        raise Failed("journeyd did not come to the end of its input")
    finally:
        process.stdin.close()
        process.wait(timeout=60)


def line(points):
    """Least squares through points (x, y): the value at 0, and the slope, which is not negative."""
    mean_x, mean_y = (statistics.fmean(values) for values in zip(*points))
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    slope = max(0.0, sum((x - mean_x) * (y - mean_y) for x, y in points) / spread)
    return mean_y - slope * mean_x, slope


def estimate(costs, shards):
    """Costs with another number of shards: what all shards do together, and what puts their lines together, grow with it."""
    ns = {stage: statistics.fmean(cost.ns[stage] for cost in costs) for stage in STAGES}
    for stage in ("shard", "decide", "sequence"):
        base, slope = line([(cost.shards, cost.ns[stage]) for cost in costs])
        ns[stage] = base + slope * shards
    return ns


def play(ns, events_a_batch, cores, batches=BATCHES):
    """Plays the pipeline with a shard a core, and says when its batches were through."""
    chance = random.Random(cores)
    shards = scanners = cores
    cost = {stage: ns[stage] * events_a_batch * 1e-9 for stage in STAGES}
    ready, running, now, idle = [], [], 0.0, cores
    begun, sequenced, decided, written = 0, 0, 0, 0
    scanned, sharded, next_of_shard = set(), [0] * batches, [0] * shards
    working = dict.fromkeys(STAGES, 0.0)
    waiting_shards = [set() for _ in range(shards)]
    busy = dict.fromkeys(("sequence", "decide", "write"), False)
    scanning = 0
    shares = {}

    def offer(stage, batch, shard=0):
        # What is further along goes first; so does what is older.
        heapq.heappush(ready, (-STAGES.index(stage), batch, shard, stage))

    def look():
        nonlocal begun, scanning
        while begun < batches and scanning < scanners and begun - sequenced < UNDER_WAY * scanners + UNDER_WAY:
            offer("scan", begun)
            begun += 1
            scanning += 1
        if not busy["sequence"] and sequenced in scanned and sequenced - decided < CHANNEL:
            busy["sequence"] = True
            offer("sequence", sequenced)
        if not busy["decide"] and decided < batches and sharded[decided] == shards and decided - written < CHANNEL:
            busy["decide"] = True
            offer("decide", decided)
        if not busy["write"] and written < decided:
            busy["write"] = True
            offer("write", written)

    def work(stage, batch, shard):
        if stage != "shard":
            return cost[stage] * chance.uniform(0.8, 1.2)
        if batch not in shares:
            # Customers fall to shards by chance.
            weights = [max(0.0, chance.gauss(1, (shards / events_a_batch) ** 0.5)) for _ in range(shards)]
            shares[batch] = [weight / sum(weights) for weight in weights]
        return cost["shard"] * shares[batch][shard]

    look()
    while written < batches:
        while idle and ready:
            _, batch, shard, stage = heapq.heappop(ready)
            length = work(stage, batch, shard)
            working[stage] += length
            heapq.heappush(running, (now + length, batch, shard, stage))
            idle -= 1
        now, batch, shard, stage = heapq.heappop(running)
        idle += 1
        if stage == "scan":
            scanning -= 1
            scanned.add(batch)
        elif stage == "sequence":
            busy["sequence"] = False
            scanned.discard(batch)
            sequenced += 1
            for number in range(shards):
                if next_of_shard[number] == batch:
                    offer("shard", batch, number)
                else:
                    waiting_shards[number].add(batch)
        elif stage == "shard":
            sharded[batch] += 1
            next_of_shard[shard] = batch + 1
            if batch + 1 in waiting_shards[shard]:
                waiting_shards[shard].discard(batch + 1)
                offer("shard", batch + 1, shard)
        else:
            busy[stage] = False
            if stage == "decide":
                decided += 1
                shares.pop(batch, None)
            else:
                written += 1
        look()
    return Played(cores, batches * events_a_batch / now, working["sequence"] / now, working["decide"] / now,
                  sum(working.values()) / now / cores)


def scaling(journeyd, events, customers, runs, judged):
    path = generated(journeyd, events, customers)
    costs = []
    for shards in MEASURED_SHARDS:
        found = [costs_of(journeyd, path, events, shards) for _ in range(runs)]
        ns = {stage: statistics.median(each.ns[stage] for each in found) for stage in STAGES}
        costs.append(StageCosts(shards, ns, found[0].events_a_batch))
    batch = costs[0].events_a_batch
    played = [play(estimate(costs, cores), batch, cores, BATCHES if judged else 50) for cores in CORES]
    command = [str(part) for part in (
        journeyd, "run", HERE / "bench.json5", path, "--output", WORK / "out-scaling.ndjson", "--quiet")]
    took = []
    for _ in range(runs):
        began = time.perf_counter()
        subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
        took.append(time.perf_counter() - began)
    faults = [f"scaling, {one.cores} cores: nothing came of the play" for one in played if one.events_a_second <= 0]
    return Scaling(costs, played, events / statistics.median(took), faults)


def table(outcome, events):
    yield "## More cores\n"
    yield (f"Processor time of the stages in nanoseconds an event, all workers together: `bench.json5`, {events:,} "
           f"events by a pipe, about {outcome.costs[0].events_a_batch:,.0f} in a batch.\n")
    yield "| shards | " + " | ".join(STAGES) + " |"
    yield "| ---: |" + " ---: |" * len(STAGES)
    for cost in outcome.costs:
        yield f"| {cost.shards} | " + " | ".join(f"{cost.ns[stage]:,.0f}" for stage in STAGES) + " |"
    yield ""
    yield ("With these costs the pipeline is played on other numbers of cores, with as many shards: what the order of "
           "work allows at most, since the play knows no shared caches and no limit of the memory. On this machine's "
           f"own cores a run with start and end came to {outcome.measured_events_a_second / 1e6:.2f} million a second.\n")
    yield "| cores | events a second | over one core | sequencer at work | deciding stage at work | cores at work |"
    yield "| ---: | ---: | ---: | ---: | ---: | ---: |"
    for one in outcome.played:
        yield (f"| {one.cores} | {one.events_a_second / 1e6:.2f} million | "
               f"×{one.events_a_second / outcome.played[0].events_a_second:.1f} | {one.sequencer:.0%} | {one.deciding:.0%} | "
               f"{one.used:.0%} |")
    yield ""
