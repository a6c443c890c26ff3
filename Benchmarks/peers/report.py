#!/usr/bin/env python3
"""The journey map of one file, by journeyd, DuckDB and pm4py, in the same run: what directly follows what, within visits.

usage: PYTHON Benchmarks/peers/report.py JOURNEYD EVENTS [ROUNDS]
PYTHON is one that has duckdb and pm4py; one that is absent is passed over. EVENTS is a file of events in the native form,
in order. Prints one line of JSON: how many events there were, and for each the seconds of its rounds, which take turns,
by the clock (`wall`) and of the processor (`cpu`). What is counted is compared: the edges of journeyd and DuckDB must be
equal, pm4py's too. pm4py reads the file by pandas and cuts the visits there, as its users do; once more it is given the
visits that DuckDB found as a table, and neither reading JSON nor cutting is in its time. journeyd makes all of its figures
meanwhile, the others the map alone, in a process that has loaded them before.
"""
import json
import os
import resource
import subprocess
import sys
import tempfile
import time

journeyd, events = sys.argv[1:3]
rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 3
folder = tempfile.TemporaryDirectory()
figures, config, visits = (os.path.join(folder.name, name) for name in ("figures.json", "config.json5", "visits.csv"))
with open(events, "rb") as file:
    count = sum(1 for _ in file)
with open(config, "w", encoding="utf-8") as file:
    file.write('{ version: 1, report: { conversion: "purchase" } }')

STEPS = """
    WITH events AS (
        SELECT customer_id, event, epoch_us(timestamp::TIMESTAMPTZ) AS t, row_number() OVER () AS place
        FROM read_json($file, columns = {customer_id: 'VARCHAR', event: 'VARCHAR', timestamp: 'VARCHAR'},
                       format = 'newline_delimited')),
    steps AS (
        SELECT *, lag(event) OVER w AS earlier, t - lag(t) OVER w AS gap FROM events
        WINDOW w AS (PARTITION BY customer_id ORDER BY t, place))
    """
MAP = ("SELECT earlier, event, count(*), count(DISTINCT customer_id), avg(gap), min(gap), max(gap) FROM steps "
       "WHERE gap <= 30 * 60 * 1000000 GROUP BY ALL")
VISITS = """SELECT customer_id || '-' || sum(coalesce(gap > 30 * 60 * 1000000, true)::INT)
    OVER (PARTITION BY customer_id ORDER BY t, place) AS visit, event, make_timestamp(t) AS time, place
    FROM steps ORDER BY place"""


def by_journeyd():
    subprocess.run([journeyd, "report", config, events, "--json", figures], check=True)


def edges_of_journeyd():
    with open(figures, encoding="utf-8") as file:
        return {(edge["from"], edge["to"]): edge["events"] for edge in json.load(file)["edges"]["visit"]}


def by_duckdb():
    # As many threads as this machine has cores, which is what journeyd takes, too.
    rows = duckdb.connect().execute(STEPS + MAP, {"file": events}).fetchall()
    return {(row[0], row[1]): row[2] for row in rows}


def by_pm4py():
    with open(events, "rb") as file:
        # What is needed of each line alone: pandas' own reader makes a column of every property and takes longer.
        log = pandas.DataFrame.from_records(
            ((event["customer_id"], event["event"], event["timestamp"]) for event in map(json.loads, file)),
            columns=["customer", "event", "time"])
    log["time"] = pandas.to_datetime(log["time"], format="ISO8601")
    log = log.sort_values(["customer", "time"], kind="stable")
    begins = log.groupby("customer", sort=False)["time"].diff().gt(pandas.Timedelta(minutes=30))
    log["visit"] = log["customer"] + "-" + begins.groupby(log["customer"], sort=False).cumsum().astype(str)
    log = pm4py.format_dataframe(log, case_id="visit", activity_key="event", timestamp_key="time")
    return dict(pm4py.discover_dfg(log)[0])


def by_pm4py_with_visits():
    log = pandas.read_csv(visits)
    log["time"] = pandas.to_datetime(log["time"], format="ISO8601")
    log = pm4py.format_dataframe(log, case_id="visit", activity_key="event", timestamp_key="time")
    return dict(pm4py.discover_dfg(log)[0])


makers = {"journeyd": by_journeyd}
try:
    import duckdb
    makers["DuckDB"] = by_duckdb
    import pandas
    import pm4py
    makers["pm4py"] = by_pm4py
    makers["pm4py, visits given"] = by_pm4py_with_visits
    duckdb.connect().execute(STEPS + VISITS, {"file": events}).df().to_csv(visits, index=False)
except ImportError:
    pass


def processor():
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


costs = {name: {"wall": [], "cpu": []} for name in makers}
edges = {}
for turn in range(rounds):
    names = list(makers)
    for name in names[turn % len(names):] + names[:turn % len(names)]:
        wall, cpu = time.perf_counter(), processor()
        edges[name] = makers[name]()
        costs[name]["wall"].append(time.perf_counter() - wall)
        costs[name]["cpu"].append(processor() - cpu)
edges["journeyd"] = edges_of_journeyd()
# pm4py puts events of one instant in an order of its own, so that a few of its edges may be others.
apart = {name: sum(abs(known.get(edge, 0) - edges["journeyd"].get(edge, 0)) for edge in known.keys() | edges["journeyd"].keys())
         for name, known in edges.items()}
json.dump({"events": count, "steps": sum(edges["journeyd"].values()), "apart": apart, "costs": costs}, sys.stdout)
print()
