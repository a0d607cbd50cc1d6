# Turns routes.table into nginx configuration: with part=locations into locations, one a path, with part=allow into the
# map that says which methods a path knows. A path with several rows has a named location for each, and its own only picks
# one by the method: nginx has no `auth_request` that depends on it.

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
    print "map $request_uri $allow {"
    for (p = 1; p <= paths; p++) print "    \"~^" pattern_of(path_at[p]) "(\\?|$)\" \"" allow[path_at[p]] "OPTIONS\";"
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

function handle(row) {
    print "    client_max_body_size " body[row] ";"
    print "    set $limit " limit[row] ";"
    print "    set $sent_cookies " (service[row] == "auth" ? "$http_cookie" : "\"\"") ";"
    if (limit[row] != "user") print "    limit_req zone=" limit[row] " burst=" ENVIRON["LIMIT_" toupper(limit[row]) "_BURST"] " nodelay;"
    if (access[row] == "protected") print "    auth_request /_check;"
    if (writes[row]) print "    proxy_next_upstream off;"
    print "    proxy_pass http://" service[row] ";"
    print "}"
}

function print_location(path,    i, n, at, longest) {
    n = split(rows[path], at, " ")
    print "location " location_of(path) " {"
    print "    set $route \"" path "\";"
    print "    set $allow \"" allow[path] "OPTIONS\";"
    print "    if ($request_method = OPTIONS) { return 204; }"
    if (n == 1) {
        print "    if ($request_method !~ ^(" methods_of(at[1]) ")$) { return 405; }"
        handle(at[1])
        return
    }
    longest = at[1]
    for (i = 1; i <= n; i++) {
        if (octets(at[i]) > octets(longest)) longest = at[i]
        print "    set $handler @route_" at[i] ";"
        print "    if ($request_method ~ ^(" methods_of(at[i]) ")$) { return 418; }"
    }
    print "    client_max_body_size " body[longest] ";"
    print "    return 405;"
    print "}"
    for (i = 1; i <= n; i++) {
        print "location @route_" at[i] " {"
        # nginx has judged the declared length before the method picked this location.
        if (octets(at[i]) < octets(longest)) print "    if ($content_length ~ \"" greater_than(octets(at[i])) "\") { return 413; }"
        handle(at[i])
    }
}

/^[ \t]*(#|$)/ { next }

NF < 6 || NF > 7                                 { refuse("six or seven columns are expected") }
$1 !~ /^[A-Z]+(,[A-Z]+)*$/                       { refuse("bad methods " $1) }
$2 !~ /^\/[A-Za-z0-9_.\/{}-]*$/                  { refuse("bad path " $2) }
$3 !~ /^[a-z]+$/                                 { refuse("bad service " $3) }
$4 != "public" && $4 != "protected"              { refuse("bad access " $4) }
$4 == "protected" && $5 != "user"                { refuse("a protected route is limited per user") }
$4 == "public" && $5 != "public" && $5 != "strict" { refuse("bad limit " $5) }
$6 !~ /^[0-9]+[km]$/                             { refuse("bad body " $6) }
$7 !~ /^(writes)?$/                              { refuse("bad word " $7) }

ENVIRON[toupper($3) "_UPSTREAM"] == "" { next }

{
    row = ++count
    methods[row] = $1; service[row] = $3; access[row] = $4; limit[row] = $5; body[row] = $6
    # nginx sends POST and PATCH once; it holds any other method harmless to repeat.
    writes[row] = $7 == "writes" || $1 ~ /PUT|DELETE/
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
    for (p = 1; p <= paths; p++) print_location(path_at[p])
}
