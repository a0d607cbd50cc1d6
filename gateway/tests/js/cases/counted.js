import counted from '../../../njs/counted.js';
import expect from '../expect.js';

// |service|route|method|status|auth code|cache|limited, then seconds, those of the upstream, bytes.
const OK = '|catalog|/api/products|GET|200||HIT|';
const line = (parts, times, upstream, bytes) => parts + '\t' + times + '\t' + upstream + '\t' + bytes + '\n';

export default [
    ['lines that differ in bytes only are one, their bytes a sum', () => {
        expect.equal(counted.sum(line(OK, '0.004', '0.003', '100') + line(OK, '0.004', '0.003', '11')), {
            'catalog|/api/products|GET|200||HIT|': 2,
            'request|catalog|/api/products|5': 2,
            'request|catalog|/api/products|sum': 8,
            'upstream|catalog|5': 2,
            'upstream|catalog|sum': 6,
            bytes: 111,
        });
    }],
    ['a time falls into the first bound that it does not pass', () => {
        const found = counted.sum(line(OK, '0.005', '-', '0') + line(OK, '0.006', '-', '0') + line(OK, '99.000', '-', '0'));
        expect.equal([5, 10, 'Infinity', 'sum'].map((bound) => found['request|catalog|/api/products|' + bound]), [1, 1, 1, 99011]);
    }],
    ['the times of several upstreams are one', () => {
        expect.equal(counted.sum(line(OK, '0.100', '0.020, 0.030 : 0.010', '0'))['upstream|catalog|sum'], 60);
    }],
    ['who asked no upstream has no time there', () => {
        expect.equal(Object.keys(counted.sum(line(OK, '0.000', '-', '0'))).filter((name) => /^upstream/.test(name)), []);
    }],
    ['what is torn is lost, and what follows it on its line is not', () => {
        const torn = OK + '\t0.0';
        expect.equal(counted.sum(torn).lost, 1);
        expect.equal(counted.sum('\n\n'), {});
        const found = counted.sum(torn + line(OK, '0.001', '0.001', '5'));
        expect.equal([found.lost, found['catalog|/api/products|GET|200||HIT|'], found.bytes], [1, 1, 5]);
    }],
    ['nobody counts for another by a | or a tab in a part', () => {
        const found = counted.sum('|catalog|/api|x|y|GET|200||HIT|\t0.001\t0.001\t5\n');
        expect.equal(found.lost, 1);
    }],
];
