# Parts of compose.sh: how containers take the place of others. `compose` starts what the file $versions says.

say() { echo "deploy: $service $1"; }

# Runs Compose without its talk, which is told when it fails.
quietly() { compose "$@" >"$scratch/log" 2>&1 || { cat "$scratch/log" >&2; return 1; }; }

# The containers of a part but those that are named.
others() {
    part=$1
    shift
    for each in $(running "$part"); do case " $* " in *" $each "*) ;; *) echo "$each" ;; esac; done
}

versions_with() {
    grep -v "^$variable=" "$scratch/was.env" || true
    echo "$variable=$1"
}

last_words() { for container; do docker logs --tail 15 "$container" >&2 || true; done; }

# Returns 1 when one of the containers is not healthy, ends again and again, or takes too long.
become_healthy() {
    deadline=$(($(date +%s) + PATIENCE))
    for container; do
        while state=$(docker inspect --format '{{.State.Health.Status}} {{.RestartCount}}' "$container"); do
            case $state in
                "healthy "*) continue 2 ;;
                "unhealthy "* | *" "[3-9] | *" "[1-9][0-9]*) break ;;
            esac
            [ "$(date +%s)" -lt "$deadline" ] || break
            sleep 0.5
        done
        last_words "$container"
        return 1
    done
}

remove() { [ $# = 0 ] || docker rm --force "$@" >/dev/null; }

# docker stop begins with SIGTERM: requests under way are ended.
end_in_good_order() {
    docker stop --time 30 "$@" >/dev/null
    docker rm "$@" >/dev/null
}

# Starts as many containers as are named beside these, waits until they are healthy, and sends the gateway to them alone.
start_beside() {
    part=$1 files=$2
    shift 2
    COMPOSE_FILE=$files quietly up --detach --no-deps --no-recreate --scale "$part=$(($# * 2))" "$part" || return 1
    new=$(others "$part" "$@")
    become_healthy $new || { remove $new; return 1; }
    lead_gateway "$part" $new && return
    echo "deploy: the gateway cannot be led to the new containers of $part" >&2
    lead_back
    remove $new
    return 1
}

# What publishes a port of this machine (in development) cannot do so twice: there the new containers of no port carry on
# while those with the port start.
beside() {
    old=$(running "$1") without=
    if [ -n "$(docker inspect --format '{{range .HostConfig.PortBindings}}port{{end}}' $old)" ]; then without=:$home/deploy/on/compose/no-ports.yaml; fi
    start_beside "$1" "$COMPOSE_FILE$without" $old || return 1
    end_in_good_order $old
    if [ -n "$without" ]; then
        old=$new
        start_beside "$1" "$COMPOSE_FILE" $old || fail "$1 is at $(image_of $old), and could not get back its port"
        end_in_good_order $old
    fi
    lead_gateway "$1" || true # it is tried once more at the end
}

# For what there is one of: workers, the gateway.
in_place() {
    quietly up --detach --no-deps --force-recreate "$@" && become_healthy $(running "$@")
}

put_back() {
    versions=$scratch/old.env
    say "is put back to ${was##*:}"
    for part; do
        if [ "$part" = "$service" ] && [ "$part" != gateway ]; then beside "$part"; else in_place "$part"; fi ||
            fail "$part could not be put back to ${was##*:}"
    done
    fail "$service stays at ${was##*:}"
}

# Has the gateway send requests for a service to these containers, or, with none, to all that have its name. `led` is the
# service whose name it does not go by for now. A reload that fails leaves it as it was.
lead_gateway() {
    part=$1
    shift
    gateway=$(running gateway)
    [ -n "$gateway" ] || return 0
    if [ $# = 0 ]; then
        reload_gateway && led=
        return
    fi
    addresses=
    for container; do addresses="$addresses $(address_for "$gateway" "$container"):8000"; done
    led=$part
    reload_gateway --env "$(echo "$part" | tr a-z A-Z)_UPSTREAM=${addresses# }"
}

# A name server that is busy may fail to answer once.
reload_gateway() {
    for attempt in 1 2 3 4 5; do
        docker exec "$@" "$gateway" /opt/gateway/entrypoint.sh reload >"$scratch/log" 2>&1 && return
        sleep 2
    done
    cat "$scratch/log" >&2
    return 1
}

# However a deploy ends, the gateway finds the service by its name.
lead_back() {
    [ -z "$led" ] || lead_gateway "$led" || fail "the gateway still goes by addresses of $led, and would not find others; docker restart $gateway"
}

# The address of a container in a network that the gateway is on too.
address_for() {
    networks='{{range $name, $it := .NetworkSettings.Networks}}{{$name}} {{$it.IPAddress}}{{"\n"}}{{end}}'
    { docker inspect --format "$networks" "$1"; echo --; docker inspect --format "$networks" "$2"; } |
        awk '$1 == "--" { theirs = 1 } theirs && $1 in ours { print $2; exit } !theirs && NF { ours[$1] }'
}
