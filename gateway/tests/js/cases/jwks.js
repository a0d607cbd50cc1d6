import jwks from '../../../njs/jwks.js';
import expect from '../expect.js';
import keys from '../keys.js';

const readText = (text) => jwks.read(Buffer.from(text), ['ES256']);
const read = (document, allowed) => jwks.read(Buffer.from(JSON.stringify(document)), allowed || ['ES256']);
const changed = (jwk, change) => Object.assign({}, jwk, change);

const number = (head, length, tail) => Buffer.concat([Buffer.from([head]), Buffer.alloc(length - 2, 170), Buffer.from([tail])]).toString('base64url');
const rsa = (n, e) => ({ kty: 'RSA', n: n, e: e === undefined ? 'AQAB' : e });

export default [
    ['RSA keys have 2048 to 8192 bits, an odd modulus and an odd exponent above 1', () => {
        [
            rsa(number(128, 256, 1)), rsa(number(1, 257, 1)), rsa(number(255, 1024, 255)), rsa(number(128, 256, 1), 'Aw'), rsa(number(128, 256, 1), '_____w'),
        ].forEach((jwk) => expect.equal(jwks.publicKey(jwk, 'RS256'), jwk));
        [
            rsa(number(127, 256, 1)), rsa(number(255, 255, 1)), rsa(number(255, 128, 1)), rsa(number(0, 257, 1)), rsa(number(1, 1025, 1)), rsa(number(128, 256, 2)),
        ].concat(['AQ', 'Ag', 'AA', '', 'AAM', 'AQAC', 'AQAAAAE'].map((e) => rsa(number(128, 256, 1), e))).forEach(
            (jwk) => expect.throws(() => jwks.publicKey(jwk, 'PS384'), undefined, JSON.stringify([jwk.n.length, jwk.e])));
    }],
    ['coordinates have the length of their curve', () => {
        [['P-256', 32, 'ES256'], ['P-384', 48, 'ES384'], ['P-521', 66, 'ES512']].forEach((curve) => {
            const jwk = (x, y) => ({ kty: 'EC', crv: curve[0], x: number(0, curve[1] + x, 1), y: number(0, curve[1] + y, 1) });
            expect.equal(jwks.publicKey(jwk(0, 0), curve[2]), jwk(0, 0));
            [[1, 0], [0, 1], [-1, 0], [0, -1], [1, -1]].forEach((off) => expect.throws(() => jwks.publicKey(jwk(off[0], off[1]), curve[2])));
        });
    }],
    ['the public parts of the allowed keys are kept', async () => {
        const key = (await keys.key('ES256')).jwk;
        const rsa = (await keys.key('RS256', 'rsa')).jwk;
        const ours = { kid: 'k', alg: 'ES256', use: 'sig', kty: 'EC', crv: 'P-256', x: key.x, y: key.y };
        const document = { keys: [changed(key, { extra: 1, x5c: ['AA'] }), rsa, null, 1, {}, { kty: 'OKP', alg: 'EdDSA' }], more: 1 };
        expect.equal(read(document), { keys: [ours] });
        expect.equal(read(document, ['ES256', 'RS256']).keys[1], { kid: 'rsa', alg: 'RS256', use: 'sig', kty: 'RSA', n: rsa.n, e: rsa.e });
    }],
    ['a broken key, a kid used twice or no key at all refuses the document', async () => {
        const key = (await keys.key('ES256')).jwk;
        const wrong = [
            [], [{}], {}, null, 'x', [key, key], [changed(key, { alg: undefined })], Array(65).fill(key).map((each, i) => changed(each, { kid: String(i) })),
        ].concat([
            { kid: undefined }, { kid: 1 }, { kid: '' }, { kid: 'k'.repeat(129) }, { x: 'AA' }, { y: key.x + '=' }, { crv: 'P-384' }, { d: 'AA' }, { use: 'enc' },
        ].map((change) => [changed(key, { kid: 'good' }), changed(key, change)]));
        wrong.forEach((list) => expect.throws(() => read({ keys: list }), undefined, JSON.stringify(list).slice(0, 80)));
        ['', '[]', 'null', '{"keys":[],"keys":[]}', '{"keys":' + JSON.stringify([key]) + ',"keys":[]}'].forEach((text) => expect.throws(() => readText(text), undefined, text));
    }],
    ['a kid may be a name that JavaScript knows', async () => {
        const key = (await keys.key('ES256')).jwk;
        const kids = ['__proto__', 'constructor', 'toString'];
        expect.equal(read({ keys: kids.map((kid) => changed(key, { kid: kid })) }).keys.map((each) => each.kid), kids);
    }],
    ['another key under the same kid has another fingerprint', async () => {
        const marks = [];
        for (let i = 0; i < 2; i++) {
            marks.push(jwks.fingerprint((await keys.key('ES256', 'f' + i)).jwk), jwks.fingerprint((await keys.key('RS256', 'f' + i)).jwk));
        }
        expect.equal(marks.every((mark, i) => mark.length > 40 && marks.indexOf(mark) === i), true);
    }],
];
