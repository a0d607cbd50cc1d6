import claims from '../../../njs/claims.js';
import expect from '../expect.js';

const HEADER = { alg: 'ES256', kid: 'k', typ: 'at+jwt' };
const EXPECTED = { issuer: 'i', audience: 'a', now: 1000 };
const GOOD = {
    iss: 'i', aud: 'a', type: 'access', sub: 'u', sid: 's', jti: 'j', preferred_username: 'ada',
    iat: 1000, nbf: 1000, exp: 1900, ver: 0, roles: [],
};

const readText = (text) => claims.read(HEADER, Buffer.from(text), EXPECTED);
const read = (changes, header) => claims.read(Object.assign({}, HEADER, header), Buffer.from(JSON.stringify(Object.assign({}, GOOD, changes))), EXPECTED);

function refused(name, values) {
    values.forEach((value) => {
        const change = {};
        change[name] = value;
        expect.throws(() => read(change), 'token_invalid', name + ': ' + JSON.stringify(value));
    });
}

export default [
    ['good claims are returned', () => {
        expect.equal(read({}).sub, 'u');
        expect.equal(read({ roles: ['user', 'admin:all'], other: { a: 1 } }).roles, ['user', 'admin:all']);
    }],
    ['each claim must be there and of its type', () => Object.keys(GOOD).forEach((name) => {
        refused(name, [undefined, null, '', {}, [1], true, -1, 1.5, name === 'roles' ? 'x' : []]);
    })],
    ['numbers are whole and exact', () => ['iat', 'nbf', 'exp', 'ver'].forEach((name) => {
        refused(name, ['1', '0', 1e300, 9007199254740993, [1], false]);
        expect.throws(() => readText(JSON.stringify(GOOD).slice(0, -1) + ',"' + name + 's":1e400}'));
    })],
    ['what goes into a header is visible ASCII without a comma', () => {
        ['sub', 'sid'].forEach((name) => refused(name, ['a b', 'a\n', '\na', 'a\r', 'a\0', 'a,b', 'ä', ' ', '\u2028']));
        refused('roles', [['a b'], ['a\n'], ['a,b'], [''], ['a', 1], [null], [['a']], { 0: 'a', length: 1 }, { a: true }]);
    }],
    ['times have thirty seconds of leeway', () => {
        read({ exp: 971 });
        expect.throws(() => read({ exp: 970 }), 'token_expired');
        read({ nbf: 1030, iat: 1030 });
        expect.throws(() => read({ nbf: 1031 }), 'token_invalid');
        expect.throws(() => read({ iat: 1031 }), 'token_invalid');
    }],
    ['only an access token of ours will do', () => {
        ['JWT', 'AT+JWT', 'application/at+jwt', undefined, null, ['at+jwt'], 1].forEach(
            (typ) => expect.throws(() => read({}, { typ: typ }), 'token_invalid', JSON.stringify(typ)));
        [undefined, '', 1, ['k'], 'a b', 'k\n', 'a,b'].forEach((kid) => expect.throws(() => read({}, { kid: kid }), 'token_invalid'));
        refused('type', ['refresh', 'ACCESS', ['access']]);
        refused('aud', ['b', 'A', ['a'], ['a', 'b'], 'a ']);
        refused('iss', ['j', 'I', 'i/', ['i']]);
    }],
    ['a claim that occurs twice is refused', () => {
        const text = JSON.stringify(GOOD).slice(0, -1);
        readText(text + '}');
        [',"sub":"u"}', ',"\\u0073ub":"v"}', ',"x":[{"y":1,"y":1}]}'].forEach((more) => expect.throws(() => readText(text + more)));
    }],
    ['freshness is asked again without the token', () => {
        claims.requireFresh(971, 1000);
        [970, undefined, NaN, null].forEach((exp) => expect.throws(() => claims.requireFresh(exp, 1000), 'token_expired'));
    }],
];
