// The cases of the pure modules. cases.test.js runs them in Node, in_nginx.js in nginx.

import base64url from './cases/base64url.js';
import claims from './cases/claims.js';
import counted from './cases/counted.js';
import headers from './cases/headers.js';
import jwks from './cases/jwks.js';
import keyring from './cases/keyring.js';
import keyChoice from './cases/key_choice.js';
import otlp from './cases/otlp.js';
import revocations from './cases/revocations.js';
import signatures from './cases/signatures.js';
import strictJson from './cases/strict_json.js';

export default {
    base64url: base64url,
    strict_json: strictJson,
    jwks: jwks,
    keyring: keyring,
    key_choice: keyChoice,
    headers: headers,
    signatures: signatures,
    claims: claims,
    revocations: revocations,
    counted: counted,
    otlp: otlp,
};
