"""What readers of committed records see of a topic."""
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
