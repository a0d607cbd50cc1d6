// Keys and tokens for the tests, signed by Node's own crypto.

import { generateKeyPairSync, sign } from 'node:crypto';

const HASH = { 256: 'sha256', 384: 'sha384', 512: 'sha512' };
const CURVE = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' };

export const ALL = ['ES', 'RS', 'PS'].flatMap((family) => ['256', '384', '512'].map((size) => family + size));

export const encode = (value) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

export class Key {
    constructor(alg, kid = 'k') {
        const made = alg.startsWith('ES')
            ? generateKeyPairSync('ec', { namedCurve: CURVE[alg] })
            : generateKeyPairSync('rsa', { modulusLength: 2048 });
        this.alg = alg;
        this.private = made.privateKey;
        this.public = { ...made.publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' };
        this.header = { alg, kid, typ: 'at+jwt' };
    }

    sign(header, payload) {
        const signed = `${header}.${payload}`;
        const hash = HASH[this.alg.slice(2)];
        const options = this.alg.startsWith('PS')
            ? { key: this.private, padding: 6, saltLength: Number(this.alg.slice(2)) / 8 }
            : { key: this.private, dsaEncoding: 'ieee-p1363' };
        return `${signed}.${sign(hash, Buffer.from(signed), options).toString('base64url')}`;
    }

    token(payload = { a: 1 }, header = {}) {
        return this.sign(encode({ ...this.header, ...header }), encode(payload));
    }
}
