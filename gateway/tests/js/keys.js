// Keys and tokens for the cases, made by WebCrypto wherever they run.

import algorithms from '../../njs/algorithms.js';

const RSA = { modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) };
const made = {};

function encode(part) {
    const text = part instanceof Uint8Array || typeof part === 'string' ? part : JSON.stringify(part);
    return Buffer.from(text).toString('base64url');
}

async function make(alg, kid) {
    const algorithm = algorithms[alg];
    const pair = await crypto.subtle.generateKey(Object.assign({}, RSA, algorithm.key), true, ['sign', 'verify']);
    const numbers = await crypto.subtle.exportKey('jwk', pair.publicKey);
    const jwk = algorithm.kty === 'EC'
        ? { kty: 'EC', crv: numbers.crv, x: numbers.x, y: numbers.y, kid: kid, alg: alg, use: 'sig' }
        : { kty: 'RSA', n: numbers.n, e: numbers.e, kid: kid, alg: alg, use: 'sig' };
    const header = { alg: alg, kid: kid, typ: 'at+jwt' };

    /** The octets of a signature, with `changes` to how this algorithm signs. */
    async function sign(signed, changes) {
        const how = Object.assign({}, algorithm.signature, changes);
        return new Uint8Array(await crypto.subtle.sign(how, pair.privateKey, Buffer.from(signed)));
    }

    /** A token of two parts, given as objects, text or octets. */
    async function compact(first, second, changes) {
        const signed = encode(first) + '.' + encode(second);
        return signed + '.' + encode(await sign(signed, changes));
    }

    /** A token with changes to its header; a member that is undefined is left out. */
    function token(changes) {
        return compact(Object.assign({}, header, changes), { a: 1 });
    }

    return { jwk: jwk, header: header, sign: sign, compact: compact, token: token };
}

/** The key of this name, made when it is first asked for. */
function key(alg, kid) {
    const name = alg + ' ' + (kid || 'k');
    made[name] = made[name] || make(alg, kid || 'k');
    return made[name];
}

export default { key, encode };
