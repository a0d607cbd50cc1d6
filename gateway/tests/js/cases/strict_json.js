import strictJson from '../../../njs/strict_json.js';
import expect from '../expect.js';

const read = (text) => strictJson.parse(Buffer.from(text));
const nested = (depth) => '{"a":' + '['.repeat(depth - 1) + ']'.repeat(depth - 1) + '}';

function refused(texts) {
    texts.forEach((text) => expect.throws(() => read(text), undefined, JSON.stringify(String(text).slice(0, 60))));
}

export default [
    ['an object is read', () => {
        expect.equal(read('{"a":{"b":[1,{"c":null}]},"ä":"\\"x\\":1"}'), { a: { b: [1, { c: null }] }, 'ä': '"x":1' });
        expect.equal(read(' \t\r\n{ "a" \n:\t1 , "\\u0062":"\\\\" }\n'), { a: 1, b: '\\' });
    }],
    ['the same name may occur in two objects, and as a value', () => {
        expect.equal(read('{"a":{"a":"a"},"b":[{"a":1},{"a":2}]}').b.length, 2);
        expect.equal(read('{"a":"b\\\\","b":"a\\":"}').b, 'a":');
    }],
    ['names that JavaScript knows are names like others', () => {
        expect.equal(Object.keys(read('{"__proto__":1,"constructor":2,"toString":3,"hasOwnProperty":4}')).length, 4);
        expect.equal(read('{"__proto__":{"alg":"ES256"}}').alg, undefined);
        refused(['{"__proto__":1,"__proto__":2}', '{"constructor":1,"constructor":2}']);
    }],
    ['a name that occurs twice is refused at any depth and in any spelling', () => refused([
        '{"a":1,"a":1}', '{"a":1, "b":2, "a" : 3}', '{"a":1,"\\u0061":1}', '{"\\u0061":1,"\\u0061":1}', '{"":1,"":2}',
        '{"b":{"a":1,"a":2}}', '{"b":[[{"a":1,"a":2}]]}', '{"a\\"":1,"a\\u0022":2}', '{"a":[],"a":[]}', '{"ä":1,"\\u00e4":2}',
        '{"b":{"c":{"a":{"x":1}},"c":{"a":{"x":1}}}}',
    ])],
    ['what is no object is refused', () => refused([
        '', ' ', 'null', 'true', '1', '"a"', '[]', '[{}]', '{', '{}{}', '{},', '{}x', '{"a"}', '{a:1}', "{'a':1}", '{"a":1,}', '{,}',
        '{"a":01}', '{"a":+1}', '{"a":.5}', '{"a":NaN}', '{"a":Infinity}', '{"a":undefined}', '{"a":1}//', '/**/{}', '{"a":"\n"}', '{"a":"\\x41"}',
        '{"a":1}\0', '\ufeff{}', '\u00a0{}', '{\u2028}',
    ])],
    ['octets that are not UTF-8 are refused', () => refused([
        Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), Buffer.from([0x7b, 0x22, 0xc0, 0xaf, 0x22, 0x3a, 0x31, 0x7d]),
        Buffer.from([0x7b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x3a, 0x31, 0x7d]), Buffer.from([0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00]),
    ])],
    ['numbers are written as JSON writes them', () => {
        expect.equal(read('{"a":[0,-0,10,-1.5,1e3,1E+3,0.1e-2,true,false,null]}').a.length, 10);
        refused(['01', '-01', '00', '1.', '.5', '-.5', '+1', '1e', '1e+', '0x10', '1_0', '--1', '- 1', '1n', '0b1', '-', 'TRUE', 'nul', '1 2', '-Infinity', 'NaN']
            .map((number) => '{"a":' + number + '}'));
        refused(['{"a":[1,01]}', '{"a":{"b":01,"c":"d"}}', '{"a":01,"b":1}']);
    }],
    ['numbers that no double holds are refused', () => refused(['{"a":1e400}', '{"a":-1e400}', '{"a":[{"b":1e999}]}'])],
    ['nesting has an end, and however deep it goes nothing breaks', () => {
        read(nested(16));
        refused([nested(17), nested(40), nested(1000), nested(20000), '['.repeat(20000), '{"a":'.repeat(5000) + '1' + '}'.repeat(5000)]);
    }],
    ['long text is read', () => expect.equal(read('{"a":"' + '\\n'.repeat(20000) + '"}').a.length, 20000)],
];
