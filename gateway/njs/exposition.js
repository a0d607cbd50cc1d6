// Metrics in Prometheus' text format. Pure: a family is {name, type, help, samples}, a sample {labels, value, suffix}.

/** Those of every histogram, in milliseconds. */
const BOUNDS = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000, 30000, Infinity];

function labelled(labels) {
    const pairs = Object.keys(labels).map((name) => {
        return name + '="' + String(labels[name]).replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n') + '"';
    });
    return pairs.length === 0 ? '' : '{' + pairs.join(',') + '}';
}

function line(family, sample) {
    return family.name + (sample.suffix || '') + labelled(sample.labels || {}) + ' ' + String(sample.value);
}

/** The document of all families that have samples. */
function text(families) {
    return families.filter((family) => family.samples.length > 0).map((family) => {
        const head = ['# HELP ' + family.name + ' ' + family.help, '# TYPE ' + family.name + ' ' + family.type];
        return head.concat(family.samples.map((sample) => line(family, sample))).join('\n') + '\n';
    }).join('');
}

/** The samples of one histogram: `counts` by bound; `sum` in milliseconds. */
function histogram(labels, counts, sum) {
    let count = 0;
    const buckets = BOUNDS.map((bound) => {
        count += counts[bound] || 0;
        const le = bound === Infinity ? '+Inf' : String(bound / 1000);
        return { suffix: '_bucket', labels: Object.assign({}, labels, { le: le }), value: count };
    });
    return buckets.concat({ suffix: '_sum', labels: labels, value: sum / 1000 }, { suffix: '_count', labels: labels, value: count });
}

export default { BOUNDS, text, histogram };
