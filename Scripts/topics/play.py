#!/usr/bin/env python3
"""Plays processes of journeyd on a Kafka-protocol log: they are killed, stopped and started anew while events come, and what
readers of committed lines see of each partition must be what one process writes that nothing happens to.

    play.py JOURNEYD BOOTSTRAP [--kills N] [--processes N] [--partitions N] [--seed N] [--evicts]

It makes topics of its own, named journeyd-try-…, and drops them. One process keeps its name in the group; several have none,
so that partitions move. With --evicts the brokers drop members that are gone and end their transactions, as Kafka does; else
this does it for them, where a broker for tests does not."""
import argparse, json, os, random, re, signal, socket, struct, subprocess, tempfile, threading, time

from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

parser = argparse.ArgumentParser()
parser.add_argument("journeyd")
parser.add_argument("bootstrap")
parser.add_argument("--kills", type=int, default=20)
parser.add_argument("--processes", type=int, default=3)
parser.add_argument("--partitions", type=int, default=4)
parser.add_argument("--events", type=int, default=20000)
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("--evicts", action="store_true")
options = parser.parse_args()
chance = random.Random(options.seed)
folder = tempfile.mkdtemp(prefix="journeyd-topics-")
tag = f"journeyd-try-{os.getpid()}-{int(time.time())}"
admin = AdminClient({"bootstrap.servers": options.bootstrap})

CONFIGURATION = """{ version: 1,
  // The clock never moves a cell: what follows depends on the events alone, so that two groups can be compared.
  time: { disorder: "2s", idle_after: "1h" },
  kafka: { partitioner: "crc32", commit: "50ms",
           properties: { "session.timeout.ms": "6000", "heartbeat.interval.ms": "300", "client.id": { env: "TRY_CLIENT" } } },
  journal: { snapshot_every: "SNAPSHOTS" },
  windows: { seen: { count: true, on: "product_view", over: "1h" } },
  moments: {
    often: { when: "windows.seen >= 3", cooldown: "10m" },
    left: { by: "event.properties.sku",
            sequence: [{ as: "cart", on: "add_to_cart" }, { not: "purchase", for: "30m" }] } },
  actions: { remind: { on: ["left", "often"], channels: ["email"], cooldown: "1h" } },
  policy: { budgets: [{ max: 200, per: "day", share: "split" }] } }
"""


def say(text):
    print(text, flush=True)


def make(topic):
    for future in admin.create_topics([NewTopic(topic, options.partitions, -1 if options.evicts else 1)]).values():
        future.result()


def events():
    path = os.path.join(folder, "events")
    subprocess.run(
        [options.journeyd, "generate", "--customers", "300", "--events", str(options.events), "--seed",
         str(options.seed), "--output", path], check=True)
    with open(path, "rb") as file:
        return file.read().splitlines()


def produce(topic, lines, pause):
    producer = Producer({"bootstrap.servers": options.bootstrap, "partitioner": "consistent"})
    for number, line in enumerate(lines):
        if number % 97 == 13:
            producer.produce(topic, value=None, key=b"gone")
        while True:
            try:
                producer.produce(topic, value=line, key=json.loads(line)["customer_id"].encode())
                break
            except BufferError:
                producer.poll(0.05)
        if number % 200 == 199:
            producer.flush()
            time.sleep(pause)
    producer.flush()


def committed(topic):
    """What readers of committed records see, by partition."""
    reader = Consumer({
        "bootstrap.servers": options.bootstrap, "group.id": tag + "-reader", "isolation.level": "read_committed",
        "enable.partition.eof": True, "enable.auto.commit": False, "auto.offset.reset": "earliest",
        "fetch.wait.max.ms": 50})
    found = []
    for partition in range(options.partitions):
        reader.assign([TopicPartition(topic, partition, 0)])
        lines = []
        while True:
            message = reader.poll(20)
            if message is None:
                raise SystemExit(f"{topic}/{partition} cannot be read to its end")
            if message.error():
                break
            lines.append(message.value())
        found.append(lines)
    reader.close()
    return found


def leave(group, member):
    """Takes a member out of its group, as a broker does that has not heard of it for a while (LeaveGroup, version 0)."""
    def text(word):
        return struct.pack(">h", len(word)) + word.encode()
    host, port = options.bootstrap.split(",")[0].rsplit(":", 1)
    body = struct.pack(">hhi", 13, 0, 7) + text("try") + text(group) + text(member)
    with socket.create_connection((host, int(port)), 10) as broker:
        broker.sendall(struct.pack(">i", len(body)) + body)
        broker.recv(64)


def evict(group, client, transactional):
    """Ends the transactions of a process that is gone, and takes it out of its group; in either order."""
    def fence():
        if transactional:
            Producer({"bootstrap.servers": options.bootstrap, "transactional.id": transactional}).init_transactions(20)

    def drop():
        found = admin.describe_consumer_groups([group])[group].result()
        for member in found.members:
            if member.client_id == client:
                leave(group, member.member_id)
    for step in chance.sample([fence, drop], 2):
        step()


