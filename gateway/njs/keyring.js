// The keys in force, in shared memory. `zone` is an njs shared dict, or anything with its get, set and delete.
//
//   jwks        the JWK Set, with nothing in it but keys for the accepted algorithms
//   key:<kid>   a fingerprint of each, for tokens that are remembered
//   source      the digest of the document that the set was read from, and what it was read for
//   confirmed   when auth last said that it publishes that document (ms of this machine's clock)

import hash from 'crypto';
import jwks from './jwks.js';

const CONFIRMED_FOR = 2000;

function source(digest, algorithms) {
    return algorithms + ' ' + digest;
}

/**
 * Put a JWK Set document in force at `clock` (ms). A key that is gone, or another one under the same `kid`, ends every
 * token that was remembered with it. This goes first and `source` last: whoever is killed in between leaves a zone that
 * the next pull puts right.
 */
function publish(zone, bytes, algorithms, clock) {
    const set = jwks.read(bytes, algorithms.split(' '));
    const before = JSON.parse(zone.get('jwks') || '{"keys":[]}');
    before.keys.forEach((jwk) => {
        if (!set.keys.some((kept) => kept.kid === jwk.kid && jwks.fingerprint(kept) === jwks.fingerprint(jwk))) {
            zone.delete('key:' + jwk.kid);
        }
    });
    zone.set('jwks', JSON.stringify(set));
    set.keys.forEach((jwk) => zone.set('key:' + jwk.kid, jwks.fingerprint(jwk)));
    zone.set('source', source(hash.createHash('sha256').update(bytes).digest('hex'), algorithms));
    zone.set('confirmed', String(clock));
}

/** Whether the keys in force are of the document that auth publishes at `clock`, by its digest. */
function confirm(zone, digest, algorithms, clock) {
    if (zone.get('source') !== source(digest, algorithms)) {
        return false;
    }
    zone.set('confirmed', String(clock));
    return true;
}

/** Whether that was found so lately; if not, the document has to be read again. */
function isConfirmed(zone, clock) {
    return Math.abs(clock - Number(zone.get('confirmed') || 0)) < CONFIRMED_FOR;
}

export default { publish, confirm, isConfirmed };
