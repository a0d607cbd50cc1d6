// JSON Web Signature, compact serialization (RFC 7515 §5.2). Runs unchanged in njs and under Node.

import algorithms from './algorithms.js';
import base64url from './base64url.js';
import jwks from './jwks.js';
import strictJson from './strict_json.js';

const LONGEST = 65536;
// A key or an extension (RFC 7515 §4.1.11, RFC 7797) that the token brings itself.
const REFUSED_MEMBERS = ['jwk', 'jku', 'x5u', 'x5c', 'crit', 'b64'];
const TEXT_MEMBERS = ['kid', 'typ', 'cty', 'x5t', 'x5t#S256'];

function readHeader(part, allowed) {
    const header = strictJson.parse(base64url.decode(part));
    if (!allowed.includes(header.alg)) {
        throw new Error('the algorithm is not allowed');
    }
    if (REFUSED_MEMBERS.some((member) => header[member] !== undefined)) {
        throw new Error('the header brings a key or an extension');
    }
    if (TEXT_MEMBERS.some((member) => header[member] !== undefined && typeof header[member] !== 'string')) {
        throw new Error('the header is not text');
    }
    return header;
}

/**
 * The one key of `set` that the header names and that verifies its algorithm; a header without `kid` will do where only
 * one key is for that algorithm. Keys of two kinds may share a `kid` (RFC 7517 §4.5).
 */
function keyFor(header, set) {
    if (!strictJson.isObject(set) || !Array.isArray(set.keys)) {
        throw new Error('not a JWK Set');
    }
    const fitting = set.keys.filter((jwk) => jwks.isFor(jwk, header.alg) && (header.kid === undefined || jwk.kid === header.kid));
    if (fitting.length !== 1) {
        throw new Error('the key is not known');
    }
    return fitting[0];
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
    if (!Array.isArray(allowed) || !allowed.every((name) => Object.keys(algorithms).includes(name))) {
        throw new Error('not a list of signature algorithms');
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
