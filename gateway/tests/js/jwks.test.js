import assert from 'node:assert/strict';
import test from 'node:test';
import jwks from '../../njs/jwks.js';
import { Key } from './tokens.js';

const key = new Key('ES256').public;
const read = (value, allowed = ['ES256']) => jwks.read(Buffer.from(JSON.stringify(value)), allowed);

test('the public parts of the allowed keys are kept', () => {
    const other = new Key('ES384', 'other').public;
    assert.deepEqual(read({ keys: [{ ...key, extra: 1 }, other, null] }), {
        keys: [{ kid: 'k', alg: 'ES256', use: 'sig', kty: 'EC', crv: 'P-256', x: key.x, y: key.y }],
    });
});

test('a broken key, a kid used twice or no key at all refuses the document', () => {
    for (const keys of [[], [{}], {}, [key, key], [{ ...key, kid: 1 }], [{ ...key, x: 'AA' }], [key, { ...key, kid: 'b', d: 'AA' }], Array(65).fill(key)]) {
        assert.throws(() => read({ keys }));
    }
    assert.throws(() => jwks.read(Buffer.from('{"keys":[],"keys":[]}'), ['ES256']));
});
