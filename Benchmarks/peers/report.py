#!/usr/bin/env python3
"""The journey map of one file, by journeyd, DuckDB and pm4py, in the same run: what directly follows what, within visits.

usage: PYTHON Benchmarks/peers/report.py JOURNEYD EVENTS [ROUNDS]
PYTHON is one that has duckdb and pm4py; one that is absent is passed over. EVENTS is a file of events in the native form,
in order. Prints a table: seconds (the median of the rounds), events a second, and the ratio to journeyd. What is counted is
compared: the edges of journeyd and DuckDB must be equal, pm4py's too, whose cases are the visits that DuckDB found (cutting
them is not in its time). journeyd makes all of its figures meanwhile, the others the map alone.
"""
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

journeyd, events = sys.argv[1:3]
rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 3
count = sum(1 for _ in open(events, "rb"))
folder = tempfile.mkdtemp()
times, edges = {}, {}


def timed(name, make):
    spans = []
    for _ in range(rounds):
        start = time.perf_counter()
        edges[name] = make()
        spans.append(time.perf_counter() - start)
    times[name] = statistics.median(spans)


def by_journeyd():
    figures, config = os.path.join(folder, "figures.json"), os.path.join(folder, "config.json5")
    with open(config, "w") as file:
        file.write('{ version: 1, report: { conversion: "purchase" } }')
    subprocess.run([journeyd, "report", config, events, "--json", figures], check=True)
    with open(figures) as file:
        return {(edge["from"], edge["to"]): edge["events"] for edge in json.load(file)["edges"]["visit"]}


timed("journeyd report", by_journeyd)
try:
    import duckdb
except ImportError:
    duckdb = None
if duckdb:
    STEPS = """
        WITH events AS (
            SELECT customer_id, event, epoch_us(timestamp::TIMESTAMPTZ) AS t, row_number() OVER () AS place
            FROM read_json($file, columns = {customer_id: 'VARCHAR', event: 'VARCHAR', timestamp: 'VARCHAR'},
                           format = 'newline_delimited')),
        steps AS (
            SELECT *, lag(event) OVER w AS earlier, t - lag(t) OVER w AS gap FROM events
            WINDOW w AS (PARTITION BY customer_id ORDER BY t, place))
        """
    # As many threads as this machine has cores, which is what journeyd takes, too.
    base = duckdb.connect()

    def by_duckdb():
        rows = base.execute(STEPS + "SELECT earlier, event, count(*), count(DISTINCT customer_id), avg(gap), min(gap), max(gap)"
                                    " FROM steps WHERE gap <= 30 * 60 * 1000000 GROUP BY ALL", {"file": events}).fetchall()
        return {(row[0], row[1]): row[2] for row in rows}

    timed("DuckDB", by_duckdb)
    assert edges["DuckDB"] == edges["journeyd report"], "the edges differ"
try:
    import pm4py
except ImportError:
    pm4py = None
if pm4py and duckdb:
    frame = base.execute(
        STEPS + """SELECT customer_id || '-' || sum(coalesce(gap > 30 * 60 * 1000000, true)::INT)
            OVER (PARTITION BY customer_id ORDER BY t, place) AS visit, event, make_timestamp(t) AS time, place
            FROM steps ORDER BY place""", {"file": events}).df()
    lines = os.path.join(folder, "visits.csv")
    frame.to_csv(lines, index=False)

    def by_pm4py():
        import pandas
        log = pandas.read_csv(lines)
        log["time"] = pandas.to_datetime(log["time"], format="ISO8601")
        log = pm4py.format_dataframe(log, case_id="visit", activity_key="event", timestamp_key="time")
        return dict(pm4py.discover_dfg(log)[0])

    timed("pm4py", by_pm4py)
    same = edges["pm4py"] == edges["journeyd report"]
    print("pm4py's edges are " + ("equal" if same else "not all equal: it puts events of one instant in another order"))
print(f"{count} events, median of {rounds} rounds\n\n| | seconds | events/s | journeyd is so many times as fast |\n| --- | ---: | ---: | ---: |")
for name, seconds in times.items():
    print(f"| {name} | {seconds:.2f} | {count / seconds:,.0f} | {seconds / times['journeyd report']:.1f} |")
