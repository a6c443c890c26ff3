"""What readers of committed records see of a topic, and what has a member leave its group."""
import socket, struct

from confluent_kafka import Consumer, TopicPartition


def committed(bootstrap, group, topic, partitions):
    """The committed records of a topic, by partition, to its end at the time; no more than twenty seconds are waited for one."""
    reader = Consumer({
        "bootstrap.servers": bootstrap, "group.id": group, "isolation.level": "read_committed",
        "enable.partition.eof": True, "enable.auto.commit": False, "auto.offset.reset": "earliest",
        "fetch.wait.max.ms": 50})
    found = []
    for partition in range(partitions):
        reader.assign([TopicPartition(topic, partition, 0)])
        records = []
        while True:
            message = reader.poll(20)
            if message is None:
                raise SystemExit(f"{topic}/{partition} cannot be read to its end")
            if message.error():
                break
            records.append(message)
        found.append(records)
    reader.close()
    return found


def leave(bootstrap, group, member):
    """Takes a member out of its group, as a broker does that has not heard of it for a while (LeaveGroup, version 0)."""
    def text(word):
        return struct.pack(">h", len(word)) + word.encode()
    host, port = bootstrap.split(",")[0].rsplit(":", 1)
    body = struct.pack(">hhi", 13, 0, 7) + text("try") + text(group) + text(member)
    with socket.create_connection((host, int(port)), 10) as broker:
        broker.sendall(struct.pack(">i", len(body)) + body)
        broker.recv(64)
