#!/usr/bin/env python3
"""Gives journeyd what is wrong with a topic: faults.py JOURNEYD BOOTSTRAP. Each fault must be told of in words, stop the cell
concerned and no other, and lose nothing."""
import json, os, signal, subprocess, sys, tempfile, time, urllib.request, zlib

from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewPartitions, NewTopic

journeyd, bootstrap = sys.argv[1:3]
admin = AdminClient({"bootstrap.servers": bootstrap})
folder = tempfile.mkdtemp(prefix="journeyd-faults-")
tag = f"journeyd-faults-{os.getpid()}-{int(time.time())}"
PARTITIONS = 2
CONFIGURATION = """{ version: 1, time: { idle_after: "1h" }, input: { max_line: "64KiB" }, kafka: { partitioner: "crc32", commit: "20ms" },
  moments: { seen: { sequence: [{ as: "ping", on: "ping" }] },
    answered: { sequence: [{ as: "ping", on: "ping" }, { as: "pong", on: "pong" }] } } }"""
with open(os.path.join(folder, "config.json5"), "w") as file:
    file.write(CONFIGURATION)


def make(topic, partitions=PARTITIONS):
    for future in admin.create_topics([NewTopic(topic, partitions, 1)]).values():
        future.result()


def drop(*topics):
    for future in admin.delete_topics(list(topics)).values():
        future.result()


def customer(partition, number=0):
    """A customer whose events belong to a partition."""
    while zlib.crc32(f"c{number}".encode()) % PARTITIONS != partition:
        number += 1
    return f"c{number}"


def ping(name, second, event="ping"):
    return json.dumps({"customer_id": name, "event": event, "timestamp": second * 1000}).encode()


def home(name, partitions=PARTITIONS):
    return zlib.crc32(name.encode()) % partitions


def send(topic, records):
    """Sends records: (partition, key, value)."""
    producer = Producer({"bootstrap.servers": bootstrap})
    for partition, key, value in records:
        producer.produce(topic, partition=partition, key=key, value=value)
        producer.flush()


class Run:
    def __init__(self, name, *more):
        self.topic, self.output, self.group = f"{tag}-{name}", f"{tag}-{name}-out", f"{tag}-{name}"
        self.control = f"{self.topic}-{self.group}-journeyd"
        self.name, self.more, self.child = name, list(more), None

    def start(self):
        self.log = open(os.path.join(folder, self.name + ".log"), "ab+")
        self.child = subprocess.Popen(
            [journeyd, "run", os.path.join(folder, "config.json5"),
             f"kafka://{bootstrap}/{self.topic}?group={self.group}&instance=i",
             "--output", f"kafka://{bootstrap}/{self.output}", "--rejects", os.path.join(folder, self.name + ".rejects"),
             *self.more], stdout=self.log, stderr=self.log, stdin=subprocess.DEVNULL)
        return self

    def said(self):
        with open(os.path.join(folder, self.name + ".log"), errors="replace") as log:
            return log.read()

    def rejects(self):
        with open(os.path.join(folder, self.name + ".rejects")) as file:
            return [json.loads(line) for line in file]

    def until(self, words, seconds=30):
        end = time.time() + seconds
        while words not in self.said():
            if time.time() > end:
                raise SystemExit(f"{self.name}: \"{words}\" is not said:\n{self.said()}")
            time.sleep(0.1)

    def lines(self, partition, count, seconds=30):
        """The committed lines of a partition of the output, once there are so many."""
        reader = Consumer({"bootstrap.servers": bootstrap, "group.id": tag, "isolation.level": "read_committed",
                           "enable.auto.commit": False})
        reader.assign([TopicPartition(self.output, partition, 0)])
        found, end = [], time.time() + seconds
        while len(found) < count and time.time() < end:
            message = reader.poll(0.2)
            if message is not None and not message.error():
                found.append(message.value().decode())
        reader.close()
        if len(found) != count:
            raise SystemExit(f"{self.name}: partition {partition} has {len(found)} lines, and {count} are expected:\n{self.said()}")
        return found

    def end(self, status):
        if self.child.poll() is None:
            self.child.send_signal(signal.SIGTERM)
        found = self.child.wait(60)
        if found != status:
            raise SystemExit(f"{self.name}: status {found}, and {status} is expected:\n{self.said()}")
        self.log.close()


def check(what, name, holds):
    if not holds:
        raise SystemExit(f"{name}: {what}; see {folder}")
    print(f"  {name}: {what}", flush=True)


def records_that_are_no_events():
    run = Run("records")
    make(run.topic)
    here, there = customer(0), customer(1)
    send(run.topic, [
        (0, here.encode(), ping(here, 1)),
        (0, here.encode(), None),
        (0, there.encode(), ping(there, 2)),
        (0, None, ping(here, 3)),
        (0, here.encode(), b"no event"),
        (0, here.encode(), b""),
        (0, here.encode(), b'{"pad":"' + b"x" * 500_000 + b'"}'),
        (0, here.encode(), ping(here, 4).replace(b", ", b",\n ")),
    ])
    run.start()
    check("what is an event is taken, over several lines, too", run.name, len(run.lines(0, 2)) == 2)
    run.end(0)
    reasons = [(reject["line"], reject["reason"]) for reject in run.rejects()]
    check(f"the others are rejected by their offsets: {reasons}", run.name,
          sorted(reasons) == [(2, "misplaced"), (3, "misplaced"), (4, "malformed_json"), (6, "too_long")])


