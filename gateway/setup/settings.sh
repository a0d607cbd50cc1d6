# Reads the settings that entrypoint.sh lists, and refuses what is not of its shape.

# For each shape the characters that a value may have and a pattern for the whole of it. Values become part of nginx
# configuration: quotes, braces, semicolons, dollar signs, newlines are in none of these sets.
check() {
    name=$1 value=$2 shape=$3
    case $shape in
        address)  allowed=']A-Za-z0-9.:[*-'    whole='\*|[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\]' ;;
        port)     allowed='0-9'                 whole='[1-9][0-9]{0,4}' ;;
        folder|program) allowed='[:print:]'     whole='.+' ;;
        path)     allowed='A-Za-z0-9_./@+=,-'   whole='.+' ;;
        file)     allowed='A-Za-z0-9_./@+=,-'   whole='|/.+' ;;
        paths)    allowed='A-Za-z0-9_./@+=, -'  whole='.*' ;;
        name)     allowed='A-Za-z0-9_.-'        whole='.*' ;;
        count)    allowed='0-9'                 whole='[1-9][0-9]{0,6}' ;;
        servers)  allowed=']A-Za-z0-9.:[ -'     whole='.*' ;;
        server)   allowed=']A-Za-z0-9_.:, [-'   whole='|(([A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\]):[1-9][0-9]{0,4})([ ,]+([A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\]):[1-9][0-9]{0,4})*' ;;
        text)     allowed='A-Za-z0-9_.:/@ -'    whole='.+' ;;
        names)    allowed='A-Z0-9 '             whole='(ES|RS|PS)(256|384|512)( (ES|RS|PS)(256|384|512))*' ;;
        policy)   allowed='a-z'                 whole='open|closed' ;;
        engine)   allowed='a-z'                 whole='njs|qjs' ;;
        switch)   allowed='a-z'                 whole='on|off' ;;
        seconds)  allowed='0-9'                 whole='0|[1-9][0-9]{0,8}' ;;
        size)     allowed='0-9km'               whole='[1-9][0-9]{0,6}[km]' ;;
        factor)   allowed='0-9.'                whole='[0-9]{1,7}(\.[0-9]{1,6})?' ;;
        rate)     allowed='0-9rsm/'             whole='[1-9][0-9]{0,6}r/[sm]' ;;
        origins)  allowed='A-Za-z0-9.:/, -'     whole='([ ,]*https?://[A-Za-z0-9.-]+(:[0-9]+)?)*[ ,]*' ;;
        url)      allowed=']A-Za-z0-9_.:/[-'    whole='|https?://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[1-9][0-9]{0,4})?(/.*)?' ;;
        collector) allowed=']A-Za-z0-9_.:/[-'   whole='|http://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[1-9][0-9]{0,4})?(/.*)?' ;;
        share)    allowed='0-9.'                whole='0|1|0\.[0-9]{1,4}|1\.0{1,4}' ;;
        networks) allowed='0-9A-Fa-f.:/, '      whole='.*' ;;
    esac
    case $value in *[!$allowed]*) refuse "$name has a character that a setting of its kind ($shape) cannot have" ;; esac
    printf '%s\n' "$value" | grep -Eqx -- "$whole" || refuse "$name is not a valid $shape"
    if [ "$shape" = port ] && [ "$value" -gt 65535 ]; then refuse "$name is not a valid port"; fi
}

read_settings() {
    table=$(settings)
    while read -r name default shape _; do
        [ "$default" != - ] || default=
        # An empty upstream says something; any other empty setting is one that was left out.
        case $shape in server) eval "value=\${$name-\$default}" ;; *) eval "value=\${$name:-\$default}" ;; esac
        check "$name" "$value" "$shape"
        export "$name=$value"
    done <<TABLE
$table
TABLE
}

read_secret() {
    if [ -z "${INTERNAL_SECRET:-}" ] && [ -n "${INTERNAL_SECRET_FILE:-}" ]; then
        [ -r "$INTERNAL_SECRET_FILE" ] || refuse "INTERNAL_SECRET_FILE cannot be read"
        INTERNAL_SECRET=$(cat "$INTERNAL_SECRET_FILE")
    fi
    [ -n "${INTERNAL_SECRET:-}" ] || refuse "INTERNAL_SECRET is not set"
    case $INTERNAL_SECRET in *[![:graph:]]*) refuse "INTERNAL_SECRET has a space or a control character" ;; esac
    # Of two, while it is being changed, the first is the one to send.
    INTERNAL_SECRET=${INTERNAL_SECRET%%,*}
    export INTERNAL_SECRET
}
