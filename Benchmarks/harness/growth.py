"""How journeyd's cost grows with what ought not to matter, as ratios of two runs over as many events of the same kind.

Each case makes its own configurations and events, and knows how many moments must come out, or that
the same lines must; a case whose run says something else is a fault, whatever its ratio.
"""

import hashlib
import json
import shutil
from dataclasses import dataclass
from pathlib import Path

from harness import measure
from harness.contest import HERE, WORK
from harness.events import DAY, HOUR, Pattern, mixed, write_events


@dataclass
class Side:
    config: Path
    events: Path
    # None: whatever they are, both sides must write the same lines.
    moments: int | None = None
    keeps_journal: bool = False
    # Decision lines, for an action or for none; a case that decides nothing has none.
    decisions: int = 0

    def command(self, journeyd, output, folder):
        run = [journeyd, "run", self.config, self.events, "--output", output]
        # A data directory of its own for each run: with an old one there would be nothing left to do.
        return ["sh", "-c", f'exec "$@" --data-dir "{folder}/data-$$"', "sh", *run] if self.keeps_journal else run


@dataclass
class Case:
    name: str
    what: str
    limit: float
    small: Side
    large: Side


@dataclass
class Growth:
    case: Case
    ratio: float
    least: float
    most: float
    cpu_ratio: float
    peak_ratio: float
    events_per_s: float
    faults: list


def configuration(folder, name, **parts):
    path = folder / f"{name}.json"
    path.write_text(json.dumps({"version": 1, **parts}, indent=1) + "\n")
    return path


def sampled(**more):
    """A moment at each purchase, of which the events have one in a hundred: what shows that a run did its work."""
    return {"sampled": {"kind": "opportunity", "sequence": [{"as": "pay", "on": "purchase"}], **more}}


def shopping_type(i):
    drawn = mixed(i)
    return "purchase" if drawn % 100 == 99 else ("product_view", "add_to_cart", "product_view", "search")[drawn % 4]


def viewing_type(i):
    return "purchase" if mixed(i) % 100 == 99 else "product_view"


def purchases(events, type_of):
    return sum(1 for i in range(events) if type_of(i) == "purchase")


# Rules that do not concern the events: 10 → 1,000

def unconcerned_rules(count):
    """A third each of sequences, windows and moments that read a window; all of other types and other properties."""
    moments, windows = {}, {}
    for i in range(count):
        if i % 3 == 0:
            moments[f"sequence_{i}"] = {
                "kind": "friction", "within": "1h", "sequence": [
                    {"as": "first", "on": f"other_{i}_a", "where": f"event.properties.p_{i} > 1"},
                    {"as": "second", "on": f"other_{i}_b",
                     "where": f"event.properties.q_{i} != event.properties.p_{i}"}]}
        elif i % 3 == 1:
            windows[f"window_{i}"] = {"sum": f"event.properties.r_{i}", "on": f"other_{i}", "over": "7d"}
        else:
            moments[f"single_{i}"] = {
                "kind": "opportunity", "sequence": [{"as": "seen", "on": f"other_{i}"}],
                "output": {"total": f"windows.window_{i - 1}"}}
    return moments, windows


def rules(folder, events, few=10, many=1000):
    def side(count):
        moments, windows = unconcerned_rules(count)
        return configuration(folder, f"rules-{count}", windows=windows, moments={**moments, **sampled()})

    path = folder / "rules.ndjson"
    write_events(path, events, Pattern(type=shopping_type, customer=lambda i: i * 7919 % 10_000, step_ms=100))
    expected = purchases(events, shopping_type)
    return Case("rules", f"{few} → {many:,} rules that do not concern the events", 1.5,
                Side(side(few), path, expected), Side(side(many), path, expected))


# Customers: 10 thousand → 1 million

