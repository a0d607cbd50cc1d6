// What the gate says to a verified token at this moment, and the short way past the check for one that was verified
// before: nothing asynchronous, no subrequest. Every protected request loads this module, which njs evaluates anew each
// time: hence few functions, few imports, and lines that are split instead of parsed.

import position from './position.js';
import settings from './settings.js';

// A remembered token: under the whole token, so that no other can be taken for it, what later requests need of its
// claims, with spaces between. No field has one (claims.js). A digest as the key would have to be computed each time.
// The mark ends them all when a reload changes what tokens have to say.
const KID = 0, FINGERPRINT = 1, EXP = 2, IAT = 3, VER = 4, SID = 5, SUB = 6, ROLES = 7;

/** The fields of a verified token; null when it is not remembered, or the key that signed it is not published any more. */
function recall(token) {
    const text = ngx.shared.tokens.get(token);
    if (text === undefined) {
        return null;
    }
    const known = text.split(' ');
    return ngx.shared.keys.get('key:' + known[KID]) + settings.mark === known[FINGERPRINT] ? known : null;
}

function remember(token, known, now) {
    try {
        ngx.shared.tokens.add(token, known.join(' '), (Number(known[EXP]) + settings.leeway - now) * 1000);
    } catch (full) {
        // Not remembered, the token is verified again next time.
    }
}

/**
 * Whether a token is dead by what auth has told. The position is read last, and in one piece: when a full zone is
 * cleared meanwhile, either it is missing or it has the floor. `zone` is that of revocations.js.
 */
function judge(zone, known) {
    const ended = zone.get('s:' + known[SID]) !== undefined;
    const least = Number(zone.get('u:' + known[SUB]) || 0);
    const told = position.read(zone);
    return { revoked: ended || !(Number(known[VER]) >= least) || !(Number(known[IAT]) > told.floor), synced: told.synced };
}

function counter(who, period, now) {
    return who + ' ' + Math.floor(now / period);
}

function spent(who, period, now) {
    return ngx.shared.limits.get(counter(who, period, now)) || 0;
}

/** Count one request of `who` in the period of `now` (s); the number of them. A period begins at a multiple of itself. */
function spend(who, period, now) {
    return ngx.shared.limits.incr(counter(who, period, now), 1, 0, period * 1000);
}

/** `ok`, or the code of the error that refuses the token at `now` (s). What gets past all else is counted. */
function decide(known, now) {
    if (!(Number(known[EXP]) + settings.leeway > now)) {
        return 'token_expired';
    }
    const judged = judge(ngx.shared.revocations, known);
    if (judged.revoked) {
        return 'token_revoked';
    }
    if (judged.synced === 0) {
        return 'not_ready';
    }
    if (!(now * 1000 - judged.synced <= settings.feedMaxAge * 1000) && settings.feedStale !== 'open') {
        return 'revocations_stale';
    }
    return spend('user ' + known[SUB], settings.userPeriod, now) <= settings.userRequests ? 'ok' : 'rate_limited';
}

/**
 * The variable $pass. A variable of nginx fails open, so only `ok` lets a request pass; anything else, as after an
 * exception, leaves the request to check.js, which finds out what is wrong and says so.
 */
function pass(r) {
    const variables = r.variables;
    const authorization = variables.http_authorization;
    if (authorization === undefined || !authorization.startsWith('Bearer ')) {
        return '';
    }
    const known = recall(authorization.slice(7));
    if (known === null || decide(known, Date.now() / 1000) !== 'ok') {
        return '';
    }
    variables.user_id = known[SUB];
    variables.session_id = known[SID];
    variables.roles = known[ROLES];
    variables.auth_code = 'ok';
    return 'ok';
}

export default { SID, SUB, ROLES, recall, remember, judge, spent, spend, decide, pass };
