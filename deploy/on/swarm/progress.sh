# Waiting until a swarm has done what it was asked for.

field() { docker service inspect --format "$2" "${STACK}_$1" 2>/dev/null; }

exists() { docker service inspect "${STACK}_$1" >/dev/null 2>&1; }

image_of() { field "$1" '{{.Spec.TaskTemplate.ContainerSpec.Image}}' | sed 's/@.*//'; }

is_job() { [ "$(field "$1" '{{if .Spec.Mode.ReplicatedJob}}job{{end}}')" = job ]; }

state_of() { field "$1" '{{with .UpdateStatus}}{{.State}}{{end}}'; }

# What a task was started with, as far as an update changes it.
SPECIFIED='{{json .ContainerSpec.Image}}{{json .ContainerSpec.Env}}{{json .ContainerSpec.Secrets}}{{.ForceUpdate}}'

# Whether as many tasks as shall run do run, and all with what the service says now.
is_up() {
    if is_job "$1"; then
        docker service ls --filter name="${STACK}_$1" --format '{{.Name}} {{.Replicas}}' | grep -q "^${STACK}_$1 .*(1/1 completed)"
        return
    fi
    case $(state_of "$1") in '' | completed) ;; *) return 1 ;; esac
    replicas=$(docker service ls --filter name="${STACK}_$1" --format '{{.Name}} {{.Replicas}}' | sed -n "s/^${STACK}_$1 \([0-9/]*\).*/\1/p")
    [ "${replicas%/*}" = "${replicas#*/}" ] && [ -n "$replicas" ] || return 1
    wanted=$(field "$1" "{{with .Spec.TaskTemplate}}$SPECIFIED{{end}}")
    for task in $(docker service ps --quiet --filter desired-state=running "${STACK}_$1"); do
        [ "$(docker inspect --type task --format "{{.Status.State}} {{with .Spec}}$SPECIFIED{{end}}" "$task")" = "running $wanted" ] || return 1
    done
}

# Why tasks of a service ended, newest first, and what the last one said.
reasons() {
    docker service ps --no-trunc --format '{{.Error}}' "${STACK}_$1" | sed '/^$/d' | sort -u | head -n 3 | sed "s/^/  $1: /" >&2
    timeout 10 docker service logs --raw --tail 3 "${STACK}_$1" 2>&1 | tail -n 6 | sed "s/^/  $1 said: /" >&2 || true
}

# Returns when all of the services run as they shall; ends the program when one was rolled back or does not come up.
await() {
    until=$(($(date +%s) + PATIENCE))
    for part; do
        while ! is_up "$part"; do
            case $(state_of "$part") in
                rollback_* | paused)
                    while [ "$(state_of "$part")" = rollback_started ] && [ "$(date +%s)" -lt "$until" ]; do sleep 1; done
                    reasons "$part"
                    fail "$part did not come up as asked; $(state_of "$part"): it runs $(image_of "$part"). $(field "$part" '{{with .UpdateStatus}}{{.Message}}{{end}}')"
                    ;;
            esac
            [ "$(date +%s)" -lt "$until" ] || { reasons "$part"; fail "$part is not up after $PATIENCE s"; }
            sleep 1
        done
        say "$part is up: $(image_of "$part")"
    done
}
