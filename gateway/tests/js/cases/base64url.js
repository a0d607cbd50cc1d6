import base64url from '../../../njs/base64url.js';
import expect from '../expect.js';

const octets = (text) => base64url.decode(text).toString('hex');

export default [
    ['all octets are read', () => {
        expect.equal(octets(''), '');
        expect.equal(octets('AA'), '00');
        expect.equal(octets('_w'), 'ff');
        expect.equal(octets('-_A'), 'fbf0');
        expect.equal(octets('AAEC'), '000102');
    }],
    ['each octet string has one spelling', () => {
        ['A', 'AB', 'AAB', '_x', 'AAAAA', 'AA=', 'AA==', '=', '+A', '/w', 'A A', ' AA', 'AA\n', 'AA\0', 'é', 'AA.AA', '\ufeffAA'].forEach(
            (text) => expect.throws(() => base64url.decode(text), undefined, JSON.stringify(text)));
    }],
    ['only text is read', () => {
        [undefined, null, 1, true, [], ['AA'], {}, Buffer.from('AA')].forEach((value) => expect.throws(() => base64url.decode(value)));
    }],
];
