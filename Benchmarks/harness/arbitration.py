"""What a decision costs where a hundred actions answer a moment, with every gate and limit in use."""

import shutil
from dataclasses import dataclass

from harness import measure
from harness.contest import WORK
from harness.events import Pattern, write_events
from harness.growth import configuration

ACTIONS = 100
LIMIT_US = 30.0

WINDOWS = {
    "spend": {"sum": "event.properties.price", "on": "purchase", "over": "90d"},
    "views": {"count": True, "on": "product_view", "over": "14d"},
    "channels": {"distinct": "event.channel", "over": "30d"},
    "preferred": {"mode": "event.channel", "over": "30d"},
}
MOMENTS = {"sampled": {"kind": "opportunity", "sequence": [{"as": "pay", "on": "purchase"}]}}
POLICY = {
    "caps": [{"max": 3, "over": "7d"}, {"max": 2, "per": "day", "group": "g0"},
             {"max": 1, "over": "1d", "channel": "sms"}],
    "consent": {"default": "allow", "push": "windows.channels > 0", "email": "windows.views >= 0"},
    "quiet_hours": [{"channels": ["push", "email"], "from": "21:00", "to": "08:00", "then": "defer"}],
    "timezone": {"default": "Europe/Madrid"}, "holdout": {"percent": 5, "salt": "s"},
}


@dataclass
class Arbitration:
    what: str
    us_per_decision: float
    least: float
    most: float
    faults: list


def action(i, differ):
    """`differ`: whether no two actions ask the same, so that nothing can be worked out for several of them at once."""
    n = i if differ else 0
    return {
        "on": "sampled", "valid": {"from": "2020-01-01T00:00:00Z", "until": "2040-01-01T00:00:00Z"},
        "channels": ["email", "push", "sms"], "prefer_channel": "windows.preferred", "group": f"g{i % 5}",
        "eligible": f"windows.views >= {-n}", "applicable": f"windows.spend > {-1.0 - n}",
        "suitable": f"windows.channels < {100 + n}", "suppress": [{"after": "support_ticket", "for": "14d"}],
        "propensity": f"windows.spend > {1000.0 + n} ? 0.5 : 0.1", "context": f"windows.views > {n} ? 1.5 : 1.0",
        "value": f"windows.spend + {1.0 + n}", "lever": i % 7, "cooldown": "1h", "expires_after": "2d",
        "budget": {"max": 1_000_000, "per": "day"}, "payload": {"sku": "event.properties.sku", "number": i},
    }


def arbitrate(journeyd, events, runs, judged=True):
    """Processor time of runs with one shard, less that of the same runs without actions, for each decision."""
    folder = WORK / "arbitration"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    path = folder / "events.ndjson"
    write_events(path, events, Pattern(
        type=lambda i: "purchase" if i % 2 else "product_view", customer=lambda i: i * 7919 % 1000, step_ms=60_000))
    sides = {"none": configuration(folder, "none", windows=WINDOWS, moments=MOMENTS)}
    for name, differ in (("alike", False), ("different", True)):
        sides[name] = configuration(
            folder, name, windows=WINDOWS, moments=MOMENTS, policy=POLICY,
            actions={f"offer_{i}": action(i, differ) for i in range(ACTIONS)})
    costs = measure.in_turn({
        name: [journeyd, "run", config, path, "--shards", "1", "--output", folder / f"{name}.out"]
        for name, config in sides.items()}, runs)
    decisions = events // 2
    outcomes = []
    for name in ("alike", "different"):
        faults = []
        with open(folder / f"{name}.out", "rb") as lines:
            decided = sum(1 for line in lines if line.startswith(b'{"type":"decision"'))
        if decided != decisions:
            faults.append(f"arbitration, {name}: {decided} decisions instead of {decisions}")
        each = sorted((one.cpu_s - none.cpu_s) / decisions * 1e6 for one, none in zip(costs[name], costs["none"]))
        middle = each[len(each) // 2]
        if judged and middle > LIMIT_US:
            faults.append(f"arbitration, {name}: {middle:.0f} µs a decision, the limit is {LIMIT_US:.0f} µs")
        outcomes.append(Arbitration(f"{ACTIONS} actions, their expressions {name}", middle, each[0], each[-1], faults))
    shutil.rmtree(folder)
    return outcomes
