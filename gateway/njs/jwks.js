// JSON Web Keys (RFC 7517): which may verify what. importKey accepts broken keys and ignores `alg`, so that nothing
// reaches it that has not been checked here.

import algorithms from './algorithms.js';
import base64url from './base64url.js';
import strictJson from './strict_json.js';

const LARGEST_SET = 64;
const PRIVATE_OR_SECRET = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

function ecPublic(jwk, algorithm) {
    if (base64url.decode(jwk.x).length !== algorithm.octets || base64url.decode(jwk.y).length !== algorithm.octets) {
        throw new Error('wrong coordinate length');
    }
    return { kty: 'EC', crv: jwk.crv, x: jwk.x, y: jwk.y };
}

function rsaPublic(jwk) {
    const modulus = base64url.decode(jwk.n);
    const exponent = base64url.decode(jwk.e);
    if (modulus.length < 256 || modulus.length > 1024 || modulus[0] < (modulus.length === 256 ? 128 : 1)) {
        throw new Error('the modulus must have 2048 to 8192 bits');
    }
    if (exponent.length < 1 || exponent.length > 4 || exponent[0] === 0 || (exponent.length === 1 && exponent[0] === 1)) {
        throw new Error('bad exponent');
    }
    if (modulus[modulus.length - 1] % 2 === 0 || exponent[exponent.length - 1] % 2 === 0) {
        throw new Error('an even modulus or exponent');
    }
    return { kty: 'RSA', n: jwk.n, e: jwk.e };
}

/** Whether `jwk` is a key that says of itself that it verifies `alg`; its numbers are not looked at. */
function isFor(jwk, alg) {
    const algorithm = algorithms[alg];
    return strictJson.isObject(jwk) && jwk.kty === algorithm.kty && jwk.crv === algorithm.crv
        && (jwk.alg === undefined || jwk.alg === alg)
        && (jwk.use === undefined || jwk.use === 'sig')
        && (jwk.key_ops === undefined || (Array.isArray(jwk.key_ops) && jwk.key_ops.includes('verify')));
}

/** The bare public key for `importKey`, when `jwk` may verify signatures of `alg`; throws otherwise. */
function publicKey(jwk, alg) {
    if (!isFor(jwk, alg)) {
        throw new Error('the key is for something else');
    }
    if (PRIVATE_OR_SECRET.some((member) => jwk[member] !== undefined)) {
        throw new Error('not a public key');
    }
    return jwk.kty === 'EC' ? ecPublic(jwk, algorithms[alg]) : rsaPublic(jwk);
}

/** What tells a published key from another one with the same `kid`. */
function fingerprint(jwk) {
    return jwk.x || jwk.n;
}

/**
 * The keys of a JWK Set document that verify one of `allowed`, as `{keys: [{kid, alg, use, …}]}`.
 * Keys for other algorithms are left out (RFC 7517 §5); a broken key or a `kid` used twice refuses the whole document.
 */
function read(bytes, allowed) {
    const set = strictJson.parse(bytes);
    if (!Array.isArray(set.keys) || set.keys.length > LARGEST_SET) {
        throw new Error('not a JWK Set');
    }
    const kids = {};
    const keys = set.keys.filter((jwk) => strictJson.isObject(jwk) && allowed.includes(jwk.alg)).map((jwk) => {
        if (typeof jwk.kid !== 'string' || jwk.kid === '' || jwk.kid.length > 128 || kids['kid ' + jwk.kid]) {
            throw new Error('each key needs a kid of its own');
        }
        kids['kid ' + jwk.kid] = true;
        return Object.assign({ kid: jwk.kid, alg: jwk.alg, use: 'sig' }, publicKey(jwk, jwk.alg));
    });
    if (keys.length === 0) {
        throw new Error('no usable key');
    }
    return { keys: keys };
}

export default { isFor, publicKey, fingerprint, read };
