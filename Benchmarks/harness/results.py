"""The results as a Markdown page. Seconds never stand alone: other machines, and other hours, have others."""

import datetime
import os
import platform
import re
import subprocess
import textwrap

from harness import curves, measure
from harness.contest import python_with_orjson


def first_line(*command):
    try:
        said = subprocess.run(command, capture_output=True, text=True, timeout=60)
    except OSError:
        return "absent"
    return (said.stdout or said.stderr).strip().split("\n")[0] or "unknown"


def machine():
    with open("/proc/cpuinfo", encoding="utf-8") as lines:
        model = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "unknown")
    with open("/proc/meminfo", encoding="utf-8") as lines:
        memory_kib = int(re.search(r"\d+", lines.readline()).group())
    memory_gib = memory_kib / (1 << 20)
    return f"{model}, {os.cpu_count()} cores, {memory_gib:.0f} GiB, {platform.system()} {platform.release()}"


def versions(journeyd):
    packages = "import importlib.metadata as m\n" + "\n".join(
        f"try: print('{name}', m.version('{name}'), end='; ')\nexcept m.PackageNotFoundError: pass"
        for name in ("orjson", "chdb", "duckdb", "pm4py", "bytewax", "csp", "vowpalwabbit", "river", "apache-flink-libraries"))
    simdjson = first_line("dpkg-query", "-W", "-f", "${Version}", "libsimdjson-dev")
    return [
        f"journeyd: {first_line(journeyd, '--version')}",
        f"{first_line('g++', '--version')}; simdjson {simdjson}",
        f"{first_line(python_with_orjson(), '--version')}; {first_line(python_with_orjson(), '-c', packages)}",
        first_line("java", "-version"),
    ]


def contest_table(contest):
    ours = contest.costs[contest.contestants[0].name]
    yield f"## {contest.events:,} events of {contest.customers:,} customers\n"
    yield (f"Median of {contest.runs} runs in turn. *journeyd is* says how many times as fast journeyd, with all "
           "rules, was as the peer with what it does (least and greatest of the paired runs).\n")
    yield "| | does | events a second | journeyd is | peak memory |\n| --- | --- | ---: | ---: | ---: |"
    for each in contest.contestants:
        costs = contest.costs[each.name]
        ratio = measure.paired_ratio(costs, ours)
        least, most = measure.spread(costs, ours)
        compared = "" if costs is ours else f"×{ratio:.2f} ({least:.2f}–{most:.2f})"
        rate = contest.events / measure.median(costs, "wall_s")
        peak_mib = measure.median(costs, "peak_kib") / 1024
        yield f"| {each.name} | {each.what} | {rate / 1e6:.3g} million | {compared} | {peak_mib:,.0f} MiB |"
    if contest.absent:
        yield f"\nNot installed here: {', '.join(contest.absent)}."
    yield "\n| said | " + " | ".join(contest.outcomes) + " |\n| --- |" + " ---: |" * len(contest.outcomes)
    partial = {each.name for each in contest.contestants if each.compares == "moments"}
    for kind in sorted({kind for outcome in contest.outcomes.values() for kind in outcome["counts"]}):
        counts = ("" if name in partial and not kind.startswith("moment ") else f"{outcome['counts'].get(kind, 0):,}"
                  for name, outcome in contest.outcomes.items())
        yield f"| {kind} | " + " | ".join(counts) + " |"
    digests = ("" if name in partial else f"`{outcome['digest']}`" for name, outcome in contest.outcomes.items())
    yield "| digest | " + " | ".join(digests) + " |\n"


def growth_table(growths, events, runs):
    yield "## Growth\n"
    yield (f"journeyd's time for {events:,} events at the greater size, over that at the lesser: the median of {runs} "
           "pairs of runs (least and greatest).\n")
    yield "| | time | limit | processor time | peak memory | events a second, greater |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: |"
    for growth in growths:
        yield (f"| {growth.case.what} | ×{growth.ratio:.2f} ({growth.least:.2f}–{growth.most:.2f}) | "
               f"×{growth.case.limit:.3g} | ×{growth.cpu_ratio:.2f} | ×{growth.peak_ratio:.2f} | "
               f"{growth.events_per_s / 1e6:.3g} million |")
    yield ""


