# Fills RUN_DIR.

# Replaces ${NAME} and nothing else: a $variable of nginx stays.
fill() {
    awk '{
        while (match($0, /[$][{][A-Z_]+[}]/)) {
            name = substr($0, RSTART + 2, RLENGTH - 3)
            if (!(name in ENVIRON)) { print "gateway: no value for " name > "/dev/stderr"; exit 70 }
            printf "%s%s", substr($0, 1, RSTART - 1), ENVIRON[name]
            $0 = substr($0, RSTART + RLENGTH)
        }
        print
    }' "$1"
}

# What is in RUN_DIR is obeyed and overwritten, and its default is where everybody may write: a folder or a link that
# somebody else put there is not used. Workers of another user than root's have to pass through it.
own_run_dir() {
    RUN_DIR=${RUN_DIR%/}
    mkdir -p "$RUN_DIR" 2>/dev/null || refuse "RUN_DIR cannot be made"
    if [ -L "$RUN_DIR" ] || [ ! -O "$RUN_DIR" ]; then refuse "RUN_DIR belongs to somebody else, or is a link"; fi
    if [ -n "$NGINX_USER" ]; then chmod 711 "$RUN_DIR"; else chmod 700 "$RUN_DIR"; fi
    mkdir -p "$RUN_DIR/conf.d" || refuse "RUN_DIR cannot be written"
    # The master opens these, and workers of that user empty them (njs/written.js).
    for file in counted.0 counted.1 spans.0 spans.1; do
        touch "$RUN_DIR/$file"
        if [ "$(id -u)" = 0 ]; then chown "${NGINX_USER:-root}" "$RUN_DIR/$file"; fi
    done
}

# The last line of a list in a JSON document may have been left out.
without_last_commas() {
    awk 'NR > 1 { if (/^[]}]/) sub(/,$/, "", line); print line } { line = $0 } END { print line }'
}

# A service that is not there is neither shown on the page nor in the document of all; nor are, in any document, the routes
# of older systems where they are off.
leave_out_what_is_absent() {
    legacy=
    if [ "$LEGACY" = off ]; then
        legacy='/<li data-legacy>/,/<\/li>/d; /<section data-legacy /,/<\/section>/d
            /^"\/legacy\//d; /^\{.*"name":"([a-z]+: )?Legacy: /d'
    fi
    for file; do
        sed -E "/<li.* data-service=\"($ABSENT)\">/,/<\/li>/d; /<p data-service=\"($ABSENT)\">/,/<\/p>/d
            /\"x-service\":\"($ABSENT)\"/d
            $legacy" "$home/www/$file" | without_last_commas >"$RUN_DIR/www/$file"
        touch -r "$home/www/$file" "$RUN_DIR/www/$file"
    done
}

# RUN_DIR gets all that nginx reads, so that every path in the configuration is relative to it.
render() {
    own_run_dir
    # With their times, of which nginx makes the ETag: it is the same wherever this version runs.
    cp -Rp "$home/njs" "$home/www" "$RUN_DIR"
    leave_out_what_is_absent index.html openapi.json $(cd "$home/www" && ls openapi/*.json)
    fill "$home/njs/settings.js" >"$RUN_DIR/njs/settings.js"
    fill "$home/nginx.conf.template" >"$RUN_DIR/nginx.conf"
    for file in "$home"/conf.d/*.conf; do fill "$file" >"$RUN_DIR/conf.d/$(basename "$file")"; done
    for part in locations allow queries; do
        GATEWAY_UPSTREAM=127.0.0.1:$INTERNAL_PORT awk -v part=$part -f "$home/routes.awk" "$home/routes.table" \
            >"$RUN_DIR/conf.d/$part.conf"
    done
    awk -f "$home/problems.awk" "$home/errors.json" >"$RUN_DIR/conf.d/problems.conf"
}
