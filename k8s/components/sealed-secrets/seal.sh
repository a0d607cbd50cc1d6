#!/bin/sh
# Writes sealed.yaml from k8s/secrets/files, with the public key of the cluster that kubeseal finds, or of a file:
#   seal.sh [--cert certificate.pem]
# Those of the stores in k8s/datastores are left out: production has its own stores.

set -eu
cd "$(dirname "$0")/../../.."

PATH=$PATH:$PWD/.venv/bin
for program in kubectl kubeseal; do
    command -v "$program" >/dev/null || { echo "seal: there is no $program" >&2; exit 69; }
done
out=k8s/components/sealed-secrets/sealed.yaml
new=$(mktemp)
trap 'rm -f "$new"' EXIT
kubectl kustomize k8s/secrets |
    awk 'BEGIN { RS = "---\n"; ORS = "---\n" } !/\n    app.kubernetes.io\/component: datastores\n/' |
    kubeseal --format yaml "$@" >"$new"
cat "$new" >"$out"
