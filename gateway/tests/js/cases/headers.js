// What a header and the two other parts may look like.

import jws from '../../../njs/jws.js';
import expect from '../expect.js';
import keys from '../keys.js';

const verify = (key, token) => jws.verifyCompact(token, { keys: [key.jwk] }, ['ES256']);

function each(name, values, check) {
    return [name, async () => {
        const key = await keys.key('ES256');
        for (let i = 0; i < values.length; i++) {
            await check(key, values[i], JSON.stringify(values[i]));
        }
    }];
}

const headersRefused = (name, changes) => each(name, changes, async (key, change, what) => {
    await expect.rejects(verify(key, await key.token(change)), what);
});

/** Headers as text. */
const textsRefused = (name, texts) => each(name, texts, async (key, text, what) => {
    await expect.rejects(verify(key, await key.compact(text, { a: 1 })), what);
});

const NO_TEXT = [null, 1, true, [], {}, ['k'], { k: 'k' }];
const members = (names, values) => [].concat.apply([], names.map((name) => values.map((value) => {
    const member = {};
    member[name] = value;
    return member;
})));

export default [
    each('a header needs no more than alg', [{ typ: undefined }, { kid: undefined }, { typ: undefined, kid: undefined }], async (key, change) => {
        await verify(key, await key.token(change));
    }),
    each('unknown members are passed over', [{ zip: 1 }, { 'http://example.com/x': { a: [1] } }, { toString: 'x' }, { x5t: 'AA' }], async (key, change) => {
        await verify(key, await key.token(change));
    }),
    each('the payload may be any octets, also none', ['', '\0', 'plain', '{', new Uint8Array([255, 254, 0])], async (key, payload) => {
        const verified = await verify(key, await key.compact(key.header, payload));
        expect.equal(Buffer.from(verified.payload).toString('hex'), Buffer.from(payload).toString('hex'));
    }),
    headersRefused('alg is one of those allowed', [undefined, null, 1, [], ['ES256'], {}, '', 'none', 'None', 'es256', 'ES256 ', ' ES256', 'ES256\0',
        'ES384', 'HS256', 'EdDSA', '__proto__', 'constructor', 'toString', 'hasOwnProperty'].map((alg) => ({ alg: alg }))),
    headersRefused('keys in the header and extensions are refused', members(['jwk', 'jku', 'x5u', 'x5c', 'crit', 'b64'], [null, false, true, '', [], {}, ['exp']])
        .concat([{ b64: false, crit: ['b64'] }, { b64: true, crit: ['b64'] }, { crit: ['exp'], exp: 1 }])),
    headersRefused('what is text is text', members(['kid', 'typ', 'cty', 'x5t', 'x5t#S256'], NO_TEXT)),
    headersRefused('another kid is another key', ['', 'K', 'k ', 'k\0', 'unknown', '__proto__', 'constructor', '../k'].map((kid) => ({ kid: kid }))),
    textsRefused('a header is one JSON object, without a member twice', [
        '', ' ', 'null', '"ES256"', '7', '[]', '["alg","ES256"]', '{', '{"alg":"ES256"', '{"alg":"ES256"}}', '{"alg":"ES256"},', '{alg:"ES256"}',
        '{"alg":"ES256","alg":"ES256"}', '{"alg":"none","alg":"ES256"}', '{"alg":"ES256","\\u0061lg":"ES256"}', '{"\\u0061lg":"ES256","alg":"ES256"}',
        '{"alg":"ES256","kid":"k","kid":"k"}', '{"alg":"ES256","a":{"b":1,"\\u0062":2}}', '{"alg":"ES256","a":[[{"b":1,"b":1}]]}',
        '\ufeff{"alg":"ES256"}', '{"alg":"ES256"}\0', '{"alg":"ES256","n":1e400}', '{"alg":"ES256","n":01}', '{"alg":"ES256",}',
        '{"alg":"ES256","a":' + '['.repeat(3000) + ']'.repeat(3000) + '}', '{"a":'.repeat(3000) + '1' + '}'.repeat(3000),
        '{"__proto__":{"alg":"ES256"}}', '{"constructor":{"alg":"ES256"}}',
    ]),
    each('a header in another encoding is refused', ['utf16le', 'latin1'], async (key, encoding) => {
        const header = new Uint8Array(encoding === 'latin1'
            ? [123, 34, 97, 108, 103, 34, 58, 34, 69, 83, 50, 53, 54, 34, 44, 34, 228, 34, 58, 49, 125]
            : [].concat.apply([], '{"alg":"ES256"}'.split('').map((letter) => [letter.charCodeAt(0), 0])));
        await expect.rejects(verify(key, await key.compact(header, { a: 1 })), encoding);
    }),
    ['each part has one spelling', async () => {
        const key = await keys.key('ES256');
        const good = await key.token();
        const parts = good.split('.');
        const h = parts[0], p = parts[1], s = parts[2];
        const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
        const stray = s.slice(0, -1) + alphabet[alphabet.indexOf(s[s.length - 1]) ^ 1];
        const others = [
            h + '.' + p, h + '.' + p + '.', h + '..' + s, '.' + p + '.' + s, '..', '.', '', ' ', 'x', '.'.repeat(65000), 'A'.repeat(70000),
            good + '.', '.' + good, good + '.AAAA', good + '.AA.AA', good + '=', good + '==', h + '=.' + p + '.' + s, h + '.' + p + '=.' + s,
            ' ' + good, good + ' ', good + '\n', '\ufeff' + good, h + '. ' + p + '.' + s, h + '.' + p + '\n.' + s, h + '.' + p + '.' + stray,
            h + '.' + p + '.' + s.slice(0, -1), h + '.' + p + '.' + s + 'A', h + '.' + p + '.+' + s.slice(1), h + '.' + p + '.' + s.slice(0, -1) + '\0',
            'Bearer ' + good, good + ',' + good, good.replace('.', '%2E'), '{"payload":"' + p + '","protected":"' + h + '","signature":"' + s + '"}',
        ];
        for (let i = 0; i < others.length; i++) {
            await expect.rejects(verify(key, others[i]), JSON.stringify(others[i].slice(0, 80)));
        }
        await verify(key, good);
    }],
    each('a token is text', [undefined, null, 1, true, {}, [], ['a.b.c']], async (key, value, what) => expect.rejects(verify(key, value), what)),
];