def a_foreign_control_record():
    run = Run("control")
    make(run.topic)
    names = [customer(0), customer(1)]
    send(run.topic, [(number, name.encode(), ping(name, 1)) for number, name in enumerate(names)])
    run.start()
    run.lines(0, 1)
    run.lines(1, 1)
    run.end(0)
    send(run.control, [(0, None, b"hello")])
    send(run.topic, [(number, name.encode(), ping(name, 2)) for number, name in enumerate(names)])
    run.start()
    run.until("is not journeyd's, or damaged")
    check("the other partition goes on", run.name, len(run.lines(1, 2)) == 2)
    run.lines(0, 1)
    run.end(74)


def a_topic_made_anew():
    run = Run("anew")
    make(run.topic)
    names = [customer(0), customer(1)]
    send(run.topic, [(0, names[0].encode(), ping(names[0], second)) for second in range(5)])
    run.start()
    run.lines(0, 5)
    run.end(0)
    drop(run.topic)
    time.sleep(1)
    make(run.topic)
    send(run.topic, [(1, names[1].encode(), ping(names[1], 9))])
    run.start()
    run.until("the topic was made anew, or the log lost data")
    check("the other partition goes on", run.name, len(run.lines(1, 1)) == 1)
    run.end(74)


def topics_that_do_not_fit():
    run = Run("width")
    make(run.topic)
    make(run.output, 3)
    run.start()
    run.until("both must have as many")
    run.end(69)
    check("another number of partitions is refused", run.name, True)


def another_number_of_partitions():
    run = Run("few")
    make(run.topic)
    names = [f"c{number}" for number in range(12)]
    send(run.topic, [(home(name), name.encode(), ping(name, 1 + number)) for number, name in enumerate(names)]
         + [(home(names[0]), names[0].encode(), None), (1 - home(names[0]), names[0].encode(), ping(names[0], 20))])
    run.start()
    for partition in range(PARTITIONS):
        run.lines(partition, sum(home(name) == partition for name in names))
    run.until("msg=live")
    time.sleep(1)
    run.end(0)
    # What the group has not taken comes along, too.
    send(run.topic, [(home(names[0]), names[0].encode(), ping(names[0], 30, "pong"))])
    many = Run("many")
    many.group, many.control = run.group, f"{many.topic}-{run.group}-journeyd"
    words = [journeyd, "repartition", os.path.join(folder, "config.json5"), f"kafka://{bootstrap}/{run.topic}?group={run.group}",
             "--to", many.topic, "--partitions", "5"]
    done = subprocess.run(words, capture_output=True, text=True)
    check(f"the records are copied: {done.stdout.strip()!r}", many.name,
          done.returncode == 0 and "13 records that group" in done.stdout and "and 1 that it had not" in done.stdout)
    again = subprocess.run(words, capture_output=True, text=True)
    check("a topic that has records is left as it is", many.name, again.returncode != 0 and "with records in it" in again.stderr)
    send(many.topic, [(home(name, 5), name.encode(), ping(name, 40, "pong")) for name in names[1:]])
    many.start()
    found = [line for partition in range(5)
             for line in many.lines(partition, sum(home(name, 5) == partition for name in names))]
    check("nothing is said again, and what was known goes on", many.name,
          all(json.loads(line)["moment"] == "answered" for line in found) and len(found) == len(names))
    many.end(0)


def partitions_that_were_added():
    run = Run("added")
    make(run.topic)
    name = customer(0)
    send(run.topic, [(0, name.encode(), ping(name, 1))])
    run.start()
    run.lines(0, 1)
    for future in admin.create_partitions([NewPartitions(run.topic, 3)]).values():
        future.result()
    run.end(0)
    run.start()
    run.until("journeyd repartition")
    run.end(69)
    check("another number than before is refused with the way out", run.name, True)


def report(*words):
    done = subprocess.run([journeyd, "report", *words], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"report {words}: {done.stderr}")
    return json.loads(done.stdout)


def reports_of_partitions():
    topic, path = f"{tag}-report", os.path.join(folder, "config.json5")
    make(topic)
    lines = [(f"c{number % 40}", ping(f"c{number % 40}", number, ["ping", "pong"][number % 3 == 2])) for number in range(400)]
    send(topic, [(home(name), name.encode(), line) for name, line in lines])
    with open(os.path.join(folder, "events"), "wb") as file:
        file.writelines(line + b"\n" for _, line in lines)
    alone = report(path, os.path.join(folder, "events"), "--json", "-")
    whole = report(path, f"kafka://{bootstrap}/{topic}", "--json", "-")
    check("a topic's report is that of its events", "report", whole == alone)
    parts = []
    for partition in range(PARTITIONS):
        parts.append(os.path.join(folder, f"report-{partition}"))
        with open(parts[-1], "w") as file:
            json.dump(report(path, f"kafka://{bootstrap}/{topic}", "--partition", str(partition), "--json", "-"), file)
    merged = report("--merge", *parts, "--json", "-")
    differing = [key for key in alone if key != "sums" and merged[key] != alone[key]]
    check("and so are its partitions' together", "report", not differing)


def another_of_the_name():
    run = Run("twice")
    make(run.topic)
    run.start()
    run.until("msg=live")
    other = Run("twice")
    other.start()
    run.child.wait(60)
    check("the older of two of one name ends, and says why", run.name, "another process is" in run.said())
    name = customer(0)
    send(run.topic, [(0, name.encode(), ping(name, 1))])
    other.lines(0, 1)
    other.end(0)


for fault in [records_that_are_no_events, a_foreign_control_record, a_topic_made_anew, topics_that_do_not_fit,
              another_of_the_name, reports_of_partitions, another_number_of_partitions, partitions_that_were_added]:
    print("==", fault.__name__.replace("_", " "), flush=True)
    fault()
