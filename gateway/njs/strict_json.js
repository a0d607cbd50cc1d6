// A JSON object from UTF-8 bytes, refused when a member name occurs twice: JSON.parse would keep the last one,
// another parser the first. Refused as well is what parsers read in ways of their own: numbers that no double holds or that
// are not written as RFC 8259 §6 says, and nesting deeper than a token or a feed has.

const DEEPEST = 16;
const LITERAL = /^(?:true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)$/;

/** What stands outside of strings in `text`, which is JSON: without escapes, each second piece between quotes. */
function outside(text) {
    return text.replace(/\\./g, '').split('"').filter((piece, i) => i % 2 === 0);
}

function membersWritten(pieces) {
    return pieces.filter((piece) => /^\s*:/.test(piece)).length;
}

/** njs reads 01 as 1. */
function literalsAreStrict(pieces) {
    return pieces.every((piece) => (piece.match(/[^\s,:[\]{}]+/g) || []).every((literal) => LITERAL.test(literal)));
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
    const pieces = outside(text);
    if (!literalsAreStrict(pieces)) {
        throw new Error('not a JSON number');
    }
    if (membersWritten(pieces) !== membersRead(value, 1)) {
        throw new Error('a member name occurs twice');
    }
    return value;
}

export default { parse, isObject };
