"""The benchmark's rules in csp: one node with an alarm for each cart, whose logic is that of journey.py.

usage: journey_csp.py EVENTS OUTPUT

csp plays the file by the times of its events; an alarm that falls on an event's time is seen before the event.
"""

import gc
import sys
from datetime import datetime, timedelta

import csp
from csp import ts
from csp.impl.pulladapter import PullInputAdapter
from csp.impl.wiring import py_pull_adapter_def

from journey import CART_PATIENCE, Customer, Engine, loads, milliseconds

EPOCH = datetime(1970, 1, 1)


def moment(time):
    return EPOCH + timedelta(milliseconds=time)


class EventsReader(PullInputAdapter):
    def __init__(self, path):
        self.lines = open(path, "rb", buffering=1 << 20)
        super().__init__()

    def next(self):
        line = self.lines.readline()
        if not line:
            return None
        event = loads(line)
        event["time"] = milliseconds(event["timestamp"])
        return moment(event["time"]), event


events_of = py_pull_adapter_def("events_of", EventsReader, ts[object], path=str)


@csp.node
def journeys(events: ts[object], output: object):
    with csp.alarms():
        due: ts[int] = csp.alarm(int)
    with csp.state():
        s_engine = Engine(output)
        s_patience = timedelta(milliseconds=CART_PATIENCE)
    if csp.ticked(due):
        s_engine.fire(due)
    if csp.ticked(events):
        time = events["time"]
        s_engine.fire(time)
        name = events["customer_id"]
        customer = s_engine.customers.get(name)
        if customer is None:
            customer = s_engine.customers[name] = Customer(name)
        pending = len(s_engine.pending)
        s_engine.see(customer, time, events)
        if len(s_engine.pending) > pending:
            csp.schedule_alarm(due, s_patience, time + CART_PATIENCE)


@csp.graph
def journey(path: str, output: object):
    journeys(events_of(path), output)


def span(path):
    """The times of the first and the last event."""
    with open(path, "rb") as lines:
        first = milliseconds(loads(lines.readline())["timestamp"])
        lines.seek(-4096, 2)
        last = milliseconds(loads(lines.read().splitlines()[-1])["timestamp"])
    return moment(first), moment(last)


gc.disable()
first, last = span(sys.argv[1])
with open(sys.argv[2], "wb", buffering=1 << 20) as output:
    csp.run(journey, sys.argv[1], output, starttime=first, endtime=last)
