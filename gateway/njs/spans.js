// Sends spans to the collector, from the lines that nginx writes about requests (conf.d/spans.conf). What it does not take
// is dropped and counted: spans are never sent again, and never wait for long.

import lease from './lease.js';
import otlp from './otlp.js';
import settings from './settings.js';
import written from './written.js';

const LARGEST_FILE = 4 * 1024 * 1024;
const COLLECTOR = 'http://127.0.0.1:' + settings.internalPort + '/spans';

async function tick() {
    if (ngx.shared.counts.add('spans since', Date.now())) {
        written.begin(ngx.shared.counts, 'spans');
    }
    await ngx.fetch(COLLECTOR).catch(() => null);
}

/** One name for the gateway, from its start on. */
function instance(r) {
    ngx.shared.keys.add('instance', r.variables.request_id);
    return ngx.shared.keys.get('instance');
}

async function post(document) {
    try {
        const options = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(document) };
        return (await ngx.fetch(COLLECTOR + '/collector', options)).ok;
    } catch (error) {
        return false;
    }
}

/** Whether the collector takes more. */
async function send(part, name) {
    const read = otlp.read(part.text);
    const sent = read.spans.length === 0 || await post(otlp.document(read.spans, name));
    const lost = part.lost + read.lost + (sent ? 0 : read.spans.length);
    if (sent && read.spans.length > 0) {
        written.count('span|sent', read.spans.length);
    }
    if (lost > 0) {
        written.count('span|dropped', lost);
    }
    return sent;
}

async function run(r) {
    await lease.holding('spans', r.variables.request_id, (renew) => {
        return written.readAll(r, 'spans', LARGEST_FILE, renew, (part) => send(part, instance(r)));
    });
    r.return(204);
}

export default { tick, run };
