#!/bin/sh
# Makes stand-ins for the public base images out of Debian packages, under the names and tags that the Dockerfiles and
# Compose files ask for. For machines that reach a Debian mirror but no image registry; see README.md beside this file.
#
#   stand-ins.sh                 those that are missing
#   stand-ins.sh --force         all, anew
#   stand-ins.sh python mysql    only these, where missing

set -eu

# stand-in  name and tag              suite   packages; those of one stand-in are made of one tree
table() { cat <<'TABLE'
python      python:3.13-slim-trixie   trixie  ca-certificates,netbase,python3,python3-venv,tzdata
nginx       nginx:1.30                sid     ca-certificates,libnginx-mod-http-js,nginx
mysql       mysql:9.7                 sid     mysql-server,openssl
redis       redis:8.0                 sid     redis-server
monitoring  prom/prometheus:v3.5.3    sid     ca-certificates,netbase,prometheus
monitoring  prom/alertmanager:v0.33.1                sid  prometheus-alertmanager
monitoring  oliver006/redis_exporter:v1.86.0         sid  prometheus-redis-exporter
monitoring  prom/mysqld-exporter:v0.19.0             sid  prometheus-mysqld-exporter
monitoring  nginx/nginx-prometheus-exporter:1.5.1    sid  prometheus-nginx-exporter
TABLE
}

# One line a stand-in: images that share one, and their packages, are joined by commas.
trees() {
    table | awk '!($1 in images) { order[++n] = $1; suite[$1] = $3; images[$1] = $2; packages[$1] = $4; next }
        { images[$1] = images[$1] "," $2; packages[$1] = packages[$1] "," $4 }
        END { for (i = 1; i <= n; i++) print order[i], images[order[i]], suite[order[i]], packages[order[i]] }'
}

fail() {
    echo "stand-ins: $1" >&2
    exit 1
}

# An image has no PATH of its own, and each of the public ones is known by these settings and files.
changes() {
    echo 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
    case $1 in
        python) echo 'CMD ["python3"]' ;;
        nginx) printf '%s\n' 'CMD ["nginx", "-g", "daemon off;"]' 'EXPOSE 80' ;;
        mysql) printf '%s\n' 'ENTRYPOINT ["docker-entrypoint.sh"]' 'CMD ["mysqld"]' 'VOLUME /var/lib/mysql' 'EXPOSE 3306' ;;
        redis) printf '%s\n' 'CMD ["redis-server"]' 'VOLUME /data' 'WORKDIR /data' 'EXPOSE 6379' ;;
        */prometheus:*)
            echo 'ENTRYPOINT ["/bin/prometheus"]'
            echo 'CMD ["--config.file=/etc/prometheus/prometheus.yml", "--storage.tsdb.path=/prometheus"]'
            printf '%s\n' 'WORKDIR /prometheus' 'EXPOSE 9090' 'USER nobody' ;;
        */alertmanager:*)
            echo 'ENTRYPOINT ["/bin/alertmanager"]'
            echo 'CMD ["--config.file=/etc/alertmanager/alertmanager.yml", "--storage.path=/alertmanager"]'
            printf '%s\n' 'WORKDIR /alertmanager' 'EXPOSE 9093' 'USER nobody' ;;
        */redis_exporter:*) printf '%s\n' 'ENTRYPOINT ["/redis_exporter"]' 'EXPOSE 9121' 'USER 59000:59000' ;;
        */mysqld-exporter:*) printf '%s\n' 'ENTRYPOINT ["/bin/mysqld_exporter"]' 'EXPOSE 9104' 'USER nobody' ;;
        */nginx-prometheus-exporter:*)
            printf '%s\n' 'ENTRYPOINT ["/usr/bin/nginx-prometheus-exporter"]' 'EXPOSE 9113' 'USER 1001:1001' ;;
    esac
}

