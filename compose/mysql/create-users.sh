#!/bin/sh
# Run once by MySQL's image, in an empty data folder: a database each for auth and catalog, and for each database one
# account that owns the schema (its migrations) and one that reads and writes rows (the service). Names and passwords
# are those of the URLs in /run/secrets. The account of the exporter reads figures of the server, and no row of them.
#
#   create-users.sh             all of that, in an empty server
#   create-users.sh exporter    the exporter's account alone, in a server that has all else

set -eu

of() { sed -n "s#^mysql+pymysql://\([^:]*\):\([^@]*\)@[^/]*/\([a-z]*\).*#\\$2#p" "/run/secrets/$1"; }

account() {
    cat <<SQL
CREATE USER '$(of "$1" 1)'@'%' IDENTIFIED BY '$(of "$1" 2)' REQUIRE SSL;
GRANT $2 ON $(of "$1" 3).* TO '$(of "$1" 1)'@'%';
SQL
}

exporter() {
    [ -r /run/secrets/mysql_exporter ] || { echo "mysql: no secret mysql_exporter, so no account for it" >&2; return; }
    password=$(sed -n 's/^password=//p' /run/secrets/mysql_exporter)
    cat <<SQL
CREATE USER IF NOT EXISTS exporter@'%' REQUIRE SSL;
ALTER USER exporter@'%' IDENTIFIED BY '$password' REQUIRE SSL WITH MAX_USER_CONNECTIONS 3;
GRANT PROCESS, REPLICATION CLIENT ON *.* TO exporter@'%';
GRANT SELECT ON performance_schema.* TO exporter@'%';
SQL
}

everything() {
    for service in auth catalog; do
        echo "CREATE DATABASE $service CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci;"
        account "${service}_schema_url" 'ALL'
        account "${service}_database_url" 'SELECT, INSERT, UPDATE, DELETE'
    done
    exporter
}

credentials=$(mktemp)
trap 'rm -f "$credentials"' EXIT
printf '[client]\nuser=root\npassword="%s"\n' "$(cat "$MYSQL_ROOT_PASSWORD_FILE")" >"$credentials"
case ${1:-} in exporter) exporter ;; *) everything ;; esac |
    mysql --defaults-extra-file="$credentials" --protocol=socket
