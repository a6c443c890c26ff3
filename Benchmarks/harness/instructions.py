"""How many instructions an event takes, by stage, counted by callgrind: no load of the machine changes that."""

import re
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from harness.contest import HERE, WORK, built, generated
from harness.measure import Failed

# What a stage is, by the functions that it begins with; what is told of a part counts in the stage, too.
STAGES = (
    ("scanning", "", r"LineScanner\.scanNative\("),
    ("sequencer", "", r"Sequencer\.take\("),
    ("shard", "", r"Shard\.process\(_:shard:_:\)"),
    ("", "looked at ahead", r"Shard\.near\("),
    ("", "sequences", r"SequenceMatcher\.advance(Runs|Absence|Strands|Cohorts)\("),
    ("", "lines", r"Shard\.tell\("),
    ("", "deadlines", r"Shard\.fire\("),
    ("", "sweep", r"Shard\.sweep\("),
    ("merge and decide", "", r"Merge\.merge\("),
)


@dataclass
class Row:
    what: str
    part: str
    instructions: float


@dataclass
class Counts:
    events: int
    rows: list
    whole: float
    peer: float | None
    faults: list = field(default_factory=list)


def counted(command, name):
    """All instructions of a run, and the file in which callgrind says whose they are."""
    out = WORK / f"callgrind-{name}.out"
    said = subprocess.run(
        ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", *[str(part) for part in command]],
        capture_output=True, text=True)
    total = re.search(r"refs:\s+([\d,]+)", said.stderr)
    if said.returncode != 0 or not total:
        raise Failed(f"valgrind: {said.stderr[-1000:]}")
    return int(total[1].replace(",", "")), out


def inclusive(out):
    """Of each function the instructions of it and of all that it calls."""
    listed = subprocess.run(
        ["callgrind_annotate", "--inclusive=yes", "--threshold=100", out], capture_output=True, text=True, check=True).stdout
    plain = subprocess.run(["swift", "demangle", "--simplified"], input=listed, capture_output=True, text=True, check=True)
    found = {}
    for line in plain.stdout.split("\n"):
        match = re.match(r"\s*([\d,]+) \([ \d.]+%\)\s+\S+?:(.*?)(?: \[|$)", line)
        # What calls itself is counted again at each call: callgrind marks it.
        if match and not match[2].rstrip().endswith("'2"):
            name = match[2].strip()
            found[name] = max(found.get(name, 0), int(match[1].replace(",", "")))
    return found


def of_stage(found, pattern):
    """The outermost function of a stage; of a part that begins with several, all of them."""
    names = [name for name in found if re.match(rf"(?:specialized )?(?:static )?{pattern}", name)]
    return sum(found[name] for name in names)


def instructions(journeyd, events, customers):
    """The difference of two runs, so that what begins and ends a run does not count."""
    if not (shutil.which("valgrind") and shutil.which("swift")):
        return None
    whole = generated(journeyd, events, customers)
    half = whole.with_suffix(".half.ndjson")
    with open(whole, "rb") as lines, open(half, "wb") as output:
        for _ in range(events // 2):
            output.write(lines.readline())
    config = HERE / "bench.json5"
    run = [journeyd, "run", config, "FILE", "--output", WORK / "out-instructions.ndjson", "--shards", "1"]

    def difference(command, name):
        totals = [counted([path if part == "FILE" else part for part in command], f"{name}-{place}")
                  for place, path in (("half", half), ("whole", whole))]
        return (totals[1][0] - totals[0][0]) / (events - events // 2), [out for _, out in totals]

    all_of_it, outs = difference(run, "journeyd")
    less, more = (inclusive(out) for out in outs)
    rows = [Row(what, part, (of_stage(more, pattern) - of_stage(less, pattern)) / (events - events // 2))
            for what, part, pattern in STAGES]
    program = built("journey")
    peer = difference([program, "FILE", WORK / "out-instructions.ndjson"], "peer")[0] if program else None
    faults = [f"instructions: no function of the stage {row.what} was found" for row in rows if row.what and row.instructions <= 0]
    return Counts(events, [row for row in rows if row.instructions > 0], all_of_it, peer, faults)


def table(counts):
    yield "## Instructions an event\n"
    if counts is None:
        yield "Not counted here: valgrind or swift is not installed."
        return
    yield (f"Of the second half of {counts.events:,} events in the configuration `bench.json5` with one shard, as callgrind "
           "counts them. Parts count in their stage, too.\n")
    yield "| stage | part | instructions |\n| --- | --- | ---: |"
    for row in counts.rows:
        yield f"| {row.what} | {row.part} | {row.instructions:,.0f} |"
    rest = counts.whole - sum(row.instructions for row in counts.rows if row.what)
    yield f"| the rest: reading, channels, the system's library |  | {rest:,.0f} |"
    yield f"| journeyd |  | {counts.whole:,.0f} |"
    if counts.peer:
        yield f"| C++/simdjson, all rules by hand |  | {counts.peer:,.0f} |"
