#!/bin/sh
# Builds one image and tells how much it adds to its base: image.sh auth|catalog|counter|vectors|gateway|ses TAG
#
# REGISTRY      what names begin with (quartet)
# BASE_PYTHON, BASE_NGINX   other base images than those of the Dockerfiles, such as a private registry's
# VERSION       the version in the image's labels; by default that of the shared library

set -eu
cd "$(dirname "$0")/.."

fail() {
    echo "image: $1" >&2
    exit 1
}

[ $# = 2 ] || fail "usage: image.sh SERVICE TAG"
service=$1 image=${REGISTRY:-quartet}/$1:$2 limit=80
case $service in
    auth | catalog | counter) set -- --file services/Dockerfile --build-arg SERVICE="$service" . ;;
    vectors) set -- --file services/Dockerfile --build-arg SERVICE="$service" . && limit=300 ;;
    gateway) set -- gateway ;;
    ses) set -- --file devtools/Dockerfile . && limit=300 ;;
    *) fail "SERVICE must be one of auth, catalog, counter, vectors, gateway, ses, not '$service'" ;;
esac
case $service in
    gateway) argument=BASE_NGINX dockerfile=gateway/Dockerfile base=${BASE_NGINX:-} ;;
    *) argument=BASE_PYTHON dockerfile=services/Dockerfile base=${BASE_PYTHON:-} ;;
esac
base=${base:-$(sed -n "s/^ARG $argument=//p" "$dockerfile")}

docker info >/dev/null 2>&1 || fail "no Docker daemon answers"
docker image inspect "$base" >/dev/null 2>&1 || docker pull --quiet "$base" >/dev/null ||
    fail "the base image $base is neither here nor in a registry within reach; make offline-images makes it"

log=$(mktemp)
trap 'rm -f "$log"' EXIT
docker build --tag "$image" --build-arg "$argument=$base" \
    --build-arg VERSION="${VERSION:-$(sed -n 's/^version = "\(.*\)"/\1/p' shared/pyproject.toml)}" \
    --build-arg REVISION="$(git rev-parse HEAD 2>/dev/null || echo unknown)" \
    "$@" >"$log" 2>&1 || { cat "$log" >&2; fail "$image could not be built"; }

size() { docker image inspect --format '{{.Size}}' "$1"; }
own=$(( ($(size "$image") - $(size "$base") + 999999) / 1000000 ))
printf '%-28s %4s MB on %s (at most %s)\n' "$image" "$own" "$base" "$limit"
[ "$own" -le "$limit" ] || fail "$image adds $own MB to its base, more than $limit"
