#!/bin/sh
# Changes a secret of a platform on Compose and has all that use it take the new one: rotate.sh SECRET
#
# SECRET is internal_secret, auth_database_url, auth_schema_url, catalog_database_url, catalog_schema_url, redis_url or
# mysql_root_password. Old and new are good until everybody has the new one; nothing else changes, no version either.
# Broken off midway, both stay good: call it again. docs/operations/secrets.md has what else there is.

set -eu
home=$(cd "$(dirname "$0")/.." && pwd)
. "$home/deploy/on/compose/platform.sh"
secret=${1:-}
file=$SECRETS_DIR/$secret

new_password() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }

# In place: a container that runs sees a file of the same name and another inode only when it starts again.
write() { cat >"$scratch/text" && cat "$scratch/text" >"$1"; }

# Replaces the containers of a service by others of the same version, which read the secrets anew; workers too, but ALONE.
again() {
    image=$(image_of "$(running "$1" | head -n 1)")
    "$home/deploy/on/compose.sh" "$1" "${image##*:}" >"$scratch/log" 2>&1 || { cat "$scratch/log" >&2; fail "$1 does not take the new $secret"; }
}

restart() {
    compose restart "$@" >/dev/null 2>&1
    compose up --detach --no-deps --no-recreate --wait "$@" >/dev/null 2>&1 || fail "$* does not take the new $secret"
}

internal_secret() {
    old=$(cat "$file") new=$(new_password)$(new_password)
    old=${old%%,*}
    readers=catalog-follower
    [ -z "$(running gateway)" ] || readers="$readers gateway"
    export ALONE=1 # no worker of auth reads it
    echo "$old,$new" | write "$file"
    again auth
    echo "$new,$old" | write "$file"
    restart $readers
    echo "$new" | write "$file"
    again auth
}

# MySQL takes an account's last two passwords until the older is discarded.
database_url() {
    user=$(sed 's#.*://\([^:]*\):.*#\1#' "$file") new=$(new_password)
    echo "ALTER USER '$user'@'%' IDENTIFIED BY '$new' RETAIN CURRENT PASSWORD;" | mysql_as_root mysql
    sed "s#://\([^:]*\):[^@]*@#://\1:$new@#" "$file" | write "$file"
    [ "$1" = "" ] || again "$1"
    echo "ALTER USER '$user'@'%' DISCARD OLD PASSWORD;" | mysql_as_root mysql
}

# Redis reads its accounts when it starts; nobody may tell it to while it runs.
redis_url() {
    users=$SECRETS_DIR/redis_users new=$(new_password)
    digest=$(printf %s "$new" | sha256sum | cut -d ' ' -f 1)
    sed "s/^user counter on /&#$digest /" "$users" | write "$users"
    restart redis
    sed "s#://\([^:]*\):[^@]*@#://\1:$new@#" "$file" | write "$file"
    again counter
    sed "s/^\(user counter on #$digest\)\( #[0-9a-f]*\)*/\1/" "$users" | write "$users"
    restart redis
}

mysql_root_password() {
    new=$(new_password)
    echo "ALTER USER root@localhost IDENTIFIED BY '$new' RETAIN CURRENT PASSWORD;" | mysql_as_root mysql
    echo "$new" | write "$file"
    echo "ALTER USER root@localhost DISCARD OLD PASSWORD;" | mysql_as_root mysql
}

[ -s "$file" ] || [ -z "$secret" ] || fail "there is no $file"
case $secret in
    internal_secret | redis_url | mysql_root_password) $secret ;;
    auth_database_url) database_url auth ;;
    catalog_database_url) database_url catalog ;;
    auth_schema_url | catalog_schema_url) database_url "" ;;
    *) fail "usage: rotate.sh internal_secret|auth_database_url|auth_schema_url|catalog_database_url|catalog_schema_url|redis_url|mysql_root_password" ;;
esac
echo "rotate: $secret is new"
