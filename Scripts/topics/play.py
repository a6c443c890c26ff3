#!/usr/bin/env python3
"""Plays processes of journeyd on a Kafka-protocol log: they are killed, stopped and started anew while events come, and what
readers of committed lines see of each partition must be what one process writes that nothing happens to.

    play.py JOURNEYD BOOTSTRAP [--kills N | --answers N [--away SECONDS] | --cuts N] [--leased] [--evicts | --asks]
            [--from N] [--processes N] [--partitions N] [--events N] [--seed N]

It makes topics of its own, named journeyd-try-…, and drops them. One process keeps its name in the group; several have none,
so that partitions move. With --evicts the brokers drop members that are gone and end their transactions, as Kafka does; else
this does it for them, where a broker for tests does not; with --asks it finds out which.

--answers: the processes are not killed. A relay between them and the one broker refuses requests, loses answers, and cuts
connections, and with --away lets nothing through for a while. None may end but those that are told that another has their name.
--cuts: each process is in a network namespace of its own, whose link is cut; Scripts/check-cuts makes the one in which this
runs with the broker.
--leased: the partitions lease a budget, which must never be overspent; what does not depend on it must be as ever."""
import argparse, atexit, collections, json, os, random, re, signal, socket, struct, subprocess, sys, tempfile, threading, time

from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

import readers
import relay as relays

parser = argparse.ArgumentParser()
parser.add_argument("journeyd")
parser.add_argument("bootstrap")
parser.add_argument("--kills", type=int, default=20)
parser.add_argument("--answers", type=int, default=0)
parser.add_argument("--away", type=float, default=0)
parser.add_argument("--cuts", type=int, default=0)
parser.add_argument("--leased", action="store_true")
parser.add_argument("--from", type=int, default=1, dest="least")
parser.add_argument("--processes", type=int, default=3)
parser.add_argument("--partitions", type=int, default=4)
parser.add_argument("--events", type=int, default=20000)
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("--evicts", action="store_true")
parser.add_argument("--asks", action="store_true")
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
  policy: { budgets: [{ max: MOST, per: "month", share: "SHARE" }] } }
