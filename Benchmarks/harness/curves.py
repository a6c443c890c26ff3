"""How the cost of an event grows with unmatched beginnings, the window's length, and customers who are idle: curves of
five points, for journeyd and, where it is installed and asked for, for Flink CEP on the same input.

Every input has the same four events in each thousand that make one match, so a run that says another number of matches
is a fault. The rest never comes to a match.
"""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass

from harness import measure
from harness.contest import WORK, flink_classes
from harness.events import Pattern, write_events

POINTS = (1, 10, 100, 1_000, 10_000)
STEP_MS = 1000
# What the last point may cost over the first and over the second, for sequences whose conditions
# do not compare events. One beginning alone has nobody to be put together with, which costs the
# same for ten and for ten thousand.
LIMITS = (2.0, 1.5)
# Flink is slow where there are many partial matches: a point takes fewer events, and is left out after this.
FLINK_SECONDS = 60
FLINK_EVENTS = 20_000

START = {"as": "start", "on": "start"}
VIEWS = {"as": "view", "on": "view", "times": "1.."}
VIEW = {"as": "view", "on": "view"}
SEARCH = {"as": "search", "on": "search"}
FINISH = {"as": "finish", "on": "finish"}
SEQUENCES = {
    "start, finish": [START, FINISH],
    "start, view+, finish": [START, VIEWS, FINISH],
    "start, view+, no return, finish": [START, VIEWS, {"not": "return"}, FINISH],
    "start, view+, no return for 1d": [START, VIEWS, {"not": "return", "for": "1d"}],
    "start, view (any), finish": [START, {**VIEW, "contiguity": "any"}, FINISH],
    "start, view+ or search, finish": [START, {"any_of": [[VIEWS], [SEARCH]]}, FINISH],
    "start, view and search in any order, finish": [START, {"all_of": [[VIEW], [SEARCH]]}, FINISH],
    "start, search and view+ in any order, finish": [START, {"all_of": [[SEARCH], [VIEWS]]}, FINISH],
}
# Here each partial match has to be asked at every view, and only a finish ever fits: the slope is told, and not judged.
COMPARING = {
    "start, finish that compares": [
        START,
        {"as": "finish", "on": ["view", "finish"],
         "where": "event.properties.price > start.properties.price + 1000.0 || event.type == 'finish'"}],
}
# The same where there are more partial matches than are kept by default, 1,024.
LIMITED = {"max_partial": 1024}
AT_THE_LIMIT = {f"{name}; at the limit": (SEQUENCES[name], LIMITED) for name in (
    "start, view+, finish", "start, view+ or search, finish", "start, search and view+ in any order, finish")}
# Here each partial match counts.
KEEPS_ALL = {f"{name}; {mode}": (SEQUENCES[name], {**LIMITED, "after_match": mode}) for name, mode in (
    ("start, finish", "no_skip"), ("start, view+, finish", "no_skip"), ("start, view (any), finish", "no_skip"),
    ("start, view+, finish", "skip_to_last:view"))}
# As many more are kept as come about, or partial matches of one first event bind their last
# events together: told, not judged.
KEEPS_MANY = {
    "start, view+, finish; no_skip, 100,000": (SEQUENCES["start, view+, finish"], {"after_match": "no_skip"}),
    "start, search and view+ in any order, finish; no_skip": (
        SEQUENCES["start, search and view+ in any order, finish"], {**LIMITED, "after_match": "no_skip"}),
}
# These are slow where there are many: they are given so many times fewer events.
COMPARING_LESS = 10
# What Flink is shown.
SHARED = "start, view+, finish"


@dataclass
class Curve:
    what: str
    sequence: str
    judged: bool
    # Nanoseconds of processor time an event, by point; for Flink of wall time in the job, None where it was given up.
    ns: list
    flink_ns: list


@dataclass
class Input:
    pattern: Pattern
    within_s: int
    idle: int = 0


def matching(i):
    return {996: "start", 997: "view", 998: "search", 999: "finish"}.get(i % 1000)


def sampled(i, otherwise):
    """Customers of the events that match stand apart from all others."""
    return 5_000_000 + i // 1000 if matching(i) else otherwise


