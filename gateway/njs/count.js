// Counts a request when it is logged. Every request makes a virtual machine of this file: it stays small. A failure to
// count never fails a request.

function boundOf(time) {
    const bounds = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000, 30000];
    for (let i = 0; i < bounds.length; i++) {
        if (time <= bounds[i]) {
            return bounds[i];
        }
    }
    return Infinity;
}

/** Seconds as nginx writes them; of several upstreams, together. */
function milliseconds(times) {
    const one = Number(times);
    const seconds = one >= 0 ? one : (times.match(/[0-9]+\.[0-9]+/g) || []).reduce((sum, time) => sum + Number(time), 0);
    return Math.round(seconds * 1000);
}

function add(name, time) {
    ngx.shared.counts.incr(name + boundOf(time), 1, 0);
    ngx.shared.counts.incr(name + 'sum', time, 0);
}

function addSlow(variables, parts) {
    if (parts[7] === 'slow') {
        add('request|' + parts[0] + '|' + parts[1] + '|', milliseconds(variables.request_time));
    }
    if (parts[8] === 'slow') {
        add('upstream|' + parts[0] + '|', milliseconds(variables.upstream_response_time));
    }
}

function request(r) {
    const counts = ngx.shared.counts;
    try {
        const name = r.variables.count_name;
        if (name.includes('slow')) {
            addSlow(r.variables, name.split('|'));
        }
        counts.incr('bytes', Number(r.variables.bytes_sent), 0);
        // Last: whoever sees this count sees all of the request.
        counts.incr(name, 1, 0);
    } catch (full) {
        try {
            counts.incr('lost', 1, 0);
        } catch (broken) {
            // The request has been answered.
        }
    }
    return '';
}

export default { request };
