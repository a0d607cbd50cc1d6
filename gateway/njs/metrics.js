// The page that Prometheus reads.

import exposition from './exposition.js';
import position from './position.js';
import settings from './settings.js';
import totals from './totals.js';

// Before this version, counting what is in a zone whose entries end by themselves is not safe.
const COUNTS_ENTRIES = 0x000907;

/** Before the first complete pull, the feed is as old as the gateway. */
function age(at, started) {
    return Math.max(0, Date.now() - (at || started)) / 1000;
}

function family(name, type, help, samples) {
    return { name: 'gateway_' + name, type: type, help: help, samples: samples };
}

function gauge(name, help, value) {
    return family(name, 'gauge', help, [{ value: value }]);
}

function counter(name, help, samples) {
    return family(name + '_total', 'counter', help, samples);
}

function traffic(counted) {
    return [
        counter('requests', 'Requests answered.', counted.requests.samples),
        family('request_duration_seconds', 'histogram', 'Time from the first byte of a request to the last of its answer.', counted.durations.samples()),
        family('upstream_duration_seconds', 'histogram', 'Time that the service took.', counted.upstreams.samples()),
        counter('sent_bytes', 'Bytes sent to clients, with headers.', [{ value: counted.single.bytes || 0 }]),
        counter('auth', 'Token checks by outcome: ok, or the code of the error.', counted.auth.samples),
        counter('cache', 'Requests for what may be cached, by what the cache had.', counted.cache.samples),
        counter('rate_limited', 'Requests refused, by limit.', counted.limited.samples),
        counter('spans', 'Spans by what became of them: sent to the collector, or dropped.', counted.spans.samples),
        counter('lost_counts', 'Requests and counts that found no memory, or whose line was torn or dropped.', [{ value: counted.single.lost || 0 }]),
    ];
}

function knowledge(counted, started) {
    const state = position.read(ngx.shared.revocations);
    const keys = ngx.shared.keys;
    const families = [
        gauge('feed_age_seconds', 'Time since the feed was last read to its end.', age(state.synced, started)),
        gauge('feed_cursor', 'Number of the last event read from the feed.', Number(state.cursor.split('.')[0])),
        gauge('revocation_floor_timestamp_seconds', 'Tokens issued until then are refused.', state.floor),
        gauge('jwks_age_seconds', 'Time since auth last said which keys it publishes.', age(Number(keys.get('confirmed')), started)),
        gauge('jwks_keys', 'Keys that verify tokens.', JSON.parse(keys.get('jwks') || '{"keys":[]}').keys.length),
        counter('pulls', 'Pulls from auth.', counted.pulls.samples),
    ];
    if (njs.version_number >= COUNTS_ENTRIES) {
        const entries = ngx.shared.revocations.size() - (ngx.shared.revocations.has('state') ? 1 : 0);
        families.push(gauge('revocations', 'Sessions and users of which tokens are refused.', entries));
    }
    return families;
}

function machine(r, started) {
    const zones = ['revocations', 'keys', 'tokens', 'limits', 'counts'];
    const states = ['active', 'reading', 'writing', 'waiting'];
    const connections = r.variables.connections === '' ? [] : r.variables.connections.split(' ');
    const build = { nginx: r.variables.nginx_version, njs: njs.version };
    return [
        family('zone_bytes', 'gauge', 'Size of a shared memory zone.', zones.map((zone) => {
            return { labels: { zone: zone }, value: ngx.shared[zone].capacity };
        })),
        family('zone_free_bytes', 'gauge', 'Free whole pages of a zone.', zones.map((zone) => {
            return { labels: { zone: zone }, value: ngx.shared[zone].freeSpace() };
        })),
        family('connections', 'gauge', 'Client connections by state.', connections.map((n, i) => {
            return { labels: { state: states[i] }, value: n };
        })),
        gauge('workers', 'Worker processes.', settings.workers),
        gauge('start_time_seconds', 'When the gateway was started; reloads do not count.', started / 1000),
        family('build_info', 'gauge', 'What the gateway runs on.', [{ labels: build, value: 1 }]),
    ];
}

function show(r) {
    const counted = totals.read(ngx.shared.counts.items(1000000));
    const started = counted.single.started || Date.now();
    r.headersOut['Content-Type'] = 'text/plain; version=0.0.4; charset=utf-8';
    r.headersOut['Cache-Control'] = 'no-store';
    r.return(200, exposition.text(traffic(counted).concat(knowledge(counted, started), machine(r, started))));
}

export default { show };
