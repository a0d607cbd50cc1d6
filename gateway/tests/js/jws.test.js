import assert from 'node:assert/strict';
import test from 'node:test';
import jws from '../../njs/jws.js';
import { ALL, Key, encode } from './tokens.js';

const keys = Object.fromEntries(ALL.map((alg) => [alg, new Key(alg)]));
const set = (...jwks) => ({ keys: jwks });
const key = keys.ES256;
const refused = (token, jwks = set(key.public), allowed = ['ES256']) => assert.rejects(jws.verifyCompact(token, jwks, allowed));

for (const alg of ALL) {
    test(`${alg} verifies, and only as itself`, async () => {
        const verified = await jws.verifyCompact(keys[alg].token({ say: 'ä' }), set(keys[alg].public), [alg]);
        assert.deepEqual(verified.header, keys[alg].header);
        assert.deepEqual(JSON.parse(Buffer.from(verified.payload).toString()), { say: 'ä' });
        await refused(keys[alg].token(), set(keys[alg].public), ALL.filter((other) => other !== alg));
        for (const other of ALL.filter((name) => name !== alg)) {
            await refused(keys[alg].token({}, { alg: other }), set(keys[alg].public), ALL);
        }
    });
}

test('the payload may be any bytes, also none', async () => {
    const verified = await jws.verifyCompact(key.sign(encode(key.header), ''), set(key.public), ['ES256']);
    assert.equal(verified.payload.length, 0);
});

test('the key is found by kid; without one, a set of one key will do', async () => {
    const other = new Key('ES256', 'other');
    const both = set(other.public, key.public);
    await jws.verifyCompact(key.token(), both, ['ES256']);
    await jws.verifyCompact(key.token({}, { kid: undefined }), set(key.public), ['ES256']);
    await refused(key.token({}, { kid: undefined }), both);
    await refused(key.token({}, { kid: 'other' }), both);
    await refused(key.token({}, { kid: 'unknown' }), both);
    await refused(key.token(), set(key.public, key.public));
});

test('keys in the header and critical extensions are refused', async () => {
    for (const member of ['jwk', 'jku', 'x5u', 'x5c', 'crit']) {
        await refused(key.token({}, { [member]: [] }));
    }
});

test('each part has one spelling', async () => {
    const [header, payload, signature] = key.token().split('.');
    for (const token of [
        `${header}.${payload}`, `${header}.${payload}.`, `${header}.${payload}.${signature}.`, `${header}.${payload}.${signature}==`,
        `${header}=.${payload}.${signature}`, ` ${header}.${payload}.${signature}`, `${header}.${payload}\n.${signature}`, '', '..', null, 7, {},
    ]) {
        await refused(token);
    }
});

test('a signature has exactly one length', async () => {
    for (const alg of ['ES256', 'ES512', 'RS256', 'PS256']) {
        const [header, payload, signature] = keys[alg].token().split('.');
        const octets = Buffer.from(signature, 'base64url');
        for (const wrong of [octets.subarray(1), Buffer.concat([octets, Buffer.alloc(1)]), Buffer.alloc(octets.length), Buffer.alloc(0)]) {
            await refused(`${header}.${payload}.${wrong.toString('base64url')}`, set(keys[alg].public), [alg]);
        }
    }
});

test('a header is one JSON object without a member twice', async () => {
    for (const header of ['', '[]', 'null', '"ES256"', '{', '{"alg":"ES256","alg":"ES256"}', '{"alg":"ES256","kid":"k","a":{"b":1,"\\u0062":2}}', '{"alg":"none"}']) {
        await refused(key.sign(encode(header), encode({})));
    }
});

test('a key that does not fit is not imported', async () => {
    const rsa = keys.RS256;
    const short = Buffer.alloc(31, 1).toString('base64url');
    for (const change of [{ kty: 'oct' }, { crv: 'P-384' }, { x: short }, { y: undefined }, { x: key.public.x + '=' }, { use: 'enc' }, { alg: 'ES384' }, { d: short }, { key_ops: ['sign'] }]) {
        await refused(key.token(), set({ ...key.public, ...change }));
    }
    for (const change of [{ n: '' }, { e: 'AQ' }, { e: '' }, { e: 'AQAC' }, { n: Buffer.alloc(128, 255).toString('base64url') }, { e: 'AAEAAQ' }, { k: 'AA' }]) {
        await refused(rsa.token(), set({ ...rsa.public, ...change }), ['RS256']);
    }
    for (const broken of [null, 1, 'x', []]) {
        await refused(key.token({}, { kid: undefined }), set(broken));
    }
});
