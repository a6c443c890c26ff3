#!/usr/bin/env python3
"""Gives journeyd what is wrong with a topic: faults.py JOURNEYD BOOTSTRAP [WORD]; with a word only the faults that have it in
their names. Each must be told of in words, stop the cell concerned and no other, and lose nothing."""
import glob, json, os, random, signal, subprocess, sys, tempfile, time, urllib.request, zlib

from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewPartitions, NewTopic

import readers

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


def make(topic, partitions=PARTITIONS, **properties):
    for future in admin.create_topics([NewTopic(topic, partitions, 1, config=properties)]).values():
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
        self.name, self.more, self.child, self.configuration = name, list(more), None, "config.json5"

    def start(self):
        self.log = open(os.path.join(folder, self.name + ".log"), "ab+")
        self.child = subprocess.Popen(
            [journeyd, "run", os.path.join(folder, self.configuration),
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
        found, end = [], time.time() + seconds
        while len(found) < count and time.time() < end:
            # Anew, since the broker for tests does not wake one that waits before a transaction that is aborted.
            reader = Consumer({"bootstrap.servers": bootstrap, "group.id": tag, "isolation.level": "read_committed",
                               "enable.auto.commit": False})
            reader.assign([TopicPartition(self.output, partition, 0)])
            found, message = [], True
            while message is not None and len(found) < count:
                message = reader.poll(2)
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


def records_that_are_large():
    run, name = Run("large"), customer(0)
    make(run.topic, **{"max.message.bytes": "20000000"})
    producer, refused = Producer({"bootstrap.servers": bootstrap, "message.max.bytes": 20_000_000}), []
    for value in [ping(name, 1), b'{"pad":"' + b"x" * 10_000_000 + b'"}', ping(name, 2)]:
        producer.produce(run.topic, partition=0, key=name.encode(), value=value,
                         callback=lambda error, message: refused.append(error) if error else None)
        producer.flush()
    check("the broker takes it", run.name, not refused)
    run.start()
    check("what comes behind a record of 10 MB is taken", run.name, len(run.lines(0, 2)) == 2)
    run.end(0)
    reasons = [(reject["line"], reject["reason"]) for reject in run.rejects()]
    check("and the record rejected", run.name, reasons == [(1, "too_long")])


def a_line_that_is_too_large():
    run, names = Run("line"), [customer(0), next(name for name in ("c" * 240 + str(number) for number in range(99)) if home(name))]
    make(run.topic)
    with open(os.path.join(folder, "narrow.json5"), "w") as file:
        file.write(CONFIGURATION.replace('commit: "20ms"', 'commit: "20ms", properties: { "message.max.bytes": "1000" }'))
    # Each character of these ids is two in a line.
    longer = [json.dumps(json.loads(ping(names[1], 1, event)) | {"id": '"' * (240 - size)}).encode()
              for size, event in enumerate(["ping", "pong"])]
    send(run.topic, [(0, names[0].encode(), ping(names[0], 1))] + [(1, names[1].encode(), event) for event in longer])
    run.configuration = "narrow.json5"
    run.start()
    run.until("is larger than message.max.bytes in kafka.properties")
    run.end(74)
    run.configuration = "config.json5"
    run.start()
    check("once it may be as large, it follows, and nothing else twice", run.name,
          len(run.lines(0, 1)) == 1 and len(set(run.lines(1, 2))) == 2)
    run.end(0)


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


def made_anew(name, before, after, words):
    """A topic that is deleted and made anew while the process is away: so many records were taken, and so many are there then."""
    run = Run(name)
    make(run.topic)
    names = [customer(0), customer(1)]
    send(run.topic, [(0, names[0].encode(), ping(names[0], second)) for second in range(before - 1)])
    run.start()
    run.lines(0, before - 1)
    run.end(0)
    # Started again it goes on, since the record that it took last is the one that stands there.
    send(run.topic, [(0, names[0].encode(), ping(names[0], before))])
    run.start()
    run.lines(0, before)
    run.end(0)
    drop(run.topic)
    time.sleep(1)
    make(run.topic)
    send(run.topic, [(0, names[0].encode(), ping(names[0], second)) for second in range(after)])
    send(run.topic, [(1, names[1].encode(), ping(names[1], 9))])
    run.start()
    run.until(words)
    check("the other partition goes on", run.name, len(run.lines(1, 1)) == 1)
    run.lines(0, before)
    run.end(74)


def a_topic_made_anew():
    made_anew("anew", 5, 0, "the topic was made anew, or the log lost data")


def a_topic_made_anew_with_more():
    made_anew("more", 4, 8, "stands another record than the one that was taken: the topic was made anew")


def two_groups_on_one_output():
    one, other = Run("one"), Run("other")
    make(one.topic)
    other.topic, other.output = one.topic, one.output
    other.control = f"{other.topic}-{other.group}-journeyd"
    send(one.topic, [(0, customer(0).encode(), ping(customer(0), 1))])
    one.start()
    one.lines(0, 1)
    other.start()
    other.until("writes to this topic, and its readers would find the lines of both")
    other.end(69)
    one.lines(0, 1)
    check("the second is refused while the first has members", other.name, one.child.poll() is None)
    one.end(0)
    # A member that keeps its name leaves the group when its session is over; the broker for
    # tests drops it by being asked to.
    for member in admin.describe_consumer_groups([one.group])[one.group].result().members:
        readers.leave(bootstrap, one.group, member.member_id)
    other.start()
    other.until("wrote to this topic before")
    check("and let in with a warning once it has none", other.name, len(other.lines(0, 2)) == 2)
    other.end(0)


def snapshots_that_nobody_makes():
    run, name, taken = Run("unmade", "--data-dir", os.path.join(folder, "unmade.data")), customer(0), 0
    run.configuration = "unmade.json5"
    with open(os.path.join(folder, run.configuration), "w") as file:
        file.write(CONFIGURATION.replace("version: 1,", 'version: 1, journal: { snapshot_every: "500ms" },'))
    make(run.topic)
    run.start()
    states = os.path.join(folder, "unmade.data", "snapshots", f"{run.topic}-{run.group}", "0")
    until = time.time() + 60
    while "the cell makes the next itself" not in run.said() or not glob.glob(os.path.join(states, "*.state")):
        if time.time() > until:
            raise SystemExit(f"{run.name}: no process that makes a snapshot could be ended, or the cell made none:\n{run.said()}")
        taken += 1
        send(run.topic, [(0, name.encode(), ping(name, taken))])
        for _ in range(40):
            subprocess.run(["pkill", "-9", "-f", f"make-cell-snapshot .*{run.topic}"])
            time.sleep(0.005)
    check("the cell makes the next itself", run.name, "was ended by signal 9" in run.said())
    run.lines(0, taken)
    run.end(0)
    taken += 1
    send(run.topic, [(0, name.encode(), ping(name, taken))])
    run.start()
    check("and goes on from it", run.name, len(run.lines(0, taken)) == taken)
    run.end(0)


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
    check("done again, it finds everything done", many.name, again.returncode == 0 and again.stdout == done.stdout)
    words[5] = f"{many.topic}-foreign"
    make(words[5], 5)
    send(words[5], [(0, b"c1", ping("c1", 1))])
    again = subprocess.run(words, capture_output=True, text=True)
    check("a topic that has other records is left as it is", many.name,
          again.returncode != 0 and "has records that are no copies" in again.stderr)
    send(many.topic, [(home(name, 5), name.encode(), ping(name, 40, "pong")) for name in names[1:]])
    many.start()
    found = [line for partition in range(5)
             for line in many.lines(partition, sum(home(name, 5) == partition for name in names))]
    check("nothing is said again, and what was known goes on", many.name,
          all(json.loads(line)["moment"] == "answered" for line in found) and len(found) == len(names))
    many.end(0)


def contents(topic, partitions):
    """The committed records of a topic, by partition, with their offsets."""
    found = readers.committed(bootstrap, tag, topic, partitions)
    return [[(record.offset(), record.key(), record.value(), record.timestamp()[1]) for record in records]
            for records in found]


def begun(topic, group, partitions):
    """Of a topic that was copied to: its records, how many of them the group has taken, and what stands beside that."""
    reader = Consumer({"bootstrap.servers": bootstrap, "group.id": group, "enable.auto.commit": False})
    places = reader.committed([TopicPartition(topic, partition) for partition in range(partitions)], 10)
    reader.close()
    records = contents(topic, partitions)
    controls = contents(f"{topic}-{group}-journeyd", partitions)
    return [([record[1:] for record in found], sum(record[0] < place.offset for record in found), place.metadata, len(control))
            for found, place, control in zip(records, places, controls)]


def a_repartition_that_is_killed():
    chance, run, width, base = random.Random(7), Run("killed"), 5, int(time.time()) * 1000
    make(run.topic)
    producer = Producer({"bootstrap.servers": bootstrap, "linger.ms": 20})

    def fill(count, first):
        for number in range(first, first + count):
            name = f"c{number % 500}"
            value = None if number % 50 == 0 else ping(name, number)
            partition = home(name) if number % 70 else 1 - home(name)
            while True:
                try:
                    producer.produce(run.topic, partition=partition, key=name.encode(), value=value, timestamp=base + number)
                    break
                except BufferError:
                    producer.poll(0.05)
        producer.flush()
    fill(16_000, 0)
    run.start()
    reader = Consumer({"bootstrap.servers": bootstrap, "group.id": run.group, "enable.auto.commit": False})
    places = [TopicPartition(run.topic, partition) for partition in range(PARTITIONS)]
    ends = [reader.get_watermark_offsets(place, 10)[1] for place in places]
    until = time.time() + 120
    while any(done.offset < end for done, end in zip(reader.committed(places, 10), ends)):
        if time.time() > until:
            raise SystemExit(f"{run.name}: the topic is not read to its end:\n{run.said()}")
        time.sleep(0.2)
    reader.close()
    run.end(0)
    fill(9_000, 16_000)

    def words(topic):
        return [journeyd, "repartition", os.path.join(folder, "config.json5"),
                f"kafka://{bootstrap}/{run.topic}?group={run.group}", "--to", topic, "--partitions", str(width)]
    began = time.time()
    whole = subprocess.run(words(f"{run.topic}-whole"), capture_output=True, text=True)
    took = time.time() - began
    if whole.returncode:
        raise SystemExit(f"{run.name}: {whole.stderr}")
    expected, kills = begun(f"{run.topic}-whole", run.group, width), 0
    for trial in range(4):
        topic = f"{run.topic}-{trial}"
        for attempt in range(25):
            # Later ones more often come to their end.
            child = subprocess.Popen(words(topic), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            try:
                said, faults = child.communicate(timeout=chance.uniform(0, took * (0.5 + attempt / 12)))
            except subprocess.TimeoutExpired:
                child.kill()
                child.communicate()
                kills += 1
                continue
            if child.returncode:
                raise SystemExit(f"{run.name}: after {attempt} kills: {faults}")
            break
        else:
            raise SystemExit(f"{run.name}: it does not come to its end")
        if begun(topic, run.group, width) != expected or said.replace(topic, f"{run.topic}-whole") != whole.stdout:
            raise SystemExit(f"{run.name}: {topic} is not what {run.topic}-whole is: {said} and {whole.stdout}")
    check(f"killed {kills} times, it comes to the same in the end", run.name, kills > 8)
    many = Run("again")
    many.topic, many.group = f"{run.topic}-0", run.group
    many.start()
    taken = sum(record[1] for record in expected)
    seen = sum(value is not None for found, count, _, _ in expected for _, value, _ in found[count:])
    lines = [json.loads(line) for partition, (found, count, _, _) in enumerate(expected)
             for line in many.lines(partition, sum(value is not None for _, value, _ in found[count:]), 60)]
    # The first 16,000 events, a second each, were taken before.
    check(f"of {taken} records that the group had taken nothing is said again", many.name,
          len(lines) == seen and min(line["time"] for line in lines) >= "1970-01-01T04:26:40")
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


FAULTS = [
    records_that_are_no_events, records_that_are_large, a_line_that_is_too_large, two_groups_on_one_output,
    a_foreign_control_record, a_topic_made_anew, a_topic_made_anew_with_more, snapshots_that_nobody_makes,
    topics_that_do_not_fit, another_of_the_name, reports_of_partitions,
    another_number_of_partitions, a_repartition_that_is_killed, partitions_that_were_added,
]
for fault in FAULTS:
    if len(sys.argv) > 3 and sys.argv[3] not in fault.__name__:
        continue
    print("==", fault.__name__.replace("_", " "), flush=True)
    fault()
