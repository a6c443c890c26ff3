"""What looking into a reference table costs, by its rows, beside what a program in C++ or Python keeps in memory."""

import random
import shutil
import subprocess
import time
from dataclasses import dataclass, field

from harness import measure
from harness.contest import HERE, WORK
from harness.growth import configuration

ROWS = (1_000, 1_000_000)
KEYS = 10
# Among rows that no cache holds, two places of memory are waited for, whatever the program does: that is not judged.
LIMIT_NS = {1_000: 60.0, 1_000_000: None}


@dataclass
class Tables:
    rows: list = field(default_factory=list)
    faults: list = field(default_factory=list)


def program():
    if not shutil.which("g++"):
        return None
    made = WORK / "bin/lookup"
    made.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["g++", "-std=c++17", "-O3", "-DNDEBUG", "-o", made, HERE / "peers/lookup.cpp"], check=True)
    return made


def of_python(keys, count):
    table = {key: (float(place), f"c{place % 50}") for place, key in enumerate(keys)}
    asks = random.Random(7).choices(keys, k=count)
    # A text of its own for each, as an event brings it: one that is in the table has its hash already.
    asks = [key[:1] + key[1:] for key in asks]
    began = time.process_time()
    for key in asks:
        table[key]
    return (time.process_time() - began) / count * 1e9


def tables(journeyd, events, runs, judged):
    """Ten look-ups an event less a run that compares the same ten texts; both read the table."""
    folder = WORK / "tables"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    found = Tables()
    peer = program()
    chance = random.Random(5)
    for rows in ROWS:
        keys = [f"SKU-{1_000_000 + 7 * place}" for place in range(rows)]
        (folder / "products.csv").write_text(
            "sku,margin,category\n" + "".join(f"{key},{place}.5,c{place % 50}\n" for place, key in enumerate(keys)))
        (folder / "keys").write_text("".join(f"{key}\n" for key in keys))
        with open(folder / "events.ndjson", "w", encoding="utf-8") as file:
            for number in range(events):
                asked = ",".join(f'"k{place}":"{chance.choice(keys)}"' for place in range(KEYS))
                file.write(f'{{"id":"e{number}","customer_id":"c{number % 1000}","event":"visit",'
                           f'"timestamp":{1767225600000 + number * 700},"properties":{{{asked}}}}}\n')

        def condition(one):
            return " || ".join(one.format(f"event.properties.k{place}") for place in range(KEYS))

        section = {"products": {"file": "products.csv", "key": "sku", "columns": {"margin": "double", "category": "string"}}}
        sides = {
            name: configuration(folder, name, tables=section, moments={
                "seen": {"sequence": [{"as": "v", "on": "visit", "where": condition(one)}]}})
            for name, one in (("looks", "tables.products[{}].margin < 0.0"), ("compares", "{} == 'none'"))}
        costs = measure.in_turn({
            name: [journeyd, "run", config, folder / "events.ndjson", "--shards", "1", "--output", folder / "out"]
            for name, config in sides.items()}, runs)
        each = sorted((one.cpu_s - other.cpu_s) / (events * KEYS) * 1e9
                      for one, other in zip(costs["looks"], costs["compares"]))
        middle = each[len(each) // 2]
        cpp = None
        if peer:
            cpp = sorted(float(subprocess.run([peer, folder / "keys", str(events * KEYS)], check=True, capture_output=True,
                                              text=True).stdout.split()[0]) for _ in range(runs))[runs // 2]
        python = sorted(of_python(keys, min(events * KEYS, 2_000_000)) for _ in range(runs))[runs // 2]
        found.rows.append((rows, middle, each[0], each[-1], cpp, python))
        limit = LIMIT_NS[rows]
        if judged and limit and middle > limit:
            found.faults.append(f"tables: a look-up among {rows:,} rows takes {middle:.0f} ns, the limit is {limit:.0f} ns")
    shutil.rmtree(folder)
    return found


def table(found, events):
    yield "## Reference tables\n"
    yield (f"Finding a row and reading a number of it, by a key drawn at random: processor time of {events:,} events with {KEYS} "
           f"look-ups each, less that of a run that compares the same {KEYS} texts; both read the table. In C++ "
           "`std::unordered_map`, in Python `dict`, of the look-ups alone, with keys that lie in a row.\n")
    yield "| rows | ns a look-up (least–greatest) | C++ | Python | limit |\n| ---: | ---: | ---: | ---: | ---: |"
    for rows, middle, least, most, cpp, python in found.rows:
        yield (f"| {rows:,} | {middle:,.0f} ({least:,.0f}–{most:,.0f}) | {f'{cpp:,.0f}' if cpp else 'no g++'} | {python:,.0f} "
               f"| {f'{LIMIT_NS[rows]:.0f} ns' if LIMIT_NS[rows] else ''} |")
    yield ""
