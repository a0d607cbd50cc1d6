#!/bin/sh
# Starts Redis on the given configuration once there is room on its disk. Redis ends rather than acknowledge what it
# cannot write, and whoever starts containers waits longer each time; here room is noticed within a second.
set -u
trap 'exit 143' TERM INT

room=/data/.room
has_room() { head -c 1048576 /dev/zero 2>/dev/null >"$room"; written=$?; rm -f "$room"; return "$written"; }

has_room || echo "redis: no room in /data for another MiB, waiting for some" >&2
until has_room; do sleep 1; done
exec redis-server "$@"
