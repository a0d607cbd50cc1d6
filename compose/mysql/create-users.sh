#!/bin/sh
# Run once by MySQL's image, in an empty data folder: a database each for auth and catalog, and for each database one
# account that owns the schema (its migrations) and one that reads and writes rows (the service). Names and passwords
# are those of the URLs in /run/secrets.

set -eu

of() { sed -n "s#^mysql+pymysql://\([^:]*\):\([^@]*\)@[^/]*/\([a-z]*\).*#\\$2#p" "/run/secrets/$1"; }

account() {
    cat <<SQL
CREATE USER '$(of "$1" 1)'@'%' IDENTIFIED BY '$(of "$1" 2)' REQUIRE SSL;
GRANT $2 ON $(of "$1" 3).* TO '$(of "$1" 1)'@'%';
SQL
}

credentials=$(mktemp)
trap 'rm -f "$credentials"' EXIT
printf '[client]\nuser=root\npassword="%s"\n' "$(cat "$MYSQL_ROOT_PASSWORD_FILE")" >"$credentials"
for service in auth catalog; do
    echo "CREATE DATABASE $service CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci;"
    account "${service}_schema_url" 'ALL'
    account "${service}_database_url" 'SELECT, INSERT, UPDATE, DELETE'
done | mysql --defaults-extra-file="$credentials" --protocol=socket
