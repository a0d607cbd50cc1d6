// What an access token must say (RFC 9068, and the platform's own `sid`, `ver` and `type`).

import settings from './settings.js';
import strictJson from './strict_json.js';

function refusal(code, reason) {
    const error = new Error(reason);
    error.code = code;
    return error;
}

function require(condition, reason) {
    if (condition !== true) {
        throw refusal('token_invalid', reason);
    }
}

function isText(value) {
    return typeof value === 'string' && value !== '';
}

/** Text that can be put into a header, and into a list with commas. In njs `$` would let a last line feed pass. */
function isName(value) {
    return isText(value) && !/[^\x21-\x2b\x2d-\x7e]/.test(value);
}

function isNatural(value) {
    return Number.isSafeInteger(value) && value >= 0;
}

/**
 * The claims of a verified JWS when it is an access token for `audience` by `issuer`, valid at `now` (seconds).
 * Throws an error whose `code` is token_invalid or token_expired.
 */
function read(header, payload, expected) {
    const claims = strictJson.parse(payload);
    require(header.typ === 'at+jwt' && isName(header.kid), 'header');
    require(claims.iss === expected.issuer, 'iss');
    require(claims.aud === expected.audience, 'aud');
    require(claims.type === 'access', 'type');
    ['sub', 'sid', 'jti', 'preferred_username'].forEach((name) => require(isText(claims[name]), name));
    ['iat', 'nbf', 'exp', 'ver'].forEach((name) => require(isNatural(claims[name]), name));
    require(Array.isArray(claims.roles) && claims.roles.every(isName), 'roles');
    require(isName(claims.sub) && isName(claims.sid), 'characters');
    require(claims.nbf <= expected.now + settings.leeway && claims.iat <= expected.now + settings.leeway, 'not valid yet');
    requireFresh(claims.exp, expected.now);
    return claims;
}

function requireFresh(exp, now) {
    if (!(exp + settings.leeway > now)) {
        throw refusal('token_expired', 'exp');
    }
}

export default { read, requireFresh, refusal };
