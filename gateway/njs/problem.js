// Every error of the gateway's own, as one RFC 9457 document. errors.js is errors.json, made a module by entrypoint.sh.

import errors from 'errors.js';

/** The verdict of the check where it refused the request; otherwise what the status says. */
function codeOf(variables) {
    const status = Number(variables.status);
    if (status === 0) {
        return variables.auth_code === 'ok' || !variables.auth_code ? 'internal_error' : variables.auth_code;
    }
    if (status === 400 && variables.ambiguous_path === '1') {
        return 'ambiguous_path';
    }
    const first = errors.find((error) => error.status === status);
    return first === undefined ? 'internal_error' : first.code;
}

function challenge(error) {
    const refused = 'error="invalid_token", error_description="' + error.meaning + '"';
    return 'Bearer realm="quartet"' + (error.code === 'token_missing' ? '' : ', ' + refused);
}

function answer(r) {
    const variables = r.variables;
    const code = codeOf(variables);
    const error = errors.find((known) => known.code === code) || errors.find((known) => known.code === 'internal_error');
    const headers = r.headersOut;
    if (error.status === 401) {
        headers['WWW-Authenticate'] = challenge(error);
    }
    if (error.status === 405) {
        headers.Allow = variables.allow || 'GET, HEAD, OPTIONS';
    }
    if ([429, 502, 503, 504].includes(error.status)) {
        headers['Retry-After'] = variables.user_retry_after || variables.retry_after;
    }
    headers['Content-Type'] = 'application/problem+json';
    headers['Cache-Control'] = 'no-store';
    r.return(error.status, JSON.stringify({
        type: 'urn:quartet:error:' + error.code,
        title: error.title,
        status: error.status,
        detail: error.meaning,
        code: error.code,
        request_id: variables.id,
    }));
}

export default { answer };
