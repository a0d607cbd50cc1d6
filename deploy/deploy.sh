#!/bin/sh
# Brings one service to another version, the others stay as they are: deploy.sh SERVICE TAG [compose|swarm|k8s]
#
#   SERVICE   auth, catalog, counter, vectors (each with its migrations and workers) or gateway
#   TAG       the version: the tag of the image REGISTRY/SERVICE
#   REGISTRY  what names of images begin with (quartet)
#
# Its checks are here, the steps in deploy/on/. Exit 64: asked for what there is not; nothing was done.

set -eu
cd "$(dirname "$0")/.."

usage() { sed -n '2,/^$/s/^# \{0,1\}//p' "$0"; }

refuse() {
    echo "deploy: $1" >&2
    exit 64
}

case ${1:-} in -h | --help | help) usage && exit 0 ;; esac
service=${1:-} tag=${2:-} on=${3:-compose}
[ $# -le 3 ] || refuse "too much was given; usage: deploy.sh SERVICE TAG [compose|swarm|k8s]"
case $service in
    auth | catalog | counter | vectors | gateway) ;;
    '') refuse "which SERVICE? auth, catalog, counter, vectors or gateway: make deploy SERVICE=catalog TAG=… ON=compose|swarm|k8s" ;;
    *) refuse "SERVICE must be auth, catalog, counter, vectors or gateway, not '$service'" ;;
esac
[ -n "$tag" ] || refuse "which version? TAG=… is the tag of the image of $service"
printf '%s\n' "$tag" | grep -Eqx '[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}' || refuse "TAG cannot be the tag of an image: '$tag'"
case $on in
    compose | swarm)
        image=${REGISTRY:-quartet}/$service:$tag
        docker info >/dev/null 2>&1 || refuse "no Docker daemon answers"
        docker image inspect "$image" >/dev/null 2>&1 || docker pull --quiet "$image" >/dev/null 2>&1 ||
            refuse "the image $image is neither here nor in a registry within reach; make image SERVICE=$service TAG=$tag builds it"
        ;;
    k8s) ;; # the nodes fetch the image; one that they cannot have ends the rollout
    *) refuse "ON must be compose, swarm or k8s, not '$on'" ;;
esac
[ -x "deploy/on/$on.sh" ] || refuse "there is no deploy/on/$on.sh"
exec "deploy/on/$on.sh" "$service" "$tag"
