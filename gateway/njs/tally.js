// Adds up the lines that nginx writes about requests (conf.d/metrics.conf). To count in each request itself would take as
// long as all that nginx does with it. The tick only starts a run, as in njs/pull.js; a run lets its worker serve
// requests between any two slices, and ends in time for njs, which frees no memory before.
//
// Lines go to one of two files for ten seconds and then to the other, so that a file is emptied when nobody writes to it.

import fs from 'fs';
import exposition from './exposition.js';
import lease from './lease.js';

const FILES = ['counted.0', 'counted.1'];
const SLICE = 16384;
const SLICES = 64;
const LARGEST_FILE = 64 * 1024 * 1024;
const SETTLED = 3;
// A line begins with what its parts are separated by, so that one that follows a torn one is found.
const WHOLE = /(?:\|[^|\t]*){7}\t[0-9]+\.[0-9]+\t[-0-9., :]*$/;

/** Bytes of an open file, fewer at its end. */
function bytes(file, from, length) {
    const part = Buffer.alloc(length);
    return part.subarray(0, length === 0 ? 0 : fs.readSync(file, part, 0, length, from));
}

/** The next slice of whole lines: {text, start, end, size}. One that is longer than a slice is torn: it has no text. */
function read(path, offset) {
    const file = fs.openSync(path, 'r');
    try {
        const size = fs.fstatSync(file).size;
        const start = offset > size ? 0 : offset;
        const part = bytes(file, start, Math.min(size - start, SLICE));
        const whole = part.lastIndexOf(10) + 1;
        const end = start + (whole === 0 && part.length === SLICE ? SLICE : whole);
        return { text: part.toString('utf8', 0, whole), start: start, end: end, size: size };
    } finally {
        fs.closeSync(file);
    }
}

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

function count(zone, sums) {
    Object.keys(sums).forEach((name) => {
        try {
            zone.incr(name, sums[name], 0);
        } catch (full) {
            zone.incr('lost', 1, 0);
        }
    });
}

/** Nobody writes to file `n`, nor has a buffer of lines for it. */
function isSettled(n) {
    const now = Date.now() / 1000;
    return Math.floor(now / 10) % 2 !== n && now % 10 > SETTLED;
}

/** About as many lines as the rest of a file has, by those of its next slice. */
function estimate(found) {
    const lines = found.text.split('\n').length - 1;
    return lines === 0 ? 1 : Math.ceil((found.size - found.start) * lines / found.text.length);
}

function empty(zone, n, path, lost) {
    fs.writeFileSync(path, '');
    zone.set('position ' + n, 0);
    zone.incr('lost', lost, 0);
}

/**
 * Read on in file `n`; whether there was anything. Its position is saved before lines are counted: a worker killed in
 * between counts too few.
 */
function readOn(zone, n) {
    const path = process.env.RUN_DIR + '/' + FILES[n];
    const found = read(path, zone.get('position ' + n) || 0);
    if (found.size > LARGEST_FILE) {
        empty(zone, n, path, estimate(found));
        return false;
    }
    if (found.end > found.start) {
        zone.set('position ' + n, found.end);
        count(zone, found.text === '' ? { lost: 1 } : sum(found.text));
        return true;
    }
    if (found.size > 0 && isSettled(n)) {
        empty(zone, n, path, found.size > found.end ? 1 : 0);
    }
    return false;
}

/** What is in the files when the gateway starts is of an earlier one. */
function begin(zone) {
    zone.add('lost', 0);
    FILES.forEach((name, n) => zone.set('position ' + n, fs.statSync(process.env.RUN_DIR + '/' + name).size));
}

async function tick(s) {
    if (ngx.shared.counts.add('started', Date.now())) {
        begin(ngx.shared.counts);
    }
    await ngx.fetch('http://127.0.0.1:' + s.variables.internal_port + '/tally').catch(() => null);
}

async function readAll(r, n, renew) {
    try {
        for (let slices = 0; slices < SLICES; slices += 1) {
            renew();
            if (!readOn(ngx.shared.counts, n)) {
                return;
            }
            await new Promise((resolve) => setTimeout(resolve, 1));
        }
    } catch (error) {
        // Once a minute, not four times a second.
        if (ngx.shared.locks.add('fault of ' + FILES[n], error.message, 60000)) {
            r.warn(FILES[n] + ': ' + error.message);
        }
    }
}

async function run(r) {
    await lease.holding('tally', r.variables.request_id, async (renew) => {
        await readAll(r, 0, renew);
        await readAll(r, 1, renew);
    });
    r.return(204);
}

export default { sum, tick, run };
