#!/bin/sh
# Renders the gateway's configuration from the environment into $RUN_DIR and becomes nginx.
#
#   entrypoint.sh          render, test, run in the foreground
#   entrypoint.sh check    render and test only
#
# A setting that is wrong ends in one line on stderr and exit 64; a configuration that nginx refuses, in exit 78.
# INTERNAL_SECRET (or INTERNAL_SECRET_FILE) is the shared secret of auth's internal routes; it is never written to disk.

set -eu

# name               default              shape     meaning ("-" is an empty default)
settings() { cat <<'TABLE'
HOST                 0.0.0.0              address   address to listen at
PORT                 8080                 port      port to listen at
INTERNAL_PORT        8081                 port      loopback port of the gateway's own server
RUN_DIR              /tmp/quartet-gateway folder    the rendered gateway, its pid and its temporary files
NGINX                nginx                folder     the nginx program, 1.29 or newer with njs 0.9.4 or newer
NGINX_MODULES        -                    paths     modules to load, where njs is not built in
NGINX_USER           -                    name      user of the workers when started as root; by default root
WORKERS              2                    count     worker processes
RESOLVER             -                    servers   name servers; by default those of /etc/resolv.conf
AUTH_UPSTREAM        127.0.0.1:5001       server    host:port of auth
CATALOG_UPSTREAM     127.0.0.1:5002       server    host:port of catalog; empty: no such routes
COUNTER_UPSTREAM     127.0.0.1:5003       server    host:port of counter; empty: no such routes
VECTORS_UPSTREAM     127.0.0.1:5004       server    host:port of vectors; empty: no such routes
MAILBOX_UPSTREAM     -                    server    host:port of the development mailbox; empty: no such routes
UPSTREAM_TIMEOUT     30                   count     seconds between two reads of an answer
TOKEN_ISSUER         quartet-auth         text      the iss of access tokens
TOKEN_AUDIENCE       quartet              text      the aud of access tokens
TOKEN_ALGORITHMS     ES256                names     accepted signature algorithms
FEED_STALE           open                 policy    open or closed: what protected routes do when the feed is too old
FEED_MAX_AGE         60                   count     seconds after which the feed is too old
REVOCATIONS_SIZE     16m                  size      memory for revocations, about 3,900 a MiB
TOKEN_CACHE_SIZE     16m                  size      memory for verified tokens, about 2,000 a MiB
RATE_LIMIT_FACTOR    1                    factor    multiplies every limit below
LIMIT_PUBLIC         50r/s                rate      requests of one address to public routes
LIMIT_PUBLIC_BURST   100                  count     how many of them may come at once
LIMIT_STRICT         20r/m                rate      requests of one address to log-in and sign-up
LIMIT_STRICT_BURST   10                   count     how many of them may come at once
LIMIT_USER           1200r/m              rate      requests of one user to protected routes
LIMIT_REFUSED        50r/s                rate      bad tokens of one address, before new tokens of it are not looked at
CORS_ORIGINS         -                    origins   origins whose pages may call, as https://app.example
BROWSER_ORIGINS      -                    origins   origins, beside that of PUBLIC_URL, whose pages may use the cookie of browser mode
TRUSTED_PROXIES      -                    networks  addresses or networks whose X-Forwarded-* are believed
ACCESS_LOG           /dev/stdout          path      where the access log goes, or off
TABLE
}

refuse() {
    echo "gateway: $1" >&2
    exit 64
}

# For each shape the characters that a value may have and a pattern for the whole of it. Values become part of nginx
# configuration: quotes, braces, semicolons, dollar signs, newlines are in none of these sets.
check() {
    name=$1 value=$2 shape=$3
    case $shape in
        address)  allowed=']A-Za-z0-9.:[*-'    whole='\*|[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\]' ;;
        port)     allowed='0-9'                 whole='[1-9][0-9]{0,4}' ;;
        folder)   allowed='[:print:]'           whole='.+' ;;
        path)     allowed='A-Za-z0-9_./@+=,-'   whole='.+' ;;
        paths)    allowed='A-Za-z0-9_./@+=, -'  whole='.*' ;;
        name)     allowed='A-Za-z0-9_.-'        whole='.*' ;;
        count)    allowed='0-9'                 whole='[1-9][0-9]{0,6}' ;;
        servers)  allowed=']A-Za-z0-9.:[ -'     whole='.*' ;;
        server)   allowed=']A-Za-z0-9_.:[-'     whole='|([A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\]):[1-9][0-9]{0,4}' ;;
        text)     allowed='A-Za-z0-9_.:/@ -'    whole='.+' ;;
        names)    allowed='A-Z0-9 '             whole='(ES|RS|PS)(256|384|512)( (ES|RS|PS)(256|384|512))*' ;;
        policy)   allowed='a-z'                 whole='open|closed' ;;
        size)     allowed='0-9km'               whole='[1-9][0-9]{0,6}[km]' ;;
        factor)   allowed='0-9.'                whole='[0-9]{1,7}(\.[0-9]{1,6})?' ;;
        rate)     allowed='0-9rsm/'             whole='[1-9][0-9]{0,6}r/[sm]' ;;
        origins)  allowed='A-Za-z0-9.:/, -'     whole='([ ,]*https?://[A-Za-z0-9.-]+(:[0-9]+)?)*[ ,]*' ;;
        networks) allowed='0-9A-Fa-f.:/, '      whole='.*' ;;
    esac
    case $value in *[!$allowed]*) refuse "$name has a character that a setting of its kind ($shape) cannot have" ;; esac
    printf '%s\n' "$value" | grep -Eqx -- "$whole" || refuse "$name is not a valid $shape"
    if [ "$shape" = port ] && [ "$value" -gt 65535 ]; then refuse "$name is not a valid port"; fi
}

