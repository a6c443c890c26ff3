#!/bin/sh
# Asks for a decision: decide.sh CUSTOMER PLACE [http://127.0.0.1:8080]
set -eu
curl --fail-with-body --silent --show-error "${3:-http://127.0.0.1:8080}/decide?types=decision&timeout=200ms" \
    --header 'Content-Type: application/json' \
    --data "{\"customer_id\":\"$1\",\"event\":\"ask\",\"properties\":{\"place\":\"$2\"}}"
