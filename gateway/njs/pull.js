// Brings auth's feed and keys into shared memory. The tick only starts pulls: a periodic handler that outlasts its
// interval is killed, a request to the internal server is not.

import keyring from './keyring.js';
import lease from './lease.js';
import position from './position.js';
import revocations from './revocations.js';
import settings from './settings.js';
import strictJson from './strict_json.js';

const LONGEST = 2 * 1024 * 1024;

function start(what) {
    return ngx.fetch('http://127.0.0.1:' + settings.internalPort + '/pull/' + what).catch(() => null);
}

/** Each page of the feed has the digest of the published keys. They are pulled without being told only while none comes. */
async function tick() {
    const known = keyring.isConfirmed(ngx.shared.keys, Date.now());
    await Promise.all((known ? ['feed'] : ['feed', 'keys']).map((what) => start(what)));
}

async function get(path, headers) {
    const reply = await ngx.fetch('http://127.0.0.1:' + settings.internalPort + path, { headers: headers });
    if (reply.status !== 200) {
        throw new Error('auth answers ' + reply.status);
    }
    const bytes = Buffer.from(await reply.arrayBuffer());
    // js_fetch_max_response_buffer_size lets ten times as much through in chunks.
    if (bytes.length > LONGEST) {
        throw new Error('auth answers too much');
    }
    return bytes;
}

/** Run `pull` unless one is under way; a promise of the status to answer. */
async function alone(r, name, pull) {
    try {
        if (await lease.holding(name, r.variables.request_id, pull)) {
            report(r, name, 'ok');
        }
        return 204;
    } catch (error) {
        report(r, name, error.message);
        return 502;
    }
}

function count(name, outcome) {
    try {
        ngx.shared.counts.incr('pull|' + name + '|' + outcome, 1, 0);
    } catch (full) {
        // The pull goes on.
    }
}

/** One line when a pull begins to fail and one when it works again, not two a second. */
function report(r, name, outcome) {
    count(name, outcome === 'ok' ? 'ok' : 'failed');
    const outcomes = ngx.shared.locks;
    if (outcomes.get('outcome ' + name) !== outcome) {
        outcomes.set('outcome ' + name, outcome, 86400000);
        r.warn('pull of ' + name + ': ' + outcome);
    }
}

/** Take the next page; a promise of it, with `more` true when there is more to read now. */
async function readPage(renew) {
    const zone = ngx.shared.revocations;
    const headers = { Authorization: 'Bearer ' + process.env.INTERNAL_SECRET };
    const cursor = position.read(zone).cursor;
    const page = strictJson.parse(await get('/internal/feed?after=' + encodeURIComponent(cursor) + '&limit=1000', headers));
    renew();
    const more = revocations.take(zone, cursor, page, Date.now());
    if (more && position.read(zone).cursor === cursor) {
        throw new Error('the feed does not move on');
    }
    return { more: more, keys: page.keys };
}

async function feed(r) {
    let page;
    const status = await alone(r, 'feed', async (renew) => {
        do {
            page = await readPage(renew);
        } while (page.more);
    });
    if (page !== undefined && !keyring.confirm(ngx.shared.keys, page.keys, settings.algorithms, Date.now())) {
        await start('keys');
    }
    r.return(status);
}

async function keys(r) {
    r.return(await alone(r, 'keys', async (renew) => {
        const document = await get('/.well-known/jwks.json', {});
        renew();
        keyring.publish(ngx.shared.keys, document, settings.algorithms, Date.now());
    }));
}

export default { tick, feed, keys };
