#!/bin/sh
# Tells Elasticsearch how long lines are kept and what their fields are; again and again does no harm.
set -eu
cd "$(dirname "$0")"

put() {
    curl --fail --silent --show-error --retry 30 --retry-connrefused --retry-delay 2 --output /dev/null \
        --request PUT --header 'Content-Type: application/json' --data "@$2" "$ELASTICSEARCH/$1"
    echo "elasticsearch has $1"
}

put _ilm/policy/quartet-logs ilm.json
put _index_template/quartet-logs index-template.json
