#!/bin/sh
# Brings one service on Kubernetes to another version; deploy.sh checks what it is given. k8s.sh SERVICE TAG
#
# Its migration runs first, while the old version goes on: a migration takes nothing away that the version before it
# uses. Then the service rolls, then its workers; where one does not become ready, all that rolled go back, exit 1. Only
# objects with the label app.kubernetes.io/component=SERVICE are touched: whatever else the overlay says is left alone.
#
# OVERLAY       the kustomization that the cluster runs (k8s/overlays/production); it says where images come from
# PATIENCE      seconds that the migration has, and each rollout (300)
# RENDER_ONLY   1: print what would be applied, and reach no cluster
# KUBECONFIG    and all else that kubectl reads: which cluster

set -eu
service=$1 tag=$2
home=$(cd "$(dirname "$0")/../.." && pwd)
: "${OVERLAY:=$home/k8s/overlays/production}" "${PATIENCE:=300}" "${RENDER_ONLY:=}"
PATH=$PATH:$home/.venv/bin

say() { echo "deploy: $service $1"; }

fail() {
    echo "deploy: $1" >&2
    exit "${2:-1}"
}

command -v kubectl >/dev/null || fail "there is no kubectl; make venv brings one, or install that of your cluster's version" 69
[ -f "$OVERLAY/kustomization.yaml" ] || fail "OVERLAY has no kustomization.yaml: $OVERLAY" 64
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# `chosen FILE KINDS [NAMES [COMPONENTS [OTHERS]]]` prints objects of a file; see choose.awk.
chosen() {
    awk -v kinds="$2" -v names="${3:-.*}" -v components="${4:-.*}" -v others="${5:-0}" -f "$home/deploy/on/k8s/choose.awk" "$1"
}

# All that the overlay has of the service, with its image at the tag.
render() {
    kubectl kustomize "$OVERLAY" >"$scratch/as-is.yaml" || fail "the overlay cannot be rendered: $OVERLAY"
    image=$(sed -n "s#^ *image: \(.*/$service\)[:@].*#\1#p" "$scratch/as-is.yaml" | sort -u)
    [ "$(printf '%s\n' "$image" | grep -c .)" = 1 ] || fail "the overlay has no $service, or several images of it: $OVERLAY" 64
    mkdir "$scratch/new"
    cat >"$scratch/new/kustomization.yaml" <<YAML
resources: ["$(realpath --relative-to="$(realpath "$scratch/new")" "$OVERLAY")"]
images: [{name: "$image", newTag: "$tag"}]
YAML
    kubectl kustomize "$scratch/new" >"$scratch/all.yaml" || fail "the overlay cannot be rendered: $OVERLAY"
    chosen "$scratch/all.yaml" '.*' '.*' "$service" >"$scratch/service.yaml"
}

# In $namespace, where the overlay puts everything.
k() { kubectl --namespace "$namespace" "$@"; }

apply() { k apply --filename "$1" >/dev/null || fail "the cluster refuses a part of $service $tag"; }

names() { awk '/^[a-zA-Z]/ { within = ($1 == "metadata:") } within && /^  name: / { print $2 }'; }

step_ends_well() {
    for _ in $(seq "$((PATIENCE / 2 + 1))"); do
        state=$(k get job "$1" --output 'jsonpath={.status.conditions[?(@.status=="True")].type}')
        case $state in *Complete*) return 0 ;; *Failed*) return 1 ;; esac
        sleep 2
    done
    return 1
}

run_step() {
    chosen "$scratch/service.yaml" Job "$1" >"$scratch/$1.yaml"
    k delete job "$1" --ignore-not-found >/dev/null # a Job cannot be changed
    apply "$scratch/$1.yaml"
    step_ends_well "$1" && return
    k logs "job/$1" --tail 20 >&2 || true
    return 1
}

revision() { k get deployment "$1" --ignore-not-found --output 'jsonpath={.metadata.annotations.deployment\.kubernetes\.io/revision}'; }

# Back to the revision before; "" is one that there was not.
put_back() {
    while read -r name was; do
        if [ -z "$was" ]; then
            echo "deploy: $name had no version before; it stays as it is" >&2
        elif [ "$(revision "$name")" != "$was" ]; then
            k rollout undo "deployment/$name" --to-revision "$was" >/dev/null &&
                k rollout status "deployment/$name" --timeout "${PATIENCE}s" >/dev/null ||
                echo "deploy: $name could not be put back: look at it" >&2
        fi
    done <"$scratch/rolled"
    fail "$1 $tag does not become ready; what rolled went back, a migration stays"
}

roll() {
    chosen "$scratch/service.yaml" Deployment "$1" >"$scratch/$1.yaml"
    echo "$1 $(revision "$1")" >>"$scratch/rolled"
    apply "$scratch/$1.yaml"
    k rollout status "deployment/$1" --timeout "${PATIENCE}s" >/dev/null || put_back "$1"
    say "rolled $1"
}

render
if [ -n "$RENDER_ONLY" ]; then
    cat "$scratch/service.yaml"
    exit 0
fi
namespace=$(sed -n 's/^  namespace: //p' "$scratch/service.yaml" | sort -u)
kubectl get --raw /readyz --request-timeout 10s >/dev/null 2>"$scratch/complaint" ||
    fail "no cluster answers: $(tail -n 1 "$scratch/complaint")" 69
k get namespace "$namespace" >/dev/null 2>&1 || fail "the cluster has no namespace $namespace: kubectl apply -k k8s/namespace" 69

after="CronJob|HorizontalPodAutoscaler|PodDisruptionBudget"
chosen "$scratch/service.yaml" "Deployment|Job|$after" '.*' '.*' 1 >"$scratch/before.yaml"
chosen "$scratch/service.yaml" "$after" >"$scratch/after.yaml"
steps=$(chosen "$scratch/service.yaml" Job | names)
workers=$(chosen "$scratch/service.yaml" Deployment | names | grep -vx "$service" || true)

apply "$scratch/before.yaml"
for step in $steps; do
    case $step in
        *-migrate)
            say "migrates with $tag"
            run_step "$step" || fail "the migration failed; $service stays as it is"
            ;;
    esac
done
: >"$scratch/rolled"
roll "$service"
for worker in $workers; do roll "$worker"; done
[ ! -s "$scratch/after.yaml" ] || apply "$scratch/after.yaml"
for step in $steps; do
    case $step in *-migrate) ;; *) run_step "$step" || fail "$service runs at $tag, but $step failed" ;; esac
done
say "is at $tag"
