"""What it costs to find one customer from all ids: the same events with the section `identity` and without, and with a merge at
one event in fifty."""

import random
from dataclasses import dataclass

from harness import measure
from harness.contest import WORK

# At least so much of the throughput without the section.
LIMITS = {"no merges": 0.8, "a merge in fifty": 0.6}
RULES = """
  windows: { views: { count: true, on: "page_view", over: "1d" }, spent: { sum: "event.properties.price", on: "purchase" } },
  moments: {
    left: { sequence: [{ as: "cart", on: "add_to_cart" }, { not: "purchase", for: "30m" }] },
    many: { when: "windows.views >= 5", cooldown: "1d" },
  },
  emit: ["moment"] }
"""
SECTION = "identity: { ids: { customer_id: { unique: true }, device: { limit: 20 } } },"


@dataclass
class Row:
    name: str
    # Throughput over that without the section in the run beside it, by time on the clock and by the processor's.
    events: float
    least: float
    most: float
    events_cpu: float


def files(count, customers):
    """The events without merges, and with; made once."""
    found = {name: WORK / f"identity-{count}.{place}.ndjson" for place, name in enumerate(LIMITS)}
    if all(path.exists() for path in found.values()):
        return found
    chance = random.Random(1)
    with open(found["no merges"], "w", encoding="utf-8") as plain, \
            open(found["a merge in fifty"], "w", encoding="utf-8") as merging:
        for number in range(count):
            kind = chance.choice(("page_view", "page_view", "add_to_cart", "purchase"))
            usual = f'"customer_id":"c{chance.randrange(customers):07}"'
            rest = (f'"event":"{kind}","timestamp":{1767225600000 + number * 50},'
                    f'"properties":{{"sku":"SKU-{number % 50}","price":{number % 90}.5}}}}\n')
            plain.write(f'{{"id":"e{number}",{usual},{rest}')
            # A customer and a device that come once each, and then together.
            late, lot = number % 50, number // 50
            person, device = f'"customer_id":"n{lot:07}"', f'"ids":{{"device":"x{lot:07}"}}'
            shown = {47: person, 48: device, 49: f"{person},{device}"}.get(late, usual)
            merging.write(f'{{"id":"e{number}",{shown},{rest}')
    return found


def identity(journeyd, count, customers, runs, judged):
    configs = {}
    for name, section in (("without", ""), ("with", SECTION)):
        configs[name] = WORK / f"identity-{name}.json5"
        configs[name].write_text("{ version: 1, " + section + RULES)
    rows, faults = [], []
    for name, path in files(count, customers).items():
        commands = {which: [journeyd, "run", config, path, "--shards", "1", "--output", WORK / f"identity-{which}.out"]
                    for which, config in configs.items()}
        costs = measure.in_turn(commands, runs)
        least, most = measure.spread(costs["without"], costs["with"])
        row = Row(name, measure.paired_ratio(costs["without"], costs["with"]), least, most,
                  measure.paired_ratio(costs["without"], costs["with"], "cpu_s"))
        rows.append(row)
        if judged and row.events < LIMITS[name]:
            faults.append(f"identity, {name}: {row.events:.2f} of the throughput without, the limit is {LIMITS[name]}")
    return rows, faults


def table(rows, count, runs):
    yield "## Identity\n"
    yield (f"{count:,} events with the section `identity` and without, on one shard: throughput over that without, the median "
           f"of {runs} pairs of runs (least and greatest).\n")
    yield "| | by events | by events, processor |"
    yield "| --- | ---: | ---: |"
    for row in rows:
        yield f"| {row.name} | ×{row.events:.2f} ({row.least:.2f}–{row.most:.2f}) | ×{row.events_cpu:.2f} |"
    yield ""
