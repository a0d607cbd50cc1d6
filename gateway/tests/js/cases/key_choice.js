// Which key of a set verifies a token, and which keys verify nothing.

import jws from '../../../njs/jws.js';
import expect from '../expect.js';
import keys from '../keys.js';

const changed = (jwk, change) => Object.assign({}, jwk, change);

/** Each change to the key of `alg` must make it useless. */
function useless(alg, name, changes) {
    return [alg + ': ' + name, async () => {
        const key = await keys.key(alg);
        const token = await key.token();
        await jws.verifyCompact(token, { keys: [key.jwk] }, [alg]);
        for (let i = 0; i < changes.length; i++) {
            const change = typeof changes[i] === 'function' ? changes[i](key.jwk) : changes[i];
            await expect.rejects(jws.verifyCompact(token, { keys: [changed(key.jwk, change)] }, [alg]), JSON.stringify(change));
        }
    }];
}

const octets = (length, value) => Buffer.alloc(length, value).toString('base64url');
const longer = (text) => Buffer.concat([Buffer.from([0]), Buffer.from(text, 'base64url')]).toString('base64url');
const lastOctet = (text, value) => {
    const bytes = Buffer.from(text, 'base64url');
    bytes[bytes.length - 1] = value;
    return bytes.toString('base64url');
};

const NO_TEXT = [undefined, null, '', 1, true, [], {}];
const SOMETHING_ELSE = [
    { use: 'enc' }, { use: null }, { use: ['sig'] }, { use: 'SIG' }, { alg: null }, { alg: 'none' }, { alg: 'HS256' }, { alg: ['ES256'] },
    { key_ops: ['sign'] }, { key_ops: [] }, { key_ops: 'verify' }, { key_ops: {} }, { key_ops: null },
    { d: 'AA' }, { k: 'AA' }, { p: 'AA' }, { oth: [] }, { kty: 'oct' }, { kty: 'OKP' }, { kty: 'ec' }, { kty: 'rsa' }, { kty: undefined }, { kty: null },
    { kid: undefined }, { kid: 'another' }, { kid: ['k'] }, { kid: null },
];

