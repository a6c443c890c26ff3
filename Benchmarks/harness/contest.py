"""journeyd and its peers on one file."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from harness import measure
from harness.measure import Failed

HERE = Path(__file__).resolve().parent.parent
WORK = HERE / "work"
# These take minutes where the others take seconds; more runs would only find the same.
SLOW = {"Flink CEP", "Bytewax", "csp"}
SLOW_RUNS = 2


# How many times as fast as the Python script journeyd is to be with a full picture of each customer.
PICTURE_LEAST = 1.5


@dataclass
class Contestant:
    name: str
    what: str
    command: list
    output: Path | None = None
    compares: str = "none"  # "all": every line; "moments": the number of moments of each name; "none"


@dataclass
class Contest:
    events: int
    customers: int
    runs: int
    contestants: list
    costs: dict
    outcomes: dict
    faults: list
    absent: list = field(default_factory=list)


def python_with_orjson():
    venv = WORK / "venv/bin/python"
    return venv if venv.exists() else Path(sys.executable)


def built(name, counted_over=None):
    """The C++ peer, compiled if its source is newer; None where there is no compiler or no simdjson.
    With `counted_over`, a file of events, it is laid out by what a run over them counts, as journeyd is."""
    source, program = HERE / "peers" / f"{name}.cpp", WORK / "bin" / (f"{name}-counted" if counted_over else name)
    if not (shutil.which("g++") and os.path.exists("/usr/include/simdjson.h")):
        return None
    sources = (source, HERE / "peers/text.hpp")
    if program.exists() and all(each.stat().st_mtime <= program.stat().st_mtime for each in sources):
        return program
    program.parent.mkdir(parents=True, exist_ok=True)

    # Made elsewhere and moved when it is whole, so that one which only counts is never taken for it.
    with tempfile.TemporaryDirectory(dir=WORK) as folder:
        made = Path(folder, name)

        def make(*flags):
            # No -march=native: simdjson picks its kernels at run time, as any program that is shipped must.
            flags = ["-std=c++17", "-O3", "-DNDEBUG", *flags]
            subprocess.run(["g++", *flags, "-o", made, source, "-lsimdjson"], check=True)

        if counted_over:
            make(f"-fprofile-generate={folder}")
            subprocess.run([made, counted_over, os.devnull], check=True, stdout=subprocess.DEVNULL)
            make(f"-fprofile-use={folder}")
        else:
            make()
        made.rename(program)
    return program


def flink_classes(name):
    """The class path of a peer written for Flink, compiled; None where its jars are not installed."""
    jars = sorted(WORK.glob("venv/lib/python3*/site-packages/pyflink/lib/*.jar"))
    if not (jars and shutil.which("javac")):
        return None
    classes = WORK / "flink"
    path = ":".join(str(jar) for jar in jars)
    source = HERE / f"peers/{name}.java"
    subprocess.run(["javac", "-nowarn", "-cp", path, "-sourcepath", HERE / "peers", "-d", classes, source], check=True)
    return f"{classes}:{path}"


def flink_command(events, output):
    """Flink in this machine's JVM, one job with as many slots as cores; None where its jars are not installed."""
    path = flink_classes("FlinkJourney")
    if path is None:
        return None
    opened = [f"--add-opens=java.base/java.{name}=ALL-UNNAMED" for name in ("lang", "util", "time")]
    return ["java", "-Xmx4g", *opened, "-cp", path, "FlinkJourney", events, output, os.cpu_count()]


def has(python, module):
    return subprocess.run([python, "-c", f"import {module}"], capture_output=True).returncode == 0


