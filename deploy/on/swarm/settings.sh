# What stack.swarm.yaml has to be told: Docker's own client replaces its variables from the environment alone.

# The value that ENV_FILE has for a name, without the quotes that Compose would take away.
given() { sed -n "s/^$1=//p" "$ENV_FILE" | tail -n 1 | sed -e 's/^"\(.*\)"$/\1/' -e "s/^'\(.*\)'\$/\1/"; }

# The version of a service that is to be deployed: what was asked for, or what runs, or dev.
tag_of() {
    eval "tag=\${$(echo "$1" | tr a-z A-Z)_TAG:-\${TAG:-}}"
    [ -n "$tag" ] || tag=$(image_of "$1" | sed -n 's/.*:\([^/]*\)$/\1/p')
    echo "${tag:-dev}"
}

give_settings() {
    [ -r "$ENV_FILE" ] || fail "there is no ENV_FILE $ENV_FILE" 64
    PORT=${PORT:-$(given PORT)}
    export PORT="${PORT:-8080}"
    # Docker's client leaves quotes in the values.
    sed -e 's/^\([A-Za-z_]*\)="\(.*\)"$/\1=\2/' -e "s/^\([A-Za-z_]*\)='\(.*\)'\$/\1=\2/" "$ENV_FILE" >"$scratch/settings.env"
    ENV_FILE=$scratch/settings.env
    export ENV_FILE
    for service in $SERVICES; do
        tag=$(tag_of "$service")
        export "$(echo "$service" | tr a-z A-Z)_TAG=$tag"
        need_image "$REGISTRY/$service:$tag"
    done
}

# A swarm of one node may run what its Docker has; the nodes of a larger one fetch what they lack.
need_image() {
    docker image inspect "$1" >/dev/null 2>&1 || docker pull --quiet "$1" >/dev/null 2>&1 ||
        fail "the image $1 is neither here nor in a registry within reach" 64
}

# Data lie on a node: the first time, on the one that the stack is deployed from.
label_stores() {
    for store in mysql redis; do
        docker node ls --quiet | xargs docker node inspect --format "{{index .Spec.Labels \"quartet.$store\"}}" | grep -qx yes && continue
        node=$(docker info --format '{{.Swarm.NodeID}}')
        docker node update --label-add "quartet.$store=yes" "$node" >/dev/null
        say "$store will have its data on $(docker node inspect --format '{{.Description.Hostname}}' "$node")"
    done
}
