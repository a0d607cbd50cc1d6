// Sums up what njs/tally.js and njs/pull.js have counted. Pure: `items` are pairs of a name and a number.
//
//   service|route|method|status|auth|cache|limited    requests that were alike
//   request|service|route|bound    the same by their bound in milliseconds; …|sum: their milliseconds
//   upstream|service|bound         by what services took
//   span|sent                      spans by what became of them
//   pull|feed|ok                   pulls by what was pulled, and the outcome
//   bytes, lost, started, …

import exposition from './exposition.js';

/** Numbers under labels, in the order in which they came first. */
function sums() {
    const at = {};
    return {
        samples: [],
        add: function (labels, value) {
            const name = Object.keys(labels).map((label) => labels[label]).join('|');
            if (at[name] === undefined) {
                at[name] = { labels: labels, value: 0 };
                this.samples.push(at[name]);
            }
            at[name].value += value;
        },
    };
}

function histograms() {
    const at = {};
    return {
        of: (labels) => {
            const name = Object.keys(labels).map((label) => labels[label]).join('|');
            at[name] = at[name] || { labels: labels, counts: {}, sum: 0 };
            return at[name];
        },
        samples: () => Object.keys(at).reduce((all, name) => {
            return all.concat(exposition.histogram(at[name].labels, at[name].counts, at[name].sum));
        }, []),
    };
}

function took(histogram, bound, n) {
    if (bound === 'sum') {
        histogram.sum += n;
    } else {
        histogram.counts[bound] = (histogram.counts[bound] || 0) + n;
    }
}

function place(service, route) {
    return { service: service === '' ? 'gateway' : service, route: route === '' ? 'unmatched' : route };
}

function takeRequest(totals, parts, n) {
    const at = place(parts[0], parts[1]);
    const status = parts[3];
    totals.requests.add(Object.assign({}, at, { method: parts[2], status: status, class: status[0] + 'xx' }), n);
    if (parts[4] !== '') {
        totals.auth.add({ outcome: parts[4] }, n);
    }
    if (parts[5] !== '') {
        totals.cache.add(Object.assign({}, at, { result: parts[5].toLowerCase() }), n);
    }
    if (parts[6] !== '') {
        totals.limited.add({ limit: parts[6] }, n);
    }
}

/** {requests, auth, cache, limited, pulls, spans, durations, upstreams}, and under `single` the numbers that stand alone. */
function read(items) {
    const totals = {
        requests: sums(), auth: sums(), cache: sums(), limited: sums(), pulls: sums(),
        spans: sums(), durations: histograms(), upstreams: histograms(), single: {},
    };
    items.forEach((item) => {
        const parts = item[0].split('|');
        if (parts.length === 7) {
            takeRequest(totals, parts, item[1]);
        } else if (parts[0] === 'request') {
            took(totals.durations.of(place(parts[1], parts[2])), parts[3], item[1]);
        } else if (parts[0] === 'upstream') {
            took(totals.upstreams.of({ service: parts[1] }), parts[2], item[1]);
        } else if (parts[0] === 'span') {
            totals.spans.add({ outcome: parts[1] }, item[1]);
        } else if (parts[0] === 'pull') {
            totals.pulls.add({ what: parts[1], outcome: parts[2] }, item[1]);
        } else {
            totals.single[item[0]] = item[1];
        }
    });
    return totals;
}

export default { read };
