#!/bin/sh
# Makes stand-ins for the public base images out of Debian packages, under the names and tags that the Dockerfiles and
# Compose files ask for. For machines that reach a Debian mirror but no image registry; see README.md beside this file.
#
#   stand-ins.sh                 those that are missing
#   stand-ins.sh --force         all, anew
#   stand-ins.sh python mysql    only these, where missing

set -eu

# stand-in  name and tag              suite   packages
table() { cat <<'TABLE'
python      python:3.13-slim-trixie   trixie  ca-certificates,netbase,python3,python3-venv,tzdata
nginx       nginx:1.30                sid     ca-certificates,libnginx-mod-http-js,nginx
mysql       mysql:9.7                 sid     mysql-server,openssl
redis       redis:8.0                 sid     redis-server
TABLE
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
    esac
    # Behind a proxy that ends TLS, builds need the authorities that this machine trusts.
    if [ -r /etc/ssl/certs/ca-certificates.crt ] && [ -d "$1/etc/ssl/certs" ]; then
        cat /etc/ssl/certs/ca-certificates.crt >"$1/etc/ssl/certs/ca-certificates.crt"
    fi
}

make_stand_in() {
    name=$1 image=$2 suite=$3 packages=$4
    echo "stand-ins: making $image from Debian $suite"
    tar=$work/$name.tar
    mmdebstrap --quiet --variant=minbase --include="$packages" \
        --aptopt='Acquire::Check-Valid-Until "false"' \
        --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
        --dpkgopt='path-exclude=/usr/share/locale/*' \
        --customize-hook="\"$here/$(basename "$0")\" --finish \"\$1\" $name" \
        "$suite" "$tar" >"$work/log" 2>&1 || { cat "$work/log" >&2; fail "$image could not be made"; }
    changes "$name" >"$work/changes"
    set --
    while read -r change; do set -- "$@" --change "$change"; done <"$work/changes"
    docker import "$@" --change "LABEL org.opencontainers.image.title=\"stand-in for $image\"" "$tar" "$image" >/dev/null
    rm "$tar"
}

here=$(cd "$(dirname "$0")" && pwd)
if [ "${1:-}" = --finish ]; then
    finish "$2" "$3"
    exit
fi

force=
[ "${1:-}" != --force ] || { force=yes; shift; }
command -v mmdebstrap >/dev/null || fail "mmdebstrap is missing: apt-get install mmdebstrap"
docker info >/dev/null 2>&1 || fail "no Docker daemon answers"
for name; do table | grep -q "^$name " || fail "no stand-in is called $name; there are: $(table | awk '{print $1}' | xargs)"; done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
table >"$work/table"
while read -r name image suite packages <&3; do
    case " ${*:-$name} " in *" $name "*) ;; *) continue ;; esac
    if [ -z "$force" ] && docker image inspect "$image" >/dev/null 2>&1; then
        echo "stand-ins: $image is there"
    else
        make_stand_in "$name" "$image" "$suite" "$packages"
    fi
done 3<"$work/table"
