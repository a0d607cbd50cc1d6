#!/bin/sh
# Backs up the stores of a platform on Compose while it runs: backup.sh FOLDER
#
# FOLDER gets auth.sql, catalog.sql and redis.tar, readable by you alone: they hold all that there is, sealed keys and
# digests of passwords too. Each is whole, though they are of slightly different moments, which is no harm.

set -eu
home=$(cd "$(dirname "$0")/.." && pwd)
. "$home/deploy/on/compose/platform.sh"
[ $# = 1 ] || fail "usage: backup.sh FOLDER"
umask 077
mkdir -p "$1"
folder=$(cd "$1" && pwd)

for database in auth catalog; do
    mysql_as_root mysqldump --single-transaction --set-gtid-purged=OFF --no-tablespaces "$database" >"$folder/$database.sql.part"
    tail -n 1 "$folder/$database.sql.part" | grep -q '^-- Dump completed' || fail "the dump of $database broke off"
    mv "$folder/$database.sql.part" "$folder/$database.sql"
done

# The files are only added to, but where Redis writes them anew: then once more.
manifest() { compose exec -T redis sh -c 'cat /data/appendonlydir/*.manifest'; }
until
    before=$(manifest)
    compose exec -T redis sh -c 'tar -C /data -cf - appendonlydir 2>/dev/null; [ $? -le 1 ]' >"$folder/redis.tar.part"
    [ "$before" = "$(manifest)" ]
do :; done
mv "$folder/redis.tar.part" "$folder/redis.tar"
echo "backup: $folder has auth.sql, catalog.sql, redis.tar"