def customers(folder, events, few=10_000, many=1_000_000):
    sequences = {
        "cart_abandoned": {"kind": "friction", "by": "event.properties.sku", "sequence": [
            {"as": "cart", "on": "add_to_cart"}, {"not": "purchase", "for": "30m"}]},
        "checkout_path": {"kind": "opportunity", "within": "1h", "sequence": [
            {"as": "view", "on": "product_view"}, {"as": "cart", "on": "add_to_cart"},
            {"as": "checkout", "on": "checkout_started"}]},
    }
    windows = {
        "spend": {"sum": "event.properties.price", "on": "purchase", "over": "90d"},
        "views": {"count": True, "on": "product_view", "over": "14d"},
        "channels": {"distinct": "event.channel", "over": "30d"},
        "quiet_for": {"since_last": True, "on": ["purchase", "app_open"]},
    }
    output = {"spend": "windows.spend", "views": "windows.views", "channels": "windows.channels"}
    config = configuration(folder, "customers", windows=windows, moments={**sequences, **sampled(output=output)})
    step_ms = 80
    last = (events - 1) * step_ms
    # No cart's SKU is ever bought, so every cart is abandoned, once its half hour lies within the input.
    carts = sum(1 for i in range(events) if shopping_type(i) == "add_to_cart" and i * step_ms + HOUR // 2 <= last)
    expected = carts + purchases(events, shopping_type)

    def side(count):
        path = folder / f"customers-{count}.ndjson"
        # A stride without a common divisor, so that each customer comes and neighbours in time are not so in memory.
        write_events(path, events, Pattern(
            type=shopping_type, customer=lambda i: i * 7919 % count, step_ms=step_ms,
            sku=lambda i: f"{'BUY' if shopping_type(i) == 'purchase' else 'SKU'}-{mixed(i + 7) % 20_000:05d}"))
        return Side(config, path, expected)

    return Case("customers", f"{few:,} → {many:,} customers", 2.5, side(few), side(many))


# Length of windows: 1 h → 90 d

def window_length(folder, events):
    def side(over):
        windows = {
            "views": {"count": True, "on": "product_view", "over": over},
            "total": {"sum": "event.properties.price", "on": "product_view", "over": over},
            "kinds": {"distinct": "event.properties.sku", "on": "product_view", "over": over},
        }
        # Never true, but to be decided at every event and whenever a window loses one.
        never = "windows.views > 1000000 || windows.total > 1000000000.0 || windows.kinds > 1000000"
        output = {name: f"windows.{name}" for name in windows}
        moments = {"never": {"kind": "friction", "when": never}, **sampled(output=output)}
        return Side(configuration(folder, f"window-{over}", windows=windows, moments=moments), path, expected)

    path = folder / "window.ndjson"
    expected = purchases(events, viewing_type)
    count = max(events // 1000, 1)
    write_events(path, events, Pattern(
        type=viewing_type, customer=lambda i: i * 7919 % count, step_ms=120 * DAY // events))
    return Case("windows", "windows of 1 h → 90 d (count, sum, distinct)", 1.5, side("1h"), side("90d"))


# Unmatched starts of one customer: 1 → 10,000

def unmatched_starts(folder, events, few=1, many=10_000):
    """First one event in a hundred goes to make the starts. The rest is the same for both: events of another type of
    that customer, a hundred further starts of it, and starts and purchases of others."""
    preface = events // 100
    many = min(many, preface)
    moments = {
        "unmatched": {"kind": "friction", "within": "100d", "max_partial": 20_000,
                      "sequence": [{"as": "first", "on": "start"}, {"as": "second", "on": "finish"}]},
        **sampled(),
    }
    config = configuration(folder, "starts", moments=moments)

    def side(starts):
        def type_of(i):
            if i < preface:
                return "start" if i < starts else "other"
            return "purchase" if i % 100 == 99 else "start" if i % 100 < 9 or i % (events // 100) == 50 else "other"

        def customer_of(i):
            others = i >= preface and (i % 100 == 99 or i % 100 < 9)
            return 1 + mixed(i) % 10_000 if others else 0

        path = folder / f"starts-{starts}.ndjson"
        write_events(path, events, Pattern(type=type_of, customer=customer_of, step_ms=100))
        return Side(config, path, (events - preface) // 100)

    return Case("starts", f"{few} → {many:,} unmatched starts of one customer", 1.5, side(few), side(many))


# Decisions on one event in a hundred: none → with three actions

def decisions(folder, events):
    """The same moments and windows; one side also decides on each purchase, under every sort of limit."""
    windows = {
        "spend": {"sum": "event.properties.price", "on": "purchase", "over": "90d"},
        "views": {"count": True, "on": "product_view", "over": "14d"},
        "channels": {"distinct": "event.channel", "over": "30d"},
    }
    moments = {
        "cart_abandoned": {"kind": "friction", "by": "event.properties.sku", "sequence": [
            {"as": "cart", "on": "add_to_cart"}, {"not": "purchase", "for": "90d"}]},
        **sampled(output={"spend": "windows.spend", "views": "windows.views", "channels": "windows.channels"}),
    }
    actions = {
        f"offer_{i}": {
            "on": "sampled", "channels": ["email", "push"], "eligible": "windows.views >= 0",
            "propensity": 0.1 * (i + 1), "value": "windows.spend", "cooldown": "1h", "group": "offers",
            "suppress": [{"after": "support_ticket", "for": "14d"}], "budget": {"max": 1_000_000, "per": "day"},
            "payload": {"sku": "event.properties.sku"}}
        for i in range(3)
    }
    policy = {
        "caps": [{"max": 3, "over": "7d"}, {"max": 2, "per": "day", "group": "offers"}],
        "consent": {"push": "windows.channels > 1"}, "holdout": {"percent": 5, "salt": "s"},
        "quiet_hours": [{"channels": ["push"], "from": "21:00", "to": "08:00", "then": "next_channel"}],
    }
    path = folder / "decisions.ndjson"
    write_events(path, events, Pattern(type=shopping_type, customer=lambda i: i * 7919 % 10_000, step_ms=100))
    expected = purchases(events, shopping_type)
    return Case("decisions", "no actions → three actions, decided on at one event in a hundred", 1.11,
                Side(configuration(folder, "undecided", windows=windows, moments=moments), path, expected),
                Side(configuration(folder, "decided", windows=windows, moments=moments, actions=actions,
                                   policy=policy), path, expected, decisions=expected))


# What makes it outlast a crash, and what makes it wait for events that come late

JOURNAL = {"fsync": "interval", "interval": "10ms"}


def journal(folder, events):
    """With the journal on, a run is to take a tenth longer at most, in the configuration of the
    throughput benchmark; a quarter is what neighbours of the machine may make of that."""
    path = folder / "journal.ndjson"
    write_events(path, events, Pattern(type=shopping_type, customer=lambda i: i * 7919 % (events // 10), step_ms=100))
    config = configuration(folder, "journal", include=[str(HERE / "bench.json5")], journal=JOURNAL)
    return Case("journal", "`bench.json5`: no journal → a journal, fsync every 10 ms", 1.25,
                Side(config, path), Side(config, path, keeps_journal=True))


def bare_journal(folder, events):
    """The same where next to nothing is done with an event: beside that, taking it to the disk is much."""
    path = folder / "journal.ndjson"
    write_events(path, events, Pattern(type=shopping_type, customer=lambda i: i * 7919 % 10_000, step_ms=100))
    expected = purchases(events, shopping_type)
    config = configuration(folder, "bare-journal", moments=sampled(), journal=JOURNAL)
    return Case("bare journal", "one moment: no journal → a journal, fsync every 10 ms", 2.5,
                Side(config, path, expected), Side(config, path, expected, keeps_journal=True))


def disorder(folder, events):
    """Events in order, which nobody need wait for."""
    path = folder / "disorder.ndjson"
    write_events(path, events, Pattern(type=shopping_type, customer=lambda i: i * 7919 % 10_000, step_ms=100))
    expected = purchases(events, shopping_type)

    def side(disorder):
        return Side(configuration(folder, f"disorder-{disorder}", moments=sampled(), time={"disorder": disorder}),
                    path, expected)

    return Case("disorder", "disorder of 0 s → 60 s", 2.5, side("0s"), side("60s"))


CASES = [rules, customers, window_length, unmatched_starts, decisions, journal, bare_journal, disorder]


def digest(path):
    """Of a file with something in it."""
    with open(path, "rb") as lines:
        found = hashlib.file_digest(lines, "sha256").hexdigest()
    return found if path.stat().st_size else f"nothing in {path}"


def drop_journals(folder):
    """Journals of runs that have ended: what of them is not on the disk yet need not go there."""
    for path in folder.glob("data-*"):
        shutil.rmtree(path)


def grow(journeyd, make, events, runs, judged=True):
    """Measures one case. `judged`: whether its limit counts; over a few thousand events it says nothing."""
    folder = WORK / "growth"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    case = make(folder, events)
    outputs = {"small": folder / "small.out", "large": folder / "large.out"}
    sides = {"small": case.small, "large": case.large}
    costs = measure.in_turn({
        name: side.command(journeyd, outputs[name], folder) for name, side in sides.items()}, runs,
        between=lambda: drop_journals(folder))
    faults = []
    if case.small.moments is None and digest(outputs["small"]) != digest(outputs["large"]):
        faults.append(f"{case.name}: the two sides write different lines")
    for name, side in sides.items():
        if side.moments is None:
            continue
        moments = decisions = chosen = 0
        with open(outputs[name], "rb") as lines:
            for line in lines:
                moments += line.startswith(b'{"type":"moment"')
                if line.startswith(b'{"type":"decision"'):
                    decisions += 1
                    chosen += b'"action":null' not in line
        if moments != side.moments:
            faults.append(f"{case.name}, {side.config.name}: {moments} moments instead of {side.moments}")
        # In a short run every decision may have an action.
        is_mixed = 0 < chosen and (chosen < decisions or not judged)
        if decisions != side.decisions or (side.decisions and not is_mixed):
            faults.append(f"{case.name}, {side.config.name}: {decisions} decisions instead of {side.decisions}, "
                          f"{chosen} of them for an action")
    ratio = measure.paired_ratio(costs["large"], costs["small"])
    least, most = measure.spread(costs["large"], costs["small"])
    if judged and ratio > case.limit:
        faults.append(f"{case.name}: {case.what} costs ×{ratio:.2f}, the limit is ×{case.limit:.3g}")
    shutil.rmtree(folder)
    return Growth(case, ratio, least, most, measure.paired_ratio(costs["large"], costs["small"], "cpu_s"),
                  measure.paired_ratio(costs["large"], costs["small"], "peak_kib"),
                  events / measure.median(costs["large"], "wall_s"), faults)
