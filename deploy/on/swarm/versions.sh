# Secrets and configs never change in a swarm: what has other content has another name, STACK_NAME_DIGEST.

digest() { sha256sum <"$1" | cut -c 1-12; }

version_variable() { echo "$1" | tr a-z A-Z | sed 's/$/_VERSION/'; }

# Makes the secret that a file holds, where there is none of that content yet. Swarm takes no empty ones.
make_secret() {
    full=${STACK}_$1_$(digest "$SECRETS_DIR/$1")
    docker secret inspect "$full" >/dev/null 2>&1 || {
        { cat "$SECRETS_DIR/$1"; [ -s "$SECRETS_DIR/$1" ] || echo; } |
            docker secret create --label com.docker.stack.namespace="$STACK" "$full" - >/dev/null
        say "made the secret $full"
    }
}

# Makes what is missing, and tells stack.swarm.yaml the names: INTERNAL_SECRET_VERSION and so on.
give_versions() {
    for name in $(sed -n 's/^  \([a-z_]*\): {.*external: true}$/\1/p' $files); do
        [ -e "$SECRETS_DIR/$name" ] || fail "$SECRETS_DIR has no $name; make secrets makes what is missing" 64
        make_secret "$name"
        export "$(version_variable "$name")=$(digest "$SECRETS_DIR/$name")"
    done
    MYSQL_SETTINGS_VERSION=$(digest "$home/compose/mysql/quartet.cnf")
    MYSQL_USERS_VERSION=$(digest "$home/compose/mysql/create-users.sh")
    REDIS_START_VERSION=$(digest "$home/compose/redis/start.sh")
    REDIS_SETTINGS_VERSION=$(digest "$home/compose/redis/redis.conf")
    export MYSQL_SETTINGS_VERSION MYSQL_USERS_VERSION REDIS_START_VERSION REDIS_SETTINGS_VERSION
}

# Removes the versions that no service uses; a swarm refuses to remove any other.
remove_unused() {
    for kind in secret config; do
        docker "$kind" ls --filter label=com.docker.stack.namespace="$STACK" --format '{{.Name}}' | while read -r name; do
            ! docker "$kind" rm "$name" >/dev/null 2>&1 || say "removed the $kind $name, which nothing uses any more"
        done
    done
}