# `$1` is the root folder of the image that is being made.
finish() {
    case $2 in
        python) ln -s /usr/bin/python3 "$1/usr/local/bin/python" ;;
        mysql)
            rm -rf "$1/var/lib/mysql" "$1/etc/mysql"
            install -d -m 755 "$1/etc/mysql/conf.d" "$1/docker-entrypoint-initdb.d"
            install -m 644 "$here/mysql/my.cnf" "$1/etc/mysql/my.cnf"
            install -m 755 "$here/mysql/docker-entrypoint.sh" "$1/usr/local/bin"
            install -d -o 999 -g 999 -m 750 "$1/var/lib/mysql"
            ;;
        redis) install -d -o 999 -g 999 "$1/data" ;;
        monitoring)
            rm -rf "$1/etc/prometheus"
            install -d "$1/etc/prometheus" "$1/etc/alertmanager"
            install -d -o 65534 -g 65534 "$1/prometheus" "$1/alertmanager"
            ln -s prometheus-alertmanager "$1/usr/bin/alertmanager"
            ln -s prometheus-mysqld-exporter "$1/usr/bin/mysqld_exporter"
            ln -s prometheus-nginx-exporter "$1/usr/bin/nginx-prometheus-exporter"
            ln -s usr/bin/prometheus-redis-exporter "$1/redis_exporter"
            ;;
    esac
    # Behind a proxy that ends TLS, builds need the authorities that this machine trusts.
    if [ -r /etc/ssl/certs/ca-certificates.crt ] && [ -d "$1/etc/ssl/certs" ]; then
        cat /etc/ssl/certs/ca-certificates.crt >"$1/etc/ssl/certs/ca-certificates.crt"
    fi
}

make_stand_in() {
    name=$1 images=$2 suite=$3 packages=$4
    echo "stand-ins: making $images from Debian $suite"
    tar=$work/$name.tar
    mmdebstrap --quiet --variant=minbase --include="$packages" \
        --aptopt='Acquire::Check-Valid-Until "false"' \
        --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
        --dpkgopt='path-exclude=/usr/share/locale/*' \
        --customize-hook="\"$here/$(basename "$0")\" --finish \"\$1\" $name" \
        "$suite" "$tar" >"$work/log" 2>&1 || { cat "$work/log" >&2; fail "$images could not be made"; }
    changes "$name" >"$work/changes"
    set --
    while read -r change; do set -- "$@" --change "$change"; done <"$work/changes"
    tree=$(docker import "$@" --change "LABEL org.opencontainers.image.title=\"stand-in for $images\"" "$tar")
    rm "$tar"
    for image in $(one_a_line "$images"); do
        { echo "FROM $tree"; changes "$image"; } >"$work/Dockerfile"
        docker build --quiet --tag "$image" - <"$work/Dockerfile" >"$work/log" 2>&1 || { cat "$work/log" >&2; fail "$image"; }
    done
}

one_a_line() { echo "$1" | tr , '\n'; }

are_there() { one_a_line "$1" | xargs docker image inspect >/dev/null 2>&1; }

here=$(cd "$(dirname "$0")" && pwd)
if [ "${1:-}" = --finish ]; then
    finish "$2" "$3"
    exit
fi

force=
[ "${1:-}" != --force ] || { force=yes; shift; }
command -v mmdebstrap >/dev/null || fail "mmdebstrap is missing: apt-get install mmdebstrap"
docker info >/dev/null 2>&1 || fail "no Docker daemon answers"
for name; do table | grep -q "^$name " || fail "no stand-in is called $name; there are: $(trees | awk '{print $1}' | xargs)"; done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trees >"$work/table"
while read -r name images suite packages <&3; do
    case " ${*:-$name} " in *" $name "*) ;; *) continue ;; esac
    if [ -z "$force" ] && are_there "$images"; then
        echo "stand-ins: $images is there"
    else
        make_stand_in "$name" "$images" "$suite" "$packages"
    fi
done 3<"$work/table"
