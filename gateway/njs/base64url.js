// Base64url without padding, canonical only (RFC 4648 §3.5): each octet string has exactly one spelling.

function decode(text) {
    if (typeof text !== 'string' || /[^A-Za-z0-9_-]/.test(text)) {
        throw new Error('not base64url');
    }
    const bytes = Buffer.from(text, 'base64url');
    if (bytes.toString('base64url') !== text) {
        throw new Error('base64url is not canonical');
    }
    return bytes;
}

export default { decode };