read_settings() {
    table=$(settings)
    while read -r name default shape _; do
        [ "$default" != - ] || default=
        # An empty upstream says something; any other empty setting is one that was left out.
        case $shape in server) eval "value=\${$name-\$default}" ;; *) eval "value=\${$name:-\$default}" ;; esac
        check "$name" "$value" "$shape"
        export "$name=$value"
    done <<TABLE
$table
TABLE
}

read_secret() {
    if [ -z "${INTERNAL_SECRET:-}" ] && [ -n "${INTERNAL_SECRET_FILE:-}" ]; then
        [ -r "$INTERNAL_SECRET_FILE" ] || refuse "INTERNAL_SECRET_FILE cannot be read"
        INTERNAL_SECRET=$(cat "$INTERNAL_SECRET_FILE")
    fi
    [ -n "${INTERNAL_SECRET:-}" ] || refuse "INTERNAL_SECRET is not set"
    case $INTERNAL_SECRET in *[![:graph:]]*) refuse "INTERNAL_SECRET has a space or a control character" ;; esac
    export INTERNAL_SECRET
}

# `each PREFIX SUFFIX LIST` writes one line for each word of a list.
each() {
    prefix=$1 suffix=$2
    for word in $(printf %s "$3" | tr , ' '); do printf '%s%s%s\n' "$prefix" "$word" "$suffix"; done
}

scaled() { awk -v n="$1" -v factor="$RATE_LIMIT_FACTOR" 'BEGIN { n *= factor; printf "%.0f", (n < 1 ? 1 : n > 1e8 ? 1e8 : int(n)) }'; }

per_minute() {
    case $1 in
        */s) scaled "$((${1%r/s} * 60))" ;;
        */m) scaled "${1%r/m}" ;;
    esac
}

derive() {
    LISTEN=$HOST:$PORT
    MODULE_LINES=$(each 'load_module ' ';' "$NGINX_MODULES")
    USER_LINE=
    # An ordinary user's nginx keeps that user; root's would become one that may not enter RUN_DIR.
    if [ "$(id -u)" = 0 ]; then USER_LINE="user ${NGINX_USER:-root};"; fi
    [ -n "$RESOLVER" ] || RESOLVER=$(awk '$1 == "nameserver" { print ($2 ~ /:/ ? "[" $2 "]" : $2) }' /etc/resolv.conf 2>/dev/null || true)
    RESOLVER=$(echo ${RESOLVER:-127.0.0.1})

    SERVICES=
    UPSTREAM_BLOCKS=
    for service in auth catalog counter vectors mailbox; do
        eval "server=\$$(echo "$service" | tr a-z A-Z)_UPSTREAM"
        [ -n "$server" ] || continue
        [ "$service" = mailbox ] || SERVICES="$SERVICES${SERVICES:+ }$service"
        UPSTREAM_BLOCKS="$UPSTREAM_BLOCKS
upstream $service {
    zone $service 64k;
    server $server resolve max_fails=2 fail_timeout=2s;
    keepalive 32;
}"
    done
    [ -n "$AUTH_UPSTREAM" ] || refuse "AUTH_UPSTREAM is not a valid server"

    PUBLIC_RATE=$(per_minute "$LIMIT_PUBLIC")r/m
    STRICT_RATE=$(per_minute "$LIMIT_STRICT")r/m
    STRICT_RETRY_AFTER=$(awk -v rate="${STRICT_RATE%r/m}" 'BEGIN { s = 60 / rate; print s <= 1 ? 1 : int(s + 0.999) }')
    LIMIT_PUBLIC_BURST=$(scaled "$LIMIT_PUBLIC_BURST")
    LIMIT_STRICT_BURST=$(scaled "$LIMIT_STRICT_BURST")
    USER_REQUESTS=$(scaled "${LIMIT_USER%r/?}")
    case $LIMIT_USER in */s) USER_PERIOD=1 ;; *) USER_PERIOD=60 ;; esac
    REFUSED_REQUESTS=$(scaled "${LIMIT_REFUSED%r/?}")
    case $LIMIT_REFUSED in */s) REFUSED_PERIOD=1 ;; *) REFUSED_PERIOD=60 ;; esac

    TRUSTED_PROXY_LINES=$(each 'set_real_ip_from ' ';' "$TRUSTED_PROXIES")
    TRUSTED_PROXY_GEO=$(each '' ' 1;' "$TRUSTED_PROXIES")
    # A page that may use the cookie may call. An origin in both lists must not be in the map twice.
    CORS_ORIGIN_LINES=$(each '"' '" $http_origin;' "$CORS_ORIGINS $BROWSER_ORIGINS" | tr A-Z a-z | sort -u)
    BROWSER_ORIGIN_LINES=$(each '"' '" true;' "$BROWSER_ORIGINS" | tr A-Z a-z | sort -u)
    CORS_VARY=
    if [ -n "$CORS_ORIGIN_LINES" ]; then CORS_VARY=Origin; fi

    export LISTEN MODULE_LINES USER_LINE RESOLVER SERVICES UPSTREAM_BLOCKS PUBLIC_RATE STRICT_RATE STRICT_RETRY_AFTER \
        LIMIT_PUBLIC_BURST LIMIT_STRICT_BURST USER_REQUESTS USER_PERIOD REFUSED_REQUESTS REFUSED_PERIOD TRUSTED_PROXY_LINES TRUSTED_PROXY_GEO \
        CORS_ORIGIN_LINES BROWSER_ORIGIN_LINES CORS_VARY
}