"""
# So few that all that there is to spend in a month is asked for.
MOST = 20 if options.leased else 400
CONFIGURATION = CONFIGURATION.replace("MOST", str(MOST)).replace("SHARE", "leased" if options.leased else "split")


def say(text):
    print(text, flush=True)


def make(topic):
    for future in admin.create_topics([NewTopic(topic, options.partitions, -1 if options.evicts or options.asks else 1)]).values():
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
    found = readers.committed(options.bootstrap, tag + "-reader", topic, options.partitions)
    return [[record.value() for record in records] for records in found]


def members(group):
    """The members of a group: which client each is."""
    found = admin.describe_consumer_groups([group])[group].result()
    return {member.member_id: member.client_id for member in found.members}


def evict(group, client, transactional):
    """Ends the transactions of a process that is gone, and takes it out of its group; in either order."""
    def fence():
        if transactional:
            Producer({"bootstrap.servers": options.bootstrap, "transactional.id": transactional}).init_transactions(20)

    def drop():
        for member, name in members(group).items():
            if name == client:
                readers.leave(options.bootstrap, group, member)
    for step in chance.sample([fence, drop], 2):
        step()


class Space:
    """A network namespace with one link, to the namespace in which this runs."""
    count = 0

    def __init__(self, name):
        Space.count += 1
        self.name, self.link, net = f"journeyd-{os.getpid()}-{Space.count}", f"jd{Space.count}", f"10.231.{Space.count}"
        self.run("ip", "netns", "add", self.name)
        atexit.register(self.drop)
        self.run("ip", "link", "add", self.link, "type", "veth", "peer", "name", "far", "netns", self.name)
        self.run("ip", "addr", "add", f"{net}.1/30", "dev", self.link)
        self.within("ip", "addr", "add", f"{net}.2/30", "dev", "far")
        self.within("ip", "link", "set", "lo", "up")
        self.within("ip", "link", "set", "far", "up")
        self.set("up")
        self.within("ip", "route", "add", "default", "via", f"{net}.1")

    def run(self, *words):
        subprocess.run(words, check=True)

    def within(self, *words):
        self.run("ip", "netns", "exec", self.name, *words)

    def set(self, state):
        self.run("ip", "link", "set", self.link, state)

    def drop(self):
        subprocess.run(["ip", "netns", "del", self.name], stderr=subprocess.DEVNULL)


class Process:
    """One process of a group, which is started again and again."""

    def __init__(self, name, group, output, topic, keeps, is_named, bootstrap=options.bootstrap):
        self.name, self.group, self.is_named = name, group, is_named
        self.log = os.path.join(folder, f"{group}-{name}.log")
        self.configuration = os.path.join(folder, f"{group}-{name}.json5")
        self.keeps = keeps
        self.input = f"kafka://{bootstrap}/{topic}?group={group}" + (f"&instance={name}" if is_named else "")
        self.output = f"kafka://{bootstrap}/{output}"
        self.starts, self.child, self.space = 0, None, Space(name) if options.cuts else None

    def start(self):
        self.starts += 1
        self.client = f"{self.name}{self.starts}"
        with open(self.configuration, "w") as file:
            file.write(CONFIGURATION.replace("SNAPSHOTS", "1s" if self.keeps else "1h"))
        words = [options.journeyd, "run", self.configuration, self.input, "--output", self.output]
        if self.keeps:
            words += ["--data-dir", os.path.join(folder, f"{self.group}-{self.name}.data")]
        if self.space:
            words = ["ip", "netns", "exec", self.space.name, *words]
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
        self.forget()

    def forget(self):
        """Has the group forget it, where the brokers do not by themselves."""
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


def check_budget(output, reference, control):
    """What was spent of a leased budget in all partitions, held to what there is and to what the bank has granted."""
    spent, whole = collections.defaultdict(lambda: [0] * options.partitions), 0
    for number, (found, expected) in enumerate(zip(committed(output), committed(reference))):
        def of(lines, kind):
            return [line for line in map(json.loads, lines) if (line["type"] == "decision") == kind]
        if of(found, False) != of(expected, False):
            raise SystemExit(f"partition {number} has other moments than one process finds; logs in {folder}")
        decisions = of(found, True)
        whole += len(decisions)
        if len({line["id"] for line in decisions}) < len(decisions):
            raise SystemExit(f"partition {number} has decisions twice; logs in {folder}")
        for line in decisions:
            spent[line["time"][:7]][number] += line["action"] is not None
    # The bank, once more: claims in their order, of each as much as is left of half the budget.
    parts, pool, granted = collections.defaultdict(collections.Counter), MOST - MOST // 2, []
    for number, records in enumerate(committed(control)):
        for record in records:
            words = struct.unpack_from("<8q", record + bytes(64))
            if record.startswith(b"jdbank1\n"):
                account, asker, total = record[32:-8], words[1], words[2]
                left = pool - sum(parts[account].values())
                parts[account][asker] += max(0, min(total - parts[account][asker], left))
            elif record.startswith(b"jdcell1\n") and words[3] == 3:
                granted.append((number, words[4], record[40:-8]))
    for number, total, account in granted:
        if total > parts[account][number]:
            raise SystemExit(f"partition {number} was granted {total}, and the bank has {parts[account][number]}; logs in {folder}")
    own = [MOST // 2 // options.partitions + (number < MOST // 2 % options.partitions) for number in range(options.partitions)]
    used = sum(max(0, count - least) for counts in spent.values() for count, least in zip(counts, own))
    over = {month: sum(counts) for month, counts in spent.items() if sum(counts) > MOST}
    if over:
        raise SystemExit(f"of a budget of {MOST} a month was spent {over}; logs in {folder}")
    say(f"  {whole} decisions, {max(map(sum, spent.values()))} of {MOST} in the fullest month; {len(granted)} grants, of which "
        f"{used} were spent")
    if not used:
        raise SystemExit("nothing that was granted was spent, so nothing was shown")


def kills(processes):
    """Kills them, one after the other, and starts them again."""
    for kill in range(options.kills):
        time.sleep(chance.uniform(0.1, 2.0))
        process = chance.choice(processes)
        what = chance.random()
        if what < 0.6:
            process.kill()
        elif what < 0.8 or len(processes) == 1:
            process.end()
            # One that waits to be let in cannot say that it leaves.
            process.forget()
        elif options.evicts and process.is_running():
            # Only where brokers refuse offsets of an older generation, and keep a
            # successor waiting for open transactions.
            process.stall()
            continue
        else:
            process.kill()
        process.start()


# What goes wrong: the request, what becomes of it, and the answer's code.
ANSWERS = [
    (relays.COMMIT_OFFSETS, "refuse", 22),  # another generation
    (relays.COMMIT_OFFSETS, "refuse", 25),  # an unknown member
    (relays.COMMIT_OFFSETS, "refuse", 82),  # another has the instance's name
    (relays.COMMIT_OFFSETS, "refuse", 27),  # the group is in a rebalance
    (relays.COMMIT_OFFSETS, "refuse", 14),  # the coordinator is not ready
    (relays.COMMIT_OFFSETS, "refuse", 16),  # it is another broker
    (relays.COMMIT_OFFSETS, "refuse", 7),  # it took too long
    (relays.COMMIT_OFFSETS, "lose", 0),
    (relays.END_TRANSACTION, "refuse", 15),  # there is no coordinator
    (relays.END_TRANSACTION, "refuse", 16),
    (relays.END_TRANSACTION, "refuse", 51),  # the transaction before is not over yet
    (relays.END_TRANSACTION, "refuse", 7),
    (relays.END_TRANSACTION, "lose", 0),
    (relays.END_TRANSACTION, "cut", 0),
    (relays.ADD_OFFSETS, "refuse", 16),
    (relays.ADD_OFFSETS, "lose", 0),
    (relays.HEARTBEAT, "refuse", 22),
    (relays.HEARTBEAT, "refuse", 25),
    (relays.HEARTBEAT, "refuse", 27),
    (relays.HEARTBEAT, "refuse", 16),
    (relays.HEARTBEAT, "cut", 0),
    (relays.PRODUCE, "refuse", 6),  # another broker has the partition
    (relays.PRODUCE, "refuse", 19),  # too few copies
    (relays.PRODUCE, "refuse", 7),
    (relays.PRODUCE, "lose", 0),
]
# Those that are told that another process has their name end, and are started again.
FENCED = [(relays.END_TRANSACTION, "refuse", 90), (relays.END_TRANSACTION, "refuse", 47)]

# After these a process leaves the group and joins it again. The broker for tests has all wait for
# ever where two do at once.
REJOINING = [(relays.COMMIT_OFFSETS, "refuse", code) for code in (22, 25, 82)]
# A broker that says it does not know a member that it has may take the name of one that comes again for another's.
MAY_END = [(relays.HEARTBEAT, "refuse", 25)]


def forget_former(group, before):
    """Has the group forget members of before whose clients have come anew: brokers that drop nobody would wait for them."""
    if options.evicts:
        return
    after = members(group)
    for member in before:
        if list(after.values()).count(after.get(member)) > 1:
            readers.leave(options.bootstrap, group, member)


def answers(processes, relay, sender):
    """Has the relay answer what goes wrong, each once or several times in a row, as long as events come."""
    rest = []
    for _ in range(options.answers):
        if not sender.is_alive():
            break
        rest = rest or chance.sample(ANSWERS + FENCED, len(ANSWERS) + len(FENCED))
        api, what, code = rest.pop()
        before = members(processes[0].group)
        is_alone = (api, what, code) in REJOINING and len(processes) > 1 and not options.evicts
        for _ in range(1 if is_alone else chance.choice([1, 1, 1, 3])):
            relay.plan(api, what, code)
        time.sleep(chance.uniform(2, 3) if is_alone else chance.uniform(0.2, 2.0))
        if (api, what, code) in MAY_END:
            time.sleep(1)
            forget_former(processes[0].group, before)
        until = time.time() + 30
        while (api, what, code) in FENCED and all(process.is_running() for process in processes):
            if not sender.is_alive():
                break
            if time.time() > until:
                raise SystemExit(f"none ends that is told {what} {code} of {api}; their logs are in {folder}")
            time.sleep(0.1)
        relay.forget()
        for process in processes:
            if process.is_running():
                continue
            if (api, what, code) not in FENCED + MAY_END * process.is_named or process.child.returncode != 74:
                raise SystemExit(f"{process.name} ended with {process.child.returncode} after {what} {code} of {api}: {process.log}")
            process.forget()
            process.start()
            time.sleep(1)


def cuts(processes, sender):
    """Cuts links as long as events come: for a moment, which nobody is to feel, or until the process is taken for dead and its
    partitions are others'."""
    fenced, count = 0, 0
    while count < options.cuts and sender.is_alive():
        count += 1
        time.sleep(chance.uniform(0.5, 2))
        process = chance.choice(processes)
        process.space.set("down")
        time.sleep(chance.uniform(0.5, 4))
        if chance.random() < 0.3:
            process.space.set("up")
            time.sleep(2)
            if not process.is_running():
                raise SystemExit(f"{process.name} ended with {process.child.returncode} after a moment without others: {process.log}")
            continue
        if options.evicts:
            time.sleep(10)
        else:
            process.forget()
            time.sleep(chance.uniform(0, 3))
        # The others have its partitions, or are about to take them; now it is there
        # again, and asks for what it asked before.
        process.space.set("up")
        until = time.time() + 40
        while process.is_running() and sender.is_alive() and time.time() < until:
            time.sleep(0.1)
        if not process.is_running():
            fenced += 1
            if process.child.returncode != 74:
                raise SystemExit(f"{process.name} ended with {process.child.returncode}: {process.log}")
            process.forget()
            process.start()
    say(f"  {count} cuts; {fenced} processes were told that their transactions are another's, and started again")


