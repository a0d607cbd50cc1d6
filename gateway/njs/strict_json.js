// A JSON object from UTF-8 bytes, refused when a member name occurs twice: JSON.parse would keep the last one,
// another parser the first.

const STRINGS = /"(?:[^"\\]|\\.)*"(\s*:)?/g;

function membersWritten(text) {
    return (text.match(STRINGS) || []).filter((string) => string.endsWith(':')).length;
}

function membersRead(value) {
    if (value === null || typeof value !== 'object') {
        return 0;
    }
    const own = Array.isArray(value) ? 0 : Object.keys(value).length;
    return Object.keys(value).reduce((sum, name) => sum + membersRead(value[name]), own);
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
    if (membersWritten(text) !== membersRead(value)) {
        throw new Error('a member name occurs twice');
    }
    return value;
}

export default { parse, isObject };