class Process:
    """One process of a group, which is started again and again."""

    def __init__(self, name, group, output, topic, keeps, is_named):
        self.name, self.group, self.is_named = name, group, is_named
        self.log = os.path.join(folder, f"{group}-{name}.log")
        self.configuration = os.path.join(folder, f"{group}-{name}.json5")
        self.keeps = keeps
        self.input = f"kafka://{options.bootstrap}/{topic}?group={group}" + (f"&instance={name}" if is_named else "")
        self.output = f"kafka://{options.bootstrap}/{output}"
        self.starts, self.child = 0, None

    def start(self):
        self.starts += 1
        self.client = f"{self.name}{self.starts}"
        with open(self.configuration, "w") as file:
            file.write(CONFIGURATION.replace("SNAPSHOTS", "1s" if self.keeps else "1h"))
        words = [options.journeyd, "run", self.configuration, self.input, "--output", self.output]
        if self.keeps:
            words += ["--data-dir", os.path.join(folder, f"{self.group}-{self.name}.data")]
        with open(self.log, "a") as log:
            self.child = subprocess.Popen(
                words, stdout=log, stderr=log, stdin=subprocess.DEVNULL, env=os.environ | {"TRY_CLIENT": self.client})

    def is_running(self):
        return self.child is not None and self.child.poll() is None

    def end(self, how=signal.SIGTERM):
        if self.is_running():
            self.child.send_signal(how)
        return self.child.wait(60)

    def transactional(self):
        """The name under which its last transaction may be open."""
        with open(self.log, errors="replace") as log:
            latest = log.read().split("msg=starting")[-1]
        found = re.search(r"transactional_id=(\S+)", latest)
        return found and found.group(1)

    def kill(self):
        self.end(signal.SIGKILL)
        if not self.is_named and not options.evicts:
            time.sleep(chance.choice([0, chance.uniform(0, 1.5)]))
            evict(self.group, self.client, self.transactional())

    def stall(self):
        """It stands still, is taken for dead meanwhile, and goes on without knowing it."""
        self.child.send_signal(signal.SIGSTOP)
        if options.evicts:
            time.sleep(8)
        else:
            evict(self.group, self.client, None)
            time.sleep(chance.uniform(0.1, 1))
        self.child.send_signal(signal.SIGCONT)


def caught_up(group, topic, seconds):
    """Waits until a group has committed to the ends of all partitions."""
    reader = Consumer({"bootstrap.servers": options.bootstrap, "group.id": group, "enable.auto.commit": False})
    places = [TopicPartition(topic, number) for number in range(options.partitions)]
    until = time.time() + seconds
    while time.time() < until:
        try:
            ends = [reader.get_watermark_offsets(place, 5)[1] for place in places]
            done = [place.offset for place in reader.committed(places, 5)]
            if all(one >= other for one, other in zip(done, ends)):
                return reader.close()
        except Exception:
            pass
        time.sleep(0.2)
    raise SystemExit(f"group {group} does not come to the end: {done} of {ends}")


def compare(output, reference):
    whole = 0
    for number, (found, expected) in enumerate(zip(committed(output), committed(reference))):
        whole += len(expected)
        if found == expected:
            continue
        place = next((i for i, (a, b) in enumerate(zip(found, expected)) if a != b), min(len(found), len(expected)))
        say(f"partition {number} differs at line {place}: {len(found)} lines, and {len(expected)} expected")
        say(f"  found    {found[place:place + 1]}\n  expected {expected[place:place + 1]}")
        say(f"  logs in {folder}")
        raise SystemExit(1)
    say(f"  {whole} lines in {options.partitions} partitions, as expected")
    if whole == 0:
        raise SystemExit("nothing was decided, so nothing was shown")


def play(lines, count, keeps):
    say(f"== {count} process{'es' if count > 1 else ''}, {options.kills} kills, {'with' if keeps else 'without'} snapshots")
    name = f"{tag}-{count}{'s' if keeps else ''}"
    topic, output, reference = name + "-in", name + "-out", name + "-ref"
    make(topic)
    sender = threading.Thread(target=produce, args=(topic, lines, 0.05))
    sender.start()
    processes = [Process("abc"[number], name + "-g", output, topic, keeps, count == 1) for number in range(count)]
    for process in processes:
        process.start()
    for kill in range(options.kills):
        time.sleep(chance.uniform(0.1, 2.0))
        process = chance.choice(processes)
        what = chance.random()
        if what < 0.6:
            process.kill()
        elif what < 0.8 or count == 1:
            process.end()
        elif options.evicts and process.is_running():
            # Only where brokers refuse offsets of an older generation, and keep a successor waiting for open transactions.
            process.stall()
            continue
        else:
            process.kill()
        process.start()
    sender.join()
    # Who has only just been started is not told to end yet.
    time.sleep(1)
    for process in processes:
        if not process.is_running():
            raise SystemExit(f"{process.name} ended by itself with {process.child.returncode}: {process.log}")
    caught_up(name + "-g", topic, 120)
    statuses = [process.end() for process in processes]
    if any(statuses):
        raise SystemExit(f"the processes end with {statuses}; their logs are in {folder}")
    alone = Process("r", name + "-r", reference, topic, False, True)
    alone.start()
    caught_up(name + "-r", topic, 120)
    alone.end()
    compare(output, reference)
    admin.delete_topics([topic, output, reference, f"{topic}-{name}-g-journeyd", f"{topic}-{name}-r-journeyd"])


def main():
    lines = events()
    for count in range(1, options.processes + 1):
        for keeps in [False, True]:
            play(lines, count, keeps)
    say("every committed line as one process writes it that nothing happens to")


main()
