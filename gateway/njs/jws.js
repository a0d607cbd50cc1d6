// JSON Web Signature, compact serialization (RFC 7515 §5.2). Runs unchanged in njs and under Node.

import algorithms from './algorithms.js';
import base64url from './base64url.js';
import jwks from './jwks.js';
import strictJson from './strict_json.js';

const LONGEST = 65536;
const REFUSED_MEMBERS = ['jwk', 'jku', 'x5u', 'x5c', 'crit'];

function readHeader(part, allowed) {
    const header = strictJson.parse(base64url.decode(part));
    if (typeof header.alg !== 'string' || !allowed.includes(header.alg) || !Object.keys(algorithms).includes(header.alg)) {
        throw new Error('the algorithm is not allowed');
    }
    if (REFUSED_MEMBERS.some((member) => header[member] !== undefined)) {
        throw new Error('the header brings a key or an extension');
    }
    return header;
}

/** The one key that the header names; a header without `kid` will do for a set of one key. */
function keyFor(header, set) {
    const named = header.kid === undefined ? set.keys : set.keys.filter((jwk) => jwk.kid === header.kid);
    if (named.length !== 1) {
        throw new Error('the key is not known');
    }
    return named[0];
}

function signatureOctets(publicKey, algorithm) {
    return algorithm.kty === 'EC' ? 2 * algorithm.octets : base64url.decode(publicKey.n).length;
}

/**
 * Verify `token` with a key of `set` (a JWK Set object) and one of `allowed` (names of algorithms).
 * A promise of `{header, payload}`, payload as bytes; it rejects on anything that is not exactly right.
 */
async function verifyCompact(token, set, allowed) {
    if (typeof token !== 'string' || token.length > LONGEST) {
        throw new Error('not a token');
    }
    const parts = token.split('.');
    if (parts.length !== 3) {
        throw new Error('not three parts');
    }
    const header = readHeader(parts[0], allowed);
    const payload = base64url.decode(parts[1]);
    const signature = base64url.decode(parts[2]);
    const algorithm = algorithms[header.alg];
    const publicKey = jwks.publicKey(keyFor(header, set), header.alg);
    if (signature.length !== signatureOctets(publicKey, algorithm)) {
        throw new Error('wrong signature length');
    }
    const key = await crypto.subtle.importKey('jwk', publicKey, algorithm.key, false, ['verify']);
    const signed = Buffer.from(parts[0] + '.' + parts[1]);
    if (await crypto.subtle.verify(algorithm.signature, key, signature, signed) !== true) {
        throw new Error('wrong signature');
    }
    return { header: header, payload: payload };
}

export default { verifyCompact };
