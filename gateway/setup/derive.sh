# What the templates need and no setting says as it is: lists as lines of nginx, rates times their factor.

# `each PREFIX SUFFIX LIST` writes one line for each word of a list. An address in brackets is no pattern of files.
each() (
    prefix=$1 suffix=$2
    set -f
    for word in $(printf %s "$3" | tr , ' '); do printf '%s%s%s\n' "$prefix" "$word" "$suffix"; done
)

scaled() { awk -v n="$1" -v factor="$RATE_LIMIT_FACTOR" 'BEGIN { n *= factor; printf "%.0f", (n < 1 ? 1 : n > 1e8 ? 1e8 : int(n)) }'; }

per_minute() {
    case $1 in
        */s) scaled "$((${1%r/s} * 60))" ;;
        */m) scaled "${1%r/m}" ;;
    esac
}

# Patterns of origins as browsers write them: in small letters, without the port that the scheme has anyway.
origins() {
    each '' '' "$1" | tr A-Z a-z | sed -e 's,^\(https://.*\):443$,\1,' -e 's,^\(http://.*\):80$,\1,' -e 's/[.]/\\./g' | sort -u
}

# The seconds after which a request of a rate per minute is let through again. nginx counts in thousandths of a request a
# second, rounded down.
seconds_per_request() { awk -v rate="${1%r/m}" 'BEGIN { s = 1000 / int(rate * 1000 / 60); print int(s) + (s > int(s)) }'; }

derive() {
    LISTEN=$HOST:$PORT
    TOKEN_MARK=$(printf '|%s|%s|%s' "$TOKEN_ISSUER" "$TOKEN_AUDIENCE" "$TOKEN_ALGORITHMS" | sed 's/ /%20/g')
    MODULE_LINES=$(each 'load_module ' ';' "$NGINX_MODULES")
    USER_LINE=
    # An ordinary user's nginx keeps that user; root's would become one that may not enter RUN_DIR.
    if [ "$(id -u)" = 0 ]; then USER_LINE="user ${NGINX_USER:-root};"; fi
    [ -n "$RESOLVER" ] || RESOLVER=$(awk '$1 == "nameserver" { print ($2 ~ /:/ ? "[" $2 "]" : $2) }' /etc/resolv.conf 2>/dev/null || true)
    RESOLVER=$(set -f; echo ${RESOLVER:-127.0.0.1})

    SERVICES=
    ABSENT=none
    UPSTREAM_BLOCKS=
    for name in $(settings | sed -n 's/_UPSTREAM .*//p'); do
        service=$(echo "$name" | tr A-Z a-z)
        eval "server=\$${name}_UPSTREAM"
        if [ -z "$server" ]; then
            ABSENT="$ABSENT|$service"
            continue
        fi
        [ "$service" = mailbox ] || SERVICES="$SERVICES${SERVICES:+ }$service"
        UPSTREAM_BLOCKS="$UPSTREAM_BLOCKS
upstream $service {
    zone $service 64k;
$(each '    server ' ' resolve max_fails=2 fail_timeout=2s;' "$server")
    keepalive 32;
}"
    done
    [ -n "$AUTH_UPSTREAM" ] || refuse "AUTH_UPSTREAM is not a valid server"

    PUBLIC_RATE=$(per_minute "$LIMIT_PUBLIC")r/m
    STRICT_RATE=$(per_minute "$LIMIT_STRICT")r/m
    PUBLIC_RETRY_AFTER=$(seconds_per_request "$PUBLIC_RATE")
    STRICT_RETRY_AFTER=$(seconds_per_request "$STRICT_RATE")
    LIMIT_PUBLIC_BURST=$(scaled "$LIMIT_PUBLIC_BURST")
    LIMIT_STRICT_BURST=$(scaled "$LIMIT_STRICT_BURST")
    LIMIT_CONNECTIONS=$(scaled "$LIMIT_CONNECTIONS")
    [ "$LIMIT_CONNECTIONS" -le 65535 ] || LIMIT_CONNECTIONS=65535
    USER_REQUESTS=$(scaled "${LIMIT_USER%r/?}")
    case $LIMIT_USER in */s) USER_PERIOD=1 ;; *) USER_PERIOD=60 ;; esac
    REFUSED_REQUESTS=$(scaled "${LIMIT_REFUSED%r/?}")
    case $LIMIT_REFUSED in */s) REFUSED_PERIOD=1 ;; *) REFUSED_PERIOD=60 ;; esac

    TRUSTED_PROXY_LINES=$(each 'set_real_ip_from ' ';' "$TRUSTED_PROXIES")
    TRUSTED_PROXY_GEO=$(each '' ' 1;' "$TRUSTED_PROXIES")
    # A page that may use the cookie may call. An origin in both lists must not be in the map twice.
    CORS_ORIGIN_LINES=$(each '"~^' '$" $http_origin;' "$(origins "$CORS_ORIGINS $BROWSER_ORIGINS")")
    BROWSER_ORIGIN_LINES=$(each '"~^' '$" true;' "$(origins "$BROWSER_ORIGINS")")
    CORS_VARY=
    if [ -n "$CORS_ORIGIN_LINES" ]; then CORS_VARY=Origin; fi

    export TOKEN_MARK LISTEN MODULE_LINES USER_LINE RESOLVER SERVICES UPSTREAM_BLOCKS PUBLIC_RATE STRICT_RATE PUBLIC_RETRY_AFTER STRICT_RETRY_AFTER \
        LIMIT_PUBLIC_BURST LIMIT_STRICT_BURST LIMIT_CONNECTIONS USER_REQUESTS USER_PERIOD REFUSED_REQUESTS REFUSED_PERIOD TRUSTED_PROXY_LINES TRUSTED_PROXY_GEO \
        CORS_ORIGIN_LINES BROWSER_ORIGIN_LINES CORS_VARY
}
