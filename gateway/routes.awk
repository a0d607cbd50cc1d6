# Turns routes.table into nginx configuration: with part=locations into locations, one a path; with part=allow into the
# map that says which methods a path knows; with part=queries into those that say under which name an answer is cached.
# A path with several rows has a named location for each, and its own only picks one by the method: nginx has no
# `auth_request` that depends on it.

function refuse(message) {
    print "routes.table:" FNR ": " message > "/dev/stderr"
    broken = 1
    exit 65
}

function methods_of(row,    pattern) {
    pattern = methods[row]
    sub(/GET/, "GET|HEAD", pattern)
    gsub(/,/, "|", pattern)
    return pattern
}

function pattern_of(path) {
    gsub(/\./, "\\.", path)
    gsub(/[{]id[}]/, "[0-9]+", path)
    gsub(/[{][a-z_]+[}]/, "[^/]+", path)
    return path
}

function location_of(path) {
    return path ~ /[{]/ ? "~ \"^" pattern_of(path) "$\"" : "= \"" path "\""
}

# For a request that nginx refuses before it looks for a location; any other is told by its location, however its path is
# written.
function print_allow_map(    p) {
    print "map $routed_path $allow {"
    print "    default \"\";"
    for (p = 1; p <= paths; p++) print "    \"~^" pattern_of(path_at[p]) "$\" \"" allow[path_at[p]] "OPTIONS\";"
    print "}"
}

# Queries that a service may read differently must differ: a name that it does not know, one given twice, an empty value
# are "?", which is not cached. $arg_… ignores case, the pattern does not.
function print_query_map(row,    names, name, n, i, canonical) {
    print "map $args $query_" row " {"
    print "    default \"?\";"
    print "    \"\" \"\";"
    if (cache[row] != "-") {
        names = cache[row]
        n = split(names, name, ",")
        for (i = 1; i <= n; i++) canonical = canonical (i > 1 ? "&" : "") name[i] "=$arg_" name[i]
        gsub(/,/, "|", names)
        print "    \"~^(?!(?:.*&)?([a-z_]+)=.*&\\1=)(?:(?:" names ")=[A-Za-z0-9._~%+-]+(?:&(?!$)|$))+$\" \"" canonical "\";"
    }
    print "}"
}

function octets(row) { return body[row] * (body[row] ~ /m$/ ? 1048576 : 1024) }

# A pattern of the decimal numbers that are greater than `limit`.
function greater_than(limit,    i, pattern, digits) {
    digits = length(limit)
    pattern = "[1-9][0-9]{" digits ",}"
    for (i = 1; i <= digits; i++)
        if (substr(limit, i, 1) < 9)
            pattern = pattern "|" substr(limit, 1, i - 1) "[" substr(limit, i, 1) + 1 "-9][0-9]{" digits - i "}"
    return "^0*(" pattern ")$"
}

function line(directive) { return "    " directive "\n" }

function block(name, content) { printf "location %s {\n%s}\n", name, content }

# What every location that passes a row on has to say itself. Where a request is sent from there, only variables go with it.
function handling(row,    lines) {
    lines = line("client_max_body_size " body[row] ";")
    if (limit[row] != "user") lines = lines line("limit_req zone=" limit[row] " burst=" ENVIRON["LIMIT_" toupper(limit[row]) "_BURST"] " nodelay;")
    if (writes[row]) lines = lines line("proxy_next_upstream off;")
    if (streams[row]) lines = lines line("proxy_request_buffering off;")
    if (timeout[row]) lines = lines line("proxy_send_timeout " timeout[row] "s;") line("proxy_read_timeout " timeout[row] "s;")
    if (cache[row]) lines = lines line("set $cached_query $query_" row ";") line("include conf.d/cached.conf;")
    return lines line("proxy_pass http://" service[row] ";")
}

# A protected row has two locations: this one asks njs/check.js, and sends requests that njs/admission.js lets pass to the
# other. That may be the second 418 of a request, and is the last: a remembered location sends nobody on, and a 418 of a
# service is not the gateway's (proxy_intercept_errors is off).
function admitting(row,    lines) {
    lines = line("set $limit " limit[row] ";") line("set $sent_cookies " (service[row] == "auth" ? "$http_cookie" : "\"\"") ";")
    if (access[row] == "protected")
        lines = lines line("set $handler @remembered_" row ";") line("if ($pass = ok) { return 418; }") line("auth_request /_check;")
    return lines handling(row)
}

function print_remembered(row) { if (access[row] == "protected") block("@remembered_" row, handling(row)) }

function name_of(row) { return "@" (access[row] == "protected" ? "checked" : "public") "_" row }

function print_location(path,    i, n, at, longest, lines, too_long) {
    n = split(rows[path], at, " ")
    lines = line("set $service " service[at[1]] ";") line("set $route \"" path "\";") line("set $allow \"" allow[path] "OPTIONS\";")
    lines = lines line("set $handler @options;") line("if ($request_method = OPTIONS) { return 418; }")
    if (n == 1) {
        lines = lines line("if ($request_method !~ ^(" methods_of(at[1]) ")$) { return 405; }")
        block(location_of(path), lines admitting(at[1]))
        print_remembered(at[1])
        return
    }
    longest = at[1]
    for (i = 1; i <= n; i++) {
        if (octets(at[i]) > octets(longest)) longest = at[i]
        lines = lines line("set $handler " name_of(at[i]) ";") line("if ($request_method ~ ^(" methods_of(at[i]) ")$) { return 418; }")
    }
    block(location_of(path), lines line("client_max_body_size " body[longest] ";") line("return 405;"))
    for (i = 1; i <= n; i++) {
        # nginx has judged the declared length before the method picked this location.
        too_long = octets(at[i]) < octets(longest) ? line("if ($content_length ~ \"" greater_than(octets(at[i])) "\") { return 413; }") : ""
        block(name_of(at[i]), too_long admitting(at[i]))
        print_remembered(at[i])
    }
}

# OPTIONS, a preflight mostly, counts for the address: nobody knows yet who the user is. Not by `return`, which comes
# before limit_req; there is no such file.
function print_options() {
    print "location @options {"
    print "    client_max_body_size 64k;"
    print "    set $limit public;"
    print "    limit_req zone=public burst=" ENVIRON["LIMIT_PUBLIC_BURST"] " nodelay;"
    print "    try_files /options =204;"
    print "}"
}

/^[ \t]*(#|$)/ { next }

NF < 6                                           { refuse("six columns are expected, and words") }
$1 !~ /^[A-Z]+(,[A-Z]+)*$/                       { refuse("bad methods " $1) }
$2 !~ /^\/[A-Za-z0-9_.\/{}-]*$/                  { refuse("bad path " $2) }
$3 !~ /^[a-z]+$/                                 { refuse("bad service " $3) }
$4 != "public" && $4 != "protected"              { refuse("bad access " $4) }
$4 == "protected" && $5 != "user"                { refuse("a protected route is limited per user") }
$4 == "public" && $5 != "public" && $5 != "strict" { refuse("bad limit " $5) }
$6 !~ /^[0-9]+[km]$/                             { refuse("bad body " $6) }
{
    row = ++count
    for (i = 7; i <= NF; i++) {
        if ($i == "writes") writes[row] = 1
        else if ($i == "streams") streams[row] = 1
        else if ($i ~ /^timeout=[1-9][0-9]?[0-9]?[0-9]?$/) timeout[row] = substr($i, 9)
        else if ($i ~ /^cache(=[a-z_]+(,[a-z_]+)*)?$/) cache[row] = length($i) > 5 ? substr($i, 7) : "-"
        else refuse("bad word " $i)
    }
    if (cache[row] && ($1 != "GET" || $4 != "public" || writes[row])) refuse("only a public GET that reads is cached")
    if (streams[row] && $1 !~ /POST|PUT|PATCH/) refuse("only a request with a body streams")
}

# The service that a row is about: a document of the gateway's is about the service that it describes.
function subject(path, service) {
    return match(path, /^\/openapi\/[a-z]+/) ? substr(path, 10, RLENGTH - 9) : service
}

ENVIRON[toupper(subject($2, $3)) "_UPSTREAM"] == "" { next }
$2 ~ /^\/legacy\// && ENVIRON["LEGACY"] == "off" { next }

{
    methods[row] = $1; service[row] = $3; access[row] = $4; limit[row] = $5; body[row] = $6
    # nginx sends POST and PATCH once; it holds any other method harmless to repeat.
    if ($1 ~ /PUT|DELETE/) writes[row] = 1
    if (!($2 in rows)) path_at[++paths] = $2
    rows[$2] = rows[$2] " " row
    sub(/GET/, "GET, HEAD", $1)
    gsub(/,/, ", ", $1)
    gsub(/,  /, ", ", $1)
    allow[$2] = allow[$2] $1 ", "
}

END {
    if (broken) exit 65
    if (part == "allow") {
        print_allow_map()
        exit
    }
    if (part == "queries") {
        for (row = 1; row <= count; row++) if (cache[row] && service[row]) print_query_map(row)
        exit
    }
    print_options()
    for (p = 1; p <= paths; p++) print_location(path_at[p])
}
