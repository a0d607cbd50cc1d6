// Counts a request when it is logged. Every request makes a virtual machine of this file: it stays small. A failure to
// count never fails a request.

function milliseconds(time) {
    return Math.round(Number(time) * 1000);
}

function add(kind, name, time) {
    const counts = ngx.shared.counts;
    const bound = [10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000, 30000, Infinity].find((limit) => time <= limit);
    counts.incr(kind + '|' + name + '|' + bound, 1, 0);
    counts.incr(kind + '|' + name + '|sum', time, 0);
}

/** Of a request that took long; where several upstreams were tried, their times together. */
function addSlow(variables, parts) {
    if (parts[7] === 'slow') {
        add('request', parts[0] + '|' + parts[1], milliseconds(variables.request_time));
    }
    if (parts[8] === 'slow') {
        const times = (variables.upstream_response_time || '').match(/[0-9]+\.[0-9]+/g) || [];
        add('upstream', parts[0], times.reduce((sum, time) => sum + milliseconds(time), 0));
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
