# Has the nginx that runs in RUN_DIR read its configuration again.

# The processes of that nginx beside its master, where the system tells (Linux).
children() { awk -v master="$1" '$1 == "PPid:" && $2 == master { split(FILENAME, path, "/"); print path[3] }' /proc/[0-9]*/status 2>/dev/null || true; }

# Returns when those of before have ended their requests, for which they have SHUTDOWN_TIMEOUT.
reload() {
    master=$(cat "$RUN_DIR/nginx.pid")
    before=$(children "$master")
    kill -HUP "$master"
    patience=$((SHUTDOWN_TIMEOUT + 10))
    for child in $before; do
        while kill -0 "$child" 2>/dev/null; do
            [ "$patience" -gt 0 ] || return 1
            patience=$((patience - 1))
            sleep 1
        done
    done
}