def play(lines, count, keeps):
    number = options.answers or options.cuts or options.kills
    what = f"{number} {'answers' if options.answers else 'cuts' if options.cuts else 'kills'}"
    say(f"== {count} process{'es' if count > 1 else ''}, {what}, {'with' if keeps else 'without'} snapshots")
    name = f"{tag}-{count}{'s' if keeps else ''}"
    # Events come for about as long as things go wrong.
    pause = max(0.05, number * (12 if options.cuts else 2 if options.answers else 1) * 200 / len(lines))
    relay = relays.Relay(options.bootstrap) if options.answers else None
    bootstrap = relay.address if relay else options.bootstrap
    topic, output, reference = name + "-in", name + "-out", name + "-ref"
    make(topic)
    sender = threading.Thread(target=produce, args=(topic, lines, pause))
    sender.start()
    processes = [
        Process("abc"[number], name + "-g", output, topic, keeps, count == 1, bootstrap) for number in range(count)]
    for process in processes:
        process.start()
    if relay:
        time.sleep(2)
        answers(processes, relay, sender)
        say(f"  {sum(relay.happened.values())} requests went wrong, in {len(relay.happened)} ways")
        for drops in [True, False] if options.away else []:
            before = members(name + "-g")
            relay.silence(options.away, drops)
            for _ in range(5):
                time.sleep(2)
                forget_former(name + "-g", before)
            for process in processes:
                # One with a name may be taken for two of that name by what it
                # asked before the silence and again after it.
                if process.is_named and not process.is_running() and process.child.returncode == 74:
                    process.forget()
                    process.start()
            say(f"  and the broker was away for {options.away:.0f} s, {'without a connection' if drops else 'in silence'}")
    elif options.cuts:
        cuts(processes, sender)
    else:
        kills(processes)
    sender.join()
    # Who has only just been started is not told to end yet.
    time.sleep(1)
    for process in processes:
        if not process.is_running():
            raise SystemExit(f"{process.name} ended by itself with {process.child.returncode}: {process.log}")
    caught_up(name + "-g", topic, 120)
    if keeps and not (options.answers or options.cuts):
        check_snapshots(processes)
    statuses = [process.end() for process in processes]
    for process in processes:
        if process.space:
            process.space.drop()
    # One that has had nothing to say since its link was cut learns only as it ends that another has its partitions.
    if any(status not in ([0, 74] if options.cuts else [0]) for status in statuses):
        raise SystemExit(f"the processes end with {statuses}; their logs are in {folder}")
    options.cuts, cut = 0, options.cuts
    alone = Process("r", name + "-r", reference, topic, False, True)
    alone.start()
    caught_up(name + "-r", topic, 120)
    alone.end()
    options.cuts = cut
    if options.leased:
        check_budget(output, reference, f"{topic}-{name}-g-journeyd")
    else:
        compare(output, reference)
    admin.delete_topics([topic, output, reference, f"{topic}-{name}-g-journeyd", f"{topic}-{name}-r-journeyd"])


