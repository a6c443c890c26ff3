"""Events of the growth cases: the same form and length as those of `journeyd generate`, but each field chosen."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone

SECOND = 1000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
START = 1_767_225_600_000  # 2026-01-01T00:00:00Z, in milliseconds


def mixed(i):
    """A number of 20 bits that looks unrelated to i: what customers and types are drawn from must not go in step."""
    i = (i ^ i >> 15) * 0x2C1B3C6D & 0xFFFFFFFF
    i = (i ^ i >> 12) * 0x297A2D39 & 0xFFFFFFFF
    return (i ^ i >> 15) & 0xFFFFF


@dataclass(frozen=True)
class Pattern:
    """How the fields of event i follow from i."""
    type: Callable[[int], str]
    customer: Callable[[int], int]
    step_ms: int
    sku: Callable[[int], str] = lambda i: f"SKU-{mixed(i + 1_000_000_007) % 20_000:05d}"


def write_events(path, count, pattern):
    channels = ("web", "mobile", "store", "email")
    minute, prefix = None, ""
    with open(path, "w", encoding="ascii", buffering=1 << 20) as output:
        for i in range(count):
            time = START + i * pattern.step_ms
            if time // MINUTE != minute:
                minute = time // MINUTE
                prefix = f"{datetime.fromtimestamp(minute * 60, timezone.utc):%Y-%m-%dT%H:%M}"
            rest = time % MINUTE
            output.write(
                f'{{"id":"evt_{i:08x}","customer_id":"c{pattern.customer(i):07d}","event":"{pattern.type(i)}",'
                f'"timestamp":"{prefix}:{rest // 1000:02d}.{rest % 1000:03d}Z","channel":"{channels[i % 7 % 4]}",'
                f'"properties":{{"sku":"{pattern.sku(i)}","price":{1 + i * 37 % 20_000 / 100:.2f},'
                f'"category":"shoes","quantity":1,"device":"mobile","session":"s{i // 8:08x}"}}}}\n')