def arbitration_table(outcomes):
    yield "## Arbitration\n"
    yield ("Processor time of a decision among a hundred actions with every gate and limit in use: one shard, the whole run "
           "less the same run without actions; the middle of the runs (least and greatest).\n")
    yield "| | µs a decision |\n| --- | ---: |"
    for each in outcomes:
        yield f"| {each.what} | {each.us_per_decision:.0f} ({each.least:.0f}–{each.most:.0f}) |"
    yield ""


def windows_table(rows, condition_ns, allocations):
    yield "## Windows\n"
    yield ("One window over every event of 1,000,000, with one shard: nanoseconds of the processor an event, and bytes of "
           "state a customer, its row included. 1 h and 1 d hold little of a month of events, 90 d all.\n")
    lengths = list(dict.fromkeys(row.length for row in rows))
    yield "| | " + " | ".join(f"{length}: ns | bytes" for length in lengths) + " |"
    yield "| --- |" + " ---: |" * (2 * len(lengths))
    for aggregate in dict.fromkeys(row.aggregate for row in rows):
        cells = (f"{row.ns_per_event:,.0f} | {row.bytes_per_customer:,.0f}" for row in rows if row.aggregate == aggregate)
        yield f"| {aggregate} | " + " | ".join(cells) + " |"
    yield f"\nA condition of three comparisons on decoded fields (a double, a text, a double): {condition_ns:.0f} ns, all included.\n"
    if allocations is not None:
        yield f"It asks for memory {max(allocations, 0):.4f} times.\n"


def memory_table(memory):
    yield "## Memory\n"
    yield "| customers | events | peak memory | base | each | limit |\n| ---: | ---: | ---: | ---: | ---: | ---: |"
    yield (f"| {memory.customers:,} | {memory.events:,} | {memory.peak_kib / 1024:,.0f} MiB | "
           f"{memory.base_kib / 1024:,.0f} MiB | {memory.bytes_each:,.0f} bytes | 1,024 bytes |\n")


def page(journeyd, parts, faults):
    today = datetime.datetime.now(datetime.timezone.utc)
    lines = ["# Results\n", f"Written by `Benchmarks/run` on {today:%Y-%m-%d}.\n", f"- {machine()}"]
    lines += [f"- {version.rstrip('; ')}" for version in versions(journeyd)]
    lines.append("")
    for part in parts:
        lines += part
    lines.append("## Checks\n")
    lines += [f"- **Failed:** {fault}" for fault in faults] or ["All passed."]
    return wrapped("\n".join(lines)) + "\n"


def wrapped(text):
    """The text with its sentences wrapped at 100 characters; rows of tables are as wide as they are."""
    lines = []
    for line in text.split("\n"):
        if len(line) <= 100 or line.startswith("|"):
            lines.append(line)
        else:
            indent = "  " if line.startswith("- ") else ""
            lines += textwrap.wrap(line, 100, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
    return "\n".join(lines)


def curves_table(found):
    points = " | ".join(f"{point:,}" for point in curves.POINTS)
    yield "## Curves\n"
    yield ("Nanoseconds an event, reading it included: processor time of one shard; for Flink CEP the time that its job "
           f"took on all cores, over fewer events (– where it took more than {curves.FLINK_SECONDS} s). Where a condition compares "
           "events, *slope* says what each further beginning adds to an event.\n")
    for what in dict.fromkeys(curve.what for curve in found):
        yield f"| {what} | {points} | last over first | last over second | limits |"
        yield "| --- |" + " ---: |" * (len(curves.POINTS) + 3)
        for curve in found:
            if curve.what != what:
                continue
            cells = " | ".join(f"{ns:,.0f}" for ns in curve.ns)
            limit = ", ".join(f"×{limit}" for limit in curves.LIMITS) if curve.judged else curves.unjudged(curve)
            ratios = " | ".join(f"×{curves.last_over(place, curve):.2f}" for place in (0, 1))
            yield f"| {curve.sequence} | {cells} | {ratios} | {limit} |"
            if curve.flink_ns:
                cells = " | ".join("–" if ns is None else f"{ns:,.0f}" for ns in curve.flink_ns)
                yield f"| the same, Flink CEP | {cells} | | | |"
        yield ""


def absences_table(pending):
    yield "## Pending absences\n"
    yield (f"{pending.customers:,} customers with one event each, whose absence of another is awaited: "
           f"{pending.pending_kib / 1024:,.0f} MiB at most, {pending.entry_kib / 1024:,.0f} MiB where one number is kept of each "
           f"customer instead. That is {pending.bytes_each:.0f} bytes for each absence beyond the customer's entry and the "
           "event's id; the limit is 64.\n")
