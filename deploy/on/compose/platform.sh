# Which platform on Compose the scripts of deploy/ work on; make gives them what make up has.
#
# COMPOSE_FILE, COMPOSE_PROFILES, COMPOSE_PROJECT_NAME   as Compose reads them
# ENV_FILE, SECRETS_DIR, REGISTRY
# VERSIONS_FILE   the version of each service that was deployed, for whatever is started later (compose/versions.env)

: "${COMPOSE_FILE:=$home/compose/compose.yaml}" "${COMPOSE_PROFILES:=full}" "${ENV_FILE:=$home/compose/prod.env}"
: "${SECRETS_DIR:=$home/compose/secrets}" "${VERSIONS_FILE:=$home/compose/versions.env}"
export COMPOSE_FILE COMPOSE_PROFILES ENV_FILE SECRETS_DIR
# What is in the environment would count more than what was deployed.
unset AUTH_TAG CATALOG_TAG COUNTER_TAG VECTORS_TAG GATEWAY_TAG

program=$home/.venv/bin/docker-compose
[ -x "$program" ] || program="docker compose"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
versions=$scratch/was.env
cat "$VERSIONS_FILE" >"$versions" 2>/dev/null || true

# Starts what the file $versions says.
compose() { $program --env-file "$ENV_FILE" --env-file "$versions" "$@"; }

fail() {
    echo "${called:-$(basename "$0" .sh)}: $1" >&2
    exit 1
}

running() { compose ps --quiet "$@" 2>/dev/null; }

image_of() { docker inspect --format '{{.Config.Image}}' "$1"; }

# A statement of SQL, or a whole dump, from stdin.
mysql_as_root() { compose exec -T mysql sh -c 'MYSQL_PWD=$(cat /run/secrets/mysql_root_password) exec "$@"' sh "$@" --user=root; }
