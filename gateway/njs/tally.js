// Adds up the lines that nginx writes about requests (conf.d/metrics.conf). To count in each request itself would take as
// long as all that nginx does with it. The tick only starts a run, as in njs/pull.js; a run lets its worker serve
// requests between any two slices, and ends in time for njs, which frees no memory before.
//
// Lines go to one of two files for ten seconds and then to the other, so that a file is emptied when nobody writes to it.

import fs from 'fs';
import counted from './counted.js';
import lease from './lease.js';
import settings from './settings.js';

const FILES = ['counted.0', 'counted.1'];
const SLICE = 16384;
const SLICES = 64;
const LARGEST_FILE = 64 * 1024 * 1024;
const SETTLED = 3;
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
        count(zone, found.text === '' ? { lost: 1 } : counted.sum(found.text));
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

async function tick() {
    if (ngx.shared.counts.add('started', Date.now())) {
        begin(ngx.shared.counts);
    }
    await ngx.fetch('http://127.0.0.1:' + settings.internalPort + '/tally').catch(() => null);
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

export default { tick, run };
