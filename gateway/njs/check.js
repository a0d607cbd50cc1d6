// The gate of every protected route: the internal location that auth_request asks. 204 lets the request pass, with
// the user in X-User-Id, X-Session-Id, X-Roles; 403 refuses it, with the error's code in X-Auth-Code.

import hash from 'crypto';
import claims from './claims.js';
import jwks from './jwks.js';
import jws from './jws.js';
import revocations from './revocations.js';

const LONGEST_TOKEN = 4096;

function bearer(authorization) {
    const match = /^Bearer(?: +(.*))?$/i.exec(authorization || '');
    if (match === null || !match[1]) {
        throw claims.refusal('token_missing', 'no bearer token');
    }
    if (match[1].length > LONGEST_TOKEN) {
        throw claims.refusal('token_invalid', 'too long');
    }
    return match[1];
}

/** What is kept of a verified token; null when it is not known, or the key that signed it is not published any more. */
function remembered(digest) {
    const text = ngx.shared.tokens.get(digest);
    if (text === undefined) {
        return null;
    }
    const known = JSON.parse(text);
    return ngx.shared.keys.get('key:' + known.kid) === known.key ? known : null;
}

async function verified(token, now, variables) {
    const text = ngx.shared.keys.get('jwks');
    if (text === undefined) {
        throw claims.refusal('not_ready', 'no keys');
    }
    const set = JSON.parse(text);
    const expected = { issuer: variables.token_issuer, audience: variables.token_audience, now: now };
    try {
        const signed = await jws.verifyCompact(token, set, variables.token_algorithms.split(' '));
        const read = claims.read(signed.header, signed.payload, expected);
        const key = jwks.fingerprint(set.keys.find((jwk) => jwk.kid === signed.header.kid));
        return {
            kid: signed.header.kid, key: key, exp: read.exp, iat: read.iat, ver: read.ver,
            sid: read.sid, sub: read.sub, roles: read.roles.join(','),
        };
    } catch (error) {
        throw claims.refusal(error.code || 'token_invalid', error.message);
    }
}

function remember(digest, known, now) {
    try {
        ngx.shared.tokens.add(digest, JSON.stringify(known), (known.exp + claims.LEEWAY - now) * 1000);
    } catch (full) {
        // Not remembered, the token is verified again next time.
    }
}

function refuseRevoked(known, variables) {
    const judgement = revocations.judge(ngx.shared.revocations, known);
    if (judgement.revoked) {
        throw claims.refusal('token_revoked', 'revoked');
    }
    if (judgement.synced === 0) {
        throw claims.refusal('not_ready', 'no revocations');
    }
    const stale = Date.now() - judgement.synced > Number(variables.feed_max_age) * 1000;
    if (stale && variables.feed_stale !== 'open') {
        throw claims.refusal('revocations_stale', 'feed');
    }
}

/** What is counted of `who` in the period of `now`. */
function counter(who, period, now) {
    const key = who + ' ' + Math.floor(now / period);
    return {
        value: () => ngx.shared.limits.get(key) || 0,
        increment: () => ngx.shared.limits.incr(key, 1, 0, period * 1000),
        refuse: (r) => {
            r.headersOut['X-Retry-After'] = String(period - Math.floor(now) % period);
            throw claims.refusal('rate_limited', who.split(' ')[0]);
        },
    };
}

function limit(r, sub, now) {
    const used = counter('user ' + sub, Number(r.variables.limit_user_period), now);
    if (used.increment() > Number(r.variables.limit_user)) {
        used.refuse(r);
    }
}

/**
 * Verify a token that is not remembered, unless its address has sent too many bad ones: each costs a signature check.
 * Only the bad ones count, so that a whole office behind one address may come.
 */
async function verifiedWithin(r, token, now) {
    const network = r.rawVariables.client_network.toString('hex');
    const refused = counter('address ' + network, Number(r.variables.limit_refused_period), now);
    if (refused.value() >= Number(r.variables.limit_refused)) {
        refused.refuse(r);
    }
    try {
        return await verified(token, now, r.variables);
    } catch (error) {
        if (error.code !== 'not_ready') {
            refused.increment();
        }
        throw error;
    }
}

async function admit(r) {
    const now = Date.now() / 1000;
    const token = bearer(r.headersIn.Authorization);
    const digest = hash.createHash('sha256').update(token).digest('base64');
    let known = remembered(digest);
    if (known === null) {
        known = await verifiedWithin(r, token, now);
        remember(digest, known, now);
    }
    claims.requireFresh(known.exp, now);
    refuseRevoked(known, r.variables);
    r.headersOut['X-User-Id'] = known.sub;
    limit(r, known.sub, now);
    r.headersOut['X-Session-Id'] = known.sid;
    r.headersOut['X-Roles'] = known.roles;
    r.headersOut['X-Auth-Code'] = 'ok';
    r.return(204);
}

async function check(r) {
    try {
        await admit(r);
    } catch (error) {
        const code = error.code || 'internal_error';
        r.headersOut['X-Auth-Code'] = code;
        r.headersOut['X-Auth-Reason'] = String(error.message).replace(/[^\x20-\x7e]/g, ' ').slice(0, 100);
        // Without a body nginx would look for an error page of this subrequest first.
        r.return(403, code);
    }
}

export default { check };
