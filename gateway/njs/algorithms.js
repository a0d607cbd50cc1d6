// The signature algorithms of RFC 7518 §3.1 that WebCrypto verifies, each with the one kind of key that it may use.

function ecdsa(curve, octets, hash) {
    return {
        kty: 'EC', crv: curve, octets: octets,
        key: { name: 'ECDSA', namedCurve: curve },
        signature: { name: 'ECDSA', hash: hash },
    };
}

function rsa(name, hash, salt) {
    return { kty: 'RSA', key: { name: name, hash: hash }, signature: { name: name, saltLength: salt } };
}

export default {
    ES256: ecdsa('P-256', 32, 'SHA-256'),
    ES384: ecdsa('P-384', 48, 'SHA-384'),
    ES512: ecdsa('P-521', 66, 'SHA-512'),
    RS256: rsa('RSASSA-PKCS1-v1_5', 'SHA-256', 0),
    RS384: rsa('RSASSA-PKCS1-v1_5', 'SHA-384', 0),
    RS512: rsa('RSASSA-PKCS1-v1_5', 'SHA-512', 0),
    PS256: rsa('RSA-PSS', 'SHA-256', 32),
    PS384: rsa('RSA-PSS', 'SHA-384', 48),
    PS512: rsa('RSA-PSS', 'SHA-512', 64),
};
