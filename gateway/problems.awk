# Turns errors.json, one error a line, into the locations that send the documents. They are plain nginx: js_content
# would read the request's body first, and a refused client should not be asked for it.

function member(name,    found) {
    found = "\"" name "\": (\"[^\"]*\"|[0-9]+)"
    if (!match($0, found)) { print "errors.json:" FNR ": no " name > "/dev/stderr"; exit 65 }
    found = substr($0, RSTART + length(name) + 4, RLENGTH - length(name) - 4)
    gsub(/"/, "", found)
    return found
}

function challenge(code, meaning) {
    if (code == "token_missing") return "Bearer realm=\"quartet\""
    return "Bearer realm=\"quartet\", error=\"invalid_token\", error_description=\"" meaning "\""
}

# The error as OpenAI's clients read it, added on their paths (conf.d/told.conf). vectors says the same of its own errors.
function openai_error(code, status, meaning,    type) {
    type = status == 429 ? "requests" : status >= 500 ? "server_error" : "invalid_request_error"
    return "{\"message\":\"" meaning "\",\"type\":\"" type "\",\"param\":null,\"code\":\"" code "\"}"
}

/[{]/ {
    code = member("code"); status = member("status"); title = member("title"); meaning = member("meaning")
    print "location = /_problem/" code " {"
    print "    internal;"
    print "    client_max_body_size 0;"  # of the refused request, which nginx would refuse here again
    print "    default_type application/problem+json;"
    print "    set $problem_cache no-store;"
    if (status == 401) print "    set $problem_challenge '" challenge(code, meaning) "';"
    if (status == 405) print "    set $problem_allow $allow;"
    if (status ~ /^(429|502|503|504)$/) print "    set $problem_retry " (status == 429 ? "$retry_after" : 1) ";"
    print "    set $problem_openai '" openai_error(code, status, meaning) "';"
    print "    set $problem_code " code ";"
    print "    set $problem_number " status ";"
    print "    set $problem_text '" meaning "';"
    print "    return " status " '{\"type\":\"urn:quartet:error:" code "\",\"title\":\"" title "\",\"status\":$problem_status" \
        ",\"detail\":\"$problem_text\",\"code\":\"" code "\",\"request_id\":\"$id\"$openai_member$legacy_members}';"
    print "}"
}
