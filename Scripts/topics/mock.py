#!/usr/bin/env python3
"""Has brokers say on demand what real ones say on bad days: mock.py JOURNEYD. The brokers are librdkafka's mock cluster, which
knows groups and transactions and does what it is told; it does not hide aborted lines, so each line is looked for at least once."""
import ctypes, json, os, signal, subprocess, sys, tempfile, time, zlib

from confluent_kafka import Consumer, Producer, TopicPartition

journeyd = sys.argv[1]
folder = tempfile.mkdtemp(prefix="journeyd-mock-")
library = ctypes.CDLL("librdkafka.so.1")
library.rd_kafka_conf_new.restype = ctypes.c_void_p
library.rd_kafka_new.restype = ctypes.c_void_p
library.rd_kafka_new.argtypes = [ctypes.c_int, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t]
library.rd_kafka_mock_cluster_new.restype = ctypes.c_void_p
library.rd_kafka_mock_cluster_new.argtypes = [ctypes.c_void_p, ctypes.c_int]
library.rd_kafka_mock_cluster_bootstraps.restype = ctypes.c_char_p
library.rd_kafka_mock_cluster_bootstraps.argtypes = [ctypes.c_void_p]
library.rd_kafka_mock_topic_create.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int, ctypes.c_int]
library.rd_kafka_mock_push_request_errors_array.argtypes = [ctypes.c_void_p, ctypes.c_int16, ctypes.c_size_t, ctypes.c_void_p]
for name in ["rd_kafka_mock_broker_set_down", "rd_kafka_mock_broker_set_up"]:
    getattr(library, name).argtypes = [ctypes.c_void_p, ctypes.c_int32]
library.rd_kafka_mock_broker_set_rtt.argtypes = [ctypes.c_void_p, ctypes.c_int32, ctypes.c_int]

PARTITIONS, BROKERS = 2, 3
# Requests and errors by their numbers in the protocol.
HEARTBEAT, OFFSET_FETCH, ADD_OFFSETS, END_TRANSACTION, COMMIT_OFFSETS, ADD_PARTITIONS, PRODUCE = 12, 9, 25, 26, 28, 24, 0
ILLEGAL_GENERATION, UNKNOWN_MEMBER, REBALANCING = 22, 25, 27
COORDINATOR_LOADING, NOT_COORDINATOR, CONCURRENT, FENCED, TIMED_OUT, UNSTABLE = 14, 16, 51, 90, 7, 88
OLD_EPOCH = 47

text = ctypes.create_string_buffer(512)
owner = library.rd_kafka_new(0, library.rd_kafka_conf_new(), text, 512)
with open(os.path.join(folder, "config.json5"), "w") as file:
    file.write("""{ version: 1, time: { idle_after: "1h" },
      kafka: { partitioner: "crc32", commit: "20ms", properties: { "heartbeat.interval.ms": "200" } },
      moments: { seen: { sequence: [{ as: "ping", on: "ping" }] } } }""")


class Play:
    def __init__(self, name):
        self.name, self.sent, self.needed = name, 0, 0
        self.cluster = library.rd_kafka_mock_cluster_new(owner, BROKERS)
        self.bootstrap = library.rd_kafka_mock_cluster_bootstraps(self.cluster).decode()
        for topic in ["in", "out", "in-g-journeyd"]:
            library.rd_kafka_mock_topic_create(self.cluster, topic.encode(), PARTITIONS, 1)
        self.producer = Producer({"bootstrap.servers": self.bootstrap, "partitioner": "consistent"})
        self.log = open(os.path.join(folder, name), "ab+")
        self.child = subprocess.Popen(
            [journeyd, "run", os.path.join(folder, "config.json5"), f"kafka://{self.bootstrap}/in?group=g",
             "--output", f"kafka://{self.bootstrap}/out"], stdout=self.log, stderr=self.log, stdin=subprocess.DEVNULL)

    def errors(self, request, *codes):
        library.rd_kafka_mock_push_request_errors_array(
            self.cluster, request, len(codes), (ctypes.c_int * len(codes))(*codes))

    def send(self, count=10):
        for _ in range(count):
            name = f"c{self.sent}"
            self.producer.produce("in", value=json.dumps(
                {"customer_id": name, "event": "ping", "timestamp": 1000 * (self.sent + 1)}), key=name)
            self.sent += 1
        self.producer.flush()

    def said(self):
        with open(os.path.join(folder, self.name), errors="replace") as log:
            return log.read()

    def customers(self):
        reader = Consumer({"bootstrap.servers": self.bootstrap, "group.id": "r", "enable.partition.eof": True,
                           "auto.offset.reset": "earliest"})
        found = set()
        for partition in range(PARTITIONS):
            reader.assign([TopicPartition("out", partition, 0)])
            while True:
                message = reader.poll(5)
                if message is None or message.error():
                    break
                found.add(json.loads(message.value())["customer_id"])
        reader.close()
        return found

    def until_all(self, seconds=90):
        end = time.time() + seconds
        while len(self.customers()) < self.sent:
            if time.time() > end or self.child.poll() is not None:
                raise SystemExit(f"{self.name}: {len(self.customers())} of {self.sent} lines came:\n{self.said()}")
            time.sleep(0.3)

    def end(self, status=0):
        if self.child.poll() is None and status == 0:
            self.child.send_signal(signal.SIGTERM)
        found = self.child.wait(60)
        if found != status:
            raise SystemExit(f"{self.name}: status {found}, and {status} is expected:\n{self.said()}")
        print(f"  {self.name}", flush=True)


def goes_on(name, *errors):
    play = Play(name)
    play.send()
    play.until_all()
    for request, *codes in errors:
        play.errors(request, *codes)
    play.send()
    play.until_all()
    play.end()


goes_on("goes on where nothing happens")
goes_on("goes on after a commit in an old generation", (COMMIT_OFFSETS, ILLEGAL_GENERATION))
goes_on("goes on after it was dropped from the group", (HEARTBEAT, UNKNOWN_MEMBER))
goes_on("goes on after a rebalance", (HEARTBEAT, REBALANCING))
goes_on("waits for a transaction of a predecessor", (HEARTBEAT, UNKNOWN_MEMBER), (OFFSET_FETCH, *[UNSTABLE] * 3))
goes_on("waits for its coordinator", (END_TRANSACTION, COORDINATOR_LOADING, NOT_COORDINATOR), (ADD_OFFSETS, CONCURRENT))
goes_on("sends again what timed out", (PRODUCE, TIMED_OUT, TIMED_OUT), (ADD_PARTITIONS, CONCURRENT))

play = Play("ends when it is fenced, and says so")
play.send()
play.until_all()
play.errors(END_TRANSACTION, FENCED)
play.send()
play.end(74)
if "another process is" not in play.said():
    raise SystemExit(f"{play.name}: that is not said:\n{play.said()}")

play = Play("goes on when brokers were away for a minute")
play.send()
play.until_all()
for number in range(1, BROKERS + 1):
    library.rd_kafka_mock_broker_set_down(play.cluster, number)
time.sleep(60)
if play.child.poll() is not None:
    raise SystemExit(f"{play.name}: it ended:\n{play.said()}")
for number in range(1, BROKERS + 1):
    library.rd_kafka_mock_broker_set_up(play.cluster, number)
play.send()
play.until_all()
play.end()
