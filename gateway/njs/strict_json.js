// A JSON object from UTF-8 bytes, refused when a member name occurs twice: JSON.parse would keep the last one,
// another parser the first. Refused as well are what parsers read in ways of their own: numbers that no double holds, and
// nesting deeper than a token or a feed has.

const DEEPEST = 16;

/** The colons of `text`, which is JSON: without escapes, each second piece between quotes is outside of a string. */
function membersWritten(text) {
    const pieces = text.replace(/\\./g, '').split('"');
    return pieces.filter((piece, i) => i % 2 === 0 && /^\s*:/.test(piece)).length;
}

function membersRead(value, depth) {
    if (typeof value === 'number' && !Number.isFinite(value)) {
        throw new Error('a number is too large');
    }
    if (value === null || typeof value !== 'object') {
        return 0;
    }
    if (depth > DEEPEST) {
        throw new Error('nested too deeply');
    }
    const names = Object.keys(value);
    return names.reduce((sum, name) => sum + membersRead(value[name], depth + 1), Array.isArray(value) ? 0 : names.length);
}

function isObject(value) {
    return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function parse(bytes) {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const value = JSON.parse(text);
    if (!isObject(value)) {
        throw new Error('not a JSON object');
    }
    if (membersWritten(text) !== membersRead(value, 1)) {
        throw new Error('a member name occurs twice');
    }
    return value;
}

export default { parse, isObject };
