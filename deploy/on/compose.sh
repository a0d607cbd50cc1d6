#!/bin/sh
# Brings one service on Compose to another version; deploy.sh checks what it is given. compose.sh SERVICE TAG
#
# Its migration runs first, while the old version goes on: a migration takes nothing away that the version before it
# uses. New containers start beside the old ones; when they are healthy the gateway is led to them, the old ones end
# what they have, and the workers follow. A version that does not become healthy is removed, the old one stays, exit 1.
#
# compose/platform.sh says which platform; PATIENCE is the seconds that a container has to become healthy (180).
# ALONE=1 leaves its migration and workers as they are.

set -eu
service=$1 tag=$2 called=deploy
home=$(cd "$(dirname "$0")/../.." && pwd)
. "$home/deploy/on/compose/platform.sh"
: "${PATIENCE:=180}"
variable=$(echo "$service" | tr a-z A-Z)_TAG
case $service in
    auth) migration=auth-migrate workers="auth-mailer auth-upkeep" ;;
    catalog) migration=catalog-migrate workers=catalog-follower ;;
    *) migration= workers= ;;
esac
[ -z "${ALONE:-}" ] || migration= workers=
. "$home/deploy/on/compose/replacing.sh"

# The versions as they are, and as they shall be.
was=$(running "$service" | head -n 1)
[ -n "$was" ] || fail "$service does not run here: make up first"
was=$(image_of "$was")
# What an earlier deploy, broken off, has stopped and not removed would be started for one of the new containers.
quietly rm --force "$service"
versions_with "${was##*:}" >"$scratch/old.env"
versions_with "$tag" >"$scratch/new.env"
versions=$scratch/new.env
led=
trap 'ended=$?; (lead_back) || ended=1; rm -rf "$scratch"; exit "$ended"' EXIT
trap 'exit 1' HUP INT TERM

if [ -n "$migration" ]; then
    say "migrates with $tag"
    quietly run --rm --no-deps "$migration" || fail "the migration failed; $service stays at ${was##*:}"
fi
say "goes from ${was##*:} to $tag"
case $service in
    gateway)
        quietly run --rm --no-deps --env METRICS_HOST=127.0.0.1 gateway check || fail "gateway $tag cannot start with these settings; it stays at ${was##*:}"
        in_place gateway || put_back gateway
        ;;
    *) beside "$service" || fail "$service stays at ${was##*:}" ;;
esac
[ -z "$workers" ] || in_place $workers || put_back $workers "$service"
cat "$scratch/new.env" >"$VERSIONS_FILE"
say "is at $tag, and stays there: $VERSIONS_FILE"
