#!/bin/sh
# Renders the gateway's configuration from the environment into $RUN_DIR and becomes nginx.
#
#   entrypoint.sh          render, test, run in the foreground
#   entrypoint.sh check    render and test only
#   entrypoint.sh reload   render and test, have the nginx that runs there take it; return when the old workers have ended
#
# A setting that is wrong ends in one line on stderr and exit 64; a configuration that nginx refuses, in exit 78.
# INTERNAL_SECRET (or INTERNAL_SECRET_FILE) is the shared secret of auth's internal routes; it is never written to disk.

set -eu

# name               default              shape     meaning ("-" is an empty default)
settings() { cat <<'TABLE'
HOST                 0.0.0.0              address   address to listen at
PORT                 8080                 port      port to listen at
PUBLIC_URL           -                    url       address of the gateway as its callers see it
TLS_CERTIFICATE      -                    file      certificate (PEM, with its chain) for TLS at TLS_PORT; PORT then only sends there
TLS_KEY              -                    file      its private key (PEM, without a passphrase)
TLS_PORT             8443                 port      port of TLS
HSTS_MAX_AGE         31536000             seconds   how long browsers shall insist on https, once they came so; 0: no longer
HSTS_SUBDOMAINS      off                  switch    on or off: whether that is so for subdomains too
INTERNAL_PORT        8081                 port      loopback port of the gateway's own server
RUN_DIR              /tmp/quartet-gateway folder    the rendered gateway, its pid and its temporary files
NGINX                nginx                program   the nginx program, 1.29 or newer with njs 0.9.4 or newer
NGINX_MODULES        -                    paths     modules to load, where njs is not built in
NJS_ENGINE           njs                  engine    engine of the JavaScript modules: njs or, where nginx has QuickJS, qjs
NGINX_USER           -                    name      user of the workers when started as root; by default root
WORKERS              2                    count     worker processes
RESOLVER             -                    servers   name servers; by default those of /etc/resolv.conf
AUTH_UPSTREAM        127.0.0.1:5001       server    host:port of auth; several: "auth-1:80 auth-2:80"
CATALOG_UPSTREAM     127.0.0.1:5002       server    host:port of catalog; empty: no such routes
COUNTER_UPSTREAM     127.0.0.1:5003       server    host:port of counter; empty: no such routes
VECTORS_UPSTREAM     127.0.0.1:5004       server    host:port of vectors; empty: no such routes
MAILBOX_UPSTREAM     -                    server    host:port of the development mailbox; empty: no such routes
LEGACY               on                   switch    on or off: whether the routes of older systems, below /legacy and at the root, answer
UPSTREAM_TIMEOUT     30                   count     seconds between two reads of an answer, where routes.table gives no others
CLIENT_HEADER_TIMEOUT 10                  count     seconds that a client has for the header of a request
CLIENT_BODY_TIMEOUT  15                   count     seconds between two reads of a request's body
CLIENT_SEND_TIMEOUT  15                   count     seconds between two writes of an answer
SHUTDOWN_TIMEOUT     25                   count     seconds that requests have to end when the gateway is told to, or reloads
TOKEN_ISSUER         quartet-auth         text      the iss of access tokens
TOKEN_AUDIENCE       quartet              text      the aud of access tokens
TOKEN_ALGORITHMS     ES256                names     accepted signature algorithms
FEED_STALE           open                 policy    open or closed: what protected routes do when the feed is too old
FEED_MAX_AGE         60                   count     seconds after which the feed is too old
REVOCATIONS_SIZE     16m                  size      memory for revocations, about 3,900 a MiB
TOKEN_CACHE_SIZE     32m                  size      memory for verified tokens, about 700 a MiB
CACHE_SIZE           64m                  size      disk for cached answers
CACHE_KEYS_SIZE      4m                   size      memory for their names, about 8,000 a MiB
RATE_LIMIT_FACTOR    1                    factor    multiplies every limit below
LIMIT_PUBLIC         50r/s                rate      requests of one address to public routes
LIMIT_PUBLIC_BURST   100                  count     how many of them may come at once
LIMIT_STRICT         20r/m                rate      requests of one address to log-in and sign-up
LIMIT_STRICT_BURST   10                   count     how many of them may come at once
LIMIT_CONNECTIONS    500                  count     requests of one address that may be under way at once
LIMIT_USER           1200r/m              rate      requests of one user to protected routes
LIMIT_REFUSED        50r/s                rate      refusals of one address, for a bad token or none, before it is answered 429
CORS_ORIGINS         -                    origins   origins whose pages may call, as https://app.example
BROWSER_ORIGINS      -                    origins   origins, beside that of PUBLIC_URL, whose pages may use the cookie of browser mode
TRUSTED_PROXIES      -                    networks  addresses or networks whose X-Forwarded-* are believed
ACCESS_LOG           /dev/stdout          path      where the access log goes, up to a second late; or off
OTEL_EXPORTER_OTLP_ENDPOINT - collector address of an OpenTelemetry collector (OTLP over HTTP, without TLS), for traces; none are made without
OTEL_TRACES_SAMPLER_ARG 1                 share     share of the traces that begin here that is kept; callers decide about theirs
METRICS_HOST         127.0.0.1            address   address where Prometheus reads /metrics; not for the public
METRICS_PORT         8082                 port      port of it
TABLE
}

refuse() {
    echo "gateway: $1" >&2
    exit 64
}

gateway() { "$program" -e stderr -p "$RUN_DIR" -c nginx.conf "$@"; }

export LC_ALL=C
home=$(cd "$(dirname "$0")" && pwd)
. "$home/setup/settings.sh"
. "$home/setup/derive.sh"
. "$home/setup/tls.sh"
. "$home/setup/observed.sh"
. "$home/setup/tracing.sh"
. "$home/setup/render.sh"
. "$home/setup/reload.sh"
read_settings
read_secret
derive
derive_tls
derive_observed
derive_tracing
render
program=$(command -v "$NGINX") || refuse "NGINX is not a program: $NGINX"
# nginx takes an environment variable NGINX for a list of inherited sockets.
unset NGINX
if ! complaint=$(gateway -q -t 2>&1); then
    echo "gateway: nginx refuses the configuration: $(printf %s "$complaint" | head -n 1)" >&2
    exit 78
fi
case ${1:-} in
    check) exit 0 ;;
    reload) reload && exit 0 || refuse "nginx goes on as before: its workers do not end" ;;
esac
# What was kept before this start may be of any age.
rm -rf "$RUN_DIR/cache"
ulimit -n 8192 2>/dev/null || true
exec "$program" -e stderr -p "$RUN_DIR" -c nginx.conf -g 'daemon off;'