def contestants_for(journeyd, events, quick, with_flink, with_python_engines):
    """Those that can run here, journeyd first, and the names of those that cannot."""
    config = HERE / "bench.json5"
    there, absent = [], []

    def add(name, what, command, compares="none"):
        output = WORK / f"out-{name.replace(' ', '-').replace('/', '-')}.ndjson"
        if command is None or command[0] is None:
            absent.append(name)
            return
        said = None if compares == "none" else output
        there.append(Contestant(name, what, [output if part == "OUTPUT" else part for part in command], said, compares))

    run = [journeyd, "run", config, events, "--output", "OUTPUT"]
    add("journeyd", "all rules, as many shards as cores", run, "all")
    add("journeyd, 1 shard", "all rules, one shard", [*run, "--shards", "1"], "all")
    add("journeyd, picture", "20 windows, 5 scores, 10 segments instead", [*run[:2], HERE / "picture.json5", *run[3:]])
    python = python_with_orjson()
    add("C++/simdjson", "all rules by hand, one thread", [built("journey"), events, "OUTPUT"], "all")
    if not quick:
        counted = built("journey", counted_over=generated(journeyd, 200_000, 20_000))
        add("C++/simdjson, counted", "the same, laid out by a run's counts", [counted, events, "OUTPUT"], "all")
    add("Python/orjson", "all rules by hand, one process", [python, HERE / "peers/journey.py", events, "OUTPUT"], "all")
    if quick:
        return there, absent
    parse = built("parse")
    add("simdjson, needed fields", "parsing alone, On-Demand, one thread", [parse, "needed", events])
    add("simdjson, every value", "parsing alone, DOM, one thread", [parse, "every", events])
    engines = (("Bytewax", "all rules in Python, one worker"), ("csp", "all rules in Python, one thread"))
    for name, what in engines if with_python_engines else ():
        peer = HERE / f"peers/journey_{name.lower()}.py"
        add(name, what, [python if has(python, name.lower()) else None, peer, events, "OUTPUT"], "all")
    add("ClickHouse", "the funnel alone, in batch, all cores",
        [python if has(python, "chdb") else None, HERE / "peers/funnel.py", events, "OUTPUT"])
    if with_flink:
        add("Flink CEP", "the sequences alone, all cores", flink_command(events, "OUTPUT"), "moments")
    return there, absent


def outcome_of(path):
    said = subprocess.run([sys.executable, HERE / "harness/outcome.py", path], capture_output=True, text=True)
    if said.returncode != 0:
        raise Failed(f"{path} cannot be read as moments and decisions:\n{said.stderr[-1000:]}")
    return json.loads(said.stdout)


def faults_between(first, outcomes):
    """Where the others said something else than journeyd."""
    faults = []
    ours = outcomes[first.name]
    for name, (contestant, theirs) in outcomes.items():
        if contestant is first:
            continue
        for kind in sorted(ours[1]["counts"].keys() | theirs["counts"].keys()):
            if contestant.compares == "moments" and not kind.startswith("moment "):
                continue
            mine, other = ours[1]["counts"].get(kind, 0), theirs["counts"].get(kind, 0)
            if mine != other:
                faults.append(f"{kind}: {first.name} {mine}, {name} {other}")
        if contestant.compares == "all" and theirs["digest"] != ours[1]["digest"]:
            shown = subprocess.run(
                [sys.executable, HERE / "harness/outcome.py", first.output, contestant.output],
                capture_output=True, text=True).stdout
            faults.append(f"lines of {first.name} (-) and {name} (+) differ, among others:\n{shown}".rstrip())
    return faults


def generated(journeyd, events, customers):
    """The file of events, made once."""
    path = WORK / f"events-{events}-{customers}.ndjson"
    if not path.exists():
        partial = path.with_suffix(".partial")
        with open(partial, "wb") as output:
            command = [str(journeyd), "generate", "--events", str(events), "--customers", str(customers), "--seed", "1"]
            subprocess.run(command, stdout=output, check=True)
        partial.rename(path)
    return path


def picture_faults(costs):
    """With 20 windows, 5 scores and 10 segments journeyd is held to 1.5 times the script that keeps five windows."""
    ours, script = costs.get("journeyd, picture"), costs.get("Python/orjson")
    if not ours or not script:
        return []
    ratio = measure.paired_ratio(script, ours)
    if ratio >= PICTURE_LEAST:
        return []
    return [f"picture: ×{ratio:.2f} the Python script, at least ×{PICTURE_LEAST} is asked for"]


def contest(journeyd, events, customers, runs, quick=False, with_flink=False, with_python_engines=False):
    path = generated(journeyd, events, customers)
    with open(path, "rb") as file:  # So that nobody pays for the first reading from the disk.
        count = sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))
    there, absent = contestants_for(journeyd, path, quick, with_flink, with_python_engines)
    slow = {each.name: each.command for each in there if each.name in SLOW}
    costs = measure.in_turn({each.name: each.command for each in there if each.name not in slow}, runs)
    if slow:
        costs.update(measure.in_turn(slow, min(runs, SLOW_RUNS)))
    outcomes = {each.name: (each, outcome_of(each.output)) for each in there if each.output}
    faults = faults_between(there[0], outcomes)
    ours = outcomes[there[0].name][1]["counts"]
    if count != events:
        faults.append(f"journeyd generate wrote {count} events instead of {events}")
    for kind in ("moment ", "decision "):
        if not any(name.startswith(kind) for name in ours):
            faults.append(f"journeyd wrote no {kind}line; bench.json5 or the generator is not what it was")
    if not quick:
        faults += picture_faults(costs)
    said = {name: outcome for name, (_, outcome) in outcomes.items()}
    return Contest(events, customers, runs, there, costs, said, faults, absent)