def check_snapshots(processes):
    """Snapshots were made, and not by the cells themselves: none of those failed that others were to make."""
    for process in processes:
        with open(process.log, errors="replace") as log:
            if "no snapshot was made" in log.read():
                raise SystemExit(f"{process.name} could not have a snapshot made: {process.log}")
    made = [name for process in processes for _, _, names in os.walk(os.path.join(folder, f"{process.group}-{process.name}.data"))
            for name in names if name.endswith(".state")]
    say(f"  {len(made)} snapshots are there")
    if not made:
        raise SystemExit("no snapshot was made, so nothing was shown")


def drops_members():
    """Whether the brokers drop a member of a group that is killed."""
    topic = f"{tag}-asks"
    make(topic)
    words = {"bootstrap.servers": options.bootstrap, "group.id": topic, "session.timeout.ms": 6000, "heartbeat.interval.ms": 500}
    child = subprocess.Popen([sys.executable, "-c", f"""
from confluent_kafka import Consumer
consumer = Consumer({words!r})
consumer.subscribe([{topic!r}])
while True: consumer.poll(1)"""])
    until = time.time() + 30
    while not members(topic) and time.time() < until:
        time.sleep(0.2)
    child.kill()
    child.wait()
    time.sleep(12)
    drops = not members(topic)
    admin.delete_topics([topic])
    say("the brokers drop members that are gone" if drops else "the brokers keep members that are gone; they are taken out for them")
    return drops


def main():
    if options.asks:
        options.evicts = drops_members()
    lines = events()
    for count in range(options.least, options.processes + 1):
        for keeps in [False, True]:
            play(lines, count, keeps)
    say("no budget was overspent" if options.leased else "every committed line as one process writes it that nothing happens to")


main()