def unmatched(starts, events):
    """As many live beginnings for each customer: half the events begin, the others are views and searches, and the time is
    what they take."""
    customers = max(1, min(100, events // (4 * starts)))
    return Input(Pattern(
        type=lambda i: matching(i) or ("start", "view", "start", "search")[i // customers % 4],
        customer=lambda i: sampled(i, i % customers), step_ms=STEP_MS), within_s=2 * starts * customers)


def window(length, events):
    """The same input whatever the length, which is in hundreds of seconds; a beginning and a view in ten events."""
    return Input(Pattern(
        type=lambda i: matching(i) or {0: "start", 1: "view"}.get(i // 10 % 10, "other"),
        customer=lambda i: sampled(i, i % 10), step_ms=STEP_MS), within_s=100 * length)


def idle(customers, events):
    """So many customers begin and never come again, while a hundred others go on."""
    return Input(Pattern(
        type=lambda i: matching(i) or ("start" if i < customers or i // 100 % 20 == 0 else "view"),
        customer=lambda i: sampled(i, 1_000_000 + i if i < customers else i % 100), step_ms=STEP_MS),
        within_s=2_000, idle=customers)


KINDS = {
    "unmatched beginnings of each customer": unmatched,
    "window, in hundreds of seconds": window,
    "idle customers, each with a beginning": idle,
}


def configuration(folder, sequence, within_s, more):
    path = folder / "curve.json"
    path.write_text(json.dumps({"version": 1, "moments": {"m": {
        "sequence": sequence, "within": f"{within_s}s", "max_partial": 100_000, "max_bound": 1_000_000, **more}}}))
    return path


def matches_in(path):
    with open(path, "rb") as lines:
        return sum(1 for line in lines if b'"customer_id":"c5' in line)


def journeyd_ns(journeyd, folder, sequence, source, path, events, runs, more):
    """Processor time an event over that of an input without events, and what was wrong."""
    config = configuration(folder, sequence, source.within_s, more)
    output = folder / "out.ndjson"
    command = [journeyd, "run", config, path, "--shards", "1", "--output", output]
    cost = min(measure.cost_of(command).cpu_s for _ in range(runs))
    found, expected = matches_in(output), events // 1000
    closes = "for" in sequence[-1]
    faults = [] if closes or found == expected else [f"curves: {found} matches instead of {expected}"]
    return cost * 1e9 / events, faults


def flink_ns(source, path, events, classes):
    """Wall time an event of a job over the first events of an input; None where it takes too long."""
    opened = [f"--add-opens=java.base/java.{name}=ALL-UNNAMED" for name in ("lang", "util", "time")]
    command = ["java", "-Xmx4g", *opened, "-cp", classes, "FlinkCurve", path, source.within_s, os.cpu_count()]
    try:
        said = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=FLINK_SECONDS)
    except subprocess.TimeoutExpired:
        return None, []
    if said.returncode != 0:
        raise measure.Failed(f"Flink CEP: {said.stderr[-2000:]}")
    milliseconds, matches = map(int, said.stdout.split()[-2:])
    faults = [] if matches == events // 1000 else [f"curves: Flink CEP found {matches} matches, not {events // 1000}"]
    return milliseconds * 1e6 / events, faults


def flink_events(point):
    """Fewer where beginnings are many, but enough that they come together."""
    return FLINK_EVENTS if point <= 100 else 4 * point


def curves(journeyd, events, runs, with_flink=False, judged=True):
    """All curves, and all faults."""
    folder = WORK / "curves"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    classes = flink_classes("FlinkCurve") if with_flink else None
    found, faults = [], []
    for what, make in KINDS.items():
        shown = {**SEQUENCES, **COMPARING} if make is unmatched else {SHARED: SEQUENCES[SHARED]}
        sequences = {name: (sequence, {}) for name, sequence in shown.items()}
        if make is unmatched:
            sequences |= {**AT_THE_LIMIT, **KEEPS_ALL, **KEEPS_MANY}
        of_kind = {name: Curve(what, name, name not in {**COMPARING, **KEEPS_MANY}, [], []) for name in sequences}
        for point in POINTS:
            source = make(point, events)
            path = folder / "events.ndjson"
            write_events(path, events, source.pattern)
            for name, (sequence, more) in sequences.items():
                if name in COMPARING:
                    continue
                ns, wrong = journeyd_ns(journeyd, folder, sequence, source, path, events, runs, more)
                of_kind[name].ns.append(ns)
                faults += wrong
            if make is unmatched:
                fewer = events // COMPARING_LESS
                source = make(point, fewer)
                write_events(path, fewer, source.pattern)
                for name, sequence in COMPARING.items():
                    ns, wrong = journeyd_ns(journeyd, folder, sequence, source, path, fewer, 1, {})
                    of_kind[name].ns.append(ns)
                    faults += wrong
            if classes:
                count = flink_events(point) if make is unmatched else FLINK_EVENTS
                shown = make(point, count)
                write_events(path, count, shown.pattern)
                ns, wrong = flink_ns(shown, path, count, classes)
                of_kind[SHARED].flink_ns.append(ns)
                faults += wrong
        found += of_kind.values()
    for curve in found if judged else []:
        for place, limit in enumerate(LIMITS):
            ratio = last_over(place, curve)
            if curve.judged and ratio > limit:
                faults.append(f"curves: {curve.sequence}, {curve.what}: {POINTS[-1]:,} cost ×{ratio:.2f} what {POINTS[place]} "
                              f"cost, the limit is ×{limit}")
    shutil.rmtree(folder)
    return found, faults


def last_over(place, curve):
    return curve.ns[-1] / curve.ns[place]


def unjudged(curve):
    """What is said in place of a limit: nanoseconds that each further beginning adds to an event, where that goes on."""
    if curve.sequence in KEEPS_MANY:
        return "none"
    return f"slope {(curve.ns[-1] - curve.ns[0]) / (POINTS[-1] - POINTS[0]):.1f} ns"
