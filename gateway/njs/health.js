// The gateway's own readiness, and the platform's health as seen from here.

import position from './position.js';
import settings from './settings.js';

function reply(r, status, document) {
    r.headersOut['Content-Type'] = 'application/json';
    r.headersOut['Cache-Control'] = 'no-store';
    r.return(status, JSON.stringify(document));
}

function ready(r) {
    const checks = {
        keys: ngx.shared.keys.has('jwks') ? 'ok' : 'unavailable',
        feed: position.read(ngx.shared.revocations).synced > 0 ? 'ok' : 'unavailable',
    };
    const good = checks.keys === 'ok' && checks.feed === 'ok';
    reply(r, good ? 200 : 503, { status: good ? 'ok' : 'unavailable', checks: checks });
}

async function ask(service) {
    try {
        const answer = await ngx.fetch('http://127.0.0.1:' + settings.internalPort + '/ready/' + service);
        return answer.status === 200 ? 'ok' : 'unavailable';
    } catch (error) {
        return 'unavailable';
    }
}

/** The same in the words of an older system, which knew no parts. */
async function told(r) {
    try {
        const answer = await ngx.fetch('http://127.0.0.1:' + settings.internalPort + '/health');
        const health = await answer.json();
        reply(r, answer.status, { status: health.status, message: health.message });
    } catch (error) {
        reply(r, 503, { status: 'down', message: 'The services did not say how they are.' });
    }
}

async function platform(r) {
    const names = settings.services.split(' ');
    const states = await Promise.all(names.map((name) => ask(name)));
    const services = {};
    names.forEach((name, i) => { services[name] = states[i]; });
    const missing = names.filter((name) => services[name] !== 'ok');
    if (missing.length === 0) {
        reply(r, 200, { status: 'ok', message: 'All services are ready.', services: services });
    } else if (missing.length < names.length) {
        reply(r, 200, { status: 'degraded', message: 'Not ready: ' + missing.join(', ') + '.', services: services });
    } else {
        reply(r, 503, { status: 'down', message: 'No service is ready.', services: services });
    }
}

export default { ready, platform, told };
