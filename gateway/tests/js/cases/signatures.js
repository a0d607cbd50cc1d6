// Signatures that verify, and what may stand in their place.

import algorithms from '../../../njs/algorithms.js';
import jws from '../../../njs/jws.js';
import examples from '../rfc_examples.js';
import expect from '../expect.js';
import keys from '../keys.js';

const ALL = Object.keys(algorithms);
const set = (jwk) => ({ keys: [jwk] });
const cat = (parts) => Buffer.concat(parts.map((part) => Buffer.from(part)));

// The orders of the curves (FIPS 186-4 §D.1.2).
const ORDERS = {
    ES256: 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551',
    ES384: 'f'.repeat(48) + 'c7634d81f4372ddf581a0db248b0a77aecec196accc52973',
    ES512: '01' + 'f'.repeat(64) + 'fa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409',
};

function der(signature) {
    const integers = [0, 1].map((i) => {
        let octets = signature.slice(i * 32, i * 32 + 32);
        while (octets[0] === 0) {
            octets = octets.slice(1);
        }
        octets = octets[0] > 127 ? cat([[0], octets]) : Buffer.from(octets);
        return cat([[2, octets.length], octets]);
    });
    const body = cat(integers);
    return cat([[48, body.length], body]);
}

function exampleVerifies(example) {
    return ['the example of ' + example.section + ' verifies, and with one octet changed it does not', async () => {
        const parts = [example.header, example.payload, example.signature];
        const verified = await jws.verifyCompact(parts.join('.'), set(example.jwk), [example.alg]);
        expect.equal(verified.header.alg, example.alg);
        expect.equal(Buffer.from(verified.payload).toString('base64url'), example.payload);
        await expect.rejects(jws.verifyCompact(parts.join('.'), set(example.jwk), ALL.filter((alg) => alg !== example.alg)));
        for (let i = 1; i < 3; i++) {
            const octets = Buffer.from(parts[i], 'base64url');
            octets[5] ^= 1;
            const changed = parts.map((part, at) => at === i ? octets.toString('base64url') : part);
            await expect.rejects(jws.verifyCompact(changed.join('.'), set(example.jwk), [example.alg]));
        }
    }];
}

function verifiesAsItself(alg) {
    return [alg + ' verifies, and only as itself', async () => {
        const key = await keys.key(alg);
        const verified = await jws.verifyCompact(await key.compact(key.header, { say: 'ä' }), set(key.jwk), [alg]);
        expect.equal(verified.header, key.header);
        expect.equal(JSON.parse(Buffer.from(verified.payload).toString()), { say: 'ä' });
        const anyAlg = set(Object.assign({}, key.jwk, { alg: undefined }));
        const others = ALL.filter((name) => name !== alg);
        for (let i = 0; i < others.length; i++) {
            const renamed = await key.token({ alg: others[i] });
            await expect.rejects(jws.verifyCompact(renamed, set(key.jwk), ALL), others[i]);
            await expect.rejects(jws.verifyCompact(renamed, anyAlg, ALL), others[i]);
        }
    }];
}

/** Each of what `make` returns, in the place of a signature of `alg`, is refused. */
function refused(alg, name, make) {
    return [alg + ': ' + name, async () => {
        const key = await keys.key(alg);
        const signed = (await key.token()).split('.').slice(0, 2).join('.');
        const wrong = await make(Buffer.from(await key.sign(signed)), key, signed);
        for (let i = 0; i < wrong.length; i++) {
            const token = signed + '.' + Buffer.from(wrong[i]).toString('base64url');
            await expect.rejects(jws.verifyCompact(token, set(key.jwk), [alg]), 'number ' + i);
        }
    }];
}

const lengths = (signature) => [
    signature.slice(1), signature.slice(0, -1), cat([signature, [0]]), cat([[0], signature]), cat([signature, signature]),
    signature.slice(0, signature.length / 2), [], [0],
];

function halves(alg) {
    return (signature) => {
        const half = signature.length / 2;
        const order = Buffer.from(ORDERS[alg], 'hex');
        const r = signature.slice(0, half);
        const s = signature.slice(half);
        const none = Buffer.alloc(half);
        const ones = Buffer.alloc(half, 255);
        return [[none, none], [none, s], [r, none], [order, s], [r, order], [order, order], [ones, ones], [s, r], [r, r]].map(cat);
    };
}

/** RSASSA-PKCS1-v1_5 with the exponent 1: whoever pads a hash has signed it (RFC 8017 §9.2). */
async function padded(signed) {
    const head = Buffer.from('3031300d060960864801650304020105000420', 'hex');
    const hash = Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(signed)));
    return cat([[0, 1], Buffer.alloc(256 - 3 - head.length - hash.length, 255), [0], head, hash]);
}

const otherHash = (hash) => async (signature, key, signed) => [await key.sign(signed, { hash: hash })];
const otherSalt = (lengths) => async (signature, key, signed) => {
    const made = [];
    for (let i = 0; i < lengths.length; i++) {
        made.push(await key.sign(signed, { saltLength: lengths[i] }));
    }
    return made;
};

export default examples.map(exampleVerifies).concat(ALL.map(verifiesAsItself)).concat(
    ALL.map((alg) => refused(alg, 'a signature has exactly one length', lengths)),
    ALL.map((alg) => refused(alg, 'all octets alike', (signature) => [0, 1, 255].map((octet) => Buffer.alloc(signature.length, octet)))),
    ALL.filter((alg) => ORDERS[alg]).map((alg) => refused(alg, 'r and s lie between 0 and the order of the curve', halves(alg))), [
        refused('ES256', 'DER is another format', (signature) => [der(signature)]),
        refused('ES256', 'another hash', otherHash('SHA-512')),
        refused('ES384', 'a shorter hash', otherHash('SHA-256')),
        refused('ES512', 'a shorter hash', otherHash('SHA-256')),
        refused('PS256', 'another length of salt', otherSalt([0, 31, 64])),
        ['RS256: a key with the exponent 1 signs nothing', async () => {
            const key = await keys.key('RS256');
            const signed = (await key.token()).split('.').slice(0, 2).join('.');
            const token = signed + '.' + (await padded(signed)).toString('base64url');
            await expect.rejects(jws.verifyCompact(token, set(Object.assign({}, key.jwk, { e: 'AQ' })), ['RS256']));
        }],
        refused('RS256', 'a signature as large as the modulus', (signature, key) => [Buffer.from(key.jwk.n, 'base64url')]),
    ]);
