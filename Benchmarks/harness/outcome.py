"""What a run said: how many moments and decisions of each name, and a digest of all that must not differ.

usage: outcome.py FILE            prints the counts and the digest as JSON
       outcome.py FILE FILE       prints lines that one file has and the other has not

A program of its own, so that the memory it takes is not that of the process that measures.
"""

import hashlib
import json
import sys
from collections import Counter


def meaning(line):
    """What journeyd and the hand-written peers must say alike. Ids, steps and explanations are journeyd's alone."""
    said = json.loads(line)
    payload = dict(said.get("payload") or {})
    if "quiet_for" in payload:
        payload["quiet_for"] = round(float(payload["quiet_for"].rstrip("s")), 3)
    priority = said.get("priority")
    return (
        said["type"], said["moment"], said["customer_id"], said["time"], said.get("by"), said.get("start"),
        said.get("end"), said.get("action"), said.get("channel"), said.get("reason"),
        # Five places: the prices have two, and sums may be formed in different orders.
        None if priority is None else round(priority, 5), json.dumps(payload, sort_keys=True),
    )


def kind(meant):
    """The name under which a line is counted: `moment stuck`, `decision stuck: chat_help`, `decision stuck: cap`."""
    name = f"{meant[0]} {meant[1]}"
    return name if meant[0] == "moment" else f"{name}: {meant[7] or meant[9]}"


def outcome(path):
    counts = Counter()
    digest = 0
    with open(path, "rb") as lines:
        for line in lines:
            meant = meaning(line)
            counts[kind(meant)] += 1
            # A sum, as the order within one instant is not part of what is compared.
            digest += int.from_bytes(hashlib.blake2b(repr(meant).encode(), digest_size=8).digest(), "big")
    return {"counts": dict(sorted(counts.items())), "digest": f"{digest % (1 << 64):016x}"}


def differences(one, other, most=3):
    bags = []
    for path in (one, other):
        with open(path, "rb") as lines:
            bags.append(Counter(map(meaning, lines)))
    for bag, rest, sign in ((bags[0], bags[1], "-"), (bags[1], bags[0], "+")):
        for meant in sorted((bag - rest).keys(), key=lambda each: each[3])[:most]:
            print(sign, " ".join(str(part) for part in meant if part is not None))


if __name__ == "__main__":
    if len(sys.argv) == 3:
        differences(sys.argv[1], sys.argv[2])
    else:
        print(json.dumps(outcome(sys.argv[1])))
