#!/bin/sh
# What the public MySQL image's entrypoint does, as far as Quartet's files ask for it: an empty data folder is initialised
# with the password in MYSQL_ROOT_PASSWORD_FILE (or MYSQL_ROOT_PASSWORD) and the scripts in /docker-entrypoint-initdb.d;
# root may log in from MYSQL_ROOT_HOST (% by default) and from inside. Then mysqld takes this process's place.

set -eu

socket=/var/run/mysqld/mysqld.sock

fail() {
    echo "mysql: $1" >&2
    exit 1
}

root() { mysql --defaults-extra-file="$credentials" --protocol=socket --socket="$socket" "$@"; }

initialise() {
    [ -z "${MYSQL_ROOT_PASSWORD_FILE:-}" ] || MYSQL_ROOT_PASSWORD=$(cat "$MYSQL_ROOT_PASSWORD_FILE")
    [ -n "${MYSQL_ROOT_PASSWORD:-}" ] || fail "MYSQL_ROOT_PASSWORD_FILE is not set, and there is no database yet"
    case $MYSQL_ROOT_PASSWORD in *[\'\"\\]*) fail "the password of root has a quote or a backslash" ;; esac
    credentials=$(mktemp)
    trap 'rm -f "$credentials"' EXIT
    printf '[client]\nuser=root\n' >"$credentials"

    echo "mysql: initialising the data folder"
    "$@" --initialize-insecure
    "$@" --skip-networking --socket="$socket" &
    server=$!
    until root --execute 'SELECT 1' >/dev/null 2>&1; do
        kill -0 "$server" 2>/dev/null || fail "the server ended while it was being initialised"
        sleep 0.2
    done
    [ -n "${MYSQL_INITDB_SKIP_TZINFO:-}" ] || mysql_tzinfo_to_sql /usr/share/zoneinfo 2>/dev/null | root mysql
    host=${MYSQL_ROOT_HOST-%}
    {
        [ -z "$host" ] || [ "$host" = localhost ] || cat <<SQL
CREATE USER 'root'@'$host' IDENTIFIED BY '$MYSQL_ROOT_PASSWORD';
GRANT ALL ON *.* TO 'root'@'$host' WITH GRANT OPTION;
SQL
        echo "ALTER USER 'root'@'localhost' IDENTIFIED BY '$MYSQL_ROOT_PASSWORD';"
    } | root
    printf 'password="%s"\n' "$MYSQL_ROOT_PASSWORD" >>"$credentials"
    for script in /docker-entrypoint-initdb.d/*; do
        case $script in
            *.sh) echo "mysql: running $script"; if [ -x "$script" ]; then "$script"; else . "$script"; fi ;;
            *.sql) echo "mysql: running $script"; root <"$script" ;;
        esac
    done
    root --execute SHUTDOWN
    wait "$server"
    rm -f "$credentials"
}

if [ "${1:-}" = mysqld ] || [ "${1#-}" != "${1:-}" ]; then
    [ "$1" = mysqld ] || set -- mysqld "$@"
    if [ "$(id -u)" = 0 ]; then
        mkdir -p /var/run/mysqld
        chown mysql:mysql /var/lib/mysql /var/run/mysqld
        set -- "$@" --user=mysql
    fi
    [ -d /var/lib/mysql/mysql ] || initialise "$@"
fi
exec "$@"
