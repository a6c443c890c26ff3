"""The benchmark's rules in Bytewax: a stateful step keyed by customer, whose logic is that of journey.py.

usage: journey_bytewax.py EVENTS OUTPUT

One worker: Python runs one thread of a process at a time. A step knows no event time but that of its own customer's
events, so a cart is abandoned when the customer comes back, or at the end; its line has the same time all the same.
"""

import gc
import sys
from collections import deque
from pathlib import Path

import bytewax.operators as op
from bytewax.connectors.files import FileSink, FileSource
from bytewax.dataflow import Dataflow
from bytewax.operators import StatefulLogic
from bytewax.testing import run_main

from journey import Customer, Engine, loads, milliseconds


class Lines(list):
    """Stands for the output file: what one event brought about."""

    def write(self, line):
        self.append(line[:-1].decode())

    def take(self):
        lines = list(self)
        self.clear()
        return lines


lines = Lines()
engine = Engine(lines)
last = 0  # The time of the last event of all; the file is in order of time.


def parsed(text):
    global last
    event = loads(text)
    last = event["time"] = milliseconds(event["timestamp"])
    return event["customer_id"], event


class Journey(StatefulLogic):
    __slots__ = ("customer", "pending")

    def __init__(self, state):
        self.customer, self.pending = state or (None, deque())

    def on_item(self, event):
        if self.customer is None:
            self.customer = Customer(event["customer_id"])
        engine.pending = self.pending
        engine.fire(event["time"])
        engine.see(self.customer, event["time"], event)
        return lines.take(), StatefulLogic.RETAIN

    def on_eof(self):
        engine.pending = self.pending
        engine.fire(last)
        return lines.take(), StatefulLogic.RETAIN

    def snapshot(self):
        return self.customer, self.pending


gc.disable()
flow = Dataflow("journey")
events = op.map("parse", op.input("read", flow, FileSource(Path(sys.argv[1]), batch_size=1000)), parsed)
op.output("write", op.stateful("journey", events, Journey), FileSink(Path(sys.argv[2])))
run_main(flow)
