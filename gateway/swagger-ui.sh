#!/bin/sh
# Fetches Swagger UI anew by npm into www/docs, as swagger-ui.sha256 states it; what differs is refused.
# Beside the two large files are packed ones, for the browsers that take them.
#
#   swagger-ui.sh            the stated version
#   swagger-ui.sh VERSION    another one, which is stated from then on

set -eu
cd "$(dirname "$0")"
stated=swagger-ui.sha256
files="swagger-ui-bundle.js swagger-ui.css LICENSE NOTICE swagger-ui-bundle.js.LICENSE.txt"
version=${1:-$(sed -n 's/^# swagger-ui-dist //p' $stated)}

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
archive=$(npm pack --silent --pack-destination "$folder" "swagger-ui-dist@$version")
tar -xzf "$folder/$archive" -C "$folder"
cd "$folder/package"
if [ $# = 1 ]; then
    { echo "# swagger-ui-dist $version"; sha256sum $files; } >"$OLDPWD/$stated"
fi
sha256sum --check --quiet "$OLDPWD/$stated"
cp $files "$OLDPWD/www/docs/"
# Packed once and here: 1.9 MB are 0.5 then, and no request waits for it.
cd "$OLDPWD/www/docs"
gzip -9 --no-name --keep --force swagger-ui-bundle.js swagger-ui.css
