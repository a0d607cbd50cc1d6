// What the lines say that nginx writes about requests (conf.d/metrics.conf). Pure.

import exposition from './exposition.js';

// A line begins with what its parts are separated by, so that one that follows a torn one is found.
const WHOLE = /(?:\|[^|\t]*){7}\t[0-9]+\.[0-9]+\t[-0-9., :]*$/;

/** Seconds as nginx writes them; of several upstreams, together. */
function milliseconds(times) {
    const one = Number(times);
    const seconds = one >= 0 ? one : (times.match(/[0-9]+\.[0-9]+/g) || []).reduce((sum, time) => sum + Number(time), 0);
    return Math.round(seconds * 1000);
}

/** Add `n` lines that differ in no more than bytes. */
function take(add, alike, n) {
    function took(name, times) {
        const time = milliseconds(times);
        add(name + '|' + exposition.BOUNDS.find((bound) => time <= bound), n);
        add(name + '|sum', time * n);
    }
    const fields = alike.split('\t');
    const parts = fields[0].split('|');
    add(fields[0].slice(1), n);
    took('request|' + parts[1] + '|' + parts[2], fields[1]);
    if (/[0-9]/.test(fields[2])) {
        took('upstream|' + parts[1], fields[2]);
    }
}

/** How often each line comes but for its bytes, which are summed: most lines of a moment are alike. */
function group(text) {
    const groups = { counts: {}, bytes: {}, lost: 0 };
    text.split('\n').forEach((line) => {
        const at = line.lastIndexOf('\t');
        const size = Number(line.slice(at + 1));
        if (at > 0 && size >= 0) {
            const alike = line.slice(0, at);
            groups.counts[alike] = (groups.counts[alike] || 0) + 1;
            groups.bytes[alike] = (groups.bytes[alike] || 0) + size;
        } else if (line !== '') {
            groups.lost += 1;
        }
    });
    return groups;
}

/** The sums of what `text` has lines of, by name. */
function sum(text) {
    const sums = {};
    function add(name, value) {
        sums[name] = (sums[name] || 0) + value;
    }
    const groups = group(text);
    let lost = groups.lost;
    Object.keys(groups.counts).forEach((found) => {
        const n = groups.counts[found];
        const whole = found.match(WHOLE);
        if (whole === null || whole[0] !== found) {
            lost += n;
        }
        if (whole !== null) {
            take(add, whole[0], n);
            add('bytes', groups.bytes[found]);
        }
    });
    if (lost > 0) {
        add('lost', lost);
    }
    return sums;
}

export default { sum };
