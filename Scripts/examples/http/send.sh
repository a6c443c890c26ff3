#!/bin/sh
# Sends a file of events, one JSON object a line: send.sh events.ndjson [http://127.0.0.1:8080] [TOKEN]
set -eu
file=$1 address=${2:-http://127.0.0.1:8080} token=${3:-}
curl --fail-with-body --silent --show-error --retry 5 --retry-connrefused "$address/events" \
    --header 'Content-Type: application/x-ndjson' ${token:+--header "Authorization: Bearer $token"} \
    --data-binary "@$file"
