// Brings auth's feed and keys into shared memory. The tick only starts pulls: a periodic handler that outlasts its
// interval is killed, a request to the internal server is not.

import jwks from './jwks.js';
import revocations from './revocations.js';
import strictJson from './strict_json.js';

const LEASE = 6000;

async function tick(s) {
    const start = (what) => ngx.fetch('http://127.0.0.1:' + s.variables.internal_port + '/pull/' + what).catch(() => null);
    await Promise.all([start('feed'), start('keys')]);
}

async function get(r, path, headers) {
    const reply = await ngx.fetch('http://127.0.0.1:' + r.variables.internal_port + path, { headers: headers });
    if (reply.status !== 200) {
        throw new Error('auth answers ' + reply.status);
    }
    return Buffer.from(await reply.arrayBuffer());
}

/** Run `pull` unless one is under way; it gets a function that renews its lease, or throws when another has it. */
async function alone(r, name, pull) {
    const locks = ngx.shared.locks;
    const owner = r.variables.request_id;
    if (!locks.add(name, owner, LEASE)) {
        r.return(204);
        return;
    }
    const renew = () => {
        if (locks.get(name) !== owner) {
            throw new Error('took too long');
        }
        locks.set(name, owner, LEASE);
    };
    let outcome = 'ok';
    try {
        await pull(renew);
    } catch (error) {
        outcome = error.message;
    }
    report(r, name, outcome);
    if (locks.get(name) === owner) {
        locks.delete(name);
    }
    r.return(outcome === 'ok' ? 204 : 502);
}

/** One line when a pull begins to fail and one when it works again, not two a second. */
function report(r, name, outcome) {
    const outcomes = ngx.shared.locks;
    if (outcomes.get('outcome ' + name) !== outcome) {
        outcomes.set('outcome ' + name, outcome, 86400000);
        r.warn('pull of ' + name + ': ' + outcome);
    }
}

async function feed(r) {
    await alone(r, 'feed', async (renew) => {
        const headers = { Authorization: 'Bearer ' + process.env.INTERNAL_SECRET };
        let cursor, more;
        do {
            cursor = revocations.state(ngx.shared.revocations).cursor;
            const page = strictJson.parse(await get(r, '/internal/feed?after=' + encodeURIComponent(cursor) + '&limit=1000', headers));
            renew();
            more = revocations.take(ngx.shared.revocations, page, Date.now());
            if (more && revocations.state(ngx.shared.revocations).cursor === cursor) {
                throw new Error('the feed does not move on');
            }
        } while (more);
    });
}

/** A key that is gone, or another one under the same `kid`, ends every token that was remembered with it. */
function publish(zone, set) {
    const before = JSON.parse(zone.get('jwks') || '{"keys":[]}');
    zone.set('jwks', JSON.stringify(set));
    before.keys.forEach((jwk) => {
        if (!set.keys.some((kept) => kept.kid === jwk.kid)) {
            zone.delete('key:' + jwk.kid);
        }
    });
    set.keys.forEach((jwk) => zone.set('key:' + jwk.kid, jwks.fingerprint(jwk)));
}

async function keys(r) {
    await alone(r, 'keys', async (renew) => {
        const set = jwks.read(await get(r, '/.well-known/jwks.json', {}), r.variables.token_algorithms.split(' '));
        renew();
        publish(ngx.shared.keys, set);
    });
}

export default { tick, feed, keys };
