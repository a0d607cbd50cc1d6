#!/bin/sh
# Brings a store of a platform on Compose back to what a backup has: restore.sh auth|catalog|redis FOLDER
#
# FOLDER is what backup.sh wrote. The service and its workers are away meanwhile, the others go on. After auth's comes the
# fence: everybody logs in anew (docs/operations/backup.md says why).

set -eu
home=$(cd "$(dirname "$0")/.." && pwd)
. "$home/deploy/on/compose/platform.sh"
[ $# = 2 ] || fail "usage: restore.sh auth|catalog|redis FOLDER"
case $1 in
    auth) parts="auth auth-mailer auth-upkeep" file=$2/auth.sql ;;
    catalog) parts="catalog catalog-follower" file=$2/catalog.sql ;;
    redis) parts="counter redis" file=$2/redis.tar ;;
    *) fail "auth, catalog or redis, not '$1'" ;;
esac
[ -s "$file" ] || fail "there is no $file"

compose stop $parts
if [ "$1" = redis ]; then
    compose run --rm --no-deps -T --entrypoint sh redis -c 'rm -rf /data/appendonlydir && tar -C /data -xf -' <"$file"
else
    {
        echo "DROP DATABASE IF EXISTS $1; CREATE DATABASE $1 CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci; USE $1;"
        cat "$file"
    } | mysql_as_root mysql
    compose run --rm --no-deps -T "$1-migrate" </dev/null
    [ "$1" != auth ] || compose run --rm --no-deps -T auth feed fence </dev/null
fi
compose up --detach --no-deps --no-recreate --wait $parts
echo "restore: $1 is as in $file"
