// The gate of every protected route: the internal location that auth_request asks about each token that admission.js
// does not let pass. 204 lets the request pass, with the user in X-User-Id, X-Session-Id, X-Roles; 403 refuses it, with the
// error's code in X-Auth-Code.

import admission from './admission.js';
import claims from './claims.js';
import jwks from './jwks.js';
import jws from './jws.js';
import settings from './settings.js';

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

/** Verify `token`, and remember it until it expires; a promise of its fields (admission.js). */
async function verified(token, now) {
    const text = ngx.shared.keys.get('jwks');
    if (text === undefined) {
        throw claims.refusal('not_ready', 'no keys');
    }
    const set = JSON.parse(text);
    const expected = { issuer: settings.issuer, audience: settings.audience, now: now };
    try {
        const signed = await jws.verifyCompact(token, set, settings.algorithms.split(' '));
        const read = claims.read(signed.header, signed.payload, expected);
        const kid = signed.header.kid;
        const fingerprint = jwks.fingerprint(set.keys.find((jwk) => jwk.kid === kid));
        const known = [kid, fingerprint + settings.mark, read.exp, read.iat, read.ver, read.sid, read.sub, read.roles.join(',')];
        admission.remember(token, known, now);
        return known;
    } catch (error) {
        throw claims.refusal(error.code || 'token_invalid', error.message);
    }
}

function rateLimited(r, who, period, now) {
    r.headersOut['X-Retry-After'] = String(period - Math.floor(now) % period);
    return claims.refusal('rate_limited', who);
}

async function admit(r, now) {
    const token = bearer(r.headersIn.Authorization);
    const known = admission.recall(token) || await verified(token, now);
    const code = admission.decide(known, now);
    if (code === 'ok' || code === 'rate_limited') {
        r.headersOut['X-User-Id'] = known[admission.SUB];
    }
    if (code === 'rate_limited') {
        throw rateLimited(r, 'user', settings.userPeriod, now);
    }
    if (code !== 'ok') {
        throw claims.refusal(code, code);
    }
    r.headersOut['X-Session-Id'] = known[admission.SID];
    r.headersOut['X-Roles'] = known[admission.ROLES];
    r.headersOut['X-Auth-Code'] = 'ok';
    r.return(204);
}

/**
 * Admit, unless this address has been refused too often: each refusal costs more than any request that passes. Only
 * refusals count, so that a whole office behind one address may come.
 */
async function admitWithin(r) {
    const now = Date.now() / 1000;
    const who = 'address ' + r.rawVariables.client_network.toString('hex');
    const period = settings.refusedPeriod;
    if (admission.spent(who, period, now) >= settings.refusedRequests) {
        throw rateLimited(r, 'address', period, now);
    }
    try {
        await admit(r, now);
    } catch (error) {
        if (/^token_/.test(error.code)) {
            admission.spend(who, period, now);
        }
        throw error;
    }
}

async function check(r) {
    try {
        await admitWithin(r);
    } catch (error) {
        const code = error.code || 'internal_error';
        r.headersOut['X-Auth-Code'] = code;
        r.headersOut['X-Auth-Reason'] = String(error.message).replace(/[^\x20-\x7e]/g, ' ').slice(0, 100);
        // Without a body nginx would look for an error page of this subrequest first.
        r.return(403, code);
    }
}

export default { check };