# Replaces ${NAME} and nothing else: a $variable of nginx stays.
fill() {
    awk '{
        while (match($0, /[$][{][A-Z_]+[}]/)) {
            name = substr($0, RSTART + 2, RLENGTH - 3)
            if (!(name in ENVIRON)) { print "gateway: no value for " name > "/dev/stderr"; exit 70 }
            printf "%s%s", substr($0, 1, RSTART - 1), ENVIRON[name]
            $0 = substr($0, RSTART + RLENGTH)
        }
        print
    }' "$1"
}

# What is in RUN_DIR is obeyed and overwritten, and its default is where everybody may write: a folder or a link that
# somebody else put there is not used. Workers of another user than root's have to pass through it.
own_run_dir() {
    RUN_DIR=${RUN_DIR%/}
    mkdir -p "$RUN_DIR" 2>/dev/null || refuse "RUN_DIR cannot be made"
    if [ -L "$RUN_DIR" ] || [ ! -O "$RUN_DIR" ]; then refuse "RUN_DIR belongs to somebody else, or is a link"; fi
    if [ -n "$NGINX_USER" ]; then chmod 711 "$RUN_DIR"; else chmod 700 "$RUN_DIR"; fi
    mkdir -p "$RUN_DIR/conf.d" || refuse "RUN_DIR cannot be written"
}

# RUN_DIR gets all that nginx reads, so that every path in the configuration is relative to it.
render() {
    home=$(cd "$(dirname "$0")" && pwd)
    own_run_dir
    cp -R "$home/njs" "$home/www" "$RUN_DIR"
    fill "$home/nginx.conf.template" >"$RUN_DIR/nginx.conf"
    for file in "$home"/conf.d/*.conf; do fill "$file" >"$RUN_DIR/conf.d/$(basename "$file")"; done
    for part in locations allow; do
        GATEWAY_UPSTREAM=127.0.0.1:$INTERNAL_PORT awk -v part=$part -f "$home/routes.awk" "$home/routes.table" \
            >"$RUN_DIR/conf.d/$part.conf"
    done
    awk -f "$home/problems.awk" "$home/errors.json" >"$RUN_DIR/conf.d/problems.conf"
}

gateway() { "$program" -e stderr -p "$RUN_DIR" -c nginx.conf "$@"; }

export LC_ALL=C
read_settings
read_secret
derive
render
program=$(command -v "$NGINX") || refuse "NGINX is not a program: $NGINX"
# nginx takes an environment variable NGINX for a list of inherited sockets.
unset NGINX
if ! complaint=$(gateway -q -t 2>&1); then
    echo "gateway: nginx refuses the configuration: $(printf %s "$complaint" | head -n 1)" >&2
    exit 78
fi
[ "${1:-}" != check ] || exit 0
ulimit -n 8192 2>/dev/null || true
exec "$program" -e stderr -p "$RUN_DIR" -c nginx.conf -g 'daemon off;'
