"""What a decision costs where a hundred actions have learnt propensities and chance chooses, beside what Vowpal Wabbit and river
take for choosing and learning on the same stream."""

import json
import random
import shutil
import subprocess
from dataclasses import dataclass, field

from harness import measure
from harness.contest import WORK
from harness.growth import configuration

ACTIONS = 100
LIMIT_US = 60.0
# What a library does is set beside what is nearest to it here.
PEERS = {
    "vw": ("Vowpal Wabbit, `--cb_explore_adf`, in Python", "epsilon, FTRL of three features"),
    "river": ("river, `bandit.ThompsonSampling`, in Python", "Thompson, counts by tier"),
}
PROFILE = {"tier": {"on": "visit", "from": "event.properties.tier"}}
MOMENTS = {"visited": {"sequence": [{"as": "v", "on": "visit"}]}}
RESPONSES = {"accept": {"on": "accept", "within": "30m"}}
LEARNING = {
    "Thompson, counts by tier": ({"learn": True, "prior": 0.1, "by": "profile.tier"}, {"method": "thompson", "seed": "7"}),
    "epsilon, FTRL of three features": (
        {"learn": "ftrl", "prior": 0.1, "features": {
            "tier": "profile.tier", "price": "event.properties.price", "gold": "profile.tier == 'gold'"}},
        {"method": "epsilon", "epsilon": 0.02, "seed": "7"}),
}


@dataclass
class Learning:
    rows: list = field(default_factory=list)
    absent: list = field(default_factory=list)
    faults: list = field(default_factory=list)


def write(path, count):
    """Two visits and an answer in five; the answers are the customer's to the last of its visits."""
    chance = random.Random(3)
    with open(path, "w", encoding="utf-8") as file:
        visitor = "c0"
        for number in range(count):
            answers = number % 5 == 4
            visitor = visitor if answers else f"c{chance.randrange(1000)}"
            properties = "" if answers else (
                f',"properties":{{"tier":"{chance.choice(("bronze", "silver", "gold"))}","price":{chance.randrange(90)}.5}}')
            file.write(f'{{"id":"e{number}","customer_id":"{visitor}","event":"{"accept" if answers else "visit"}",'
                       f'"timestamp":{1767225600000 + number * 7000}{properties}}}\n')


def learning(journeyd, count, runs, judged):
    folder = WORK / "learning"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    path = folder / "events.ndjson"
    write(path, count)
    decisions = count - count // 5
    sides = {"none": configuration(folder, "none", profile=PROFILE, moments=MOMENTS)}
    for place, (name, (propensity, explore)) in enumerate(LEARNING.items()):
        sides[name] = configuration(
            folder, f"side{place}", profile=PROFILE, moments=MOMENTS, responses=RESPONSES, policy={"explore": explore},
            actions={f"offer_{i}": {"on": "visited", "propensity": propensity, "value": 1 + i / 100} for i in range(ACTIONS)})
    outputs = {name: folder / f"{place}.out" for place, name in enumerate(sides)}
    costs = measure.in_turn({
        name: [journeyd, "run", config, path, "--shards", "1", "--output", outputs[name]]
        for name, config in sides.items()}, runs)
    found = Learning()
    for name in LEARNING:
        with open(outputs[name], "rb") as lines:
            decided = sum(1 for line in lines if line.startswith(b'{"type":"decision"') and b'"probability":' in line)
        if decided != decisions:
            found.faults.append(f"learning, {name}: {decided} decisions instead of {decisions}")
        each = sorted((one.cpu_s - none.cpu_s) / decisions * 1e6 for one, none in zip(costs[name], costs["none"]))
        middle = each[len(each) // 2]
        if judged and middle > LIMIT_US:
            found.faults.append(f"learning, {name}: {middle:.0f} µs a decision, the limit is {LIMIT_US:.0f} µs")
        found.rows.append((f"journeyd, {name}", middle, each[0], each[-1], None))
    python = WORK / "venv/bin/python"
    peer = WORK.parent / "peers/learn.py"
    short = folder / "short.ndjson"
    write(short, min(count, 5_000))
    own = {row[0]: row[1] for row in found.rows}
    for library, (name, rival) in PEERS.items():
        module = {"vw": "vowpalwabbit"}.get(library, library)
        if not python.exists() or subprocess.run([python, "-c", f"import {module}"], capture_output=True).returncode:
            found.absent.append(library)
            continue
        each = []
        for _ in range(runs):
            told = json.loads(subprocess.run(
                [python, peer, library, short], check=True, capture_output=True, text=True).stdout)
            each.append(told["seconds"] / told["decisions"] * 1e6)
        each.sort()
        middle = each[len(each) // 2]
        found.rows.append((name, middle, each[0], each[-1], middle / own[f"journeyd, {rival}"]))
    shutil.rmtree(folder)
    return found


def table(found, count):
    yield "## Learning and chance\n"
    yield (f"A decision among {ACTIONS} actions whose propensities are learnt, one of which chance chooses, and learning from what "
           f"came of it: processor time of one, on one shard, less that of the same run without actions; {count:,} events, four of "
           "five of which ask. Of the libraries (their first 5,000 events) choosing and learning alone; their reading of the "
           "stream and their start are not counted. *journeyd is* says how many times as fast journeyd was with what is "
           "nearest to it: FTRL beside Vowpal Wabbit, Thompson beside river.\n")
    yield "| | µs a decision (least–greatest) | decisions a second | journeyd is | limit |"
    yield "| --- | ---: | ---: | ---: | ---: |"
    for name, middle, least, most, ratio in found.rows:
        limit = f"{LIMIT_US:.0f} µs" if ratio is None else ""
        times = "" if ratio is None else f"×{ratio:.1f}"
        yield f"| {name} | {middle:,.1f} ({least:,.1f}–{most:,.1f}) | {1e6 / middle:,.0f} | {times} | {limit} |"
    yield ""
