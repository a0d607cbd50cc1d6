# The commands of swarm.sh.

files=$home/compose/stack.swarm.yaml
case ${STORES:-} in
    external) export STORES_INTERNAL=false ;;
    *) files="$files $home/compose/stack.swarm.stores.yaml" ;;
esac
[ -z "${ENCRYPTED:-}" ] || files="$files $home/compose/stack.swarm.encrypted.yaml"

migrations_of() { case $1 in auth | catalog) echo "$1-migrate" ;; esac; }

workers_of() { case $1 in auth) echo auth-mailer auth-upkeep ;; catalog) echo catalog-follower ;; esac; }

deploy_all() {
    scratch=$(mktemp -d)
    trap 'rm -rf "$scratch"' EXIT
    give_settings
    give_versions
    [ "${STORES:-}" = external ] || label_stores
    # A job that has ended runs again only when told to: a new version's migration has to.
    stale=
    for service in auth catalog; do
        exists "$service-migrate" && [ "$(image_of "$service-migrate")" != "$REGISTRY/$service:$(tag_of "$service")" ] && stale="$stale $service"
    done
    for service in $stale; do migrate "$service" "$(tag_of "$service")"; done
    set --
    for file in $files; do set -- "$@" --compose-file "$file"; done
    docker stack deploy --prune --resolve-image "${RESOLVE_IMAGE:-never}" "$@" "$STACK" >"$scratch/log" 2>&1 ||
        { cat "$scratch/log" >&2; fail "Docker refuses the stack"; }
    await $(docker stack services --format '{{.Name}}' "$STACK" | sed "s/^${STACK}_//" | sort)
    remove_unused
    say "Quartet is at port $PORT of every node"
}

migrate() {
    for job in $(migrations_of "$1"); do
        say "migrates $1 to $2"
        docker service update --detach --force --no-resolve-image --image "$REGISTRY/$1:$2" "${STACK}_$job" >/dev/null
        await "$job"
    done
}

roll() {
    exists "$1" || fail "$1 does not run in the stack $STACK; swarm.sh deploys all" 64
    need_image "$REGISTRY/$1:$2"
    was=$(image_of "$1")
    migrate "$1" "$2"
    for part in "$1" $(workers_of "$1"); do
        say "$part goes from $was to $REGISTRY/$1:$2"
        docker service update --detach --no-resolve-image --image "$REGISTRY/$1:$2" "${STACK}_$part" >/dev/null
        await "$part"
    done
}

# Those who use a secret, each with the file name it has for them: "auth secret_keys".
users_of() {
    docker stack services --format '{{.Name}}' "$STACK" | sed "s/^${STACK}_//" | sort | while read -r part; do
        field "$part" '{{range .Spec.TaskTemplate.ContainerSpec.Secrets}}{{.SecretName}} {{.File.Name}}{{"\n"}}{{end}}' |
            sed -n "s/^${STACK}_$1_[0-9a-f]* /$part /p"
    done
}

rotate() {
    [ $# -gt 0 ] || fail "which secret? they are in $SECRETS_DIR" 64
    for name; do
        [ -e "$SECRETS_DIR/$name" ] || fail "there is no $SECRETS_DIR/$name" 64
        make_secret "$name"
        new=${STACK}_${name}_$(digest "$SECRETS_DIR/$name")
        users_of "$name" | while read -r part target; do
            old=$(field "$part" '{{range .Spec.TaskTemplate.ContainerSpec.Secrets}}{{.SecretName}}{{"\n"}}{{end}}' | grep "^${STACK}_${name}_[0-9a-f]*$")
            [ "$old" != "$new" ] || continue
            say "$part gets $new"
            docker service update --detach --no-resolve-image --secret-rm "$old" --secret-add "source=$new,target=$target" "${STACK}_$part" >/dev/null
            is_job "$part" || await "$part"
        done || exit 1
    done
    remove_unused
}

# Asked again until nothing is left: a swarm that chooses a leader refuses, and a network goes when the last container of a
# task has, of which Docker leaves those of ended jobs. On other nodes `docker container prune` removes them.
remove_all() {
    until=$(($(date +%s) + PATIENCE))
    until docker stack rm "$STACK" 2>&1 | grep -q "^Nothing found in stack"; do
        docker ps --all --quiet --filter label=com.docker.stack.namespace="$STACK" --filter status=exited | xargs -r docker rm >/dev/null 2>&1 || true
        [ "$(date +%s)" -lt "$until" ] || fail "something of $STACK is still in use"
        sleep 1
    done
}
