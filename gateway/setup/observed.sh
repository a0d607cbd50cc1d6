# What logs and metrics need: where they go, and what this nginx can tell.

# The first address of a name, where the system tells; else the name. nginx would ask for it whenever it reads its
# configuration, and while it runs nobody hears that it found none.
address_of() {
    found=
    case $1 in *[A-Za-z]*) found=$(getent ahostsv4 "$1" 2>/dev/null | awk 'NR == 1 { print $1 }') || true ;; esac
    echo "${found:-$1}"
}

derive_observed() {
    METRICS_LISTEN=$(address_of "$METRICS_HOST"):$METRICS_PORT
    # A server that clients reach would answer in the place of this one, or this one in its place.
    for port in "PORT $PORT" "INTERNAL_PORT $INTERNAL_PORT" "TLS_PORT $TLS_PORT"; do
        [ "${port#* }" != "$METRICS_PORT" ] || refuse "METRICS_PORT is the same as ${port% *}"
    done
    ACCESS_LOG_LINE=
    if [ "$ACCESS_LOG" != off ]; then ACCESS_LOG_LINE="access_log $ACCESS_LOG json buffer=4k flush=1s;"; fi
    CONNECTIONS= STUB_STATUS='return 404'
    if env -u NGINX "$NGINX" -V 2>&1 | grep -q -- --with-http_stub_status_module; then
        CONNECTIONS='$connections_active $connections_reading $connections_writing $connections_waiting'
        STUB_STATUS=stub_status
    fi
    export METRICS_LISTEN ACCESS_LOG_LINE CONNECTIONS STUB_STATUS
}
