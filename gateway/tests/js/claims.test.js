import assert from 'node:assert/strict';
import test from 'node:test';
import claims from '../../njs/claims.js';

const header = { alg: 'ES256', kid: 'k', typ: 'at+jwt' };
const expected = { issuer: 'i', audience: 'a', now: 1000 };
const good = { iss: 'i', aud: 'a', type: 'access', sub: 'u', sid: 's', jti: 'j', preferred_username: 'ada', iat: 1000, nbf: 1000, exp: 1900, ver: 0, roles: [] };
const read = (changes = {}, head = header) => claims.read(head, Buffer.from(JSON.stringify({ ...good, ...changes })), expected);

test('good claims are returned', () => assert.equal(read().sub, 'u'));

test('each claim must be there and of its type', () => {
    for (const name of Object.keys(good)) {
        for (const value of [undefined, null, '', {}, [1], true, -1, 1.5, name === 'roles' ? 'x' : []]) {
            assert.throws(() => read({ [name]: value }), { code: 'token_invalid' }, `${name}: ${JSON.stringify(value)}`);
        }
    }
});

test('times have thirty seconds of leeway', () => {
    read({ exp: 971 });
    assert.throws(() => read({ exp: 970 }), { code: 'token_expired' });
    read({ nbf: 1030, iat: 1030 });
    assert.throws(() => read({ nbf: 1031 }), { code: 'token_invalid' });
    assert.throws(() => read({ iat: 1031 }), { code: 'token_invalid' });
});

test('only an access token of ours will do', () => {
    assert.throws(() => read({}, { ...header, typ: 'JWT' }));
    assert.throws(() => read({}, { ...header, kid: undefined }));
    assert.throws(() => read({ type: 'refresh' }));
    assert.throws(() => read({ aud: ['a'] }));
});
