#!/bin/sh
# Quartet on Docker Swarm; run where a manager's Docker answers.
#
#   swarm.sh                     deploy all, or bring all to what the files and settings say now
#   swarm.sh SERVICE TAG         bring one service (auth, catalog, counter, vectors, gateway) to another version: its
#                                migration first, then its replicas one by one, then its workers
#   swarm.sh rotate SECRET...    give those who use them what the files in SECRETS_DIR hold now, one service after the other
#   swarm.sh remove              end it; the data stay in their volumes
#
# STACK         name of the stack (quartet)
# REGISTRY, TAG, AUTH_TAG, CATALOG_TAG …   the images; a service that runs keeps its version where none is given
# ENV_FILE      settings (compose/prod.env)      SECRETS_DIR   secrets (compose/secrets, made by `make secrets`)
# STORES        external: MySQL and Redis are elsewhere, where the URLs among the secrets say
# PATIENCE      seconds until what does not come up is given up (600)
# More, for stack.swarm.yaml, in docs/swarm.md. Exit 0: it runs. 1: it does not, or Swarm went back to the version before.
# 64: asked for what there is not; nothing was done.

set -eu
: "${STACK:=quartet}" "${REGISTRY:=quartet}" "${PATIENCE:=600}"
home=$(cd "$(dirname "$0")/../.." && pwd)
: "${ENV_FILE:=$home/compose/prod.env}" "${SECRETS_DIR:=$home/compose/secrets}"
SERVICES="auth catalog counter vectors gateway"
export STACK REGISTRY SECRETS_DIR

say() { echo "swarm: $*"; }

fail() {
    echo "swarm: $1" >&2
    exit "${2:-1}"
}

. "$home/deploy/on/swarm/versions.sh"
. "$home/deploy/on/swarm/progress.sh"
. "$home/deploy/on/swarm/settings.sh"
. "$home/deploy/on/swarm/steps.sh"

[ "$(docker info --format '{{.Swarm.ControlAvailable}}' 2>/dev/null)" = true ] ||
    fail "this Docker is no manager of a swarm; docker swarm init makes one" 64
case ${1:-} in
    '') deploy_all ;;
    rotate) shift && rotate "$@" ;;
    remove) remove_all ;;
    -*) sed -n '2,/^$/s/^# \{0,1\}//p' "$0" ;;
    *)
        case " $SERVICES " in *" $1 "*) ;; *) fail "there is no service $1; there are $SERVICES" 64 ;; esac
        [ -n "${2:-}" ] || fail "which version of $1?" 64
        roll "$1" "$2"
        ;;
esac