export default [
    useless('ES256', 'a key for something else', SOMETHING_ELSE.concat([{ kty: 'RSA' }, { alg: 'ES384' }, { alg: 'RS256' }])),
    useless('RS256', 'a key for something else', SOMETHING_ELSE.concat([{ kty: 'EC' }, { alg: 'PS256' }, { alg: 'RS512' }, { alg: 'RSA-OAEP' }])),
    useless('ES256', 'a curve of another name', [{ crv: 'P-384' }, { crv: 'P-521' }, { crv: 'secp256k1' }, { crv: 'p-256' }, { crv: undefined }, { crv: null },
        { crv: ['P-256'] }, { crv: '__proto__' }]),
    useless('ES256', 'a point that is none of the curve', NO_TEXT.map((x) => ({ x: x })).concat(NO_TEXT.map((y) => ({ y: y })), [
        { y: octets(32, 1) }, { x: octets(32, 0), y: octets(32, 0) }, { x: octets(32, 255) }, { x: octets(31, 1) }, { x: octets(33, 1) },
        (jwk) => ({ x: jwk.y, y: jwk.x }), (jwk) => ({ x: longer(jwk.x) }), (jwk) => ({ x: jwk.x + '=' }), (jwk) => ({ x: ' ' + jwk.x }),
        (jwk) => ({ y: jwk.x }),
    ])),
    useless('RS256', 'a modulus or exponent that no key should have', NO_TEXT.map((n) => ({ n: n })).concat(NO_TEXT.map((e) => ({ e: e })), [
        { e: 'AQ' }, { e: 'AA' }, { e: 'AAEAAQ' }, { e: 'AQAC' }, { e: 'AQAAAAE' }, { e: 'Aw' }, { e: 'AQAB=' }, { e: 'AQAB\n' },
        { n: octets(128, 255) }, { n: octets(255, 255) }, { n: octets(1025, 255) }, { n: octets(256, 255) }, { n: octets(256, 0) },
        { n: Buffer.concat([Buffer.from([127]), Buffer.alloc(255, 255)]).toString('base64url') },
        (jwk) => ({ n: longer(jwk.n) }), (jwk) => ({ n: jwk.n + '=' }), (jwk) => ({ n: lastOctet(jwk.n, 2) }),
    ])),
    ['the key is found by its kid', async () => {
        const key = await keys.key('ES256');
        const other = await keys.key('ES256', 'other');
        const both = { keys: [other.jwk, key.jwk] };
        await jws.verifyCompact(await key.token(), both, ['ES256']);
        await expect.rejects(jws.verifyCompact(await key.token({ kid: 'other' }), both, ['ES256']));
        await expect.rejects(jws.verifyCompact(await key.token({ kid: 'unknown' }), both, ['ES256']));
        await expect.rejects(jws.verifyCompact(await key.token({ kid: undefined }), both, ['ES256']), 'no kid and two keys');
        await expect.rejects(jws.verifyCompact(await key.token(), { keys: [other.jwk] }, ['ES256']));
        const imposter = changed(other.jwk, { kid: 'k' });
        await expect.rejects(jws.verifyCompact(await key.token(), { keys: [key.jwk, imposter] }, ['ES256']), 'a kid twice');
        await expect.rejects(jws.verifyCompact(await key.token(), { keys: [imposter] }, ['ES256']), 'another key of the same kid');
    }],
    ['a kid may be any text', async () => {
        const kids = ['__proto__', 'constructor', '', ' ', '\u0000', 'ä', '../../k', 'k'.repeat(300)];
        const key = await keys.key('ES256');
        for (let i = 0; i < kids.length; i++) {
            const jwk = changed(key.jwk, { kid: kids[i] });
            await jws.verifyCompact(await key.token({ kid: kids[i] }), { keys: [jwk] }, ['ES256']);
            await expect.rejects(jws.verifyCompact(await key.token({ kid: kids[i] }), { keys: [key.jwk] }, ['ES256']));
        }
    }],
    ['keys of two kinds may share a kid, and other keys do not disturb', async () => {
        const elliptic = await keys.key('ES256');
        const rsa = await keys.key('RS256');
        const set = { keys: [null, 1, [], {}, { kty: 'oct', kid: 'k', k: 'AA' }, rsa.jwk, elliptic.jwk, { kty: 'OKP', crv: 'Ed25519', kid: 'k', x: 'AA' }] };
        await jws.verifyCompact(await elliptic.token(), set, ['ES256', 'RS256']);
        await jws.verifyCompact(await rsa.token(), set, ['ES256', 'RS256']);
        await expect.rejects(jws.verifyCompact(await rsa.token({ alg: 'ES256' }), set, ['ES256', 'RS256']));
        await expect.rejects(jws.verifyCompact(await elliptic.token({ alg: 'RS256' }), set, ['ES256', 'RS256']));
        await expect.rejects(jws.verifyCompact(await rsa.token(), set, ['ES256']));
    }],
    ['what is no JWK Set has no key', async () => {
        const key = await keys.key('ES256');
        const token = await key.token();
        const sets = [undefined, null, 1, 'x', true, [], [key.jwk], {}, key.jwk, { keys: null }, { keys: {} }, { keys: key.jwk }, { keys: 'x' },
            { keys: { 0: key.jwk, length: 1 } }, { keys: [] }, { keys: [[key.jwk]] }, { keys: [JSON.stringify(key.jwk)] }, { Keys: [key.jwk] }];
        for (let i = 0; i < sets.length; i++) {
            await expect.rejects(jws.verifyCompact(token, sets[i], ['ES256']), JSON.stringify(sets[i]));
        }
    }],
    ['the algorithms are a list of those that sign with a private key', async () => {
        const key = await keys.key('ES256');
        const token = await key.token();
        const lists = [undefined, null, 'ES256', 'ES256 RS256', {}, { ES256: true }, { 0: 'ES256', length: 1 }, [], ['RS256'], ['es256'], [['ES256']],
            ['ES256', 'HS256'], ['ES256', 'none'], ['ES256', 'constructor'], ['ES256', null], ['ES256', 1], ['ES256', 'EdDSA'], ['ES256', '']];
        for (let i = 0; i < lists.length; i++) {
            await expect.rejects(jws.verifyCompact(token, { keys: [key.jwk] }, lists[i]), JSON.stringify(lists[i]));
        }
    }],
];
