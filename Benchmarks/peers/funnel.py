"""The funnel part of the rules in ClickHouse, in batch, through chdb: windowFunnel over the same file.

usage: funnel.py EVENTS OUTPUT

windowFunnel answers how far each customer came within the hour, once, after reading everything. It knows no moment at
which something happens, no absence, no decision; so this peer does only a part of the work, and its result is not
compared with the others'.
"""

import sys

import chdb

QUERY = """
SELECT level, count() AS customers
FROM (
    SELECT customer_id, windowFunnel(3600000)(
        toUInt64(toUnixTimestamp64Milli(timestamp)),
        event = 'product_view', event = 'add_to_cart', event = 'checkout_started', event = 'purchase') AS level
    FROM file('{path}', 'JSONEachRow', 'customer_id String, event LowCardinality(String), timestamp DateTime64(3)')
    GROUP BY customer_id
)
GROUP BY level ORDER BY level
SETTINGS date_time_input_format = 'best_effort', input_format_skip_unknown_fields = 1
"""


def main():
    path = sys.argv[1].replace("\\", "\\\\").replace("'", "\\'")
    result = chdb.query(QUERY.format(path=path), "JSONEachRow").bytes()
    with open(sys.argv[2], "wb") as output:
        output.write(result)


main()
