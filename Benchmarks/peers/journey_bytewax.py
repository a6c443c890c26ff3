"""The benchmark's rules in Bytewax: a stateful step keyed by customer, whose logic is that of journey.py.

usage: journey_bytewax.py EVENTS OUTPUT, or journey_bytewax.py BOOTSTRAP TOPIC OUTPUT, which reads a topic of a Kafka-protocol
log to its end, keeps no place in it, and writes each line at least once.

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
if len(sys.argv) == 3:
    read = op.input("read", flow, FileSource(Path(sys.argv[1]), batch_size=1000))
    write = FileSink(Path(sys.argv[2]))
else:
    from bytewax.connectors.kafka import KafkaSink, KafkaSinkMessage, KafkaSource

    source = KafkaSource([sys.argv[1]], [sys.argv[2]], tail=False, batch_size=1000)
    read = op.map("value", op.input("read", flow, source), lambda message: message.value)
    write = KafkaSink([sys.argv[1]], sys.argv[3])
made = op.stateful("journey", op.map("parse", read, parsed), Journey)
if len(sys.argv) == 4:
    made = op.map("message", made, lambda pair: KafkaSinkMessage(pair[0].encode(), pair[1].encode()))
op.output("write", made, write)
run_main(flow)
