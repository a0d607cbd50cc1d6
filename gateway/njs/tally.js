// Adds up the lines that nginx writes about requests (conf.d/metrics.conf).

import counted from './counted.js';
import lease from './lease.js';
import settings from './settings.js';
import written from './written.js';

const LARGEST_FILE = 64 * 1024 * 1024;

async function tick() {
    const counts = ngx.shared.counts;
    if (counts.add('started', Date.now())) {
        counts.add('lost', 0);
        written.begin(counts, 'counted');
    }
    await ngx.fetch('http://127.0.0.1:' + settings.internalPort + '/tally').catch(() => null);
}

async function count(part) {
    const sums = counted.sum(part.text);
    Object.keys(sums).forEach((name) => written.count(name, sums[name]));
    if (part.lost > 0) {
        written.count('lost', part.lost);
    }
}

async function run(r) {
    await lease.holding('tally', r.variables.request_id, (renew) => {
        return written.readAll(r, 'counted', LARGEST_FILE, renew, count);
    });
    r.return(204);
}

export default { tick, run };
